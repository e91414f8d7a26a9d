// What is loaded once one is in the room, and where it stands.

import { call, expect, test } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
  test(`a raised hand is seen by the other, ${size}`, async ({ person, room }) => {
    const [{ page: a }, { page: b }] = await call(() => person(options), room);
    await a.getByRole("button", { name: "More", exact: true }).click();
    await a.getByRole("button", { name: "Raise your hand" }).click();
    await expect(b.getByRole("img", { name: "Hand raised" })).toBeVisible();
    await b.getByRole("button", { name: "More", exact: true }).click();
    await b.getByRole("button", { name: "People" }).click();
    await expect(b.getByRole("heading", { name: "People" })).toBeFocused();
    await expect(b.getByRole("listitem").filter({ hasText: "The other person" })).toContainText("✋");
    await b.keyboard.press("Escape");
    await expect(b.getByRole("heading", { name: "People" })).toBeHidden();
    await expect(b.getByRole("button", { name: "More", exact: true })).toBeFocused();
    await a.getByRole("button", { name: "More", exact: true }).click();
    await a.getByRole("button", { name: "Lower your hand" }).click();
    await expect(b.getByRole("img", { name: "Hand raised" })).toBeHidden();
  });
}
