// Four people in one room, each with a link of their own to each other one.

import { Film } from "../../net/camera.ts";
import { GOOD } from "../../net/network.ts";
import { expect, join, measured, sentence, test, type Person } from "./fixtures.ts";
import { incoming, rates } from "./links.ts";

const NAMES = ["a", "b", "c", "d"];

test.use({ place: { machines: NAMES, settings: { DUPLEX_CAPACITY: "4" } } });

test("one of four has a bad link: the other three do not notice", async ({ at, room, network }) => {
  test.setTimeout(180_000);
  // Twelve pictures are encoded, decoded and drawn on one computer: small ones, or that would be what is measured.
  const film = new Film(160, 120, 10, 4);
  try {
    const people: Person[] = [];
    for (const name of NAMES) {
      const one = await at(name, film.argument);
      one.watch.allow(/WebSocket connection to .* failed/);
      await one.page.setViewportSize({ width: 480, height: 480 });
      await join(one, room);
      await expect(sentence(one.page)).not.toHaveText(/Ready|Joining/);
      people.push(one);
    }
    for (const { page } of people) {
      await expect(sentence(page)).toHaveText("Connected");
      await expect.poll(async () => (await incoming(page)).map(({ frames }) => frames > 10)).toEqual([true, true, true]);
    }
    const bad = network.address("d");
    /** The pictures a second on the links between the others: the slowest of them. */
    const slowest = async () => {
      const all = await Promise.all(people.slice(0, 3).map(({ page }) => rates(page, 10_000)));
      const good = all.flat().filter(({ from }) => from !== bad);
      expect(good, "links between the three").toHaveLength(6);
      return Math.min(...good.map(({ fps }) => fps));
    };
    const before = await slowest();
    await network.set("d", { loss: 0.3, rate: 200, delay: 150, jitter: 50 });
    const during = await slowest();
    await network.set("d", { ...GOOD, cut: true });
    const cut = await slowest();
    measured("slowest of the other links, pictures a second: before, with d's bad link, with d's link cut", ...[before, during, cut].map((fps) => fps.toFixed(1)));
    await network.set("d", GOOD);
    for (const { page } of people) await expect(sentence(page)).toHaveText("Connected", { timeout: 30_000 });
    const fps = (await rates(people[3]!.page, 5000)).map(({ fps }) => fps);
    measured("what d gets after that, pictures a second", ...fps.map((fps) => fps.toFixed(1)));
    expect(Math.min(during, cut)).toBeGreaterThan(before * 0.8);
    expect(fps.filter((fps) => fps > 3), "d gets all three again").toHaveLength(3);
  } finally {
    film.remove();
  }
});
