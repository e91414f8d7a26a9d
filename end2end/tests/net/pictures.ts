// When pictures of the other person were shown and what the page said, to the millisecond: the page notes it itself.
// All times are milliseconds since the epoch, the same clock as Date.now() here.

import { expect, type Person } from "../fixtures.ts";

declare global {
  interface Window {
    /** When a picture of another person's camera was shown, oldest first. */
    shown: number[];
    /** What the notice said from when on, oldest first. */
    said: { time: number; text: string }[];
  }
}

/** Runs in the page before it does. */
export function recordPictures() {
  window.shown = [];
  window.said = [];
  const now = () => performance.timeOrigin + performance.now();
  const known = new WeakSet<HTMLVideoElement>();
  const watch = (video: HTMLVideoElement) => {
    if (known.has(video)) return;
    known.add(video);
    const note = () => {
      // The own picture is muted, that of the other is not; a shared screen may stand still.
      if (!video.muted && !video.closest(".tile-screen")) window.shown.push(now());
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  };
  new MutationObserver(() => {
    document.querySelectorAll("video").forEach(watch);
    const text = document.querySelector(".notice-text")?.textContent ?? "";
    if (text !== window.said.at(-1)?.text) window.said.push({ time: now(), text });
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

/** A page of Playwright or of Puppeteer. */
export type Page = Pick<Person["page"], "evaluate">;

/**
 * How long after `since` the page said something like `pattern` (0: it was saying so already). Waits for it; if it never
 * comes that is Infinity, so that a test can go on and measure the rest.
 */
export async function saidAfter(page: Page, since: number, pattern: RegExp, timeout = 5_000) {
  do {
    const said = await page.evaluate(() => window.said);
    // A sentence holds until the next one.
    const found = said.find(({ text }, i) => pattern.test(text) && (said[i + 1]?.time ?? Infinity) > since);
    if (found) return Math.max(0, found.time - since);
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (Date.now() < since + timeout);
  return Infinity;
}

/** What the page said between two times, with what it said when they began. */
export async function saidBetween(page: Page, from: number, to: number) {
  const said = await page.evaluate(() => window.said);
  return said.filter(({ time }, i) => time < to && (said[i + 1]?.time ?? Infinity) > from).map(({ text }) => text);
}

/** How long after `since` the first picture was shown; waits for it. */
export async function pictureAfter(page: Page, since: number, timeout = 15_000) {
  let first: number | undefined;
  await expect
    .poll(
      async () => {
        first = await page.evaluate((since) => window.shown.find((time) => time > since), since);
        return first !== undefined;
      },
      { message: "a picture is shown again", timeout, intervals: [100] },
    )
    .toBe(true);
  return first! - since;
}

/** The longest time without a new picture between two times, in ms. */
export async function longestGap(page: Page, from: number, to: number) {
  const shown = await page.evaluate(() => window.shown);
  const times = [from, ...shown.filter((time) => time > from && time < to), to];
  return Math.max(...times.slice(1).map((time, i) => time - times[i]!));
}
