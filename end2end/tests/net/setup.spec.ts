// A call between two machines without any fault: what all the other tests here begin with.

import { callThere, expect, measured, received, test } from "./fixtures.ts";
import { longestGap } from "./pictures.ts";

test("two people on two machines are in a call, and nothing of it passes the server", async ({ at, room, network }) => {
  const [a, b] = await callThere(at, room);
  const before = await network.count();
  const start = Date.now();
  const { frames } = await received(a.page);
  await expect.poll(async () => (await received(a.page)).frames - frames, { timeout: 30_000 }).toBeGreaterThan(100);
  const end = Date.now();
  const after = await network.count();
  for (const { page } of [a, b]) measured("longest time without a new picture, ms", await longestGap(page, start, end));
  const bytes = after.a!.up.bytes - before.a!.up.bytes;
  measured("sent by one of them, kbit/s", (bytes * 8) / (end - start));
  expect(after.server!.up.packets - before.server!.up.packets, "packets of the server").toBeLessThan(50);
});
