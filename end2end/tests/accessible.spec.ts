// Nobody is kept out: what axe finds on every page and state, and the whole way by keyboard alone.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, join, sentence, test } from "./fixtures.ts";

const LOOKS = {
  "desktop, English, light": { viewport: { width: 1440, height: 900 }, locale: "en-US", colorScheme: "light" },
  "phone, Chinese, dark": { viewport: { width: 360, height: 740 }, hasTouch: true, locale: "zh-CN", colorScheme: "dark" },
} as const;

for (const [look, options] of Object.entries(LOOKS)) {
  test(`axe finds nothing on any page, ${look}`, async ({ person, room }) => {
    const { page, watch } = await person(options);
    watch.allow(/404/);
    for (const path of ["/", "/?room=a%20b", "/nothing", "/room/a%20b", "/check", `/room/${room}`]) {
      await page.goto(path);
      if (path === "/check") await expect(page.locator(".check-verdict")).toHaveAttribute("data-tone", "good");
      await expectNoViolation(page, path);
    }
  });

  test(`axe finds nothing in any state of a call, ${look}`, async ({ person, room }) => {
    test.setTimeout(180_000);
    const [{ page: a }, { page: b }] = [await person(options), await person(options)];
    await a.goto(`/room/${room}`);
    await a.locator(".actions .button-primary:enabled").click();
    await expect(a.locator(".invitation")).toBeVisible();
    await expectNoViolation(a, "alone");
    await b.goto(`/room/${room}`);
    await b.locator(".actions .button-primary:enabled").click();
    await expect(a.locator("main")).toHaveAttribute("data-view", "together");
    await expectNoViolation(a, "together");
    for (const id of ["sound-settings", "picture-settings", "more"]) {
      await a.locator(`[popovertarget=${id}]`).click();
      await expect(a.locator(`#${id}`)).toBeVisible();
      await expectNoViolation(a, id);
      await a.keyboard.press("Escape");
    }
    // Whatever a line of the list opens, beside the stage or over it.
    const items = a.locator("#more .more-item");
    const opened: string[] = [];
    for (let i = 0; i < (await items.count()); i++) {
      await a.locator("[popovertarget=more]").click();
      const name = (await items.nth(i).innerText()).trim();
      if (!(await items.nth(i).isVisible())) {
        await a.keyboard.press("Escape");
        continue;
      }
      await items.nth(i).click();
      await expectNoViolation(a, name);
      if ((await a.locator(".side, dialog[open]").count()) > 0) opened.push(name);
      await a.keyboard.press("Escape");
      await expect(a.locator(".side, dialog[open]")).toHaveCount(0);
    }
    console.log(`    opened: ${opened.join(", ")}`);
    expect(opened.length).toBeGreaterThanOrEqual(6);
  });
}

test("the whole way by keyboard: lobby, looking at oneself, call, chat, leaving", async ({ person, room }) => {
  const [{ page: a }, b] = [await person(), await person()];
  await a.goto("/");
  await tabTo(a, a.getByRole("textbox", { name: "Or enter a room" }));
  await a.keyboard.type(room);
  await a.keyboard.press("Enter");
  await expect(sentence(a)).toHaveText("Ready to join");
  await tabTo(a, a.getByRole("button", { name: "Join" }));
  await a.keyboard.press("Enter");
  await expect(sentence(a)).toHaveText("Waiting for the other person");
  await join(b, room);
  await expect(sentence(a)).toHaveText("Connected");
  await tabTo(a, a.getByRole("button", { name: "Microphone" }));
  await a.keyboard.press("Space");
  await expect(b.page.getByText("Microphone off:")).toBeAttached();
  await tabTo(a, a.getByRole("button", { name: /^Chat/ }).first());
  await a.keyboard.press("Enter");
  await tabTo(a, a.getByRole("textbox"));
  await a.keyboard.type("hello");
  await a.keyboard.press("Enter");
  await b.page.getByRole("button", { name: /^Chat/ }).first().click();
  await expect(b.page.getByText("hello")).toBeVisible();
  await a.keyboard.press("Escape");
  await expect(a.locator(".side")).toHaveCount(0);
  await tabTo(a, a.getByRole("button", { name: "Leave" }));
  await a.keyboard.press("Enter");
  await expect(sentence(a)).toHaveText("You left the call");
  await expect(sentence(b.page)).toHaveText("The other person left");
});

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, target: Locator) {
  for (let i = 0; i < 40; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

/** What axe finds: the rules of WCAG 2.2 AA and the best practices. */
async function expectNoViolation(page: Page, state: string) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`);
  expect.soft(found, state).toEqual([]);
}
