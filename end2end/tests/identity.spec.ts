// Is it really them? The pictures that both compare.

import type { BrowserContextOptions, Page } from "@playwright/test";
import { call, expect, join, sentence, test } from "./fixtures.ts";

// Several pages are loaded, some of them again, and their pictures take half a second of a processor each.
test.setTimeout(240_000);

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

/** The pictures' words, in their order, as soon as they are there. */
async function pictures(page: Page) {
  const panel = page.getByRole("complementary", { name: "Is it really them?" });
  if (!(await panel.isVisible())) {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("button", { name: "Is it really them?" }).click();
    await expect(page.getByRole("heading", { name: "Is it really them?" })).toBeFocused();
  }
  const list = panel.getByRole("list", { name: "Pictures to compare" });
  await expect(list.getByRole("listitem")).toHaveCount(10);
  return list.getByRole("listitem").allInnerTexts();
}

const shield = (page: Page, name = "Compared") => page.locator(".tile").getByRole("img", { name });

/** What was compared in the calls before. */
const before: string[][] = [];

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE } as Record<string, BrowserContextOptions>)) {
  test(`both sides see the same, and each call has others, ${size}`, async ({ person, room }) => {
    const [{ page: a }, { page: b }] = await call(() => person(options), room);
    const seen = await pictures(a);
    expect(await pictures(b)).toEqual(seen);
    expect(new Set(seen).size, "not all the same").toBeGreaterThan(3);
    expect(before).not.toContainEqual(seen);
    before.push(seen);
  });
}

test("a fingerprint that is changed on the way is seen, although nothing connects", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await b.page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    // As somebody in the middle would, who has a certificate of their own.
    server.onMessage((text) => socket.send(String(text).replaceAll(/(a=fingerprint:sha-256 )(..)/g, (_, name, byte) => name + (byte === "00" ? "01" : "00"))));
  });
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await join(b, room);
  const seen = await pictures(a.page);
  expect(await pictures(b.page)).not.toEqual(seen);
});

test("who was compared with has a mark, and a warning tells when they are others", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await call(person, room);
  const seen = await pictures(a);
  await expect(shield(a)).toBeHidden();
  await a.getByRole("button", { name: "We compared them" }).click();
  await expect(shield(a)).toBeVisible();
  await expect(a.getByRole("complementary").getByRole("status")).toHaveText("You compared them: nobody sits in between.");
  await expect(shield(b), "the other compares for themselves").toBeHidden();
  await a.getByRole("button", { name: "Take it back" }).click();
  await expect(shield(a)).toBeHidden();
  await a.getByRole("button", { name: "We compared them" }).click();
  await a.keyboard.press("Escape");

  await b.reload();
  await expect(a.getByRole("alert")).toContainText("The connection to somebody that you compared with is a new one.");
  await expect(shield(a, "To be compared again")).toBeVisible();
  await a.getByRole("button", { name: "Compare again" }).click();
  const again = await pictures(a);
  expect(again).not.toEqual(seen);
  expect(await pictures(b)).toEqual(again);
  await a.getByRole("button", { name: "We compared them" }).click();
  await expect(shield(a)).toBeVisible();
  await expect(a.getByRole("alert")).toBeEmpty();

  // The tab remembers with whom it compared what, and has another certificate of its own now.
  await a.reload();
  await expect(shield(a, "To be compared again")).toBeVisible();
});

test("in Chinese", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await callInChinese(person, room);
  const read = async (page: Page) => {
    await page.getByRole("button", { name: "更多", exact: true }).click();
    await page.getByRole("button", { name: "对面真的是本人吗？" }).click();
    const items = page.getByRole("list", { name: "用来核对的图案" }).getByRole("listitem");
    await expect(items).toHaveCount(10);
    return items.allInnerTexts();
  };
  expect(await read(a)).toEqual(await read(b));
  await a.getByRole("button", { name: "我们核对过了" }).click();
  await expect(shield(a, "已核对")).toBeVisible();
});

async function callInChinese(person: (options: BrowserContextOptions) => ReturnType<Parameters<typeof call>[0]>, room: string) {
  const [a, b] = [await person({ locale: "zh-CN", ...PHONE }), await person({ locale: "zh-CN", ...PHONE })];
  for (const { page } of [a, b]) {
    await page.goto(`room/${room}`);
    await page.getByRole("button", { name: "加入" }).click();
  }
  return [a, b] as const;
}
