// The pages in the language of the browser, or in the one that was chosen; and that nothing is left in another.

import { readFile } from "node:fs/promises";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { freePort, startServer } from "../server.js";
import { expect, sentence, test } from "./fixtures.ts";

const CHINESE: BrowserContextOptions = { locale: "zh-CN" };

/** Words in Latin letters that stand in Chinese pages as well. */
const ALLOWED =
  /^(Duplex|English|JavaScript|WebRTC|WebAssembly|WebSocket|Firefox|Chrome|Edge|Safari|https?|localhost|UDP|TCP|Mbit|kbit|lusab|babad|gutih|tugad)$/;

/** Names that are not ours: of the room, of the fake devices, and the link. */
const NAMES = /https?:\/\/\S+|test-[a-z0-9]+|fake_device_\d+|Fake (Default )?Audio (Input|Output)( \d+)?|Default( -)?/g;

/** All that a person can see or have read to them: text, titles, labels, placeholders, the page's title. */
const said = (page: Page) =>
  page.evaluate(() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const around = walker.currentNode.parentElement;
      if (around && !around.closest("script, style, noscript")) texts.push(walker.currentNode.textContent ?? "");
    }
    for (const element of document.querySelectorAll("*")) {
      for (const name of ["title", "aria-label", "placeholder", "alt", "aria-description", "aria-valuetext"]) {
        texts.push(element.getAttribute(name) ?? "");
      }
    }
    texts.push(document.querySelector("meta[name=description]")?.getAttribute("content") ?? "");
    return texts.filter((text) => text.trim() !== "");
  });

/** Words of these texts that are in another language than Chinese. */
const foreign = (texts: string[]) =>
  texts.flatMap((text) => {
    const words = text.replace(NAMES, " ").match(/[A-Za-z]{3,}/g) ?? [];
    return words.filter((word) => !ALLOWED.test(word)).map((word) => `${word} in: ${text}`);
  });

/** Nothing on the page is in another language than Chinese. */
async function expectChineseOnly(page: Page, state: string) {
  const texts = await said(page);
  expect(texts.length, state).toBeGreaterThan(3);
  expect(foreign(texts), state).toEqual([]);
}

const chooser = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test("the server writes the page in the language of the browser", async ({ request }) => {
  for (const [asked, tag, word] of [
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "新建房间"],
    ["en-US,en;q=0.9,zh;q=0.8", "en", "Open a new room"],
    ["de-DE,de;q=0.9", "en", "Open a new room"],
  ] as const) {
    const answer = await request.get("/", { headers: { "Accept-Language": asked } });
    const html = await answer.text();
    expect(html).toContain(`<html lang="${tag}"`);
    expect(html).toContain(word);
    expect(answer.headers().vary?.toLowerCase()).toContain("accept-language, cookie");
    expect(answer.headers()["set-cookie"], "nothing is kept of who chooses nothing").toBeUndefined();
  }
  const call = await request.get("/room/a", { headers: { "Accept-Language": "zh" } });
  expect(await call.text()).toContain("加入通话");
  const missing = await request.get("/nothing/here", { headers: { "Accept-Language": "zh" } });
  expect(missing.status()).toBe(404);
  expect(await missing.text()).toContain("没有这个页面");
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  test(`${how} JavaScript the language is chosen by hand and remembered`, async ({ person }) => {
    const { page, context } = await person({ ...CHINESE, javaScriptEnabled });
    await page.goto("/?room=a%20b");
    await expect(page.getByRole("button", { name: "新建房间" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(page.getByRole("alert")).toHaveText("房间名不能有空格，可以用 - 代替。");
    await chooser(page, "English").click();
    await expect(page.getByRole("button", { name: "Open a new room" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    expect(new URL(page.url()).search, "the same page, with what was typed").toBe("?room=a%20b");
    const cookie = (await context.cookies()).find(({ name }) => name === "duplex-language");
    expect(cookie).toMatchObject({ value: "en", path: "/", httpOnly: true, sameSite: "Lax" });

    // Another page, in another tab.
    const other = await context.newPage();
    await other.goto("/room/our-room");
    await expect(other.locator("html")).toHaveAttribute("lang", "en");
    await chooser(other, "中文").click();
    await expect(other.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(other).toHaveURL(/\/room\/our-room$/);
    await expect(chooser(other, "English")).toBeVisible();
  });
}

test("under a path of its own the choice is kept for that path", async ({ person }) => {
  const port = await freePort();
  const server = await startServer(port, { DUPLEX_PUBLIC_URL: `http://localhost:${port}/call` });
  try {
    const { page, context } = await person({ baseURL: `http://localhost:${port}` });
    await page.goto("/call/");
    await chooser(page, "中文").click();
    await expect(page).toHaveURL(/\/call\/$/);
    await page.getByRole("button", { name: "新建房间" }).click();
    await expect(sentence(page)).toHaveText("可以加入了");
    expect((await context.cookies()).map(({ path }) => path)).toEqual(["/call"]);
    await page.reload();
    await expect(sentence(page)).toHaveText("可以加入了");
    // It would try to come back to the server.
    await page.close();
  } finally {
    await server.stop();
  }
});

test("pages that lead nowhere are in Chinese", async ({ person }) => {
  const { page, watch } = await person(CHINESE);
  watch.allow(/404/);
  await page.goto("/nothing/here");
  await expect(page.getByRole("heading", { name: "没有这个页面" })).toBeVisible();
  await expectChineseOnly(page, "no page");
  await page.goto("/room/a%20b");
  await expect(page.getByRole("heading", { name: "这个链接不对应任何房间" })).toBeVisible();
  await expectChineseOnly(page, "no room");
  await page.getByRole("link", { name: "前往首页" }).click();
  await expect(page.getByRole("button", { name: "新建房间" })).toBeVisible();
});

test("a call page without JavaScript is in Chinese", async ({ person, room }) => {
  const { page } = await person({ ...CHINESE, javaScriptEnabled: false });
  await page.goto(`/room/${room}`);
  await expect(page.locator("noscript p")).toHaveText("通话需要 JavaScript，请为本页面启用它。");
});

test("the check without JavaScript is in Chinese", async ({ person }) => {
  const { page } = await person({ ...CHINESE, javaScriptEnabled: false });
  await page.goto("/check");
  await expect(page).toHaveTitle("通话检测 · Duplex");
  await expect(page.getByRole("heading", { name: "在这里能正常通话吗？" })).toBeVisible();
  await expect(page.locator("noscript p")).toHaveText("检测和通话都需要 JavaScript，请为本页面启用它。");
  const lines = page.getByRole("listitem");
  await expect(lines).toHaveCount(7);
  expect(foreign(await lines.allTextContents())).toEqual([]);
  await chooser(page, "English").click();
  await expect(page).toHaveURL(/\/check$/);
  await expect(page.getByRole("heading", { name: "Will a call work from here?" })).toBeVisible();
});

test("the check finds what it finds in Chinese, with no English left", async ({ person }) => {
  const { page, context } = await person(CHINESE);
  const console: string[] = [];
  context.on("console", (message) => console.push(message.text()));
  const verdict = page.getByRole("status").locator(".check-verdict");
  await page.goto("/");
  await page.getByRole("link", { name: "检测能否正常通话" }).click();
  await expect(page).toHaveTitle("通话检测 · Duplex");
  await expect(verdict).toContainText("在这里可以正常通话", { timeout: 30_000 });
  await expectChineseOnly(page, "checked after the lobby");
  await page.reload();
  await expect(verdict).toContainText("在这里可以正常通话", { timeout: 30_000 });
  await expectChineseOnly(page, "checked as the first page");
  expect(console.filter((line) => /hydrat|mismatch|panicked/i.test(line))).toEqual([]);
});

test("a whole call in Chinese, from the lobby on, with no English left", async ({ person, room }) => {
  const [a, b, c] = [await person(CHINESE), await person(CHINESE), await person(CHINESE)];
  const { page } = a;
  // Leptos warns in the console where the browser's page is not the server's.
  const console: string[] = [];
  for (const { context } of [a, b, c]) context.on("console", (message) => console.push(message.text()));

  await page.goto("/");
  await expectChineseOnly(page, "lobby");
  const field = page.getByLabel("或者输入房间名");
  await field.fill("a/b");
  await page.getByRole("button", { name: "进入" }).click();
  await expect(page.getByRole("alert")).toContainText("不能有“/”");
  await field.fill(room);
  await page.getByRole("button", { name: "进入" }).click();
  await expect(sentence(page)).toHaveText("可以加入了");
  await expectChineseOnly(page, "before joining");
  await page.getByRole("button", { name: "加入通话" }).click();
  await expect(sentence(page)).toHaveText("正在等待对方");
  await expect(chooser(page, "English"), "a call is not left for another language").toHaveCount(0);
  await expectChineseOnly(page, "alone");

  await b.page.goto(`/room/${room}`);
  await b.page.getByRole("button", { name: "加入通话" }).click();
  for (const { page } of [a, b]) await expect(sentence(page)).toHaveText("已连接");
  await expectChineseOnly(page, "connected");

  await page.getByRole("button", { name: "麦克风" }).click();
  await expect(page.getByRole("button", { name: "麦克风" })).toHaveAttribute("title", "麦克风已关闭");
  await expect(b.page.locator(".tile:not(.tile-self)").getByText("麦克风已关闭：")).toBeAttached();
  await expectChineseOnly(page, "muted");
  await expectChineseOnly(b.page, "the other is muted");

  await page.getByRole("button", { name: "画面设置" }).click();
  await page.getByRole("button", { name: "300 kbit/s：节省流量" }).click();
  await expect(page.getByText("画面已按流量限制调小。")).toBeVisible();
  await expectChineseOnly(page, "limited, with the choice of cameras");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "保存统计数据" }).click();
  expect(JSON.parse(await readFile(await (await download).path(), "utf8"))).toHaveLength(1);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "共享屏幕" }).click();
  await expect(b.page.getByText("对方的屏幕")).toBeVisible();
  await expectChineseOnly(page, "sharing");
  await expectChineseOnly(b.page, "the other's screen");

  await c.page.goto(`/room/${room}`);
  await c.page.getByRole("button", { name: "加入通话" }).click();
  await expect(sentence(c.page)).toHaveText("房间已满");
  await expectChineseOnly(c.page, "full");

  await page.getByRole("button", { name: "离开" }).click();
  await expect(sentence(page)).toHaveText("你已离开通话");
  await expect(sentence(b.page)).toHaveText("对方已离开");
  await expectChineseOnly(page, "left");
  await expectChineseOnly(b.page, "deserted");
  await expect(chooser(page, "English")).toBeVisible();
  expect(console.filter((line) => /hydrat|mismatch|panicked/i.test(line))).toEqual([]);
});

test("one person's page is in Chinese and the other's in English", async ({ person, room }) => {
  const [a, b] = [await person(CHINESE), await person()];
  await a.page.goto(`/room/${room}`);
  await a.page.getByRole("button", { name: "加入通话" }).click();
  await b.page.goto(`/room/${room}`);
  await b.page.getByRole("button", { name: "Join" }).click();
  await expect(sentence(a.page)).toHaveText("已连接");
  await expect(sentence(b.page)).toHaveText("Connected");
});
