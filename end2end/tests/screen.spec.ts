// Sharing the screen: what the other person sees and hears, and that nothing is left when it ends.

import { chromium, type Page } from "@playwright/test";
import { ARGS, FAKE_DEVICES, chromiumPath } from "../browser.js";
import { call, expect, expectWorkingCall, held, join, negotiated, sentence, test } from "./fixtures.ts";

const shareButton = (page: Page) => page.getByRole("button", { name: "Share screen" });
const screen = (page: Page) => page.locator(".tile-screen");

async function share(page: Page) {
  await shareButton(page).click();
  await expect(shareButton(page)).toHaveAttribute("aria-pressed", "true");
}

async function stop(page: Page) {
  await shareButton(page).click();
  await expect(shareButton(page)).toHaveAttribute("aria-pressed", "false");
}

/** The screen of the other person is there, large, and moves. */
async function expectScreen(page: Page) {
  const video = screen(page).locator("video");
  await expect(video).toBeVisible();
  await expect(screen(page)).toContainText("Screen of the other person");
  const time = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  const before = await time();
  await expect.poll(time, "the screen moves").toBeGreaterThan(before + 0.5);
  const widths = await page.evaluate(() =>
    [".tile-screen", ".tile:not(.tile-self, .tile-screen)"].map((tile) => document.querySelector(tile)!.clientWidth),
  );
  expect(widths[0], "the screen is larger than the camera").toBeGreaterThan(widths[1]! * 2);
}

/** What arrives, counted over a second: the media sections in which something does. */
async function arriving(page: Page) {
  const count = () =>
    page.evaluate(async () => {
      const packets: Record<string, number> = {};
      for (const report of (await window.connections.at(-1)!.getStats()).values()) {
        if (report.type === "inbound-rtp") packets[`${report.kind} ${report.mid}`] = report.packetsReceived;
      }
      return packets;
    });
  const before = await count();
  await page.waitForTimeout(1000);
  const after = await count();
  return Object.keys(after)
    .filter((name) => after[name]! > (before[name] ?? 0))
    .map((name) => name.split(" ")[0])
    .toSorted();
}

/** How many media sections the connection has. */
const sections = (page: Page) =>
  page.evaluate(() => window.connections.at(-1)!.localDescription!.sdp.match(/^m=/gm)!.length);

test("the other person sees and hears the screen beside camera and voice, until it ends", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await share(a.page);
  await expectScreen(b.page);
  await expectWorkingCall(a, b);
  expect(await arriving(b.page), "voice, sound of the screen, camera, screen").toEqual([
    "audio",
    "audio",
    "video",
    "video",
  ]);
  const hints = await a.page.evaluate(() => window.tracks.map(({ contentHint }) => contentHint).filter(Boolean));
  expect(hints).toEqual(["text"]);
  const streams = await b.page.evaluate(() =>
    [...document.querySelectorAll<HTMLVideoElement>(".tile:not(.tile-self) video")].map((video) =>
      (video.srcObject as MediaStream).getTracks().map(({ kind }) => kind).toSorted(),
    ),
  );
  expect(streams, "each in a tile of its own").toEqual([
    ["audio", "video"],
    ["audio", "video"],
  ]);

  await stop(a.page);
  await expect(screen(b.page)).not.toBeAttached();
  await expectWorkingCall(a, b);
  const labels = await a.page.evaluate(() =>
    window.tracks.filter(({ readyState }) => readyState === "live").map(({ label }) => label),
  );
  expect(labels.filter((label) => /screen|Fake audio$/.test(label)), "the screen is released").toEqual([]);
});

test("the camera can be off while the screen is shared", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.getByRole("button", { name: "Camera" }).click();
  await share(a.page);
  await expectScreen(b.page);
  await expect(b.page.locator(".tile:not(.tile-self, .tile-screen)")).toHaveClass(/tile-empty/);
  await a.page.getByRole("button", { name: "Camera" }).click();
  await expectWorkingCall(a, b);
  await expectScreen(b.page);
});

test("sharing that the browser ends is over for both", async ({ person, room }) => {
  // Without the fake question, which has only a fake screen: a real tab, that can be closed.
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...ARGS, ...FAKE_DEVICES, "--auto-select-tab-capture-source-by-title=Slides"],
  });
  const a = await person({ in: browser, permissions: ["camera", "microphone"] });
  const b = await person();
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  const slides = await a.context.newPage();
  await slides.setContent(`<title>Slides</title><h1>1</h1><script>
    setInterval(() => document.querySelector("h1").textContent++, 100)</script>`);
  await a.page.bringToFront();
  await share(a.page);
  await expectScreen(b.page);

  await slides.close();
  await expect(shareButton(a.page)).toHaveAttribute("aria-pressed", "false");
  await expect(screen(b.page)).not.toBeAttached();
  await expectWorkingCall(a, b);
  await a.context.close();
  await browser.close();
});

test("twenty times sharing: nothing is added to the connection, nothing negotiated after the first time", async ({
  person,
  room,
}) => {
  const [a, b] = await call(person, room);
  await share(a.page);
  await expectScreen(b.page);
  await stop(a.page);
  const first = [await sections(a.page), await sections(b.page)];
  const negotiations = [await negotiated(a.page), await negotiated(b.page)];
  for (let round = 2; round <= 20; round++) {
    await share(a.page);
    await expect(screen(b.page)).toBeVisible();
    await stop(a.page);
    await expect(screen(b.page)).not.toBeAttached();
  }
  await share(a.page);
  await expectScreen(b.page);
  expect([await sections(a.page), await sections(b.page)], "media sections").toEqual(first);
  expect([await negotiated(a.page), await negotiated(b.page)], "negotiations").toEqual(negotiations);
  console.log(`    ${first[0]} media sections after the first round and after the twentieth`);
});

test("both share at once, and each sees the other's screen", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await Promise.all([share(a.page), share(b.page)]);
  await Promise.all([expectScreen(a.page), expectScreen(b.page)]);
  await expectWorkingCall(a, b);
  await stop(a.page);
  await expect(screen(b.page)).not.toBeAttached();
  await expectScreen(a.page);
});

test("who comes later, and who loads the page again, sees the screen that is shared", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await share(a.page);
  await join(b, room);
  await expectScreen(b.page);
  await b.page.reload();
  await expectScreen(b.page);
  await expectWorkingCall(a, b);
  // A page that is loaded again shares nothing any more.
  await a.page.reload();
  await expectWorkingCall(a, b);
  await expect(screen(b.page)).not.toBeAttached();
});

test("tracks that come before it is told whose they are find their tile", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  // Whatever speaks of the screen comes late, on whichever way.
  await b.context.addInitScript(() => {
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type: string, listener: any, options?: any) {
      if (type !== "message" || typeof listener !== "function") return add.call(this, type, listener, options);
      add.call(
        this,
        type,
        (event) => {
          const isLate = event instanceof MessageEvent && /"?screen\\?"/.test(String(event.data));
          setTimeout(() => listener(event), isLate ? 2000 : 0);
        },
        options,
      );
    };
  });
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  const before = await sections(b.page);
  await share(a.page);
  await expect.poll(() => sections(b.page), "the tracks are there").toBe(before + 2);
  await expect(screen(b.page), "and nobody knows what they are").not.toBeAttached();
  await expectScreen(b.page);
  await expectWorkingCall(a, b);
});

test("who changes their mind shares nothing, and leaving ends sharing", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getDisplayMedia;
    devices.getDisplayMedia = async () => {
      devices.getDisplayMedia = ask;
      throw new DOMException("no", "NotAllowedError");
    };
  });
  await shareButton(a.page).click();
  await expect(shareButton(a.page)).toBeEnabled();
  await expect(shareButton(a.page)).toHaveAttribute("aria-pressed", "false");
  await expect(a.page.locator(".toast")).toBeEmpty();

  await share(a.page);
  await expectScreen(b.page);
  await a.page.getByRole("button", { name: "Leave" }).click();
  await expect(shareButton(a.page)).not.toBeAttached();
  expect(await held(a.page)).toEqual({ connections: 0, devices: [] });
});
