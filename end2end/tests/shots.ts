// A screenshot of every state, to be looked at: `make shots` writes them into end2end/shots.

import { mkdirSync } from "node:fs";
import { chromium, type BrowserContextOptions, type Page } from "@playwright/test";
import { ARGS, FAKE_DEVICES, chromiumPath } from "../browser.js";
import { freePort, startServer } from "../server.js";
import { expectWorkingCall, expect, join, sentence, test, unanswered } from "./fixtures.ts";

const LOOKS: Record<string, BrowserContextOptions> = {
  "desktop-light": { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  "desktop-dark": { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  "phone-light": { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true },
  "phone-dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true },
  "phone-landscape": { viewport: { width: 740, height: 360 }, colorScheme: "dark", hasTouch: true },
};

mkdirSync("shots", { recursive: true });

for (const [i, [look, options]] of Object.entries(LOOKS).entries()) {
  // A name as the lobby makes them; another one for each, because seats outlive their pages for a while.
  const room = ["lusab", "babad", "gutih", "tugad"].map((_, k, words) => words[(k + i) % 4]).join("-") + (i > 3 ? "-lusab" : "");
  const shoot = (page: Page, state: string) => page.screenshot({ path: `shots/${state}-${look}.png` });

  test(`pages, ${look}`, async ({ person }) => {
    const { page, watch } = await person(options);
    watch.allow(/404/);
    await page.goto("/");
    await shoot(page, "lobby");
    await page.goto("/?room=a%20b");
    await shoot(page, "lobby-error");
    await page.goto("/nothing");
    await shoot(page, "not-found");
    await page.goto("/room/a%20b");
    await shoot(page, "no-room");
    await page.goto("/check");
    await expect(page.getByRole("status")).toContainText("A call will work from here");
    await page.screenshot({ path: `shots/check-${look}.png`, fullPage: true });
  });

  test(`call, ${look}`, async ({ person }) => {
    const [a, b, c] = [await person(options), await person(options), await person(options)];
    await a.page.goto(`/room/${room}`);
    await expect(sentence(a.page)).toHaveText("Ready to join");
    const preview = a.page.locator(".tile-self video");
    await expect.poll(() => preview.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(1);
    await shoot(a.page, "before");
    await a.page.getByRole("button", { name: "Join" }).click();
    await expect(sentence(a.page)).toHaveText("Waiting for the other person");
    await shoot(a.page, "waiting");
    await join(b, room);
    await expectWorkingCall(a, b);
    await shoot(a.page, "connected");
    await a.page.getByRole("button", { name: "Sound settings" }).click();
    await expect(a.page.getByRole("button", { name: "Fake Audio Input 1" })).toBeVisible();
    await shoot(a.page, "sound-devices");
    await a.page.keyboard.press("Escape");
    await a.page.getByRole("button", { name: "Picture settings" }).click();
    await a.page.getByRole("button", { name: "fake_device_2" }).click();
    await expect(a.page.getByRole("button", { name: "fake_device_2" })).toHaveAttribute("aria-pressed", "true");
    await shoot(a.page, "cameras");
    await a.page.keyboard.press("Escape");
    await a.page.getByRole("button", { name: "Share screen" }).click();
    const screen = b.page.locator(".tile-screen video");
    await expect.poll(() => screen.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(1);
    await shoot(a.page, "sharing");
    await shoot(b.page, "their-screen");
    await a.page.getByRole("button", { name: "Share screen" }).click();
    await a.page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const list = devices.enumerateDevices.bind(devices);
      devices.enumerateDevices = async () => (await list()).filter(({ label }) => label !== "fake_device_2");
      devices.dispatchEvent(new Event("devicechange"));
    });
    await expect(a.page.locator(".toast")).toContainText("The camera is gone");
    // In full view after its fading in.
    await a.page.waitForTimeout(500);
    await shoot(a.page, "camera-gone");
    await b.page.getByRole("button", { name: "Camera" }).click();
    await b.page.getByRole("button", { name: "Microphone" }).click();
    await expect(a.page.getByText("Microphone off:")).toBeAttached();
    await shoot(a.page, "their-camera-off");
    await shoot(b.page, "own-camera-off");
    await join(c, room);
    await expect(sentence(c.page)).toHaveText("This room is full");
    await shoot(c.page, "full");
    await b.page.getByRole("button", { name: "Leave" }).click();
    await shoot(b.page, "left");
    await expect(sentence(a.page)).toHaveText("The other person left");
    await shoot(a.page, "deserted");
  });

  test(`without devices, ${look}`, async ({ person }) => {
    for (const [state, args] of [
      ["asking", FAKE_DEVICES],
      ["denied", [...FAKE_DEVICES, "--deny-permission-prompts"]],
      ["no-devices", []],
    ] as const) {
      const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...ARGS, ...args] });
      const { page, context } = await person({ ...options, in: browser });
      if (state === "asking") await unanswered(context);
      await page.goto(`/room/${room}`);
      await expect(sentence(page)).not.toHaveText("Getting ready…");
      if (state !== "asking") await expect(sentence(page)).not.toHaveText(/Asking/);
      await shoot(page, state);
      await context.close();
      await browser.close();
    }
  });

  test(`without the server, ${look}`, async ({ person }) => {
    const port = await freePort();
    const server = await startServer(port);
    const here = { ...options, baseURL: `http://localhost:${port}` };
    const [a, b] = [await person(here), await person(here)];
    for (const { watch } of [a, b]) watch.allow(/WebSocket/);
    await join(a, "r");
    await join(b, "r");
    await expectWorkingCall(a, b);
    await server.stop("SIGKILL");
    await expect(sentence(a.page)).toHaveText("The connection to the server is lost");
    await shoot(a.page, "server-lost");
  });

  test(`without JavaScript, ${look}`, async ({ person }) => {
    const { page } = await person({ ...options, javaScriptEnabled: false });
    await page.goto(`/room/${room}`);
    await shoot(page, "no-javascript");
  });
}
