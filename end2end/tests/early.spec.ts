// Whoever looks at the preview, and whoever is alone in the room, have a way to each other before the click on Join.

import { freePort, startServer } from "../server.js";
import { expect, expectWorkingCall, join, negotiated, received, sentence, test, type Person } from "./fixtures.ts";

/** How many ways to others the page has, whether it shows them or not. */
const ways = ({ page }: Person) =>
  page.evaluate(() => window.connections.filter(({ connectionState }) => connectionState === "connected").length);

/** How much sound and picture the page has sent over all its connections. */
const packetsSent = ({ page }: Person) =>
  page.evaluate(async () => {
    let sum = 0;
    for (const connection of window.connections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "outbound-rtp") sum += report.packetsSent;
      }
    }
    return sum;
  });

/** Opens the page of the room and looks at the preview. */
async function look({ page }: Person, room: string) {
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("Ready to join");
  // What a call needs is loaded at the first sign of the person.
  await page.mouse.move(100, 100);
}

/** One waits in the room, the other looks at its page, and there is a way between them. */
async function visit(a: Person, b: Person, room: string) {
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await look(b, room);
  for (const one of [a, b]) await expect.poll(() => ways(one)).toBe(1);
}

/** Until the own picture in the preview has moved on by so many seconds. */
async function lookOn({ page }: Person, seconds: number) {
  const time = () => page.locator(".tile-self video").evaluate((video: HTMLVideoElement) => video.currentTime);
  const before = await time();
  await expect.poll(time).toBeGreaterThan(before + seconds);
}

test("the way is there before the click, and nothing is sent on it", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await visit(a, b, room);
  await expect(a.page.getByText("Somebody has opened the link and may come in.")).toBeVisible();
  await expect(b.page.getByText("Somebody is in the room, and sees that you are here.")).toBeVisible();
  await lookOn(b, 1.5);
  for (const one of [a, b]) {
    expect(await packetsSent(one), "sound or picture that was sent").toBe(0);
    expect(await received(one.page)).toEqual({ frames: 0, audioPackets: 0 });
  }
  const negotiations = () => Promise.all([a, b].map(({ page }) => negotiated(page)));
  const before = await negotiations();
  await b.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingCall(a, b);
  expect(await negotiations(), "the call begins without a negotiation").toEqual(before);
  for (const one of [a, b]) expect(await ways(one), "on the one way").toBe(1);
});

test("a visitor who goes leaves nothing behind, and the next one can come", async ({ person, room }) => {
  const [a, b, c] = [await person(), await person(), await person()];
  await visit(a, b, room);
  await b.page.goto("/");
  await expect.poll(() => ways(a)).toBe(0);
  await expect(a.page.getByText("Somebody has opened the link")).toBeHidden();
  await look(c, room);
  await expect.poll(() => ways(c)).toBe(1);
  await c.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingCall(a, c);
});

test("who comes while another one looks is in a call, and the other one's way ends", async ({ person, room }) => {
  const [a, b, c] = [await person(), await person(), await person()];
  await visit(a, b, room);
  await join(c, room);
  await expectWorkingCall(a, c);
  await expect.poll(() => ways(b)).toBe(0);
  await b.page.getByRole("button", { name: "Join" }).click();
  await expect(sentence(b.page)).toContainText("full");
  expect(await ways(a)).toBe(1);
});

/** Has what the server tells this page come late, from when the function is called that this returns. */
async function late({ page }: Person, ms: number) {
  let delay = 0;
  await page.routeWebSocket(/\/socket\.io\//, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => void setTimeout(() => socket.send(message), delay));
  });
  return () => void (delay = ms);
}

test("what the other side says before one knows that it has joined counts", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  const makeLate = await late(a, 400);
  await visit(a, b, room);
  await b.page.getByRole("button", { name: "Microphone" }).click();
  makeLate();
  await b.page.getByRole("button", { name: "Join" }).click();
  await expect(sentence(a.page)).toHaveText("Connected");
  await expect(a.page.locator(".tile:not(.tile-self)").getByText("Microphone off:")).toBeAttached();
  await b.page.getByRole("button", { name: "Microphone" }).click();
  await expectWorkingCall(a, b);
});

test("a network that seems to change between the click and its answer changes nothing", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  const makeLate = await late(b, 400);
  await visit(a, b, room);
  makeLate();
  await b.page.getByRole("button", { name: "Join" }).click();
  await b.page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expectWorkingCall(a, b);
  for (const one of [a, b]) expect(await ways(one), "on the one way").toBe(1);
});

test("a screen that is shared while alone is seen by who joins", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await a.page.getByRole("button", { name: "Share screen" }).click();
  await expect(a.page.getByRole("button", { name: "Share screen" })).toHaveAttribute("aria-pressed", "true");
  await look(b, room);
  for (const one of [a, b]) await expect.poll(() => ways(one)).toBe(1);
  await b.page.getByRole("button", { name: "Join" }).click();
  await expect(b.page.locator(".tile-screen video")).toBeVisible();
  await expectWorkingCall(a, b);
});

test("where it is switched off there is no way before the click", async ({ person, room }) => {
  const port = await freePort();
  const server = await startServer(port, { DUPLEX_CONNECT_EARLY: "false" });
  const origin = `http://localhost:${port}`;
  const [a, b] = [await person({ baseURL: origin }), await person({ baseURL: origin })];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await look(b, room);
  await lookOn(b, 1.5);
  for (const one of [a, b]) expect(await ways(one)).toBe(0);
  expect(a.events.map(([name]) => name)).not.toContain("visit");
  await b.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingCall(a, b);
  // They would try to come back to it.
  for (const { page } of [a, b]) await page.close();
  await server.stop();
});
