// What the page measures, what it says of it, and what the person can do about it.

import { readFile } from "node:fs/promises";
import { call, expect, test, type Person } from "./fixtures.ts";

const openSettings = ({ page }: Person) => page.getByRole("button", { name: "Picture settings" }).click();

/** What the sender of the camera's picture was told. */
const shape = ({ page }: Person) =>
  page.evaluate(() => {
    // The first one was made ahead, for an offer that nobody was there to take.
    const open = window.connections.filter(({ connectionState }) => connectionState !== "closed");
    const senders = open.flatMap((connection) => connection.getSenders());
    const camera = senders.find(({ track }) => track?.kind === "video");
    const { maxBitrate = 0, scaleResolutionDownBy = 1 } = camera?.getParameters().encodings[0] ?? {};
    return { maxBitrate, scaleResolutionDownBy };
  });

/** What the page has measured so far, one entry for each peer. */
async function saved({ page }: Person) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save statistics" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("duplex-statistics.json");
  return JSON.parse(await readFile(await file.path(), "utf8"));
}

test("the statistics can be saved, and know both directions and what the other side receives", async ({ person, room }) => {
  const [a] = await call(person, room);
  await openSettings(a);
  // One line a second.
  await expect.poll(async () => (await saved(a))[0]?.readings.length ?? 0, { timeout: 20_000 }).toBeGreaterThan(4);
  const [{ readings }] = await saved(a);
  const last = readings.at(-1);
  expect(last.incoming.frames).toBeGreaterThan(5);
  expect(last.incoming.audioBits).toBeGreaterThan(1_000);
  expect(last.outgoing.videoBits).toBeGreaterThan(10_000);
  expect(last.path).toEqual({ relayed: false, transport: "udp" });
  expect(last.there.hears).toBe(true);
  expect(last.there.frames).toBeGreaterThan(5);
  const gaps = readings.slice(1).map((reading: { time: number }, i: number) => reading.time - readings[i].time);
  expect(Math.min(...gaps)).toBeGreaterThan(700);
});

test("a data limit holds on both sides, is said, and is remembered", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await expect.poll(async () => (await shape(a)).maxBitrate).toBe(2_500_000);
  await openSettings(a);
  await a.page.getByRole("button", { name: "300 kbit/s: save data" }).click();
  for (const someone of [a, b]) {
    await expect.poll(() => shape(someone)).toEqual({ maxBitrate: 220_000, scaleResolutionDownBy: 2 });
    await expect(someone.page.getByText("as the data limit wants it")).toBeVisible();
  }
  await a.page.getByRole("button", { name: "As much as there is room for" }).click();
  await expect.poll(async () => (await shape(b)).maxBitrate, { timeout: 30_000 }).toBe(2_500_000);
  await a.page.getByRole("button", { name: "1 Mbit/s" }).click();
  await a.page.reload();
  await openSettings(a);
  await expect(a.page.getByRole("button", { name: "1 Mbit/s" })).toHaveAttribute("aria-pressed", "true");
});

test("a data limit holds while nothing is heard from who wants it", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await openSettings(a);
  await a.page.getByRole("button", { name: "300 kbit/s: save data" }).click();
  await expect.poll(async () => (await shape(b)).maxBitrate).toBe(220_000);
  // The page itself falls silent; its media goes on.
  await a.page.evaluate(() => {
    RTCDataChannel.prototype.send = () => {};
  });
  await openSettings(b);
  const hears = async () => (await saved(b))[0]?.readings.at(-1).there;
  await expect.poll(hears, { timeout: 30_000 }).toBeFalsy();
  expect((await shape(b)).maxBitrate).toBe(220_000);
});
