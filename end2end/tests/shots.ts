// A screenshot of every state, to be looked at: `make shots` writes them into end2end/shots, and into end2end/shots/images
// those that README.md and docs/ show. `SHOTS=images make shots` makes only these.

import { mkdirSync } from "node:fs";
import { chromium, type BrowserContextOptions, type Locator, type Page } from "@playwright/test";
import { io } from "socket.io-client";
import { ARGS, FAKE_DEVICES, chromiumPath } from "../browser.js";
import { freePort, startServer } from "../server.js";
import { expect, test, unanswered, withoutDevices, type NewPerson, type Person } from "./fixtures.ts";

type Scheme = "light" | "dark";
const BOTH: Scheme[] = ["light", "dark"];

interface Device {
  sizes: [width: number, height: number][];
  options: BrowserContextOptions;
}

const DEVICES: Record<string, Device> = {
  desktop: { sizes: [[1440, 900], [768, 1024]], options: {} },
  // What a pointer would find has to be reached by touch.
  phone: { sizes: [[360, 740], [740, 360]], options: { hasTouch: true, isMobile: true } },
};

const LANGUAGES = {
  en: {
    locale: "en-US",
    names: ["Ann", "Ben", "Clara", "David"],
    says: ["Can you see the whiteboard?", "Yes. My notes are at https://example.org/notes", "Thank you!"],
    // What a line of the list "More" opens beside the stage.
    panels: {
      people: "People",
      identity: "Is it really them?",
      recording: "Record",
      photo: "Take a photo",
      statistics: "Connection",
      timeline: "Timeline",
      settings: "Settings",
      keys: "Keyboard shortcuts",
    },
    hand: "Raise your hand",
  },
  zh: {
    locale: "zh-CN",
    names: ["小安", "本杰明", "克拉拉", "大卫"],
    says: ["你看得到白板吗？", "看得到。我的笔记在 https://example.org/notes", "谢谢！"],
    panels: {
      people: "成员",
      identity: "对面真的是本人吗？",
      recording: "录制",
      photo: "拍照",
      statistics: "连接状况",
      timeline: "时间线",
      settings: "设置",
      keys: "键盘快捷键",
    },
    hand: "举手",
  },
};

mkdirSync("shots/images", { recursive: true });

for (const [language, words] of Object.entries(LANGUAGES)) {
  for (const [device, { sizes, options }] of Object.entries(DEVICES)) {
    const look = `${device}, ${language}`;
    const room = language === "zh" ? `四人小组-${device}` : `lusab-babad-${device}`;

    /** This state in every size. A call is dark, whatever the system prefers; other pages are light and dark. */
    const shoot = async (page: Page, state: string, { fullPage = false, schemes = ["dark"] as Scheme[] } = {}) => {
      if (process.env.SHOTS === "images") return;
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme });
          await awake(page);
          await page.screenshot({ path: `shots/${state}-${width}-${colorScheme}-${language}.png`, fullPage });
        }
      }
      const [width, height] = sizes[0] ?? [0, 0];
      await page.setViewportSize({ width, height });
    };
    /** A picture for the README or the guide. */
    const show = async (page: Page, name: string) => {
      if (device !== "desktop") return;
      await page.setViewportSize({ width: 1120, height: 700 });
      await page.emulateMedia({ colorScheme: "light" });
      await awake(page);
      const suffix = language === "en" ? "" : ".zh-CN";
      await page.screenshot({ path: `shots/images/${name}${suffix}.jpg`, type: "jpeg", quality: 72 });
    };

    /** Somebody with this name, whose camera shows somebody. */
    const somebody = async (person: NewPerson, i: number) => {
      const one = await person({ ...options, locale: words.locale });
      await one.context.addInitScript((name) => localStorage.setItem("duplex-name", name), words.names[i] ?? "");
      await one.context.addInitScript(portrait, i);
      return one;
    };

    const choose = async ({ page }: Person, item: string) => {
      await page.locator("[popovertarget=more]").click();
      await page.locator("#more").getByRole("button", { name: item, exact: true }).click();
    };
    const open = async (one: Person, panel: string) => {
      await choose(one, panel);
      await expect(one.page.locator(".side")).toBeVisible();
    };
    const openChat = async ({ page }: Person) => {
      if (device === "phone") await page.locator("[popovertarget=more]").click();
      await page.locator(device === "phone" ? "#more .more-chat" : ".control-chat").click();
      await expect(page.locator(".chat-field")).toBeEnabled();
    };
    const close = async ({ page }: Person) => {
      await page.keyboard.press("Escape");
      await expect(page.locator(".side, dialog[open], [popover]:popover-open")).toHaveCount(0);
    };

    test(`pages, ${look}`, async ({ person }) => {
      const { page, watch } = await person({ ...options, locale: words.locale });
      watch.allow(/404/);
      await page.goto("/");
      await shoot(page, "lobby", { schemes: BOTH });
      await show(page, "lobby");
      await page.goto("/?room=a%20b");
      await shoot(page, "lobby-error", { schemes: BOTH });
      await page.goto("/nothing");
      await shoot(page, "not-found", { schemes: BOTH });
      await page.goto("/room/a%20b");
      await shoot(page, "no-room", { schemes: BOTH });
      await page.goto("/offline");
      await shoot(page, "offline", { schemes: BOTH });
      await page.goto("/check");
      await expect(page.locator(".check-verdict")).toHaveAttribute("data-tone", "good");
      await shoot(page, "check", { fullPage: true, schemes: BOTH });
    });

    test(`before joining, ${look}`, async ({ person }) => {
      test.setTimeout(120_000);
      const [a, b] = [await somebody(person, 0), await somebody(person, 1)];
      await enter(a, room);
      await b.page.goto(`/room/${room}`);
      await moving(b.page.locator(".tile-self video"));
      await expect(b.page.locator(".preview meter")).toBeVisible();
      await shoot(b.page, "before");
      await show(b.page, "preview");
      await b.page.locator("[popovertarget=sound-settings]").click();
      await shoot(b.page, "before-sound-devices");
      await b.page.keyboard.press("Escape");
      await b.page.locator(".preview-more summary").click();
      await expect(b.page.locator(".preview-tries")).toBeVisible();
      await shoot(b.page, "before-trying");
      await b.page.locator(".preview-tries button").nth(1).click();
      await expect(b.page.locator("video.recorded")).toBeVisible();
      await shoot(b.page, "before-recorded");
      await b.page.goto("/");
      await expect(b.page.locator(".lobby")).toBeVisible();
      await a.page.locator(".call-home").click();
      await expect(a.page.locator(".lobby")).toBeVisible();
      await shoot(a.page, "lobby-recent", { schemes: BOTH });
    });

    test(`call, ${look}`, async ({ person }) => {
      test.setTimeout(900_000);
      const [a, b, c] = [await somebody(person, 0), await somebody(person, 1), await somebody(person, 2)];
      await enter(a, room);
      await expect(a.page.locator(".invitation")).toBeVisible();
      await shoot(a.page, "alone");
      await a.page.locator(".invitation-ways button").last().click();
      await expect(a.page.locator(".invite-qr")).toBeVisible();
      await shoot(a.page, "invitation");
      await show(a.page, "invitation");
      await close(a);
      await enter(b, room);
      for (const { page } of [a, b]) await moving(page.locator(".tile:not(.tile-self) video"));
      // The sentences of the first moment are over.
      await expect(a.page.locator(".said:not(.said-none)")).toHaveCount(0);
      await shoot(a.page, "call", { schemes: BOTH });
      await show(a.page, "call");

      for (const picker of ["sound-settings", "picture-settings", "more"]) {
        await a.page.locator(`[popovertarget=${picker}]`).click();
        await shoot(a.page, picker);
        await close(a);
      }
      for (const [state, panel] of Object.entries(words.panels)) {
        await open(a, panel);
        if (state === "photo") {
          await a.page.locator(".photo .button").last().click();
          await expect(a.page.locator(".photo-picture")).toBeVisible();
        }
        if (state === "identity") await expect(a.page.locator(".emoji")).toHaveCount(10);
        if (state === "timeline") await a.page.locator(".step summary").nth(3).click();
        await shoot(a.page, `panel-${state}`);
        if (["identity", "statistics", "timeline"].includes(state)) await show(a.page, state);
        if (state === "identity") {
          await a.page.locator(".identity .button").click();
          await shoot(a.page, "compared");
        }
        await close(a);
      }

      // Written to each other, with files on the way.
      await openChat(a);
      await say(a.page, words.says[0]);
      await expect(b.page.locator(".badge").first()).toBeAttached();
      await shoot(b.page, "unread");
      await openChat(b);
      await say(b.page, words.says[1]);
      await say(a.page, words.says[2]);
      await b.page.locator(".files-input").setInputFiles([
        { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("x") },
        { name: "a name that is much longer than the place for it on any phone.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(20_000_000) },
      ]);
      await expect(a.page.locator(".file")).toHaveCount(2);
      await a.page.locator(".file .button-primary").first().click();
      await shoot(a.page, "chat");
      await show(a.page, "chat");
      await shoot(b.page, "chat-offering");
      await close(b);
      await close(a);

      await choose(b, words.hand);
      await expect(a.page.locator(".tile-hand")).toBeVisible();
      await open(b, words.panels.recording);
      await b.page.locator(".recording .button-primary").click();
      await expect(a.page.locator(".recording-mark")).toBeVisible();
      await shoot(a.page, "hand-and-recording");
      await shoot(b.page, "recording");
      const saved = b.page.waitForEvent("download");
      await b.page.locator(".recording-stop").click();
      await saved;
      await shoot(b.page, "recorded");
      await close(b);
      await b.page.locator("[popovertarget=more]").click();
      await b.page.locator(".reaction").nth(2).click();
      await shoot(a.page, "reaction");

      // The screen of the other, then with their camera and microphone off.
      const share = b.page.locator(".controls > .control[aria-pressed]");
      await share.click();
      await moving(a.page.locator(".tile-screen video"));
      await shoot(a.page, "their-screen");
      await shoot(b.page, "sharing");
      await share.click();
      await expect(a.page.locator(".tile-screen")).toHaveCount(0);
      await switchDevices(b);
      await expect(a.page.locator(".tile-empty:not(.tile-self)")).toBeVisible();
      await shoot(a.page, "their-camera-off");
      await shoot(b.page, "own-camera-off");
      await switchDevices(b);
      await a.page.evaluate(() => {
        const devices = navigator.mediaDevices;
        devices.enumerateDevices = async () => [];
        devices.dispatchEvent(new Event("devicechange"));
      });
      await expect(a.page.locator(".toast:not(.toast-none)")).toBeVisible();
      await shoot(a.page, "devices-gone");

      await enter(c, room);
      await expect(c.page.locator(".actions .button-primary:enabled")).toBeVisible();
      await shoot(c.page, "full");

      // Locked: one knocks, is let in or not, and is put out.
      await leave(b);
      await shoot(b.page, "left");
      await expect(a.page.locator("main")).toHaveAttribute("data-view", "alone");
      await shoot(a.page, "deserted");
      await open(a, words.panels.people);
      await a.page.locator(".lock .button").click();
      await shoot(a.page, "locked");
      await close(a);
      await c.page.goto(`/room/${room}`);
      await expect(c.page.locator(".actions .button-primary:enabled")).toBeVisible();
      await shoot(c.page, "before-locked");
      await press(c);
      await expect(a.page.locator(".knock")).toBeVisible();
      await shoot(a.page, "knock");
      await shoot(c.page, "knocking");
      await a.page.locator(".knock .button-primary").click();
      await expect(a.page.locator("main")).toHaveAttribute("data-view", "together");
      await open(a, words.panels.people);
      await a.page.locator(".person-remove").click();
      await shoot(a.page, "remove");
      await a.page.locator(".really .button-danger").click();
      await expect(c.page.locator(".actions .button-primary:enabled")).toBeVisible();
      await shoot(c.page, "removed");
    });

    test(`four people, ${look}`, async ({ person, baseURL }) => {
      test.setTimeout(900_000);
      const four = `${room}-4`;
      // Whoever comes first makes the room.
      const socket = io(baseURL, { transports: ["websocket"], forceNew: true });
      socket.emit("join", four, { capacity: 4 });
      await new Promise((joined) => socket.once("joined", joined));
      const people: Person[] = [];
      for (const i of words.names.keys()) {
        const one = await somebody(person, i);
        if (i === 3) await withoutDevices(one.context, "videoinput");
        await enter(one, four);
        await expect(one.page.locator("[popovertarget=more]")).toBeVisible();
        if (i === 0) await socket.emitWithAck("leave", four);
        people.push(one);
        const { page } = people[0] ?? one;
        await expect(page.locator(".tile:not(.tile-self)")).toHaveCount(i);
        if (i > 1) await layouts(page, i + 1);
      }
      socket.disconnect();

      async function layouts(page: Page, count: number) {
        for (let i = 0; i < 3; i++) {
          await page.locator("[popovertarget=more]").click();
          await page.locator("#more .segment").nth(i).click();
          await expect(page.locator("#more")).toBeHidden();
          await shoot(page, `${["speaker", "grid", "side"][i]}-${count}`);
          if (count === 4 && i === 1) await show(page, "four");
        }
      }
    });

    test(`without devices, ${look}`, async ({ person }) => {
      for (const [state, args] of [
        ["asking", FAKE_DEVICES],
        ["denied", [...FAKE_DEVICES, "--deny-permission-prompts"]],
        ["no-devices", []],
      ] as const) {
        const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...ARGS, ...args] });
        const { page, context } = await person({ ...options, locale: words.locale, in: browser });
        if (state === "asking") await unanswered(context);
        await page.goto(`/room/${room}-none`);
        await expect(page.locator(".actions .button-primary:enabled")).toBeVisible();
        // A sign of the person brings the rest of the page.
        await awake(page);
        if (state !== "asking") await expect(page.locator(".preview")).toBeVisible();
        await shoot(page, state);
        await context.close();
        await browser.close();
      }
    });

    test(`without the server, ${look}`, async ({ person }) => {
      const port = await freePort();
      const server = await startServer(port);
      const people = [await somebody(person, 0), await somebody(person, 1)];
      for (const one of people) {
        one.watch.allow(/WebSocket|ERR_/);
        await enter(one, `http://localhost:${port}/room/r`);
      }
      const [a, b] = people as [Person, Person];
      await moving(a.page.locator(".tile:not(.tile-self) video"));
      await server.stop("SIGKILL");
      await expect(a.page.locator(".notice")).toHaveAttribute("data-tone", "warning");
      await shoot(a.page, "server-lost");
      // Nor is there a way to the other any more.
      await b.page.evaluate(() => window.connections.forEach((connection) => connection.close()));
      await expect(a.page.locator(".tile-dimmed")).toBeVisible();
      await shoot(a.page, "interrupted");
    });

    test(`without JavaScript, ${look}`, async ({ person }) => {
      const { page } = await person({ ...options, locale: words.locale, javaScriptEnabled: false });
      await page.goto(`/room/${room}-none`);
      await shoot(page, "no-javascript", { schemes: BOTH });
    });
  }
}

/** Looks at a room, by its name or its address, and joins. */
async function enter(one: Person, room: string) {
  await one.page.goto(room.includes(":") ? room : `/room/${room}`);
  await press(one);
}

/** Joins. */
const press = ({ page }: Person) => page.locator(".actions .button-primary:enabled").click();

/** Switches microphone and camera off, or on again. */
async function switchDevices({ page }: Person) {
  for (const pair of await page.locator(".control-pair").all()) await pair.locator(".control").first().click();
}

async function leave({ page }: Person) {
  await page.locator(".control-danger").click();
  await expect(page.locator(".control-danger")).toHaveCount(0);
}

async function say(page: Page, text: string | undefined) {
  await page.locator(".chat-field").fill(text ?? "");
  await page.locator(".chat-field").press("Enter");
}

/** Waits until a picture moves. */
const moving = (video: Locator) =>
  expect.poll(() => video.evaluate(({ currentTime }: HTMLVideoElement) => currentTime)).toBeGreaterThan(0.5);

/** Nothing is fading in or out, and nothing hides because nobody has moved for a while. */
async function awake(page: Page) {
  await page.mouse.move(3, 3);
  await page.mouse.move(5, 5);
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
        .map(({ finished }) => finished),
    ),
  );
}

/** Runs in the page: the camera films somebody, another one for each number, and not the browser's test picture. */
function portrait(i: number) {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    const [camera] = stream.getVideoTracks();
    if (!camera) return stream;
    const { width = 640, height = 480 } = camera.getSettings();
    const canvas = new OffscreenCanvas(width, height);
    const paper = canvas.getContext("2d")!;
    const film = Object.assign(document.createElement("canvas"), { width, height });
    const draw = (time: number) => {
      const hue = [215, 25, 150, 320][i % 4]!;
      const shade = paper.createLinearGradient(0, 0, width, height);
      shade.addColorStop(0, `hsl(${hue} 45% 62%)`);
      shade.addColorStop(1, `hsl(${hue + 30} 40% 32%)`);
      paper.fillStyle = shade;
      paper.fillRect(0, 0, width, height);
      const [x, y, r] = [width / 2 + Math.sin(time / 900 + i) * width * 0.012, height * 0.45, height * 0.17];
      paper.fillStyle = `hsl(${hue + 180} 35% 40%)`;
      paper.beginPath();
      paper.ellipse(x, height * 1.04, r * 2.1, r * 2.2, 0, 0, 7);
      paper.fill();
      paper.fillStyle = ["#e8b796", "#8d5a3a", "#f1cda9", "#c68d5e"][i % 4]!;
      paper.fillRect(x - r * 0.32, y + r * 0.7, r * 0.64, r * 0.7);
      paper.beginPath();
      paper.ellipse(x, y, r * 0.82, r, 0, 0, 7);
      paper.fill();
      paper.fillStyle = ["#3b2a20", "#15110e", "#a8652e", "#2b2b33"][i % 4]!;
      paper.beginPath();
      paper.ellipse(x, y - r * 0.25, r * 0.9, r * 0.9, 0, Math.PI * 1.02, Math.PI * 1.98);
      paper.fill();
      paper.fillStyle = "#222";
      for (const side of [-1, 1]) {
        paper.beginPath();
        paper.ellipse(x + side * r * 0.3, y + r * 0.05, r * 0.07, r * 0.07, 0, 0, 7);
        paper.fill();
      }
      paper.strokeStyle = "#7a2f2a";
      paper.lineWidth = r * 0.08;
      paper.beginPath();
      paper.arc(x, y + r * 0.3, r * 0.32, 0.15 * Math.PI, 0.85 * Math.PI);
      paper.stroke();
      film.getContext("2d")!.drawImage(canvas, 0, 0);
    };
    setInterval(() => draw(performance.now()), 66);
    const [track] = film.captureStream(15).getVideoTracks();
    // What the page asks of a camera, it asks of this one.
    track!.getSettings = () => camera.getSettings();
    track!.addEventListener("ended", () => camera.stop());
    return new MediaStream([...stream.getAudioTracks(), track!]);
  };
}
