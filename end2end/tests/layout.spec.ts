// How the pictures stand, what can be done with each, and controls that go away and come back.

import type { Locator, Page } from "@playwright/test";
import { io } from "socket.io-client";
import { enterWithoutCamera, expect, join, meet, sentence, test, type Person } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
const LYING = { viewport: { width: 740, height: 360 }, hasTouch: true };
// The debug build on a busy machine takes its time.
test.describe.configure({ timeout: 120_000 });
const DESKTOP = { viewport: { width: 1280, height: 720 } };

const WORDS = {
  en: { more: "More", layout: "Layout", speaker: "One large", grid: "All alike", side: "Side by side", settings: "Settings" },
  "zh-CN": { more: "更多", layout: "布局", speaker: "大画面", grid: "平均排列", side: "并排", settings: "设置" },
};

const own = (page: Page) => page.locator(".tile-self");
const others = (page: Page) => page.locator(".tile:not(.tile-self)");

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

async function box(locator: Locator): Promise<Box> {
  const found = await locator.boundingBox();
  if (!found) throw new Error(`${locator} is not shown`);
  return found;
}

const area = ({ width, height }: Box) => width * height;

const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1 || a.y + a.height <= b.y + 1 || b.y + b.height <= a.y + 1;

const within = (a: Box, b: Box) =>
  a.x >= b.x - 1 && a.y >= b.y - 1 && a.x + a.width <= b.x + b.width + 1 && a.y + a.height <= b.y + b.height + 1;

async function choose(page: Page, name: string, words = WORDS.en) {
  await page.getByRole("button", { name: words.more, exact: true }).click();
  await page.getByRole("group", { name: words.layout }).getByRole("button", { name }).click();
  await expect(page.getByRole("group", { name: words.layout })).toBeHidden();
}

/** Which corner of the stage the own picture stands in. */
async function corner(page: Page) {
  const [tile, stage] = [await box(own(page)), await box(page.locator(".stage"))];
  const middle = { x: tile.x + tile.width / 2, y: tile.y + tile.height / 2 };
  return `${middle.y < stage.y + stage.height / 2 ? "top" : "bottom"}-${middle.x < stage.x + stage.width / 2 ? "left" : "right"}`;
}

for (const [size, options] of Object.entries({ DESKTOP, PHONE, LYING })) {
  test(`two people in every layout, ${size}`, async ({ person, room }) => {
    const [{ page }] = await meet(person, room, options);
    const stage = await box(page.locator(".stage"));
    // One is as large as the stage, oneself small on it.
    expect(area(await box(others(page)))).toBeGreaterThan(area(stage) * 0.95);
    expect(area(await box(own(page)))).toBeLessThan(area(stage) * 0.2);
    for (const layout of [WORDS.en.grid, WORDS.en.side]) {
      await choose(page, layout);
      await expect
        .poll(async () => {
          const [a, b] = [await box(others(page)), await box(own(page))];
          const alike = area(a) / area(b);
          return apart(a, b) && within(a, stage) && within(b, stage) && alike > 0.9 && alike < 1.1;
        }, layout)
        .toBe(true);
    }
    // The browser remembers it.
    await page.reload();
    await expect(page.locator(".call")).toHaveAttribute("data-layout", "side");
  });
}

for (const [locale, words] of Object.entries(WORDS)) {
  test(`the own picture goes into every corner, and away, ${locale}`, async ({ person, room }) => {
    const [a, b] = [await person({ ...DESKTOP, locale }), await person()];
    await a.page.goto(`room/${room}`);
    await a.page.locator(".button-large").click();
    await expect(a.page.locator(".call")).toHaveAttribute("data-view", "alone");
    await join(b, room);
    const { page } = a;
    await expect(others(page)).toBeVisible();
    expect(await corner(page)).toBe("bottom-right");
    // Dragged.
    const tile = await box(own(page));
    await page.mouse.move(tile.x + tile.width / 2, tile.y + tile.height / 2);
    await page.mouse.down();
    await page.mouse.move(300, 500, { steps: 4 });
    await page.mouse.move(200, 200, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => corner(page)).toBe("top-left");
    // By keyboard.
    const move = own(page).locator(".own-move");
    await move.focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => corner(page)).toBe("bottom-left");
    await page.keyboard.press("Enter");
    await expect.poll(() => corner(page)).toBe("top-left");
    // A mirror for oneself, and for nobody else.
    expect(await own(page).locator("video").evaluate((video) => getComputedStyle(video).scale)).toBe("-1 1");
    expect(await others(b.page).locator("video").evaluate((video) => getComputedStyle(video).scale)).toBe("none");
    // Away, and back from the settings.
    await own(page).getByRole("button").last().click();
    await expect(own(page)).toBeHidden();
    await page.getByRole("button", { name: words.more, exact: true }).click();
    await page.getByRole("button", { name: words.settings, exact: true }).click();
    await page.getByRole("heading", { name: words.settings }).waitFor();
    await page.locator(".settings .choice").nth(1).click();
    await expect(own(page)).toBeVisible();
    const small = area(await box(own(page)));
    await page.locator(".settings .choice").first().click();
    await expect.poll(async () => area(await box(own(page)))).toBeGreaterThan(small * 1.5);
  });
}

test("three people: who is pinned is large, a grid has no overlap", async ({ person, room, baseURL }) => {
  test.setTimeout(180_000);
  // A room for more than two is made by whoever comes first.
  const socket = io(baseURL, { transports: ["websocket"], forceNew: true });
  try {
    socket.emit("join", room, { capacity: 4 });
    await new Promise((joined) => socket.once("joined", joined));
    const people: Person[] = [await person(DESKTOP), await person(DESKTOP), await person(PHONE)];
    for (const [i, one] of people.entries()) {
      await one.context.addInitScript((name) => localStorage.setItem("duplex-name", name), `P${i}`);
      await enterWithoutCamera(one, room);
      await expect(sentence(one.page)).not.toHaveText(/Ready|Joining/);
      // Whoever is only cut off keeps a seat for a while.
      if (i === 0) await socket.emitWithAck("leave", room);
    }
    for (const { page } of people) await expect(others(page)).toHaveCount(2);
    for (const [i, { page }] of people.entries()) {
      if (i === 1) continue;
      const stage = await box(page.locator(".stage"));
      const second = others(page).nth(1);
      await (i === 2 ? second.tap() : second.hover());
      await second.getByRole("button", { name: "Keep large" }).click();
      await expect.poll(async () => area(await box(second))).toBeGreaterThan(area(stage) * 0.95);
      await expect(second.getByRole("button", { name: "Keep large" })).toHaveAttribute("aria-pressed", "true");
      const first = others(page).first();
      expect(area(await box(first))).toBeLessThan(area(stage) * 0.2);
      expect(apart(await box(first), await box(own(page)))).toBe(true);
      for (const layout of [WORDS.en.grid, WORDS.en.side]) {
        await choose(page, layout);
        await expect
          .poll(async () => {
            const all = await Promise.all([first, second, own(page)].map(box));
            return all.every((a, i) => within(a, stage) && all.every((b, j) => i === j || apart(a, b)));
          }, layout)
          .toBe(true);
      }
      expect(area(await box(second))).toBeGreaterThan(area(await box(first)) * 2);
    }
  } finally {
    socket.disconnect();
  }
});

test("whoever speaks is marked, and a tile says when its way is interrupted", async ({ person, room }) => {
  // Chromium's fake microphone beeps once a second.
  const [a, b] = await meet(person, room, DESKTOP);
  await expect(others(a.page).locator(".tile-mark-speaks")).toBeVisible();
  await b.page.getByRole("button", { name: "Microphone" }).click();
  await expect(others(a.page).locator(".tile-mark-speaks")).toHaveCount(0);
  await b.page.evaluate(() => window.connections.forEach((connection) => connection.close()));
  await expect(others(a.page).locator(".tile-state")).toBeVisible();
});

test("a picture fills the screen, and floats in a window of its own", async ({ person, room }) => {
  const [{ page }] = await meet(person, room, DESKTOP);
  await others(page).hover({ position: { x: 400, y: 300 } });
  await page.getByRole("button", { name: "Full screen" }).first().click();
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.className)).toMatch(/^tile/);
  await page.getByRole("button", { name: "Full screen" }).first().click();
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();
  // A browser without a screen has no windows to float in; that it is asked is enough.
  await page.evaluate(() => {
    HTMLVideoElement.prototype.requestPictureInPicture = function () {
      document.title = "floats";
      return Promise.reject(new Error("no window"));
    };
  });
  await page.getByRole("button", { name: "Picture in picture" }).first().click();
  await expect(page).toHaveTitle("floats");
});

for (const [size, options] of Object.entries({ DESKTOP, PHONE })) {
  test(`controls go away and come back, ${size}`, async ({ person, room }) => {
    const [{ page }] = await meet(person, room, options);
    const controls = page.locator(".controls");
    await page.mouse.move(100, 100);
    await expect(controls).toHaveCSS("opacity", "0");
    await page.mouse.move(120, 120);
    await expect(controls).toHaveCSS("opacity", "1");
    // Whoever uses the keyboard never loses them: as long as a moment that would have been enough.
    await expect(controls).toHaveCSS("opacity", "0");
    await page.keyboard.press("Tab");
    await expect(controls).toHaveCSS("opacity", "1");
    const from = await page.evaluate(() => performance.now());
    await page.waitForFunction((from) => performance.now() > from + 6_000, from);
    await expect(controls).toHaveCSS("opacity", "1");
    if (options !== PHONE) return;
    // A first touch shows them, and presses nothing.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.touchscreen.tap(100, 300);
    await expect(controls).toHaveCSS("opacity", "0");
    const leave = await box(page.getByRole("button", { name: "Leave" }));
    await page.touchscreen.tap(leave.x + leave.width / 2, leave.y + leave.height / 2);
    await expect(controls).toHaveCSS("opacity", "1");
    await expect(sentence(page)).toHaveText("Connected");
  });
}
