// A seat outlives its page: whoever comes back is the same peer, and nobody else takes the place.

import { call, expect, expectWorkingCall, held, ids, negotiated, sentence, test, type Person } from "./fixtures.ts";

declare global {
  interface Window {
    setRealClock: () => void;
  }
}

/** Nobody strange came, and nobody left for good, while this person was there. */
function expectNoStranger({ events }: Person, comings = 0) {
  const names = events.map(([name]) => name);
  expect(names.filter((name) => name === "otherjoin")).toHaveLength(comings);
  expect(names).not.toContain("bye");
  expect(names).not.toContain("full");
}

test("a page that is loaded again is the same peer", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  for (const one of [a, b]) {
    await one.page.reload();
    await expectWorkingCall(a, b);
    expect(new Set(ids(one)).size).toBe(1);
    expect(ids(one)).toHaveLength(2);
  }
  expectNoStranger(a, 1);
  expectNoStranger(b);
  // Nothing of the connections before is left.
  for (const { page } of [a, b]) expect((await held(page)).connections).toBe(1);
});

test("both pages are loaded again at the same time", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await Promise.all([a.page.reload(), b.page.reload()]);
  await expectWorkingCall(a, b);
  for (const one of [a, b]) expect(new Set(ids(one)).size).toBe(1);
  expectNoStranger(a, 1);
  expectNoStranger(b);
});

test("a tab that crashed is opened anew and is the same peer", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const devtools = await a.context.newCDPSession(a.page);
  const crashed = a.page.waitForEvent("crash");
  devtools.send("Page.crash").catch(() => {});
  await crashed;
  await expect(sentence(b.page)).toHaveText("The other person is gone for a moment");
  a.page = await a.context.newPage();
  await a.page.goto(`/room/${room}`);
  await a.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingCall(a, b);
  expect(new Set(ids(a)).size).toBe(1);
  expectNoStranger(b);
});

test("a second tab takes over, and the first says so", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const first = a.page;
  a.page = await a.context.newPage();
  await a.page.goto(`/room/${room}`);
  await a.page.getByRole("button", { name: "Join" }).click();
  await expect(sentence(first)).toHaveText("This call goes on in another tab or window of yours");
  await expectWorkingCall(a, b);
  expect(new Set(ids(a)).size).toBe(1);
  expectNoStranger(b);
  expect(await held(first), "the first tab holds nothing").toEqual({ connections: 0, devices: ["audio", "video"] });

  // And back again.
  a.page = first;
  await a.page.getByRole("button", { name: "Try again" }).click();
  await expectWorkingCall(a, b);
  expect(new Set(ids(a)).size).toBe(1);
});

test("new credentials are asked for before the old ones end, and the call does not notice", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const credentials = () =>
    a.events
      .filter(([name]) => name === "joined")
      .map(([, , , extras]) => (extras as { ice: { iceServers: { username: string }[] } }).ice.iceServers[0]?.username);
  await expect.poll(credentials).toHaveLength(1);
  const negotiations = await negotiated(b.page);
  // They are good for an hour; the page's clock is an hour ahead until it has asked.
  await a.page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() + 3_590_000;
    window.setRealClock = () => (Date.now = real);
  });
  await expect.poll(credentials).not.toHaveLength(1);
  await a.page.evaluate(() => window.setRealClock());
  const [first, second] = credentials();
  expect(first).toMatch(/^\d+:/);
  expect(second).not.toBe(first);
  expect(new Set(ids(a)).size, "it is the same peer").toBe(1);
  await expectWorkingCall(a, b);
  expect(await negotiated(b.page), "nothing was negotiated").toBe(negotiations);
  for (const { page } of [a, b]) expect((await held(page)).connections).toBe(1);
});

test("whoever goes straight from one room to another has left the first", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  // As the history of the browser can do it: the page is not loaded again.
  await a.page.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
  }, `/room/${room}-2`);
  await expect(a.page.getByRole("heading", { level: 1 })).toHaveText(`${room}-2`);
  await expect.poll(() => b.events.map(([name]) => name)).toContain("bye");

  const c = await person();
  await c.page.goto(`/room/${room}-2`);
  for (const one of [a, c]) await one.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingCall(a, c);
});
