// What the tests with networks of their own have: machines, a server on one of them, and people on the others.

import { chromium, type Browser } from "@playwright/test";
import { ARGS, FAKE_DEVICES, SAY_YES, chromiumPath } from "../../browser.js";
import { here, Network, NoNetwork } from "../../net/network.ts";
import { certificateFiles, startServer } from "../../server.js";
import { expect, expectWorkingCall, join, sentence, test as base, type NewPerson, type Person } from "../fixtures.ts";
import { recordPictures } from "./pictures.ts";

export * from "../fixtures.ts";

/** Over HTTP, and over HTTPS. */
const PORTS = { http: 3000, https: 443 };
/** Nothing is on the loopback of a machine but the machine itself. */
const NOT_HERE = "--allow-loopback-in-peer-connection";

/** The server on the machine `server`. */
export interface There {
  url: string;
  /** Ends it without a word. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface Fixtures {
  /** The machines besides the server, and the settings of the server. */
  place: { machines: string[]; settings?: Record<string, string>; secure?: boolean };
  network: Network;
  server: There;
  /** Makes a person with a Chromium on a machine, with these arguments besides the usual ones. */
  at: (machine: string, ...args: string[]) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  place: [{ machines: ["a", "b"] }, { option: true }],
  network: async ({ place }, use, info) => {
    let network;
    try {
      network = await Network.open(...place.machines, "server");
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      info.skip(true, error.message);
      return;
    }
    await use(network);
    await network.close();
  },
  server: async ({ network, place }, use) => {
    const address = network.address("server");
    const scheme = place.secure ? "https" : "http";
    const certificate = place.secure ? await certificateFiles() : {};
    const start = () =>
      startServer(PORTS[scheme], { ...certificate, ...place.settings }, { address, enter: network.enter("server") });
    let server: Awaited<ReturnType<typeof start>> | undefined = await start();
    await use({
      url: `${scheme}://${address}:${PORTS[scheme]}`,
      async kill() {
        await server?.stop("SIGKILL");
        server = undefined;
      },
      async start() {
        server = await start();
      },
    });
    await server?.stop();
  },
  at: async ({ network, server, person }, use, info) => {
    const browsers: Browser[] = [];
    const people: Record<string, Person> = {};
    await use(async (machine, ...args) => {
      const browser = await chromium.launch({
        executablePath: here("chromium"),
        env: { ...process.env, NETNS: network.netns(machine), CHROMIUM_THERE: chromiumPath() },
        args: [
          ...ARGS.filter((argument) => argument !== NOT_HERE),
          ...FAKE_DEVICES,
          ...SAY_YES,
          // Without it there is no camera over plain HTTP.
          `--unsafely-treat-insecure-origin-as-secure=${server.url}`,
          // Nobody vouches for the certificate of a test.
          ...(server.url.startsWith("https:") ? ["--ignore-certificate-errors"] : []),
          ...args,
        ],
      });
      browsers.push(browser);
      const one = await person({ baseURL: server.url, in: browser });
      await one.context.addInitScript(recordPictures);
      people[machine] = one;
      return one;
    });
    if (info.errors.length > 0) for (const name in people) console.log(`    on ${name}: ${await story(people[name]!)}`);
    await Promise.all(browsers.map((browser) => browser.close()));
  },
});

/** What happened in a page, for whoever has to find out why a test failed; times in seconds before now. */
async function story({ page, events }: Person) {
  const told = await page
    .evaluate(() => {
      const now = performance.timeOrigin + performance.now();
      const ago = (time: number) => `${((time - now) / 1000).toFixed(1)} s`;
      return {
        said: window.said.slice(-12).map(({ time, text }) => `${ago(time)}: ${text}`),
        "last picture": ago(window.shown.at(-1) ?? 0),
        connections: window.connections.map((connection) =>
          [connection.connectionState, connection.iceConnectionState, connection.signalingState].join(" "),
        ),
      };
    })
    .catch(String);
  return JSON.stringify({ told, heard: events.map(([name]) => name).slice(-12) }, null, 2);
}

/** Two people on the machines `a` and `b` in a call that works. */
export async function callThere(at: Fixtures["at"], room: string, ...args: string[]): Promise<[Person, Person]> {
  const [a, b] = [await at("a", ...args), await at("b", ...args)];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await join(b, room);
  await expectWorkingCall(a, b);
  // The browser itself logs each attempt that fails.
  for (const { watch } of [a, b]) watch.allow(/WebSocket connection to .* failed/);
  return [a, b];
}

/** Throws if one of these pages was loaded anew since it was called, at the end of `body`. */
export async function withoutReload(people: Person[], body: () => Promise<void>) {
  const origins = () => Promise.all(people.map(({ page }) => page.evaluate(() => performance.timeOrigin)));
  const before = await origins();
  await body();
  expect(await origins(), "no page was loaded again").toEqual(before);
}

/** Until so many milliseconds after a time. */
export const until = (since: number, ms: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, since + ms - Date.now())));

/** One line of what was measured, as the issue asks for it. */
export function measured(what: string, ...numbers: (number | string)[]) {
  console.log(`    measured: ${what}: ${numbers.map((n) => (typeof n === "number" ? Math.round(n) : n)).join(", ")}`);
}

export function median(numbers: number[]) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
