// Other devices during a call: chosen, unplugged, turned round.

import type { BrowserContext, Page } from "@playwright/test";
import { call, expect, expectWorkingCall, held, join, negotiated, received, sentence, test } from "./fixtures.ts";

/** Which devices the page sends from. */
async function sentFrom(page: Page) {
  return page.evaluate(() => {
    const senders = window.connections.at(-1)!.getSenders();
    return senders.map(({ track }) => track?.label ?? "");
  });
}

async function choose(page: Page, menu: string, device: string) {
  await page.getByRole("button", { name: menu }).click();
  const choice = page.getByRole("button", { name: device });
  await choice.click();
  await expect(choice).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Escape");
  await expect(choice).toBeHidden();
}

test("camera, microphone and speaker change during the call without negotiation, and are remembered", async ({
  person,
  room,
}) => {
  const [a, b] = await call(person, room);
  expect(await sentFrom(a.page)).toEqual(["Fake Default Audio Input", "fake_device_0"]);
  const before = [await negotiated(a.page), await negotiated(b.page)];

  await choose(a.page, "Picture settings", "fake_device_2");
  await choose(a.page, "Sound settings", "Fake Audio Input 2");
  await choose(a.page, "Sound settings", "Fake Audio Output 1");
  expect(await sentFrom(a.page)).toEqual(["Fake Audio Input 2", "fake_device_2"]);
  const speaker = () =>
    a.page.evaluate(async () => {
      const id = document.querySelector<HTMLVideoElement>(".tile:not(.tile-self) video")!.sinkId;
      return (await navigator.mediaDevices.enumerateDevices()).find(({ deviceId }) => deviceId === id)?.label;
    });
  await expect.poll(speaker).toBe("Fake Audio Output 1");
  await expectWorkingCall(a, b);
  expect([await negotiated(a.page), await negotiated(b.page)], "negotiations").toEqual(before);
  await expect.poll(() => live(a.page), "the devices before are released").toEqual([
    "Fake Audio Input 2",
    "fake_device_2",
  ]);
  await expect(a.page.locator(".toast"), "nobody is told what they did themselves").toBeEmpty();

  await a.page.reload();
  await expectWorkingCall(a, b);
  expect(await sentFrom(a.page)).toEqual(["Fake Audio Input 2", "fake_device_2"]);
  await expect.poll(speaker).toBe("Fake Audio Output 1");
  expect(await live(a.page), "no other device was opened for it").toEqual(["Fake Audio Input 2", "fake_device_2"]);
});

test("devices are chosen before joining as well", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await a.page.goto(`/room/${room}`);
  await expect(sentence(a.page)).toHaveText("Ready to join");
  await choose(a.page, "Picture settings", "fake_device_2");
  await choose(a.page, "Sound settings", "Fake Audio Input 1");
  await expect(sentence(a.page)).toHaveText("Ready to join");
  await a.page.getByRole("button", { name: "Join" }).click();
  await join(b, room);
  await expectWorkingCall(a, b);
  expect(await sentFrom(a.page)).toEqual(["Fake Audio Input 1", "fake_device_2"]);
});

/** The names of the devices whose light is on. */
async function live(page: Page) {
  return page.evaluate(() => {
    const tracks = window.tracks.filter(({ readyState }) => readyState === "live");
    return [...new Set(tracks.map(({ label }) => label))].toSorted();
  });
}

declare global {
  interface Window {
    /** Lets the page see only the devices that this leaves, as if the others were unplugged. */
    plug(isThere: (label: string) => boolean): void;
  }
}

/** Devices can be unplugged with `plug`: the browser's list, its event, and the end of the tracks. */
async function withPlugs(context: BrowserContext) {
  await context.addInitScript(() => {
    let isThere = (_label: string) => true;
    const devices = navigator.mediaDevices;
    const list = devices.enumerateDevices.bind(devices);
    devices.enumerateDevices = async () => (await list()).filter(({ label }) => isThere(label));
    window.plug = (which) => {
      isThere = which;
      for (const track of window.tracks) {
        if (track.readyState === "ended" || isThere(track.label)) continue;
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      devices.dispatchEvent(new Event("devicechange"));
    };
  });
}

test("an unplugged device is replaced, comes back when it is plugged in, and the page says so", async ({
  person,
  room,
}) => {
  const [a, b] = [await person(), await person()];
  await withPlugs(a.context);
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  await choose(a.page, "Picture settings", "fake_device_2");
  await choose(a.page, "Sound settings", "Fake Audio Input 1");
  await choose(a.page, "Sound settings", "Fake Audio Output 2");
  const before = await negotiated(a.page);
  const toast = a.page.locator(".toast");
  await expect(toast).toHaveRole("status");

  await a.page.evaluate(() => window.plug((label) => label !== "fake_device_2"));
  await expect(toast).toHaveText("The camera is gone. Now in use: fake_device_0");
  await expectWorkingCall(a, b);
  await a.page.evaluate(() => window.plug((label) => !/fake_device_2|Input 1/.test(label)));
  await expect(toast).toHaveText("The microphone is gone. Now in use: Fake Default Audio Input");
  await expectWorkingCall(a, b);
  expect(await sentFrom(a.page)).toEqual(["Fake Default Audio Input", "fake_device_0"]);

  await a.page.evaluate(() => window.plug((label) => !/Input 1/.test(label)));
  await expect(toast).toHaveText("The camera is back: fake_device_2");
  await a.page.evaluate(() => window.plug(() => true));
  await expect(toast).toHaveText("The microphone is back: Fake Audio Input 1");
  expect(await sentFrom(a.page)).toEqual(["Fake Audio Input 1", "fake_device_2"]);
  await expectWorkingCall(a, b);

  await a.page.evaluate(() => window.plug((label) => !/Output 2/.test(label)));
  await expect(toast).toHaveText("The speaker is gone. Now in use: Fake Default Audio Output");
  await a.page.evaluate(() => window.plug(() => true));
  await expect(toast).toHaveText("The speaker is back: Fake Audio Output 2");

  expect(await negotiated(a.page), "nothing is negotiated for all this").toBe(before);
  await expect.poll(() => live(a.page)).toEqual(["Fake Audio Input 1", "fake_device_2"]);
  await expect(toast, "news go by").toBeEmpty();
});

test("the only camera unplugged: the other person still hears, and sees again", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await withPlugs(a.context);
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  const theirs = b.page.locator(".tile:not(.tile-self)");

  await a.page.evaluate(() => window.plug((label) => !label.startsWith("fake_device")));
  await expect(a.page.locator(".toast")).toHaveText("The camera is gone.");
  await expect(a.page.getByText("The other person will not see you.")).toBeVisible();
  await expect(theirs).toHaveClass(/tile-empty/);
  const { audioPackets } = await received(b.page);
  await expect.poll(async () => (await received(b.page)).audioPackets).toBeGreaterThan(audioPackets + 50);
  expect((await held(a.page)).devices).toEqual(["audio"]);

  await a.page.evaluate(() => window.plug(() => true));
  await expect(theirs).not.toHaveClass(/tile-empty/);
  await expectWorkingCall(a, b);
});

test("on a phone one turns to the other camera, which opens when the first is closed", async ({ person, room }) => {
  const a = await person({
    userAgent: "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36",
  });
  await a.context.addInitScript(() => {
    const facing: Record<string, string> = { fake_device_0: "user", fake_device_2: "environment" };
    const settings = MediaStreamTrack.prototype.getSettings;
    MediaStreamTrack.prototype.getSettings = function () {
      return { ...settings.call(this), facingMode: facing[this.label] };
    };
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const video = constraints?.video;
      if (typeof video !== "object" || typeof video.facingMode !== "object") return open(constraints);
      if (window.tracks.some(({ kind, readyState }) => kind === "video" && readyState === "live")) {
        throw new DOMException("one at a time", "NotReadableError");
      }
      const wanted = "ideal" in video.facingMode ? video.facingMode.ideal : "user";
      const device = (await devices.enumerateDevices()).find(({ label }) => facing[label] === wanted);
      return open({ ...constraints, video: device ? { deviceId: { exact: device.deviceId } } : true });
    };
  });
  await join(a, room);
  const b = await person();
  await join(b, room);
  await expectWorkingCall(a, b);
  const turn = a.page.getByRole("button", { name: "Turn round" });
  await expect(a.page.locator(".tile-self")).toHaveClass(/tile-mirrored/);

  await turn.click();
  await expect.poll(() => sentFrom(a.page)).toEqual(["Fake Default Audio Input", "fake_device_2"]);
  await expect(a.page.locator(".tile-self"), "the world is not mirrored").not.toHaveClass(/tile-mirrored/);
  await expectWorkingCall(a, b);
  await turn.click();
  await expect.poll(() => sentFrom(a.page)).toEqual(["Fake Default Audio Input", "fake_device_0"]);
  await expect(a.page.locator(".toast")).toBeEmpty();
});
