// A link that is cut silently: no system and no browser is told, nothing comes any more.

import { callThere, expect, expectWorkingCall, measured, median, test, until, withoutReload } from "./fixtures.ts";
import { pictureAfter, saidAfter } from "./pictures.ts";

const ROUNDS = 5;

for (const seconds of [5, 30]) {
  test(`a link is cut for ${seconds} s: said within 2 s, and pictures within 2.5 s of its return`, async ({
    at,
    room,
    network,
  }) => {
    test.setTimeout(60_000 + ROUNDS * (seconds + 40) * 1000);
    const people = await callThere(at, room);
    const noticed: number[] = [];
    const returned: number[] = [];
    await withoutReload(people, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const cut = await network.cut("a");
        for (const { page } of people) noticed.push(await saidAfter(page, cut, /interrupted/));
        await until(cut, seconds * 1000);
        const back = await network.mend("a");
        const after = await Promise.all(people.map(({ page }) => pictureAfter(page, back, 40_000)));
        returned.push(Math.max(...after));
        await expectWorkingCall(...people);
      }
    });
    measured(`a cut of ${seconds} s is said after, ms`, ...noticed);
    measured(`pictures on both sides after its end, ms`, ...returned, `median ${Math.round(median(returned))}`);
    expect.soft(Math.max(...noticed), "the page says so").toBeLessThanOrEqual(2000);
    expect(median(returned), "pictures again").toBeLessThanOrEqual(2500);
  });
}

test("one direction is cut: both read it, and go on after it", async ({ at, room, network }) => {
  const people = await callThere(at, room);
  await network.set("a", { cut: true }, "up");
  const cut = Date.now();
  // One of them still gets pictures, and has to be told that it is not seen, in whatever words.
  const noticed = await Promise.all(people.map(({ page }) => saidAfter(page, cut, /^(?!Connected)/, 10_000)));
  measured("a cut of one direction is said after, ms (who is not heard, who hears nothing)", ...noticed);
  const back = await network.mend("a");
  const after = await Promise.all(people.map(({ page }) => pictureAfter(page, back)));
  measured("pictures after its end, ms", ...after);
  await expectWorkingCall(...people);
  expect(Math.max(...noticed)).toBeLessThanOrEqual(5000);
});

test("a cable is pulled out for 10 s, and the system knows: pictures within 5 s of its return", async ({ at, room, network }) => {
  test.setTimeout(120_000);
  const people = await callThere(at, room);
  for (const { watch } of people) watch.allow(/ERR_NETWORK_CHANGED|ERR_ADDRESS_UNREACHABLE|ERR_INTERNET_DISCONNECTED/);
  await withoutReload(people, async () => {
    const pulled = await network.plug("a", false);
    const noticed = await Promise.all(people.map(({ page }) => saidAfter(page, pulled, /interrupted|gone|server/)));
    measured("a cable that is pulled out is noticed after, ms (here, over there)", ...noticed);
    await until(pulled, 10_000);
    const back = await network.plug("a", true);
    const after = await Promise.all(people.map(({ page }) => pictureAfter(page, back, 40_000)));
    measured("pictures after it is back, ms", ...after);
    await expectWorkingCall(...people);
    expect(Math.max(...after)).toBeLessThanOrEqual(5000);
  });
});
