// Chromium with Firefox, each on a machine of its own.

import { Firefox, firefoxPath } from "../../net/firefox.ts";
import { expect, expectWorkingCall, join, measured, received, sentence, test as base, type Person } from "./fixtures.ts";
import { pictureAfter, recordPictures, saidAfter } from "./pictures.ts";
import { record } from "../fixtures.ts";

/** Somebody with Firefox. */
class Fox {
  constructor(
    readonly firefox: Firefox,
    private readonly url: string,
  ) {}

  get page() {
    return this.firefox.page;
  }

  sentence() {
    return this.page.evaluate(() => document.querySelector(".notice-text")?.textContent);
  }

  press(name: string) {
    return this.page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
  }

  async join(room: string) {
    await this.page.goto(`${this.url}/room/${room}`);
    await expect.poll(() => this.sentence()).toBe("Ready to join");
    await this.press("Join");
  }

  /** What the page shows of the other person's tile of this kind: the pixels, and whether they move. */
  video(selector: string) {
    return this.page.evaluate((selector) => {
      const video = document.querySelector<HTMLVideoElement>(`${selector} video`);
      return { width: video?.videoWidth ?? 0, time: video?.currentTime ?? 0 };
    }, selector);
  }

  /** Sees and hears the other, from now on. */
  async expectWorkingCall() {
    await expect.poll(() => this.sentence()).toBe("Connected");
    const before = await received(this.page);
    await expect
      .poll(async () => (await received(this.page)).frames - before.frames, "video frames decoded")
      .toBeGreaterThanOrEqual(30);
    expect((await received(this.page)).audioPackets, "audio packets received").toBeGreaterThan(before.audioPackets);
    const shown = (await this.video(OTHER)).time;
    await expect.poll(async () => (await this.video(OTHER)).time, "the picture moves").toBeGreaterThan(shown);
  }
}

const OTHER = ".tile:not(.tile-self, .tile-screen)";
const SCREEN = ".tile-screen";

const test = base.extend<{ fox: Fox }>({
  fox: async ({ network, server }, use, info) => {
    const path = firefoxPath();
    if (!path) {
      info.skip(true, "there is no Firefox here: scripts/setup.sh net installs it");
      return;
    }
    const firefox = await Firefox.start(network, "b", path);
    await firefox.page.evaluateOnNewDocument(record);
    await firefox.page.evaluateOnNewDocument(recordPictures);
    // Nobody is there to choose a screen.
    await firefox.page.evaluateOnNewDocument(shareDrawing);
    await use(new Fox(firefox, server.url));
    await firefox.close();
    const problems = firefox.problems.filter((problem) => !/can.t establish a connection|was interrupted/.test(problem));
    expect(problems, "what went wrong in Firefox").toEqual([]);
  },
});

/** Runs in the page before it does: a screen that is shared is a drawing. */
function shareDrawing() {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  devices.getDisplayMedia = async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1280, 720];
    const paper = canvas.getContext("2d")!;
    let i = 0;
    const draw = () => {
      paper.fillStyle = `hsl(${(i += 5)} 80% 50%)`;
      paper.fillRect(0, 0, canvas.width, canvas.height);
    };
    draw();
    setInterval(draw, 100);
    return canvas.captureStream(10);
  };
}

async function expectBoth(chromium: Person, fox: Fox) {
  await expectWorkingCall(chromium);
  await fox.expectWorkingCall();
}

/** The link of one of them is cut for 20 s, longer than a browser alone survives. */
async function expectSurvivesCut(network: import("../../net/network.ts").Network, chromium: Person, fox: Fox) {
  const pages = [chromium.page, fox.page];
  const cut = await network.cut("a");
  const noticed = await Promise.all(pages.map((page) => saidAfter(page, cut, /interrupted/)));
  await new Promise((resolve) => setTimeout(resolve, 20_000 - (Date.now() - cut)));
  const back = await network.mend("a");
  const after = await Promise.all(pages.map((page) => pictureAfter(page, back, 40_000)));
  measured("a cut of 20 s is said after, ms (Chromium, Firefox)", ...noticed);
  measured("pictures after its end, ms (Chromium, Firefox)", ...after);
  await expectBoth(chromium, fox);
  expect(Math.max(...noticed)).toBeLessThanOrEqual(2000);
}

for (const first of ["Chromium", "Firefox"]) {
  test.describe(`${first} is there first`, () => {
    async function begin(at: (machine: string) => Promise<Person>, fox: Fox, room: string) {
      const chromium = await at("a");
      chromium.watch.allow(/WebSocket connection to .* failed/);
      if (first === "Chromium") {
        await join(chromium, room);
        await expect(sentence(chromium.page)).toHaveText("Waiting for the other person");
        await fox.join(room);
      } else {
        await fox.join(room);
        await expect.poll(() => fox.sentence()).toBe("Waiting for the other person");
        await join(chromium, room);
      }
      await expectBoth(chromium, fox);
      return chromium;
    }

    test("they see and hear each other, and a camera goes off and on", async ({ at, fox, room }) => {
      const chromium = await begin(at, fox, room);
      const theirs = chromium.page.locator(OTHER);
      await fox.press("Camera");
      await expect(theirs).toHaveClass(/tile-empty/);
      await fox.press("Camera");
      await expect(theirs).not.toHaveClass(/tile-empty/);
      await expectBoth(chromium, fox);
    });

    test("each shares the screen", async ({ at, fox, room }) => {
      const chromium = await begin(at, fox, room);
      const screen = chromium.page.locator(`${SCREEN} video`);
      await fox.press("Share screen");
      await expect(screen, "Chromium sees Firefox's screen").toBeVisible();
      await expect.poll(() => screen.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
      await fox.press("Share screen");
      await expect(screen).not.toBeAttached();
      await chromium.page.getByRole("button", { name: "Share screen" }).click();
      await expect.poll(async () => (await fox.video(SCREEN)).width, "Firefox sees Chromium's screen").toBeGreaterThan(0);
      await expectBoth(chromium, fox);
    });

    test("the network is cut for 20 s and the call goes on", async ({ at, fox, room, network }) => {
      test.setTimeout(120_000);
      const chromium = await begin(at, fox, room);
      await expectSurvivesCut(network, chromium, fox);
    });
  });
}
