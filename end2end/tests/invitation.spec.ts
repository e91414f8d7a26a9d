// Who was invited, and by what.

import { expect, join, sentence, test, type Person } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

/** Somebody who is called so, in the room. */
async function inside(person: Person, room: string, name: string) {
  await person.page.addInitScript((name) => localStorage.setItem("duplex-name", name), name);
  await join(person, room);
  await expect(sentence(person.page)).toHaveText("Waiting for the other person");
}

test.describe("whoever was invited reads who is there", () => {
  for (const [what, options, [named, nobody]] of [
    ["without JavaScript", { javaScriptEnabled: false }, ["Ann <b> is in this room.", "Nobody is in this room yet."]],
    ["without wasm, in Chinese on a phone", { ...PHONE, locale: "zh-CN" }, ["Ann <b> 在房间里。", "房间里还没有人。"]],
  ] as const) {
    test(what, async ({ person, room }) => {
      await inside(await person(), room, "Ann <b>");
      const guest = await person(options);
      guest.watch.allow(/\.wasm|Failed to fetch/);
      await guest.context.route("**/*.wasm", (route) => route.abort());
      await guest.page.goto(`/room/${room}`);
      await expect(guest.page.getByRole("heading", { name: room })).toBeVisible();
      await expect(guest.page.getByText(named)).toBeVisible();
      await guest.page.goto(`/room/${room}-other`);
      await expect(guest.page.getByText(nobody)).toBeVisible();
    });
  }

  test("and reads it no more from joining on", async ({ person, room }) => {
    const ann = await person();
    await inside(ann, room, "Ann");
    const guest = await person();
    await guest.page.goto(`/room/${room}`);
    const said = guest.page.getByText("Ann is in this room.");
    await expect(sentence(guest.page)).toHaveText("Ready to join");
    await expect(said).toBeVisible();
    await guest.page.getByRole("button", { name: "Join" }).click();
    await expect(sentence(guest.page)).toHaveText("Connected");
    await guest.page.getByRole("button", { name: "Leave" }).click();
    await expect(sentence(guest.page)).toHaveText("You left the call");
    await expect(said).toBeHidden();
  });
});

for (const [what, options, words] of [
  ["desktop", {}, { qr: "QR code", title: "Invite", close: "Close", more: "More", copy: "Copy link", copied: "The link is copied." }],
  [
    "phone, Chinese",
    { ...PHONE, locale: "zh-CN" },
    { qr: "二维码", title: "邀请", close: "关闭", more: "更多", copy: "复制链接", copied: "链接已复制。" },
  ],
] as const) {
  test(`the link is handed over in several ways, ${what}`, async ({ person, room, baseURL }) => {
    const { page, context } = await person({ ...options, permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"] });
    const shared: unknown[] = [];
    await page.exposeFunction("share", (data: unknown) => void shared.push(data));
    await page.addInitScript(() => {
      navigator.share = (data) => (window as unknown as { share: (data: unknown) => Promise<void> }).share({ ...data });
    });
    const link = `${baseURL}/room/${room}`;
    // What else the address says is not for others.
    await page.goto(`/room/${room}?for=4&x#y`);
    await page.locator(".actions .button-primary:not(:disabled)").click();
    await expect(page.locator(".invitation input")).toHaveValue(link);
    await page.locator(".invitation").getByRole("button", { name: words.qr }).click();
    const dialog = page.getByRole("dialog", { name: words.title });
    await expect(dialog.getByRole("img", { name: words.qr })).toBeVisible();
    await expect(dialog.getByRole("textbox")).toHaveValue(link);
    await dialog.getByRole("button", { name: words.copy }).click();
    await expect(dialog.getByText(words.copied)).toBeAttached();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(page.locator(".invitation").getByRole("button", { name: words.qr })).toBeFocused();

    // From the list of all the rest, which is there during a call as well.
    await page.getByRole("button", { name: words.more, exact: true }).click();
    await page.getByRole("button", { name: words.title }).click();
    await expect(dialog).toBeVisible();
    await dialog.locator(".invite-content > .button").click();
    await expect.poll(() => shared).toEqual([{ title: "Duplex", url: link }]);
    const box = await dialog.boundingBox();
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height).toBe(true);
    await dialog.getByRole("button", { name: words.close }).click();
    await expect(dialog).toBeHidden();
    await context.close();
  });
}

test("where the system shares nothing there is no button for it", async ({ person, room }) => {
  const { page } = await person();
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "share"));
  await page.goto(`/room/${room}`);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("button", { name: "QR code" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Share", exact: true })).not.toBeAttached();
});
