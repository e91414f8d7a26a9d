// Recording the call, and photos of it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import type { BrowserContextOptions, Download, Page } from "@playwright/test";
import { call, expect, expectWorkingCall, join, sentence, test, withTone, type NewPerson } from "./fixtures.ts";

test.setTimeout(240_000);

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

const OWN_TONE = 440;
const THEIR_TONE = 1_250;

let folder: string;
test.beforeAll(() => (folder = mkdtempSync(path(tmpdir(), "recording-"))));
test.afterAll(() => rmSync(folder, { recursive: true }));

async function singing(person: NewPerson, room: string, options: BrowserContextOptions = {}) {
  const tones = [OWN_TONE, THEIR_TONE];
  return call(async () => {
    const one = await person(options);
    await withTone(one.context, tones.shift() ?? 0, 0.3);
    return one;
  }, room);
}

async function open(page: Page, panel: string) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: panel, exact: true }).click();
  return page.getByRole("complementary", { name: panel });
}

/** For how long it has been recording, in seconds. */
async function seconds(page: Page) {
  const [minutes, seconds] = (await page.locator(".recording-time").innerText()).split(":").map(Number);
  return (minutes ?? 0) * 60 + (seconds ?? 0);
}

async function keep(download: Download) {
  const file = path(folder, `${Math.random()}-${download.suggestedFilename()}`);
  await download.saveAs(file);
  return file;
}

/** What a player finds out about a file, all of which it can decode. */
function probe(file: string) {
  execFileSync("ffmpeg", ["-v", "error", "-i", file, "-f", "null", "-"]);
  const text = execFileSync("ffprobe", ["-v", "error", "-show_entries", "format=duration:stream=codec_type,width,height", "-of", "json", file], { encoding: "utf8" });
  const { format, streams } = JSON.parse(text) as { format: { duration?: string }; streams: { codec_type: string; width?: number; height?: number }[] };
  return { duration: Number(format.duration), streams };
}

/** How loud a tone is in the sound of a file, in the second half of it (Goertzel's algorithm). */
function loudness<Tones extends number[]>(file: string, ...tones: Tones) {
  const rate = 16_000;
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", file, "-vn", "-ac", "1", "-ar", String(rate), "-f", "f32le", "-"], { maxBuffer: 1 << 28 });
  const all = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  const samples = all.subarray(Math.floor(all.length / 2));
  const loudnesses = tones.map((tone) => {
    const factor = 2 * Math.cos((2 * Math.PI * tone) / rate);
    let [one, two] = [0, 0];
    for (const sample of samples) [one, two] = [sample + factor * one - two, one];
    return Math.sqrt(Math.max(0, one * one + two * two - factor * one * two)) / (samples.length / 2);
  });
  return loudnesses as { [I in keyof Tones]: number };
}

test("a recording of 30 seconds plays, is as long as it was, and has both voices", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await singing(person, room);
  await open(a, "Record");
  const start = Date.now();
  await a.getByRole("button", { name: "Start recording" }).click();
  await expect(b.getByText("The other person is recording")).toBeVisible();
  await expect(a.locator(".recording-mark")).toHaveText("You are recording");
  await expect.poll(() => seconds(a), { timeout: 60_000 }).toBeGreaterThanOrEqual(30);
  const downloading = a.waitForEvent("download");
  await a.getByRole("button", { name: "Stop and save" }).click();
  const most = (Date.now() - start) / 1_000;
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^duplex-\d{4}-\d\d-\d\d-\d{4}\.webm$/);
  await expect(b.getByText("The other person is recording")).toBeHidden();
  await expect(a.getByText("Saved. You find it")).toBeVisible();
  const file = await keep(download);
  const { duration, streams } = probe(file);
  expect(duration).toBeGreaterThanOrEqual(29.5);
  expect(duration).toBeLessThanOrEqual(most + 1);
  expect(streams.map(({ codec_type }) => codec_type).toSorted()).toEqual(["audio", "video"]);
  expect(streams.find(({ width }) => width)).toMatchObject({ width: 1280, height: 720 });
  const [own, theirs, nobody] = loudness(file, OWN_TONE, THEIR_TONE, 700);
  expect(own, "the own voice").toBeGreaterThan(10 * nobody);
  expect(theirs, "the other voice").toBeGreaterThan(10 * nobody);
});

test("a muted microphone is not recorded, and only one side can be", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await singing(person, room, PHONE);
  await a.getByRole("button", { name: "Microphone" }).click();
  const record = async (page: Page, whom?: string) => {
    await open(page, "Record");
    if (whom) await page.getByRole("button", { name: whom }).click();
    await page.getByRole("button", { name: "Start recording" }).click();
    await expect.poll(() => seconds(page), { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Stop and save" }).click();
    return keep(await downloading);
  };
  const [own, theirs, nobody] = loudness(await record(a), OWN_TONE, THEIR_TONE, 700);
  expect(theirs).toBeGreaterThan(10 * nobody);
  expect(own, "the muted voice").toBeLessThan(theirs / 10);
  await a.keyboard.press("Escape");
  await a.getByRole("button", { name: "Microphone" }).click();
  const [heard, alone] = loudness(await record(b, "Only mine"), OWN_TONE, THEIR_TONE);
  expect(alone).toBeGreaterThan(10 * heard);
});

test("whoever comes later sees it, and leaving saves it", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await open(a.page, "Record");
  await a.page.getByRole("button", { name: "Start recording" }).click();
  await expect(a.page.locator(".recording-mark")).toHaveText("You are recording");
  await join(b, room);
  await expectWorkingCall(a, b);
  await expect(b.page.getByText("The other person is recording")).toBeVisible();
  const downloading = a.page.waitForEvent("download");
  await a.page.getByRole("button", { name: "Leave" }).click();
  const { duration } = probe(await keep(await downloading));
  expect(duration).toBeGreaterThan(1);
  await expect(b.page.getByText("The other person is recording")).toBeHidden();
});

test("of a tab that is killed all but the last seconds is left", async ({ person, room }) => {
  const a = await person({ locale: "zh-CN" });
  a.watch.allow(/./);
  await a.page.goto(`room/${room}`);
  await a.page.getByRole("button", { name: "加入通话" }).click();
  await a.page.getByRole("button", { name: "更多", exact: true }).click();
  await a.page.getByRole("button", { name: "录制", exact: true }).click();
  await a.page.getByRole("button", { name: "开始录制" }).click();
  await expect(a.page.locator(".recording-mark")).toHaveText("你正在录制");
  await expect.poll(() => seconds(a.page), { timeout: 60_000 }).toBeGreaterThanOrEqual(12);
  const recorded = await seconds(a.page);
  // The process of the page is gone, without a word to it.
  const devtools = await a.context.newCDPSession(a.page);
  devtools.send("Page.crash").catch(() => {});
  await a.page.waitForEvent("crash");
  const later = await a.context.newPage();
  await later.goto(`room/${room}-2`);
  await expect(later.getByText("有一段录制被中断")).toBeVisible();
  const downloading = later.waitForEvent("download");
  await later.getByRole("button", { name: "保存", exact: true }).click();
  const { duration, streams } = probe(await keep(await downloading));
  expect(streams).toHaveLength(2);
  expect(duration).toBeGreaterThanOrEqual(recorded - 5);
  await expect(later.getByText("有一段录制被中断")).toBeHidden();
});

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE } as Record<string, BrowserContextOptions>)) {
  test(`a photo of the other, with a look, ${size}`, async ({ person, room }) => {
    const [{ page: a }] = await call(() => person(options), room);
    const panel = await open(a, "Take a photo");
    await panel.getByRole("button", { name: "The other person" }).click();
    const picture = panel.getByRole("img", { name: "The photo" });
    await expect(picture).toBeVisible();
    /** How many points have a colour. */
    const colorful = () =>
      picture.evaluate((canvas: HTMLCanvasElement) => {
        const points = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let count = 0;
        for (let i = 0; i < points.length; i += 4) if (points[i] !== points[i + 1] || points[i] !== points[i + 2]) count++;
        return count;
      });
    await expect.poll(colorful).toBeGreaterThan(100);
    await panel.getByRole("button", { name: "Grey" }).click();
    await expect(panel.getByRole("button", { name: "Grey" })).toHaveAttribute("aria-pressed", "true");
    await expect.poll(colorful).toBe(0);
    const downloading = a.waitForEvent("download");
    await panel.getByRole("button", { name: "Save photo" }).click();
    const file = await keep(await downloading);
    expect(readFileSync(file).subarray(1, 4).toString()).toBe("PNG");
    const { streams } = probe(file);
    expect(streams[0]?.width).toBeGreaterThan(100);
  });
}
