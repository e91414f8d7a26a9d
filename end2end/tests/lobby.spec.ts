import { expect, sentence, test } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

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
  // Before it is hydrated the server says so.
  await page.goto("/", { waitUntil: "networkidle" });
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

test.describe("a pasted link", () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`leads to its room, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({ person, baseURL, room }) => {
      const { page } = await person({ javaScriptEnabled });
      await page.goto("/");
      await page.getByLabel("Or enter a room by its name or link").fill(` ${baseURL}/room/${room}?for=4 `);
      await page.getByRole("button", { name: "Enter" }).click();
      await expect(page).toHaveURL(`/room/${room}`);
      await expect(page.getByRole("heading", { name: room })).toBeVisible();
    });

    test(`to elsewhere is said to be one, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({ person }) => {
      const { page } = await person({ javaScriptEnabled });
      await page.goto("/");
      const field = page.getByLabel("Or enter a room by its name or link");
      await field.fill("https://elsewhere.example/room/a-b");
      await page.getByRole("button", { name: "Enter" }).click();
      await expect(page.getByRole("alert")).toHaveText("This is no link to a room on this server.");
      await expect(field).toHaveValue("https://elsewhere.example/room/a-b");
    });
  }
});

test("a room for up to four is for four, and its address invites to it without saying so", async ({ person }) => {
  const { page, events } = await person();
  const capacities = () => events.filter(([name]) => name === "joined").map(([, , , extras]) => (extras as { capacity: number }).capacity);
  await page.goto("/");
  await page.getByRole("button", { name: "Open one for up to four" }).click();
  await expect(sentence(page)).toHaveText("Ready to join");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(sentence(page)).toHaveText("Waiting for the other person");
  await expect(page).toHaveURL(/\/room\/([a-z]{5}-){3}[a-z]{5}$/);
  // Whoever comes back when everybody has left makes the same room anew.
  await page.getByRole("button", { name: "Leave" }).click();
  await page.reload();
  await expect(sentence(page)).toHaveText("Ready to join");
  await page.getByRole("button", { name: "Join" }).click();
  await expect.poll(capacities).toEqual([4, 4]);
});

for (const [what, options, words] of [
  ["desktop", {}, { title: "Recent rooms", remove: "Remove {} from the list", clear: "Clear the list" }],
  ["phone, Chinese", { ...PHONE, locale: "zh-CN" }, { title: "最近的房间", remove: "从列表中移除 {}", clear: "清空列表" }],
] as const) {
  test(`rooms in which one was can be entered again and forgotten, ${what}`, async ({ person, room }) => {
    const { page } = await person(options);
    const list = page.getByRole("group", { name: words.title });
    const names = list.getByRole("link");
    await page.goto("/");
    await expect(list).toBeEmpty();
    // Looking at the page of a room is not having been in it.
    await page.goto(`/room/${room}-not`);
    await expect(page.locator(".notice-text")).toBeVisible();
    for (const name of [`${room}-1`, `${room}-2`, `${room}-1`]) {
      await page.goto(`/room/${name}`);
      await page.locator(".actions .button-primary:not(:disabled)").click();
      await expect(page.locator(".invitation")).toBeVisible();
      await expect.poll(() => page.evaluate(() => localStorage.getItem("duplex-rooms"))).toMatch(new RegExp(`^${name}`));
      await page.locator(".control-danger").click();
      await expect(page.locator(".invitation")).toBeHidden();
    }
    await page.goto("/");
    await expect(names).toHaveText([`${room}-1`, `${room}-2`]);
    await names.last().click();
    await expect(page).toHaveURL(`/room/${room}-2`);
    await page.goBack();
    await page.getByRole("button", { name: words.remove.replace("{}", `${room}-1`) }).click();
    await expect(names).toHaveText([`${room}-2`]);
    await expect(list).toBeFocused();
    await page.reload();
    await expect(names).toHaveText([`${room}-2`]);
    await page.getByRole("button", { name: words.clear }).click();
    await expect(list).toBeEmpty();
    expect(await page.evaluate(() => localStorage.getItem("duplex-rooms"))).toBeNull();
  });
}

test("what is stored by others is no list of rooms", async ({ person }) => {
  const { page } = await person();
  await page.addInitScript(() => localStorage.setItem("duplex-rooms", "<img/src=x> a&b \"c fine ../x 1 2 3 4 5 6 7 8 9"));
  await page.goto("/");
  await expect(page.getByRole("group", { name: "Recent rooms" }).getByRole("link")).toHaveText(["fine", "1", "2", "3"]);
});
