// The samples in docs/samples/, run as somebody would who copies them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";
import { freePort, startServer } from "../server.js";
import { expect, expectWorkingCall, join, received, sentence, test, type Person } from "./fixtures.ts";

const path = (of: string) => fileURLToPath(new URL(`../../${of}`, import.meta.url));

let server: Awaited<ReturnType<typeof startServer>>;
let url: string;
/** Two web servers that hand out the page: one that the signaling server allows, and one that it does not. */
let hosts: Server[];
let allowed: string;
let strange: string;

test.beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  const page = readFileSync(path("docs/samples/page.html"), "utf8");
  // What the page says is to be replaced: in the comment, the script and the call of `io`.
  expect(page.split("http://localhost:3000")).toHaveLength(4);
  hosts = [1, 2].map(() =>
    createServer((request, response) => {
      if (!request.url?.startsWith("/page.html")) return response.writeHead(204).end();
      response.writeHead(200, { "content-type": "text/html" }).end(page.replaceAll("http://localhost:3000", url));
    }).listen(0, "localhost"),
  );
  [allowed, strange] = (await Promise.all(
    hosts.map(async (host) => {
      await once(host, "listening");
      const address = host.address();
      return typeof address === "object" && `http://localhost:${address?.port}`;
    }),
  )) as [string, string];
  server = await startServer(port, { DUPLEX_ALLOWED_ORIGINS: allowed, DUPLEX_GRACE_SECONDS: "2" });
});
test.afterAll(async () => {
  for (const host of hosts ?? []) host.close().closeAllConnections();
  await server?.stop();
});

/** The sample's line that says what is happening. */
const status = ({ page }: Person) => page.getByRole("status");

async function joinSample(person: Person, room: string) {
  await person.page.goto(`${allowed}/page.html`);
  await person.page.getByLabel("Room").fill(room);
  await person.page.getByRole("button", { name: "Join" }).click();
}

/** The person on the sample page sees and hears the other, from now on. */
async function expectWorkingSample(person: Person) {
  await expect(status(person)).toHaveText("Connected");
  const before = await received(person.page);
  const got = async () => {
    const { frames, audioPackets } = await received(person.page);
    return Math.min(frames - before.frames, audioPackets - before.audioPackets);
  };
  await expect.poll(got, "video frames and audio packets").toBeGreaterThanOrEqual(30);
  const time = () => person.page.getByLabel("The other person").evaluate((video: HTMLVideoElement) => video.currentTime);
  const shown = await time();
  await expect.poll(time, "the picture moves").toBeGreaterThan(shown);
}

test("two sample pages call each other, again after one left, and after one was loaded again", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await joinSample(a, room);
  await expect(status(a)).toHaveText(`Waiting for somebody else in ${room}…`);
  await joinSample(b, room);
  await expectWorkingSample(a);
  await expectWorkingSample(b);

  await a.page.getByRole("button", { name: "Leave" }).click();
  await expect(status(a)).toHaveText("You left.");
  await expect(status(b)).toHaveText("The other person left.");
  await a.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingSample(a);
  await expectWorkingSample(b);

  await joinSample(b, room);
  // First of the new page: the other one may still show the call that was.
  await expectWorkingSample(b);
  await expectWorkingSample(a);
});

test("a third sample page reads that the room is full", async ({ person, room }) => {
  const [a, b, c] = [await person(), await person(), await person()];
  await joinSample(a, room);
  await expect(status(a)).toHaveText(/^Waiting/);
  await joinSample(b, room);
  await expect(status(b)).toHaveText("Connected");
  await joinSample(c, room);
  await expect(status(c)).toHaveText(`${room} is full. Try again later.`);
});

test("the sample page calls our own page", async ({ person, room }) => {
  const [ours, sample] = [await person({ baseURL: url }), await person()];
  await join(ours, room);
  await expect(sentence(ours.page)).toHaveText("Waiting for the other person");
  await joinSample(sample, room);
  await expectWorkingCall(ours);
  await expectWorkingSample(sample);
});

test("our own page calls the sample page", async ({ person, room }) => {
  const [ours, sample] = [await person({ baseURL: url }), await person()];
  await joinSample(sample, room);
  await expect(status(sample)).toHaveText(/^Waiting/);
  await join(ours, room);
  await expectWorkingCall(ours);
  await expectWorkingSample(sample);
});

test("a page from a host that is not allowed does not get through", async ({ person }) => {
  const { page, watch } = await person();
  watch.allow(/CORS|socket\.io|ERR_FAILED/);
  await page.goto(`${strange}/page.html`);
  await expect(page.getByRole("status")).toHaveText("The server cannot be reached.");
});

test("the Python sample joins, echoes and leaves", async ({ room }) => {
  const python = spawn(path("end2end/.venv/bin/python"), [path("docs/samples/client.py"), url, room], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface(python.stdout).on("line", (line) => lines.push(line));
  const ended = once(python, "exit");
  const socket = io(url, { transports: ["websocket"], reconnection: false });
  const heard: unknown[][] = [];
  socket.onAny((...event) => heard.push(event));
  try {
    await expect.poll(() => lines).toEqual([expect.stringMatching(`^I am .* in ${room}; here already: nobody$`)]);
    socket.emit("join", room, { name: "Ann" });
    await expect.poll(() => heard).toHaveLength(1);
    const [joined, , me, { peers }] = heard[0] as [string, string, string, { peers: [{ id: string }] }];
    expect([joined, peers]).toEqual(["joined", [expect.objectContaining({ name: "Echo" })]]);
    const echo = { from: peers[0].id };

    socket.emit("message", room, { n: [1, null] });
    socket.emit("message", room, "two", { to: echo.from });
    await expect.poll(() => heard.slice(1)).toEqual([
      ["message", room, { type: "echo", data: { n: [1, null] } }, echo],
      ["message", room, { type: "echo", data: "two" }, echo],
    ]);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(`^otherjoin ${room} ${me} {'name': 'Ann'`),
      `${me} says {'n': [1, None]}`,
      `${me} says two`,
    ]);

    python.kill("SIGINT");
    await expect.poll(() => heard).toContainEqual(["bye", room, echo.from, { reason: "left" }]);
    expect(await ended, "ends well").toEqual([0, null]);
  } finally {
    socket.disconnect();
    python.kill();
    await ended;
  }
});
