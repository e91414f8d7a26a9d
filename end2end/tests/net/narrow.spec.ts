// A link that loses every fifth packet and lets through less than a camera wants.

import { Film } from "../../net/camera.ts";
import { GOOD } from "../../net/network.ts";
import { callThere, expect, expectWorkingCall, measured, test, until } from "./fixtures.ts";
import { rates } from "./links.ts";

test("20 % loss and 300 kbit/s: the sound stays, the picture gets smaller and comes back", async ({ at, room, network }) => {
  test.setTimeout(240_000);
  const film = new Film(640, 480, 30, 16);
  try {
    const people = await callThere(at, room, film.argument);
    for (const { page } of people) await page.setViewportSize({ width: 640, height: 480 });
    // What comes in on both sides, together: the link is as bad in both directions.
    const look = async (ms: number) => {
      const both = (await Promise.all(people.map(({ page }) => rates(page, ms)))).flat();
      return {
        pixels: Math.min(...both.map(({ fps, width }) => fps * width ** 2 * 0.75)),
        concealed: Math.max(...both.map(({ concealed }) => concealed)),
        text: both.map(({ fps, width }) => `${width} pixels wide at ${fps.toFixed(1)} a second`).join(" and "),
      };
    };
    // The browser begins small and grows.
    await expect.poll(async () => (await look(2000)).pixels, { timeout: 40_000 }).toBeGreaterThan(640 * 480 * 12);
    const good = await look(5000);
    measured("on the good link", good.text);

    await network.set("a", { loss: 0.2, rate: 300 });
    const bad = Date.now();
    await until(bad, 10_000);
    const later = await look(10_000);
    measured("after 10 s on the bad link", later.text);
    measured("sound made up from the 10th to the 20th second, %", (later.concealed * 100).toFixed(1));

    await network.set("a", GOOD);
    const back = Date.now();
    await expect
      .poll(async () => (await look(2000)).pixels / good.pixels, { message: "the picture is as before", timeout: 90_000 })
      .toBeGreaterThan(0.7);
    measured("the picture is as before after, s", (Date.now() - back) / 1000);
    await expectWorkingCall(...people);
    expect(later.concealed, "sound that was made up").toBeLessThan(0.1);
    expect(later.pixels, "the picture got smaller").toBeLessThan(good.pixels / 2);
  } finally {
    film.remove();
  }
});
