// A machine goes from one network to another, as from Wi-Fi to a cable, with another address.

import { callThere, expect, expectWorkingCall, ids, measured, test, withoutReload } from "./fixtures.ts";
import { longestGap, pictureAfter } from "./pictures.ts";

test("an address is replaced by another: pictures within 5 s", async ({ at, room, network }) => {
  test.setTimeout(180_000);
  const people = await callThere(at, room);
  // Requests that were under way end with the network they were on.
  for (const { watch } of people) watch.allow(/ERR_NETWORK_CHANGED|ERR_ADDRESS_UNREACHABLE|ERR_INTERNET_DISCONNECTED/);
  const gaps: number[] = [];
  await withoutReload(people, async () => {
    for (const [machine, address] of [
      ["a", "10.77.0.101"],
      ["b", "10.77.0.102"],
      ["a", "10.77.0.103"],
    ] as const) {
      const moved = await network.move(machine, address);
      // What was on its way may still be shown.
      await Promise.all(people.map(({ page }) => pictureAfter(page, moved + 1000, 40_000)));
      await expectWorkingCall(...people);
      const now = Date.now();
      gaps.push(Math.max(...(await Promise.all(people.map(({ page }) => longestGap(page, moved, now))))));
    }
  });
  measured("longest time without a picture after a change of address (of the first, the second, the first), ms", ...gaps);
  for (const one of people) {
    expect(new Set(ids(one)).size, "the same peer").toBe(1);
    expect(one.events.map(([name]) => name)).not.toContain("bye");
  }
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5000);
});
