// What one tries before joining, and what is missing.

import { createServer } from "node:http";
import { freePort, startServer } from "../server.js";
import { expect, held, sentence, test, withoutDevices } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

for (const [what, options, words] of [
  [
    "desktop",
    {},
    {
      card: "Before you join",
      level: "Your microphone",
      more: "Try sound and picture",
      sound: "Play a test sound",
      notes: "You should hear two notes now.",
      record: "Record yourself for five seconds",
      recording: /^Recording: \d s$/,
      again: "Record once more",
      remove: "Delete the recording",
      join: "Join",
    },
  ],
  [
    "phone, Chinese",
    { ...PHONE, locale: "zh-CN" },
    {
      card: "加入之前",
      level: "你的麦克风",
      more: "试一试声音和画面",
      sound: "播放测试声音",
      notes: "现在应该能听到两个音。",
      record: "录五秒钟的自己",
      recording: /^正在录制：还剩 \d 秒$/,
      again: "再录一次",
      remove: "删除录像",
      join: "加入通话",
    },
  ],
] as const) {
  test(`sound and picture are tried before joining, and nothing of it leaves the page, ${what}`, async ({ person, room }) => {
    const { page } = await person(options);
    const sent: string[] = [];
    await page.goto(`/room/${room}`);
    const card = page.getByRole("region", { name: words.card });
    // Chromium's fake microphone beeps once a second.
    const level = card.getByRole("meter", { name: words.level });
    // Looked at in each frame: who looks once a second may always come between two beeps.
    await expect(level).toBeVisible();
    await page.waitForFunction(() => document.querySelector("meter")!.value > 0.3);
    await card.getByText(words.more).click();
    page.on("request", (request) => {
      if (/^(http|ws)/.test(request.url())) sent.push(request.url());
    });

    await card.getByRole("button", { name: words.sound }).click();
    await expect(card.getByText(words.notes)).toBeVisible();
    await expect(card.getByText(words.notes)).toBeHidden();
    const length = await card.locator("audio").evaluate((it: HTMLAudioElement) => it.duration);
    expect(length).toBeCloseTo(0.9, 1);

    await card.getByRole("button", { name: words.record }).click();
    await expect(card.getByRole("button", { name: words.recording })).toBeVisible();
    const video = card.locator("video.recorded");
    await expect(video).toBeVisible();
    await expect(card.getByRole("button", { name: words.again })).toBeVisible();
    await expect.poll(() => video.evaluate((it: HTMLVideoElement) => it.currentTime)).toBeGreaterThan(0.5);
    const recorded = await video.evaluate(async (it: HTMLVideoElement) => {
      await new Promise((resolve) => (it.ended ? resolve(0) : it.addEventListener("ended", resolve)));
      return { time: it.currentTime, width: it.videoWidth, url: it.src };
    });
    expect(recorded.width).toBeGreaterThan(0);
    expect(recorded.time).toBeGreaterThan(4);
    expect(recorded.time).toBeLessThan(8);
    expect(recorded.url).toMatch(/^blob:/);
    expect(sent).toEqual([]);
    await card.getByRole("button", { name: words.remove }).click();
    await expect(video).toBeHidden();

    await page.getByRole("button", { name: words.join, exact: true }).click();
    await expect(card).toBeHidden();
    // The level had a copy of the microphone.
    await page.locator(".control-danger").click();
    await expect.poll(async () => (await held(page)).devices).toEqual([]);
  });
}

test("who joins while recording is not recorded any more", async ({ person, room }) => {
  const { page } = await person();
  await page.addInitScript(() => {
    const Native = window.MediaRecorder;
    const recorders = ((window as unknown as { recorders: MediaRecorder[] }).recorders = []) as MediaRecorder[];
    window.MediaRecorder = class extends Native {
      constructor(stream: MediaStream, options?: MediaRecorderOptions) {
        super(stream, options);
        recorders.push(this);
      }
    };
  });
  await page.goto(`/room/${room}`);
  await page.getByText("Try sound and picture").click();
  await page.getByRole("button", { name: "Record yourself for five seconds" }).click();
  await expect(page.getByRole("button", { name: /^Recording/ })).toBeVisible();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  const states = () => page.evaluate(() => (window as unknown as { recorders: MediaRecorder[] }).recorders.map(({ state }) => state));
  await expect.poll(states).toEqual(["inactive"]);
});

test("the name that is given before joining is the one that the others see", async ({ person, room }) => {
  const ann = await person();
  await ann.page.goto(`/room/${room}`);
  const card = ann.page.getByRole("region", { name: "Before you join" });
  await card.getByRole("textbox").fill("Ann");
  await ann.page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(sentence(ann.page)).toHaveText("Waiting for the other person");
  const guest = await person({ javaScriptEnabled: false });
  await guest.page.goto(`/room/${room}`);
  await expect(guest.page.getByText("Ann is in this room.")).toBeVisible();
});

test("the background is blurred where the camera can do it, and nothing is offered elsewhere", async ({ person, room }) => {
  const { page } = await person();
  await page.goto(`/room/${room}`);
  await page.getByText("Try sound and picture").click();
  await expect(page.getByRole("button", { name: "Play a test sound" })).toBeVisible();
  const blur = page.getByRole("button", { name: "Blur the background" });
  await expect(blur).not.toBeAttached();

  await page.addInitScript(() => {
    let blurred = false;
    const track = MediaStreamTrack.prototype;
    const { getCapabilities, getSettings, applyConstraints } = track;
    track.getCapabilities = function () {
      return { ...getCapabilities.call(this), backgroundBlur: this.kind === "video" ? [false, true] : undefined } as MediaTrackCapabilities;
    };
    track.getSettings = function () {
      return { ...getSettings.call(this), backgroundBlur: blurred } as MediaTrackSettings;
    };
    track.applyConstraints = function (constraints) {
      blurred = (constraints as { backgroundBlur: boolean }).backgroundBlur;
      return applyConstraints.call(this, constraints);
    };
  });
  await page.reload();
  await page.getByText("Try sound and picture").click();
  await expect(blur).toHaveAttribute("aria-pressed", "false");
  await blur.click();
  await expect(blur).toHaveAttribute("aria-pressed", "true");
  await blur.click();
  await expect(blur).toHaveAttribute("aria-pressed", "false");
});

test.describe("what keeps camera and microphone is told apart", () => {
  test("the system, although the browser may", async ({ person, room }) => {
    const { page } = await person({ permissions: ["camera", "microphone"] });
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("Permission denied by system", "NotAllowedError"));
    });
    await page.goto(`/room/${room}`);
    await expect(sentence(page)).toHaveText("Your browser does not allow camera and microphone");
    // Whoever moves is there.
    await page.locator(".tile-self").hover();
    await expect(page.getByText("the system of this device keeps them from it")).toBeVisible();
  });

  test("the page around this one, in both languages", async ({ person, room }) => {
    const [inner, outer] = [await freePort(), await freePort()];
    const inside = `http://localhost:${inner}/room/${room}`;
    const around = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html");
      answer.end(`<!DOCTYPE html><link rel="icon" href="data:"><iframe width="800" height="700" src="${inside}"></iframe>`);
    });
    await new Promise<void>((resolve) => around.listen(outer, "127.0.0.1", resolve));
    const server = await startServer(inner, { DUPLEX_FRAME_ANCESTORS: `http://127.0.0.1:${outer}` });
    try {
      for (const [locale, text, tab] of [
        ["en-US", "The page around this one keeps camera and microphone.", "Open in a tab of its own"],
        ["zh-CN", "外层网页不允许使用摄像头和麦克风。", "在新标签页中打开"],
      ] as const) {
        const { page, watch } = await person({ locale });
        // The browser says so itself.
        watch.allow(/[Pp]ermissions policy violation/);
        await page.goto(`http://127.0.0.1:${outer}/`);
        const frame = page.frameLocator("iframe");
        // Whoever moves is there.
        await frame.locator(".tile-self").hover();
        await expect(frame.getByText(text)).toBeVisible();
        await expect(frame.getByRole("link", { name: tab })).toHaveAttribute("href", inside);
      }
    } finally {
      around.closeAllConnections();
      around.close();
      await server.stop();
    }
  });

  test("nothing, where a device is not there", async ({ person, room }) => {
    const { page, context } = await person();
    await withoutDevices(context, "audioinput", "videoinput");
    await page.goto(`/room/${room}`);
    await expect(sentence(page)).toHaveText("No camera and no microphone found");
    await page.locator(".tile-self").hover();
    await expect(page.getByRole("region", { name: "Before you join" })).toBeVisible();
    await expect(page.locator(".missing")).toBeEmpty();
  });
});
