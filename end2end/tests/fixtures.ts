// What every test has: people with a browser context each, whose pages must not log a single error.

import { chromium, test as base, expect, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "@playwright/test";
import { ARGS, chromiumPath } from "../browser.js";

export { expect };

/** Collects whatever goes wrong in the pages of a context. */
export class Watch {
  readonly problems: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(context: BrowserContext) {
    context.on("console", (message) => {
      if (message.type() === "error") this.note(`console: ${message.text()} ${message.location().url}`);
    });
    context.on("weberror", (error) => this.note(`uncaught: ${error.error()}`));
    context.on("requestfailed", (request) => {
      // The page that is being left takes its own requests back.
      const reason = request.failure()?.errorText ?? "";
      if (reason !== "net::ERR_ABORTED") this.note(`failed: ${request.url()} ${reason}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 400) this.note(`status ${response.status()}: ${response.url()}`);
    });
  }

  /** For what a test brings about on purpose. */
  allow(pattern: RegExp) {
    this.allowed.push(pattern);
  }

  private note(problem: string) {
    if (!this.allowed.some((pattern) => pattern.test(problem))) this.problems.push(problem);
  }
}

/** Somebody with a browser: a page, and what goes wrong in it. */
export interface Person {
  page: Page;
  context: BrowserContext;
  watch: Watch;
  /** What the server told the pages of this person, oldest first: name and arguments. */
  events: [name: string, ...args: unknown[]][];
}

interface Options extends BrowserContextOptions {
  /** Another browser than the test's own, for other devices. */
  in?: Browser;
}

/** Makes a person with a context of their own. */
export type NewPerson = (options?: Options) => Promise<Person>;

interface Fixtures {
  person: NewPerson;
  /** A room that no other test uses. */
  room: string;
}

export const test = base.extend<Fixtures>({
  person: async ({ browser, baseURL }, use) => {
    const people: Person[] = [];
    await use(async ({ in: other, ...options } = {}) => {
      const context = await (other ?? browser).newContext({ baseURL, ...options });
      await context.addInitScript(record);
      const watch = new Watch(context);
      // Chromium reports the scripts that it was told not to load.
      if (options.javaScriptEnabled === false) watch.allow(/\.js csp$/);
      const events: Person["events"] = [];
      context.on("page", (page) =>
        page.on("websocket", (socket) =>
          socket.on("framereceived", ({ payload }) => {
            const text = String(payload);
            if (text.startsWith("42")) events.push(JSON.parse(text.slice(2)));
          }),
        ),
      );
      const person = { page: await context.newPage(), context, watch, events };
      people.push(person);
      return person;
    });
    for (const { context } of people) await context.close();
    expect(people.flatMap(({ watch }) => watch.problems), "what went wrong in the pages").toEqual([]);
  },
  room: async ({}, use) => use(`test-${Math.random().toString(36).slice(2)}`),
});

declare global {
  interface Window {
    connections: RTCPeerConnection[];
    tracks: MediaStreamTrack[];
    /** How often the browser asked for a negotiation, or went through one. */
    negotiations: number;
    /** What was asked of the devices. */
    asked: MediaStreamConstraints[];
    /** How loud a microphone with a tone is from now on, 0 to 1. */
    speak(volume: number): void;
  }
}

/** A browser that is started with other devices or another answer than the test's own. */
export async function withBrowser(args: string[], use: (browser: Browser) => Promise<void>) {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...ARGS, ...args] });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** Runs in the page before it does: keeps what it opens, to see what becomes of it. */
export function record() {
  window.connections = [];
  window.tracks = [];
  window.negotiations = 0;
  window.asked = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.connections.push(this);
      for (const event of ["negotiationneeded", "signalingstatechange"]) {
        this.addEventListener(event, () => window.negotiations++);
      }
    }
  };
  const keep = (...tracks: MediaStreamTrack[]) => void window.tracks.push(...tracks);
  // A copy of a track holds the device as well.
  const copy = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const track = copy.call(this);
    keep(track);
    return track;
  };
  const copyAll = MediaStream.prototype.clone;
  MediaStream.prototype.clone = function () {
    const stream = copyAll.call(this);
    keep(...stream.getTracks());
    return stream;
  };
  const devices = navigator.mediaDevices;
  if (!devices) return;
  for (const name of ["getUserMedia", "getDisplayMedia"] as const) {
    // Not every browser can share the screen.
    const open = devices[name]?.bind(devices);
    if (!open) continue;
    devices[name] = async (constraints) => {
      window.asked.push(constraints ?? {});
      const stream = await open(constraints);
      keep(...stream.getTracks());
      return stream;
    };
  }
}

/** What the page holds now: open connections, and kinds of devices whose light is on. */
export async function held(page: Page) {
  return page.evaluate(() => {
    const live = window.tracks.filter(({ readyState }) => readyState === "live");
    return {
      connections: window.connections.filter(({ connectionState }) => connectionState !== "closed").length,
      devices: [...new Set(live.map(({ kind }) => kind))].toSorted(),
    };
  });
}

/** Nobody answers the browser's question for the devices (a headless browser says no after a while). */
export async function unanswered(context: BrowserContext) {
  await context.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
  });
}

/** Hides the devices of these kinds from the pages of a context, whatever the machine has. */
export async function withoutDevices(context: BrowserContext, ...kinds: MediaDeviceKind[]) {
  await context.addInitScript((kinds) => {
    const devices = navigator.mediaDevices;
    const list = devices.enumerateDevices.bind(devices);
    devices.enumerateDevices = async () => (await list()).filter(({ kind }) => !kinds.includes(kind));
  }, kinds);
}

/** What the page has received over the connections that are open now. */
export async function received(page: Pick<Page, "evaluate">) {
  return page.evaluate(async () => {
    const sum = { frames: 0, audioPackets: 0 };
    for (const connection of window.connections) {
      if (connection.connectionState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        if (report.kind === "video") sum.frames += report.framesDecoded ?? 0;
        if (report.kind === "audio") sum.audioPackets += report.packetsReceived ?? 0;
      }
    }
    return sum;
  });
}

/** How many packets of the microphone the page has sent over the connections that are open now. */
export async function sentAudio(page: Page) {
  return page.evaluate(async () => {
    let sum = 0;
    for (const connection of window.connections) {
      if (connection.connectionState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "outbound-rtp" && report.kind === "audio") sum += report.packetsSent;
      }
    }
    return sum;
  });
}

/** How often this page's connections have asked for a negotiation, or gone through one. */
export const negotiated = (page: Page) => page.evaluate(() => window.negotiations);

/** Waits until each of these people has seen and heard the other for a while, from now on. */
export async function expectWorkingCall(...people: Person[]) {
  for (const { page } of people) {
    await expect(sentence(page)).toHaveText("Connected");
    const before = await received(page);
    await expect
      .poll(async () => (await received(page)).frames - before.frames, "video frames decoded")
      .toBeGreaterThanOrEqual(30);
    expect((await received(page)).audioPackets, "audio packets received").toBeGreaterThan(before.audioPackets);
    await expectMovingPicture(page);
  }
}

/** The other's picture is on the screen, and moves. */
async function expectMovingPicture(page: Page) {
  const video = page.locator(".tile:not(.tile-self, .tile-screen) video");
  await expect(video).toBeVisible();
  const time = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  const before = await time();
  await expect.poll(time, "the picture moves").toBeGreaterThan(before);
  expect(await video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBeGreaterThan(0);
  expect(await video.evaluate((element: HTMLVideoElement) => element.muted)).toBe(false);
}

/** The sentence that says what is happening. */
export const sentence = (page: Page) => page.getByRole("status").locator(".notice-text");

/** Opens the call page of a room and joins. */
export async function join({ page }: Person, room: string) {
  // Relative, for servers whose pages stand under a path.
  await page.goto(`room/${room}`);
  await expect(sentence(page)).toHaveText("Ready to join");
  await page.getByRole("button", { name: "Join" }).click();
}

/** Two people in a call that works. */
export async function call(person: NewPerson, room: string): Promise<[Person, Person]> {
  const [a, b] = [await person(), await person()];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await join(b, room);
  await expectWorkingCall(a, b);
  return [a, b];
}

/** Two people who are connected, and have microphones only: what needs no pictures is shown sooner without them. */
export async function meet(person: NewPerson, room: string, options: BrowserContextOptions = {}): Promise<[Person, Person]> {
  const [a, b] = [await person(options), await person(options)];
  await enterWithoutCamera(a, room);
  await enterWithoutCamera(b, room);
  for (const { page } of [a, b]) await expect(sentence(page)).toHaveText("Connected");
  return [a, b];
}

/** Comes into a room with a microphone only. */
export async function enterWithoutCamera({ page, context }: Person, room: string) {
  await withoutDevices(context, "videoinput");
  await page.goto(`room/${room}`);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("button", { name: "Leave" })).toBeVisible();
}

/** The ids under which the server let a person in, oldest first. */
export const ids = ({ events }: Person) => events.filter(([name]) => name === "joined").map(([, , id]) => id);

/** A microphone that gives a steady tone, as loud as this until `speak` says something else. */
export async function withTone(context: BrowserContext, frequency: number, gain: number) {
  await context.addInitScript(
    ({ frequency, gain }) => {
      const devices = navigator.mediaDevices;
      const open = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (constraints) => {
        const stream = await open(constraints);
        const [microphone] = stream.getAudioTracks();
        if (!microphone) return stream;
        microphone.stop();
        const sound = new AudioContext();
        document.addEventListener("click", () => void sound.resume());
        const volume = new GainNode(sound, { gain });
        const out = new MediaStreamAudioDestinationNode(sound);
        const tone = new OscillatorNode(sound, { frequency });
        tone.connect(volume).connect(out);
        tone.start();
        window.speak = (value) => void (volume.gain.value = value);
        return new MediaStream([...out.stream.getTracks(), ...stream.getVideoTracks()]);
      };
    },
    { frequency, gain },
  );
}
