// The small things of a call: its timer, reactions, keys, talking while a key is held, a screen that stays on, sounds.

import type { Page } from "@playwright/test";
import { enterWithoutCamera, expect, meet, sentence, test } from "./fixtures.ts";

// The debug build on a busy machine takes its time.
test.describe.configure({ timeout: 120_000 });

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

const more = (page: Page) => page.getByRole("button", { name: "More", exact: true });
const microphone = (page: Page) => page.getByRole("button", { name: "Microphone", exact: true });

/** Counts what the page asks of the browser, before it does. */
function count() {
  const counts = { locks: 0, releases: 0, tones: 0 };
  Object.assign(window, { counts });
  Object.defineProperty(navigator, "wakeLock", {
    value: {
      request: async () => {
        counts.locks++;
        return { release: async () => void counts.releases++ };
      },
    },
  });
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    counts.tones++;
    return make.call(this);
  };
}

declare global {
  interface Window {
    counts: { locks: number; releases: number; tones: number };
  }
}

const counts = (page: Page) => page.evaluate(() => window.counts);

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
  test(`the timer counts, and goes on when the page is loaded again, ${size}`, async ({ person, room }) => {
    const a = await person(options);
    await enterWithoutCamera(a, room);
    const timer = a.page.getByRole("timer");
    await expect(timer).toHaveText(/^0:0[3-9]$/);
    await expect(timer).toBeInViewport({ ratio: 1 });
    await a.page.reload();
    await expect(timer).toHaveText(/^0:[0-5][0-9]$/);
    await expect(timer).not.toHaveText(/^0:0[0-3]$/);
    await a.page.getByRole("button", { name: "Leave" }).click();
    await expect(timer).toBeHidden();
    await a.page.getByRole("button", { name: "Join again" }).click();
    await expect(timer).toHaveText(/^0:0[0-4]$/);
  });

  test(`a reaction floats over the tile of whoever sent it, and is read out, ${size}`, async ({ person, room }) => {
    const [{ page: a }, { page: b }] = await meet(person, room, options);
    await more(a).click();
    await a.getByRole("group", { name: "Reactions" }).getByRole("button", { name: "Applause" }).click();
    await expect(b.locator(".tile:not(.tile-self) .floating")).toHaveText("👏");
    await expect(a.locator(".tile-self .floating")).toHaveText("👏");
    await expect(b.getByRole("status").filter({ hasText: "The other person: Applause" })).toBeVisible();
    await expect(b.locator(".floating")).toHaveCount(0);
  });
}

test("nobody can fill the page with reactions", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await meet(person, room);
  await more(a).click();
  const applause = a.getByRole("group", { name: "Reactions" }).getByRole("button", { name: "Applause" });
  await applause.evaluate((button: HTMLElement) => {
    for (let i = 0; i < 50; i++) button.click();
  });
  await expect(b.locator(".floating").first()).toBeVisible();
  expect(await b.locator(".floating").count()).toBeLessThanOrEqual(5);
  expect(await a.locator(".floating").count()).toBeLessThanOrEqual(5);
});

test("keys do what the sheet says, never while one writes, and can be switched off", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await meet(person, room);
  await a.keyboard.press("m");
  await expect(microphone(a)).toHaveAttribute("aria-pressed", "false");
  await a.keyboard.press("m");
  await expect(microphone(a)).toHaveAttribute("aria-pressed", "true");
  await a.keyboard.press("h");
  await expect(b.getByRole("img", { name: "Hand raised" })).toBeVisible();
  await a.keyboard.press("h");
  await expect(b.getByRole("img", { name: "Hand raised" })).toBeHidden();
  await a.keyboard.press("l");
  await expect(a.locator(".call")).toHaveAttribute("data-layout", "grid");
  // With another key it is the browser's.
  await a.keyboard.press("Control+m");
  await expect(microphone(a)).toHaveAttribute("aria-pressed", "true");

  await a.keyboard.press("?");
  await expect(a.getByRole("heading", { name: "Keyboard shortcuts" })).toBeFocused();
  await expect(a.getByRole("row")).toHaveCount(10);
  await a.keyboard.press("Escape");
  await a.keyboard.press("p");
  const name = a.getByLabel("Your name");
  await name.fill("");
  await name.press("m");
  await name.press("h");
  await expect(name).toHaveValue("mh");
  await expect(microphone(a)).toHaveAttribute("aria-pressed", "true");
  await a.keyboard.press("Escape");

  await a.keyboard.press("?");
  await a.getByRole("switch", { name: "Keyboard shortcuts" }).click();
  await a.keyboard.press("m");
  await a.keyboard.press("Escape");
  await a.keyboard.press("?");
  await expect(a.getByRole("heading", { name: "Keyboard shortcuts" })).toBeHidden();
  await expect(microphone(a)).toHaveAttribute("aria-pressed", "true");
  // The browser remembers it.
  expect(await a.evaluate(() => localStorage.getItem("duplex-shortcuts"))).toBe("off");
});

test("whoever is muted talks as long as the space key is held", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await meet(person, room);
  const muted = b.locator(".tile:not(.tile-self) .tile-label .visually-hidden");
  await a.keyboard.press("m");
  await expect(muted).toBeAttached();
  await a.evaluate(() => (document.activeElement as HTMLElement).blur());
  await a.keyboard.down("Space");
  await expect(muted).toHaveCount(0);
  await expect(a.getByRole("status").filter({ hasText: "as long as you hold" })).toBeVisible();
  await a.keyboard.up("Space");
  await expect(muted).toBeAttached();
  // On a button the key is the button's.
  await microphone(a).focus();
  await a.keyboard.press("Space");
  await expect(muted).toHaveCount(0);
  await expect(microphone(a)).toHaveAttribute("aria-pressed", "true");
});

test("the screen stays on in a call, and sounds say who comes and goes until they are switched off", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await a.context.addInitScript(count);
  await enterWithoutCamera(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await expect.poll(async () => (await counts(a.page)).locks).toBe(1);
  expect((await counts(a.page)).tones, "nobody came").toBe(0);
  await enterWithoutCamera(b, room);
  await expect.poll(async () => (await counts(a.page)).tones).toBe(2);
  await b.page.getByRole("button", { name: "Leave" }).click();
  await expect.poll(async () => (await counts(a.page)).tones).toBe(4);
  // Another tab was looked at: the browser has let go of the screen.
  await a.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(async () => (await counts(a.page)).releases).toBe(1);
  await a.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(async () => (await counts(a.page)).locks).toBe(2);
  await more(a.page).click();
  await a.page.getByRole("button", { name: "Settings", exact: true }).click();
  await a.page.getByRole("switch", { name: /Sounds/ }).click();
  await b.page.getByRole("button", { name: "Join again" }).click();
  await expect(sentence(a.page)).toHaveText("Connected");
  expect((await counts(a.page)).tones).toBe(4);
  await a.page.getByRole("button", { name: "Leave" }).click();
  await expect.poll(async () => (await counts(a.page)).releases).toBe(2);
});

test("the sheet and the settings in Chinese", async ({ person, room }) => {
  const { page } = await person({ ...PHONE, locale: "zh-CN" });
  await page.goto(`room/${room}`);
  await page.locator(".button-large").click();
  await page.getByRole("timer", { name: "通话时长" }).waitFor();
  for (const name of ["键盘快捷键", "设置"]) {
    await page.getByRole("button", { name: "更多", exact: true }).click();
    await page.getByRole("button", { name, exact: true }).click();
    await expect(page.getByRole("heading", { name })).toBeFocused();
    expect(await page.locator(".side-content").innerText()).not.toMatch(/[A-Za-z]{2}/);
    await page.keyboard.press("Escape");
  }
});
