// The view for whoever wants to understand what happens in a call.

import type { BrowserContextOptions, Page } from "@playwright/test";
import { call, expect, test } from "./fixtures.ts";

test.setTimeout(240_000);

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

async function open(page: Page, more = "More", title = "Timeline") {
  await page.getByRole("button", { name: more, exact: true }).click();
  await page.getByRole("button", { name: title, exact: true }).click();
  return page.getByRole("complementary", { name: title });
}

const names = (page: Page) => page.locator(".step-name").allInnerTexts();

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE } as Record<string, BrowserContextOptions>)) {
  // Not shown yet: what a connection does that is made before the click is not in the timeline (no offer, no first states).
  test(`each step is there, says what it is for and can be opened, ${size}`, async ({ person, room }) => {
    const [a, b] = await call(() => person({ ...options, permissions: ["clipboard-read", "clipboard-write"] }), room);
    const panel = await open(b.page);
    await expect(panel.getByRole("heading", { name: "Timeline" })).toBeFocused();
    const seen = await names(b.page);
    for (const name of ["connected", "join", "joined", "answer", "candidate", "media", "stable"]) {
      expect(seen, name).toContain(name);
    }
    // Whoever comes in has put the offer into the `join`, unless the other was quicker.
    expect(seen.some((name) => name === "have-local-offer" || name === "have-remote-offer")).toBe(true);
    expect(seen.indexOf("join")).toBeLessThan(seen.indexOf("joined"));
    const step = (name: string) => panel.getByRole("listitem").filter({ has: b.page.locator("code", { hasText: new RegExp(`^${name}$`) }) }).first();
    // Counted from the moment of coming in.
    await expect(step("joined").locator(".step-time")).toHaveText("+0.000 s");
    await expect(step("joined")).toContainText("The server gives the seat");

    // A description line by line, and the secrets of neither side.
    await step("answer").locator("summary").click();
    await expect(step("answer").locator("pre")).toContainText(/\nv=0\n[^]*\na=ice-pwd:•••\n[^]*a=fingerprint:sha-256 /);
    await step("joined").locator("summary").click();
    await expect(step("joined").locator("pre")).toContainText('"resume": "•••"');

    await panel.getByRole("button", { name: "States" }).click();
    await expect.poll(() => names(b.page)).not.toContain("joined");
    expect(await names(b.page)).toContain("stable");
    await panel.getByRole("button", { name: "Descriptions" }).click();
    await expect.poll(async () => (await names(b.page)).filter((name) => name !== "offer" && name !== "answer")).toEqual([]);
    expect(await names(b.page)).toContain("answer");
    expect(await panel.evaluate((side) => side.scrollWidth - side.clientWidth)).toBeLessThanOrEqual(0);

    await panel.getByRole("button", { name: "Copy all" }).click();
    await expect(panel.getByText("Copied, as JSON.")).toBeVisible();
    const text = await b.page.evaluate(() => navigator.clipboard.readText());
    const copied = JSON.parse(text) as { name: string; way: string; milliseconds: number }[];
    expect(copied.find(({ name }) => name === "join")).toMatchObject({ way: "sent" });
    const secrets = [a, b].flatMap(({ events }) => events.filter(([name]) => name === "joined").map(([, , , extras]) => (extras as { resume: string }).resume));
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(text).not.toContain(secret);

    // What happens now is added, and what is said stays between the two.
    await panel.getByRole("button", { name: "Other" }).click();
    const before = (await names(b.page)).length;
    await a.page.getByRole("button", { name: "Camera" }).click();
    await expect.poll(async () => (await names(b.page)).length).toBeGreaterThan(before);
  });
}

test("in Chinese", async ({ person, room }) => {
  const a = await person({ locale: "zh-CN" });
  await a.page.goto(`room/${room}`);
  await a.page.getByRole("button", { name: "加入通话" }).click();
  const panel = await open(a.page, "更多", "时间线");
  await expect(panel.getByRole("listitem").filter({ hasText: "joined" })).toContainText("服务器给了座位");
});
