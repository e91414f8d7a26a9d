// A link that lets nothing out any more, and everything in: who cannot be heard must learn it from the other side.

import { callThere, expect, expectWorkingCall, measured, received, sentence, test } from "./fixtures.ts";

test("one direction is cut: both sides say so, and the call comes back", async ({ at, room, network }) => {
  test.setTimeout(120_000);
  const [a, b] = await callThere(at, room);
  // Three seconds of sound, as many as a judgement needs.
  await expect.poll(async () => (await received(a.page)).audioPackets).toBeGreaterThan(150);
  // What b sends goes on, to a as to the server.
  await network.set("b", { cut: true }, "down");
  const began = Date.now();
  await expect(sentence(b.page)).toHaveText("The connection to the other person is interrupted", { timeout: 10_000 });
  measured("who hears nothing says so after, ms", Date.now() - began);
  await expect(a.page.getByText("The other person does not receive you")).toBeVisible({ timeout: 10_000 });
  measured("who is not heard says so after, ms", Date.now() - began);
  await network.set("b", { cut: false }, "down");
  const mended = Date.now();
  await expectWorkingCall(a, b);
  measured("the call works again after, ms", Date.now() - mended);
});
