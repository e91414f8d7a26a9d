// Joining and leaving a hundred times in one page leaves nothing behind: not in that page, and not in the other one's.

import type { CDPSession } from "@playwright/test";
import { freePort, startServer } from "../server.js";
import { expect, expectWorkingCall, held, join, sentence, test, type Person } from "./fixtures.ts";

const TIMES = 100;
/** How often before it counts: code is compiled, memory grows to its size, and whoever stays has all the steps that they keep. */
const WARM_UP = 25;

declare global {
  interface Window {
    sockets: WebSocket[];
    memories: WebAssembly.Memory[];
  }
}

/** Runs in the page before it does: keeps hold of its sockets and of the memory of its code. */
function watchMore() {
  window.sockets = [];
  window.memories = [];
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      window.sockets.push(this);
    }
  };
  for (const name of ["instantiate", "instantiateStreaming"] as const) {
    const instantiate = WebAssembly[name].bind(WebAssembly) as (...args: unknown[]) => Promise<any>;
    WebAssembly[name] = async (...args: unknown[]) => {
      const result = await instantiate(...args);
      for (const value of Object.values((result.instance ?? result).exports)) {
        if (value instanceof WebAssembly.Memory) window.memories.push(value);
      }
      return result;
    };
  }
}

/** Of these there would be one more for each time, if any of them stayed. */
const KINDS = ["RTCPeerConnection", "RTCDataChannel", "MediaStream", "MediaStreamTrack", "WebSocket", "<video>"];

/** How many objects of each kind are in memory, whoever holds them. */
async function countObjects(devtools: CDPSession) {
  const chunks: string[] = [];
  devtools.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await devtools.send("HeapProfiler.takeHeapSnapshot");
  const { snapshot, nodes, strings } = JSON.parse(chunks.join("")) as {
    snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
    nodes: number[];
    strings: string[];
  };
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const native = types[0].indexOf("native");
  const counts: Record<string, number> = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  for (let i = 0; i < nodes.length; i += fields.length) {
    if (nodes[i + fields.indexOf("type")] !== native) continue;
    // Elements have their attributes behind their names.
    const name = strings[nodes[i + fields.indexOf("name")]!]!;
    const kind = name.startsWith("<video") ? "<video>" : name;
    if (kind in counts) counts[kind]!++;
  }
  return counts;
}

/** What a page holds now, after the garbage is gone. */
async function balance({ context, page }: Person) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  // What our code holds of the browser it lets go when it hears that its own part is gone, and that takes a turn.
  for (let i = 0; i < 3; i++) {
    await devtools.send("HeapProfiler.collectGarbage");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }
  const { metrics } = await devtools.send("Performance.getMetrics");
  const metric = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  const objects = await countObjects(devtools);
  await devtools.detach();
  return {
    objects,
    ...(await held(page)),
    heap: metric("JSHeapUsedSize"),
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
    ...(await page.evaluate(() => ({
      wasm: window.memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
      sockets: window.sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN).length,
    }))),
  };
}

/** What was kept only for the tests is let go. */
const forget = ({ page }: Person) =>
  page.evaluate(() => {
    window.connections = window.connections.filter(({ connectionState }) => connectionState !== "closed");
    window.tracks = window.tracks.filter(({ readyState }) => readyState === "live");
    window.sockets = window.sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN);
  });

test("a hundred joins and leaves in one page leave nothing behind", async ({ person, room }) => {
  test.setTimeout(600_000);
  const port = await freePort();
  const server = await startServer(port, { DUPLEX_JOINS_PER_MINUTE: "100000" });
  try {
    const there = { baseURL: `http://localhost:${port}` };
    const [a, b] = [await person(there), await person(there)];
    for (const { context, watch } of [a, b]) {
      await context.addInitScript(watchMore);
      // At the end the server goes first.
      watch.allow(/WebSocket connection to .* failed/);
    }
    await join(b, room);
    await expect(sentence(b.page)).toHaveText("Waiting for the other person");
    await join(a, room);
    const leave = async () => {
      await a.page.getByRole("button", { name: "Leave" }).click();
      await expect(sentence(a.page)).toHaveText("You left the call");
      await expect(sentence(b.page)).toHaveText("The other person left");
      await forget(a);
      await forget(b);
      a.events.length = b.events.length = 0;
    };
    const often = async (times: number) => {
      for (let i = 0; i < times; i++) {
        await a.page.getByRole("button", { name: "Join again" }).click();
        await expect(sentence(a.page)).toHaveText("Connected");
        await expect(sentence(b.page)).toHaveText("Connected");
        if (i % 25 === 0) await expectWorkingCall(a, b);
        await leave();
      }
    };
    await expectWorkingCall(a, b);
    await leave();
    await often(WARM_UP);
    const before = [await balance(a), await balance(b)];
    await often(TIMES);
    const after = [await balance(a), await balance(b)];
    for (const [i, name] of ["who joined and left", "who stayed"].entries()) {
      console.log(`    measured: ${name}, before: ${JSON.stringify(before[i])}`);
      console.log(`    measured: ${name}, after ${TIMES} times: ${JSON.stringify(after[i])}`);
    }
    for (const [i, now] of after.entries()) {
      const then = before[i]!;
      const { connections, devices, sockets } = then;
      expect(now, "open connections, devices that are on, sockets").toMatchObject({ connections, devices, sockets });
      for (const kind of KINDS) {
        // A few wait for the browser to notice that nobody needs them.
        expect(now.objects[kind]! - then.objects[kind]!, `${kind}s`).toBeLessThan(TIMES / 4);
      }
      expect(now.nodes - then.nodes, "nodes").toBeLessThan(TIMES / 4);
      expect(now.listeners - then.listeners, "listeners").toBeLessThan(TIMES / 4);
      // It grows in pages of 64 KiB: one means that some room between other things was too small.
      expect(now.wasm - then.wasm, "memory of the code").toBeLessThanOrEqual(65_536);
      // The browser notes each change of the layout (150 of each sort at most), about 2 KB for each time.
      expect(now.heap - then.heap, "bytes of the heap").toBeLessThan(TIMES * 4096);
    }
  } finally {
    await server.stop();
  }
});
