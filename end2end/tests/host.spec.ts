// What people are called, and what the host of a room may.

import { io } from "socket.io-client";
import { expect, expectWorkingCall, join, sentence, test, type Person } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
// The debug build on a busy machine takes its time.
test.describe.configure({ timeout: 120_000 });
const SIZES = Object.entries({ desktop: {}, phone: PHONE });

const WORDS = {
  en: {
    more: "More",
    people: "People",
    name: "Your name",
    you: "(you)",
    lock: "Lock the room",
    unlock: "Unlock the room",
    locked: "The room is locked: new people must knock.",
    knocks: "Ann wants to come in.",
    admit: "Admit",
    deny: "Deny",
    denied: /did not/,
    ready: "Ready to join",
    join: "Join",
    alone: "Waiting for the other person",
    again: "Try again",
    remove: "Remove Ann",
    really: "Remove",
    cancel: "Cancel",
    removed: /removed/,
    host: "Host",
    youAreHost: "You are the host now.",
  },
  "zh-CN": {
    more: "更多",
    people: "成员",
    name: "你的名字",
    you: "（你）",
    lock: "锁定房间",
    unlock: "取消锁定",
    locked: "房间已锁定：新来的人须经房主同意才能进入。",
    knocks: "Ann请求加入。",
    admit: "同意",
    deny: "拒绝",
    denied: /没有同意/,
    ready: "可以加入了",
    join: "加入通话",
    alone: "正在等待对方",
    again: "再试一次",
    remove: "移出Ann",
    really: "移出",
    cancel: "取消",
    removed: /移出/,
    host: "房主",
    youAreHost: "你现在是房主。",
  },
};

/** The browser of this person remembers a name. */
async function named({ context }: Person, name: string) {
  await context.addInitScript((name) => localStorage.setItem("duplex-name", name), name);
}

async function enter({ page }: Person, room: string, words: (typeof WORDS)["en"]) {
  await page.goto(`room/${room}`);
  await page.getByRole("button", { name: words.join, exact: true }).click();
}

async function openPeople({ page }: Person, words: (typeof WORDS)["en"]) {
  await page.getByRole("button", { name: words.more, exact: true }).click();
  await page.getByRole("button", { name: words.people }).click();
  await expect(page.getByRole("heading", { name: words.people })).toBeFocused();
}

for (const [size, options] of SIZES) {
  test(`names are on the tiles and in the list, and can be changed, ${size}`, async ({ person, room }) => {
    const words = WORDS.en;
    const [a, b] = [await person(options), await person(options)];
    await named(b, "Ann <b>B</b>");
    await join(a, room);
    await expect(sentence(a.page)).toHaveText(words.alone);
    await openPeople(a, words);
    await a.page.getByLabel(words.name).fill("  Bob\u202e ");
    await a.page.getByLabel(words.name).press("Enter");
    await expect(a.page.getByRole("listitem")).toHaveText([/Bob \(you\)/]);
    await a.page.keyboard.press("Escape");
    await join(b, room);
    await expectWorkingCall(a, b);
    // The server told A's name as it was when A came; A itself tells the new one.
    await expect(b.page.locator(".tile:not(.tile-self) .tile-label")).toHaveText("Bob");
    await expect(a.page.locator(".tile:not(.tile-self) .tile-label")).toHaveText("Ann <b>B</b>");
    await openPeople(b, words);
    await expect(b.page.getByRole("listitem")).toHaveText([/Ann <b>B<\/b> \(you\)/, /Bob\s*Host/]);
    await b.page.getByLabel(words.name).fill("");
    await b.page.getByLabel(words.name).blur();
    await expect(a.page.locator(".tile:not(.tile-self) .tile-label")).toHaveText("The other person");
    // A page that is loaded again knows both.
    await a.page.reload();
    await expect(b.page.locator(".tile:not(.tile-self) .tile-label")).toHaveText("Bob");
    await expect(a.page.locator(".tile:not(.tile-self) .tile-label")).toHaveText("The other person");
  });

  for (const [locale, words] of Object.entries(WORDS)) {
    test(`whoever comes to a locked room knocks, ${size}, ${locale}`, async ({ person, room }) => {
      const [a, b] = [await person({ ...options, locale }), await person({ ...options, locale })];
      await named(b, "Ann");
      await enter(a, room, words);
      await expect(sentence(a.page)).toHaveText(words.alone);
      await openPeople(a, words);
      await a.page.getByRole("button", { name: words.lock }).click();
      await expect(a.page.getByRole("button", { name: words.unlock })).toBeVisible();
      // It is said besides, and read out.
      await expect(a.page.getByRole("status").filter({ hasText: words.locked })).toBeVisible();
      await a.page.keyboard.press("Escape");

      await enter(b, room, words);
      const knock = a.page.getByRole("group", { name: words.knocks });
      await expect(knock).toBeInViewport({ ratio: 1 });
      await expect(a.page.getByRole("status").filter({ hasText: words.knocks })).toBeAttached();
      await knock.getByRole("button", { name: words.deny }).click();
      await expect(knock).toBeHidden();
      await expect(a.page.locator(".notice")).toBeFocused();
      await expect(sentence(b.page)).toHaveText(words.denied);

      // One that goes away takes its knock with it.
      await b.page.getByRole("button", { name: words.again }).click();
      await expect(knock).toBeVisible();
      await b.page.reload();
      await expect(knock).toBeHidden();

      await b.page.getByRole("button", { name: words.join, exact: true }).click();
      // Also while something else is open.
      await openPeople(a, words);
      await expect(knock).toBeInViewport({ ratio: 1 });
      await knock.getByRole("button", { name: words.admit }).click();
      await expect(a.page.locator(".tile:not(.tile-self) .tile-label")).toHaveText("Ann");

      // Only the host has these buttons.
      await openPeople(b, words);
      await expect(b.page.getByText(words.locked)).toBeVisible();
      await expect(b.page.getByRole("button", { name: words.unlock })).toBeHidden();
      await expect(b.page.locator(".person-remove")).toBeHidden();

      const remove = a.page.getByRole("button", { name: words.remove, exact: true });
      await remove.click();
      const cancel = a.page.getByRole("button", { name: words.cancel, exact: true });
      await expect(cancel).toBeFocused();
      await cancel.click();
      await expect(remove).toBeFocused();
      await remove.click();
      await a.page.getByRole("button", { name: words.really, exact: true }).click();
      await expect(sentence(b.page)).toHaveText(words.removed);
      await expect(a.page.getByRole("listitem")).toHaveCount(1);
    });
  }
}

for (const [locale, words] of Object.entries(WORDS)) {
  test(`the next one is the host when the host goes, ${locale}`, async ({ person, room }) => {
    const [a, b] = [await person({ locale }), await person({ locale })];
    await enter(a, room, words);
    await expect(sentence(a.page)).toHaveText(words.alone);
    await enter(b, room, words);
    await openPeople(b, words);
    await expect(b.page.getByRole("listitem").filter({ hasText: words.host })).not.toContainText(words.you);
    await a.page.locator(".control-danger").click();
    await expect(b.page.getByRole("status").filter({ hasText: words.youAreHost })).toBeVisible();
    await expect(b.page.getByRole("button", { name: words.lock })).toBeVisible();
  });
}

test("a room with a passcode asks for it until it is right", async ({ person, room, baseURL }) => {
  // A page of somebody else's made it.
  const socket = io(baseURL, { transports: ["websocket"], forceNew: true });
  try {
    socket.emit("join", room, { passcode: "sesame" });
    await new Promise((joined) => socket.once("joined", joined));
    const a = await person(PHONE);
    await join(a, room);
    await expect(sentence(a.page)).toHaveText("This room has a passcode");
    const field = a.page.getByLabel("Passcode");
    await expect(field).toBeFocused();
    await field.fill("open");
    await field.press("Enter");
    await expect(a.page.locator("#passcode-wrong")).toHaveText("That is not the passcode of this room.");
    await expect(field).toBeFocused();
    await field.fill("sesame");
    await a.page.getByRole("button", { name: "Join with the passcode" }).click();
    await expect(a.page.locator(".tile:not(.tile-self)")).toBeVisible();
    await expect(field).toBeHidden();
  } finally {
    socket.disconnect();
  }
});
