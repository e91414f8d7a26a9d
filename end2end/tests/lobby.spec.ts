import { expect, sentence, test } from "./fixtures.ts";

test.describe("without JavaScript", () => {
  test("the lobby is readable, and its form leads to the room's page", async ({ person }) => {
    const { page } = await person({ javaScriptEnabled: false });
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Duplex" })).toBeVisible();
    await expect(page.getByText("See and hear one other person")).toBeVisible();
    await page.getByLabel("Or enter a room by its name").fill("our-room");
    await page.getByRole("button", { name: "Enter" }).click();
    await expect(page).toHaveURL(/\/room\/our-room$/);
    await expect(page.getByRole("heading", { name: "our-room" })).toBeVisible();
    await expect(page.locator("noscript p")).toBeVisible();
  });

  test("a new room has a name of four words", async ({ person }) => {
    const { page } = await person({ javaScriptEnabled: false });
    await page.goto("/");
    await page.getByRole("button", { name: "Open a new room" }).click();
    await expect(page).toHaveURL(/\/room\/([a-z]{5}-){3}[a-z]{5}$/);
  });

  test("a name that is not allowed comes back with the reason", async ({ person }) => {
    const { page } = await person({ javaScriptEnabled: false });
    await page.goto("/");
    await page.getByLabel("Or enter a room by its name").fill("our room");
    await page.getByRole("button", { name: "Enter" }).click();
    await expect(page.getByRole("alert")).toHaveText("A room name has no spaces; use - instead.");
    await expect(page.getByLabel("Or enter a room by its name")).toHaveValue("our room");
  });
});

test("a name that is not allowed is said to be so where it was typed", async ({ person }) => {
  const { page } = await person();
  await page.goto("/");
  const field = page.getByLabel("Or enter a room by its name");
  await field.fill("a/b");
  await page.getByRole("button", { name: "Enter" }).click();
  await expect(page.getByRole("alert")).toContainText("not “/”");
  await expect(field).toBeFocused();
  await field.fill("a-b");
  await expect(page.getByRole("alert")).toHaveText("");
  await field.press("Enter");
  await expect(page).toHaveURL(/\/room\/a-b$/);
  await expect(sentence(page)).toHaveText("Ready to join");
});

test("the way back from a room leads to the lobby", async ({ person }) => {
  const { page } = await person();
  await page.goto("/");
  await page.getByRole("button", { name: "Open a new room" }).click();
  await expect(sentence(page)).toHaveText("Ready to join");
  await page.goBack();
  await expect(page.getByRole("button", { name: "Open a new room" })).toBeVisible();
  expect(await page.title()).toBe("Duplex");
});

test("a link that leads nowhere says so", async ({ person }) => {
  const { page, watch } = await person();
  watch.allow(/404/);
  await page.goto("/nothing/here");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.getByRole("link", { name: "Go to the lobby" }).click();
  await expect(page).toHaveURL(/\/$/);
  await page.goto("/room/a%20b");
  await expect(page.getByRole("heading", { name: "This link leads to no room" })).toBeVisible();
});
