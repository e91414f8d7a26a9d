// A link that lets nothing out any more, and everything in: who cannot be heard must learn it from the other side.

import { callThere, expect, expectWorkingCall, measured, sentence, test } from "./fixtures.ts";

test("one direction is cut: both sides say so, and the call comes back", async ({ at, room, network }) => {
  test.setTimeout(120_000);
  const [a, b] = await callThere(at, room);
  // The first lines of statistics.
  await a.page.waitForTimeout(4_000);
  // What the other one sends goes on; the server is reached by a machine whose link still works.
  await network.set("a", { loss: 0 });
  await network.set("b", { cut: true }, "down");
  const began = Date.now();
  await expect(sentence(b.page)).toHaveText("The connection to the other person is interrupted", { timeout: 10_000 });
  measured("who hears nothing says so after, ms", Date.now() - began);
  // The other one is told by a server that b still reaches, or sees it itself when nothing of b's answers comes.
  await expect(a.page.getByText(/does not receive you|is interrupted|gone for a moment/).first()).toBeVisible({ timeout: 15_000 });
  measured("who is not heard says so after, ms", Date.now() - began);
  await network.set("b", { cut: false }, "down");
  const mended = Date.now();
  await expectWorkingCall(a, b);
  measured("the call works again after, ms", Date.now() - mended);
});
