// What is written to each other: every message once and in order, whatever happens meanwhile.

import type { Page } from "@playwright/test";
import { freePort, startServer } from "../server.js";
import { call, expect, expectWorkingCall, join, meet, sentence, test, type Person } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

/** Opens the chat, from wherever its button is at this size. */
async function open(page: Page, name = /^(Chat|聊天)/) {
  if ((page.viewportSize()?.width ?? 0) < 768) await page.locator("button[popovertarget=more]").click();
  await page.getByRole("button", { name }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
}

const field = (page: Page) => page.getByRole("textbox", { name: /Write a message|输入消息/ });

async function say(page: Page, text: string) {
  await field(page).fill(text);
  await field(page).press("Enter");
  await expect(field(page)).toHaveValue("");
}

async function connected(people: Person[]) {
  for (const { page } of people) await expect(sentence(page)).toHaveText("Connected");
}

/** What was said, oldest first: by oneself or by the other. */
const texts = (page: Page, own: boolean) =>
  page.locator(`.chat-line${own ? ".chat-own" : ":not(.chat-own)"} .chat-text`).allTextContents();

const marks = (page: Page) => page.locator(".chat-mark").allTextContents();

/** Writes messages into the page's own field, as quickly as it takes them. */
const sayMany = (page: Page, name: string, from: number, to: number) =>
  page.evaluate(
    async ([name, from, to]) => {
      const field = document.querySelector<HTMLTextAreaElement>(".chat-field")!;
      for (let n = from; n < to; n++) {
        field.value = `${name} ${n}`;
        field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    [name, from, to] as const,
  );

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
  test(`what is written arrives, is counted and marked, ${size}`, async ({ person, room }) => {
    test.slow();
    const [{ page: a }, { page: b }] = await call(() => person(options), room);
    await open(a);
    await expect(field(a)).toBeEnabled();
    await say(a, "one <b>bold</b> <img src=x onerror=alert(1)>");
    await say(a, "See https://example.org/x?y=1, or javascript://example.org/%0Aalert(1)");
    await field(a).fill("first line");
    await field(a).press("Shift+Enter");
    await field(a).pressSequentially("second line");
    await field(a).press("Enter");
    await expect.poll(() => marks(a)).toEqual(["Delivered", "Delivered", "Delivered"]);

    // While the chat is shut, it is said and counted.
    await expect(b.locator("#chat-news")).toHaveText(/New message: first line\s+second line/);
    const counted = size === "phone" ? b.locator("button[popovertarget=more] .badge") : b.locator(".control-chat .badge");
    await expect(counted).toBeVisible();
    await expect(counted).toHaveText("3");
    await open(b, /^Chat, 3 unread$|^Chat$/);
    await expect(b.locator(".badge")).toHaveCount(0);
    await expect(b.locator("#chat-news")).toBeEmpty();
    expect(await texts(b, false)).toEqual([
      "one <b>bold</b> <img src=x onerror=alert(1)>",
      "See https://example.org/x?y=1, or javascript://example.org/%0Aalert(1)",
      "first line\nsecond line",
    ]);
    await expect(b.locator(".chat-text :is(b, img)")).toHaveCount(0);
    const link = b.locator(".chat-text a");
    await expect(link).toHaveCount(1);
    await expect(link).toHaveAttribute("href", "https://example.org/x?y=1");
    await expect(link).toHaveAttribute("rel", "noopener noreferrer");
    await expect(link).toHaveAttribute("target", "_blank");

    // A long text goes through as it is; one that is too long is not sent.
    const long = "long ".repeat(1_599) + "end";
    await say(b, long);
    await expect.poll(() => texts(a, false)).toEqual([long]);
    await field(b).fill("x".repeat(8_001));
    await field(b).press("Enter");
    await expect(b.locator("#chat-hint")).toHaveText("Too long by 1 characters.");
    await expect(field(b)).not.toHaveValue("");
    expect(await texts(b, true)).toEqual([long]);
    await b.keyboard.press("Escape");
    await expect(field(b)).toBeHidden();
  });
}

test("the chat in Chinese", async ({ person, room }) => {
  const options = { locale: "zh-CN", ...PHONE };
  const [{ page: a }, { page: b }] = [await person(options), await person(options)];
  for (const page of [a, b]) {
    await page.goto(`room/${room}`);
    await page.getByRole("button", { name: "加入" }).click();
  }
  await open(a);
  await expect(a.locator("#chat-hint")).toBeEmpty();
  await say(a, "你好，看 https://example.org/路。");
  await expect(a.locator(".chat-mark")).toHaveText("已送达");
  await expect(b.locator("#chat-news")).toHaveText("新消息：你好，看 https://example.org/路。");
  await open(b);
  await expect(b.locator(".chat-text a")).toHaveText("https://example.org/路");
});

test("a key that ends the composing of characters does not send", async ({ person, room }) => {
  const [{ page: a }] = await call(person, room);
  await open(a);
  await field(a).fill("ni hao");
  await field(a).dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await field(a).dispatchEvent("keydown", { key: "Enter", keyCode: 229 });
  await expect(field(a)).toHaveValue("ni hao");
  expect(await texts(a, true)).toEqual([]);
  await field(a).press("Enter");
  await expect.poll(() => texts(a, true)).toEqual(["ni hao"]);
});

test("nobody is told what was said before they came, and a chat ends with the leaving", async ({ person, room }) => {
  const a = await person();
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await open(a.page);
  await expect(a.page.locator("#chat-hint")).toHaveText("Nobody is here to read it yet.");
  await expect(a.page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  const b = await person();
  await join(b, room);
  await expectWorkingCall(a, b);
  await say(a.page, "hello");
  await open(b.page);
  await expect.poll(() => texts(b.page, false)).toEqual(["hello"]);
  await b.page.getByRole("button", { name: "Leave" }).click();
  await expect(sentence(a.page)).not.toHaveText("Connected");
  expect(await b.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("duplex-chat")))).toEqual([]);
  await b.page.getByRole("button", { name: "Join again" }).click();
  await expectWorkingCall(a, b);
  await open(b.page);
  await say(a.page, "again");
  await expect.poll(() => texts(b.page, false)).toEqual(["again"]);
});

test("what is written goes through the server while there is no channel", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  for (const { context } of [a, b]) {
    // Nothing said through it is ever heard.
    await context.addInitScript(() => {
      RTCDataChannel.prototype.send = () => {
        throw new DOMException("closed", "InvalidStateError");
      };
    });
  }
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  await open(a.page);
  await open(b.page);
  await sayMany(a.page, "a", 0, 200);
  const expected = Array.from({ length: 200 }, (_, n) => `a ${n}`);
  await expect.poll(() => texts(b.page, false)).toEqual(expected);
  await expect.poll(async () => new Set(await marks(a.page))).toEqual(new Set(["Delivered"]));
  const chats = b.events.filter(([name, , data]) => name === "message" && (data as { type: string }).type === "chat");
  expect(chats.length, "several messages at once").toBeLessThan(100);
  expect(a.events.concat(b.events).filter(([name]) => name === "refused")).toEqual([]);
});

test("a thousand messages each way, while the server is killed and a page is loaded again", async ({ person, room }) => {
  test.setTimeout(600_000);
  const port = await freePort();
  let server = await startServer(port);
  const at = { baseURL: `http://localhost:${port}` };
  try {
    // Pictures would only take the time of the processor.
    const people = await meet(person, room, at);
    const [{ page: a }, { page: b }] = people;
    for (const { page, watch } of people) {
      watch.allow(/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/);
      await open(page);
    }
    const many = (name: string, to: number) => Array.from({ length: to }, (_, n) => `${name} ${n}`);
    await Promise.all([sayMany(a, "a", 0, 400), sayMany(b, "b", 0, 400)]);
    await server.stop("SIGKILL");
    await Promise.all([sayMany(a, "a", 400, 600), sayMany(b, "b", 400, 600)]);
    server = await startServer(port);
    await Promise.all([sayMany(a, "a", 600, 700), sayMany(b, "b", 600, 700)]);
    // What b says last may not be on its way yet; what a says meanwhile has nobody to hear it.
    const reloaded = b.reload();
    await sayMany(a, "a", 700, 1_000);
    await reloaded;
    await connected(people);
    await open(b);
    await sayMany(b, "b", 700, 1_000);
    for (const [one, other, name] of [
      [a, b, "a"],
      [b, a, "b"],
    ] as const) {
      await expect.poll(() => texts(other, false), { timeout: 60_000 }).toEqual(many(name, 1_000));
      expect(await texts(one, true)).toEqual(many(name, 1_000));
      await expect.poll(async () => new Set(await marks(one))).toEqual(new Set(["Delivered"]));
    }
    // And it is all still there after both are loaded again.
    await Promise.all([a.reload(), b.reload()]);
    await connected(people);
    for (const [one, name] of [
      [a, "b"],
      [b, "a"],
    ] as const) {
      await expect(one.locator(".badge")).toHaveCount(0);
      await open(one);
      expect(await texts(one, false)).toEqual(many(name, 1_000));
    }
  } finally {
    await server.stop();
  }
});

test("a storage that is full does not break the chat", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await call(person, room);
  await open(a);
  await say(a, "before");
  await open(b);
  for (const page of [a, b]) {
    await page.evaluate(() => {
      for (let size = 1 << 22; size >= 1; size >>= 1) {
        try {
          for (let n = 0; ; n++) sessionStorage.setItem(`fill ${size} ${n}`, "x".repeat(size));
        } catch {
          // Full, to this size.
        }
      }
    });
  }
  await say(a, "after");
  await expect.poll(() => texts(b, false)).toEqual(["before", "after"]);
  await expect.poll(() => marks(a)).toEqual(["Delivered", "Delivered"]);
  await b.reload();
  await expect(sentence(b)).toHaveText("Connected");
  await open(b);
  await expect.poll(() => texts(b, false)).toEqual(["before", "after"]);
});

test("who reads what was said before is not taken to the end", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await call(person, room);
  await open(a);
  await open(b);
  await sayMany(a, "a", 0, 60);
  const list = b.getByRole("log");
  const below = () => list.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
  await expect.poll(() => texts(b, false)).toHaveLength(60);
  await expect.poll(below).toBeLessThan(2);
  await list.evaluate((list) => list.scrollTo(0, 0));
  await sayMany(a, "a", 60, 70);
  await expect.poll(() => texts(b, false)).toHaveLength(70);
  expect(await list.evaluate((list) => list.scrollTop)).toBe(0);
  await list.evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await sayMany(a, "a", 70, 80);
  await expect.poll(() => texts(b, false)).toHaveLength(80);
  await expect.poll(below).toBeLessThan(2);
});
