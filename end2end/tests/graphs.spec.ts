// How good the call is, in words and in graphs.

import { readFileSync } from "node:fs";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { call, expect, test } from "./fixtures.ts";

test.setTimeout(240_000);

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

async function open(page: Page, more: string, panel: string) {
  await page.getByRole("button", { name: more, exact: true }).click();
  await page.getByRole("button", { name: panel, exact: true }).click();
  const side = page.getByRole("complementary", { name: panel });
  await expect(side.getByRole("heading", { name: panel })).toBeFocused();
  return side;
}

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE } as Record<string, BrowserContextOptions>)) {
  test(`graphs of what goes on, with the same in words, ${size}`, async ({ person, room }) => {
    const [{ page: a }] = await call(() => person(options), room);
    const panel = await open(a, "More", "Connection");
    await expect(panel.getByText("The packets travel directly, over UDP.")).toBeVisible();
    for (const title of ["Bit rate", "Lost packets", "Round trip", "Pictures", "Size of the picture"]) {
      const graph = panel.getByRole("img", { name: title, exact: true });
      await graph.scrollIntoViewIfNeeded();
      await expect(graph).toBeVisible();
      // It grows by one reading a second.
      const line = () => graph.locator(".graph-came").getAttribute("d");
      await expect.poll(async () => (await line())?.match(/[ML]/g)?.length ?? 0, title).toBeGreaterThan(3);
    }
    const figure = (title: string) => panel.getByRole("figure").filter({ hasText: title }).locator(".graph-text");
    await expect(figure("Bit rate")).toHaveText(/^Received [1-9]\d* kbit\/s, at least \d+, at most \d+\. Sent [1-9]\d* kbit\/s, at least \d+, at most \d+\.$/);
    await expect(figure("Pictures")).toHaveText(/^Received [1-9]\d* per second/);
    await expect(figure("Size of the picture")).toHaveText(/^Received [1-9]\d\d lines/);
    // Nothing hangs over the edge of a narrow screen.
    expect(await panel.evaluate((side) => side.scrollWidth - side.clientWidth)).toBeLessThanOrEqual(0);
    const downloading = a.waitForEvent("download");
    await panel.getByRole("button", { name: "Save all of it as a file" }).click();
    const [saved] = JSON.parse(readFileSync(await (await downloading).path(), "utf8")) as { readings: unknown[] }[];
    expect(saved?.readings.length).toBeGreaterThan(3);
  });
}

test("the verdict in words, in Chinese", async ({ person, room }) => {
  const people = [await person({ locale: "zh-CN" }), await person({ locale: "zh-CN" })];
  for (const { page } of people) {
    await page.goto(`room/${room}`);
    await page.getByRole("button", { name: "加入通话" }).click();
  }
  const panel = await open(people[0]!.page, "更多", "连接状况");
  await expect(panel.getByText("数据经 UDP 直接传输。")).toBeVisible();
  await expect(panel.getByRole("figure").filter({ hasText: "往返时间" })).toContainText(/当前 \d+ 毫秒/);
});
