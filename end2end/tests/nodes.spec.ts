// Two nodes that share a Redis, behind nginx as deploy/nginx.conf sets it up.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join as inside } from "node:path";
import { io } from "socket.io-client";
import { freePort, startServer } from "../server.js";
import { call, expect, expectWorkingCall, ids, sentence, test, type NewPerson } from "./fixtures.ts";
import { answers, deployed, nginxArguments, nginxFolders, run } from "./programs.ts";

interface Node {
  server: Awaited<ReturnType<typeof startServer>>;
  /** Where its metrics are read. */
  metrics: string;
}

/** What runs for one test, to be ended in the opposite order. */
let ends: (() => unknown)[] = [];
let nodes: Node[] = [];
let redis: number;
let proxy: number;

test.beforeEach(async () => {
  const folder = mkdtempSync(inside(tmpdir(), "duplex-nodes-"));
  // nginx gives its workers another user.
  chmodSync(folder, 0o755);
  ends = [() => rmSync(folder, { recursive: true })];
  redis = await freePort();
  ends.push(await run("redis-server", ["--port", `${redis}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder]));
  await expect.poll(() => answers(redis), "Redis is there").toBe(true);
  nodes = [];
  const ports: number[] = [];
  for (const _ of [1, 2]) {
    const [port, metrics] = [await freePort(), await freePort()];
    const server = await startServer(port, {
      DUPLEX_REDIS: `redis://127.0.0.1:${redis}`,
      DUPLEX_SIGNING_KEY: "the same for both of them, and long enough",
      DUPLEX_TRUSTED_PROXIES: "127.0.0.1",
      DUPLEX_METRICS_ADDR: `127.0.0.1:${metrics}`,
      DUPLEX_SOCKETS_PER_ADDRESS: "8",
    });
    ends.push(() => server.stop());
    ports.push(port);
    nodes.push({ server, metrics: `http://127.0.0.1:${metrics}/metrics` });
  }
  proxy = await freePort();
  const configuration = inside(folder, "nginx.conf");
  writeFileSync(configuration, nginx(folder, ports));
  ends.push(await run("nginx", nginxArguments(folder, configuration)));
  await expect.poll(() => answers(proxy), "nginx is there").toBe(true);
});
test.afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

/** deploy/nginx.conf with our addresses. */
const nginx = (folder: string, ports: number[]) =>
  deployed("nginx.conf", [
    ["duplex-1:3000", `127.0.0.1:${ports[0]}`],
    ["duplex-2:3000", `127.0.0.1:${ports[1]}`],
    ["listen 80;", `listen 127.0.0.1:${proxy};`],
    ["worker_rlimit_nofile 65536;", ""],
    ["http {", `http {\n${nginxFolders(folder)}`],
  ]);

/** How many messages were published in Redis. */
async function published() {
  const socket = connect(redis, "127.0.0.1");
  socket.write("INFO commandstats\r\nQUIT\r\n");
  let text = "";
  for await (const data of socket) text += data;
  return Number(/cmdstat_publish:calls=(\d+)/.exec(text)?.[1] ?? 0);
}

/** How many connections each node has. */
const connections = () =>
  Promise.all(
    nodes.map(async ({ metrics }) => {
      const text = await (await fetch(metrics)).text();
      return Number(/^duplex_connections (\d+)$/m.exec(text)?.[1]);
    }),
  );

/** A connection through the proxy, with what it hears. */
async function client(transport: string, room: string | undefined, options: Record<string, unknown> = {}) {
  const socket = io(`http://127.0.0.1:${proxy}`, {
    transports: [transport],
    query: room === undefined ? {} : { room },
    forceNew: true,
    reconnection: false,
    ...options,
  });
  const heard: [string, ...any[]][] = [];
  socket.onAny((name, ...args) => heard.push([name, ...args]));
  ends.push(() => socket.disconnect());
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", resolve);
    socket.on("connect_error", reject);
  });
  return { socket, heard, next: (name: string) => next(heard, name) };
}

async function next(heard: [string, ...any[]][], name: string) {
  await expect.poll(() => heard.some(([other]) => other === name), `hears ${name}`).toBe(true);
  return heard.splice(heard.findIndex(([other]) => other === name), 1)[0]!;
}

type Client = Awaited<ReturnType<typeof client>>;

/** Both join one room and say something to each other, in both directions and in order. */
async function expectTheyTalk(a: Client, b: Client, room: string) {
  a.socket.emit("join", room);
  const [, , first] = await a.next("joined");
  b.socket.emit("join", room);
  const [, , second, extras] = await b.next("joined");
  expect(extras.peers).toEqual([{ id: first }]);
  expect((await a.next("otherjoin"))[2]).toBe(second);
  const said = await published();
  for (let i = 0; i < 100; i++) {
    const sender = i % 2 ? b : a;
    sender.socket.emit("message", room, i);
  }
  const numbers = ({ heard }: Client) => heard.map(([name, , data]) => [name, data]);
  const all = Array.from({ length: 100 }, (_, i) => ["message", i]);
  await expect.poll(() => numbers(a)).toEqual(all.filter((_, i) => i % 2 === 1));
  await expect.poll(() => numbers(b)).toEqual(all.filter((_, i) => i % 2 === 0));
  return (await published()) - said;
}

for (const transport of ["websocket", "polling"]) {
  test(`over ${transport}, two with the same room in their addresses talk on one node`, async ({ room }) => {
    const [a, b] = [await client(transport, room), await client(transport, room)];
    expect((await connections()).sort()).toEqual([0, 2]);
    expect(await expectTheyTalk(a, b, room), "messages that went through Redis").toBe(0);
  });

  test(`over ${transport}, two on different nodes talk as well`, async ({ room }) => {
    const a = await client(transport, room);
    let b: Client | undefined;
    // Some other name leads to the other node.
    for (let i = 0; !b && i < 32; i++) {
      const other = await client(transport, `other-${i}`);
      if ((await connections()).every((count) => count === 1)) b = other;
      else {
        other.socket.disconnect();
        await expect.poll(async () => (await connections()).sort()).toEqual([0, 1]);
      }
    }
    expect(b, "somebody on the other node").toBeDefined();
    expect(await expectTheyTalk(a, b!, room), "messages that went through Redis").toBe(100);
  });

  test(`over ${transport}, a page that says nothing of a room in its address stays on its node`, async ({ room }) => {
    const [a, b] = [await client(transport, undefined), await client(transport, undefined)];
    expect((await connections()).sort()).toEqual([0, 2]);
    await expectTheyTalk(a, b, room);
  });
}

test("clients are told apart by their own addresses, not by the proxy's", async ({ room }) => {
  const from = (localAddress: string) => client("websocket", room, { localAddress });
  for (let i = 0; i < 8; i++) await from("127.0.0.2");
  await expect(from("127.0.0.2")).rejects.toThrow("Too many connections from your address");
  await from("127.0.0.3");
});

test("a node dies in a call, and both go on through the other one", async ({ person, room }) => {
  const there: NewPerson = (options) => person({ ...options, baseURL: `http://localhost:${proxy}` });
  const people = await call(there, room);
  // The browser itself logs each attempt that fails.
  for (const { watch } of people) watch.allow(/WebSocket connection to .* failed/);
  const counts = await connections();
  expect([...counts].sort(), "both are on one node").toEqual([0, 2]);
  const start = Date.now();
  await nodes[counts.indexOf(2)]!.server.stop("SIGKILL");
  for (const one of people) await expect.poll(() => ids(one).length, "lets the person in again").toBe(2);
  await expectWorkingCall(...people);
  expect(Date.now() - start, "longer than a seat is kept").toBeLessThan(15_000);
  for (const one of people) {
    expect(new Set(ids(one)).size, "the same peer").toBe(1);
    const names = one.events.map(([name]) => name);
    for (const stranger of ["bye", "full", "leaved"]) expect(names).not.toContain(stranger);
  }
  expect(people.flatMap(({ events }) => events.filter(([name]) => name === "otherjoin"))).toHaveLength(1);

  // And what one does now the other hears of.
  await people[1].page.getByRole("button", { name: "Leave" }).click();
  await expect(sentence(people[0].page)).toHaveText("The other person left");
});
