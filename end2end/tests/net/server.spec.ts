// The way to the server is gone, or the server itself: the call does not need either.

import { callThere, expect, expectWorkingCall, ids, measured, test, until, type Person } from "./fixtures.ts";
import { longestGap, saidBetween } from "./pictures.ts";

/** The longest time without a picture, on either side. */
async function gap(people: Person[], from: number, to: number) {
  return Math.max(...(await Promise.all(people.map(({ page }) => longestGap(page, from, to)))));
}

/** What one does reaches the other while there is no server: microphone, camera, screen. */
async function expectTheyHearOfEachOther([a, b]: [Person, Person]) {
  const theirs = b.page.locator(".tile:not(.tile-self, .tile-screen)");
  await a.page.getByRole("button", { name: "Microphone" }).click();
  await expect(theirs.getByText("Microphone off:"), "muting reaches the other").toBeAttached();
  await a.page.getByRole("button", { name: "Microphone" }).click();
  await expect(theirs.getByText("Microphone off:")).not.toBeAttached();
  await b.page.getByRole("button", { name: "Camera" }).click();
  const ours = a.page.locator(".tile:not(.tile-self, .tile-screen)");
  await expect(ours, "the camera that goes off reaches the other").toHaveClass(/tile-empty/);
  await b.page.getByRole("button", { name: "Camera" }).click();
  await expect(ours).not.toHaveClass(/tile-empty/);
}

/** A shared screen needs new descriptions, and they find their way. */
async function expectSharedScreen([a, b]: [Person, Person]) {
  await a.page.getByRole("button", { name: "Share screen" }).click();
  const screen = b.page.locator(".tile-screen video");
  await expect(screen, "the shared screen is seen").toBeVisible();
  await expect.poll(() => screen.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
  await a.page.getByRole("button", { name: "Share screen" }).click();
  await expect(screen).not.toBeAttached();
}

test("the way to the server is cut for 20 s: the call does not notice", async ({ at, room, network }) => {
  test.setTimeout(120_000);
  const people = await callThere(at, room);
  const cut = await network.part("a", "server", true);
  await network.part("b", "server", true);
  await expectTheyHearOfEachOther(people);
  await until(cut, 20_000);
  await network.part("a", "server", false);
  const back = await network.part("b", "server", false);
  // Each is the same peer as before. If the socket was not even lost there is nothing to resume.
  await expectWorkingCall(...people);
  await until(back, 5_000);
  const now = Date.now();
  // The one whose camera was off for a moment was not seen meanwhile; the other one was all the time.
  measured("longest time without a picture while the server was out of reach, ms", await longestGap(people[1].page, cut, now));
  for (const { page } of people) {
    for (const text of await saidBetween(page, cut, now)) expect(text).toMatch(/^Connected|server/i);
  }
  for (const one of people) {
    expect(new Set(ids(one)).size, "the same peer").toBe(1);
    for (const stranger of ["bye", "full", "leaved"]) expect(one.events.map(([name]) => name)).not.toContain(stranger);
  }
  expect(await longestGap(people[1].page, cut, now)).toBeLessThanOrEqual(500);
});

test("the server is killed: no picture is late, and each is back within 3 s of its return", async ({ at, room, server }) => {
  test.setTimeout(120_000);
  const people = await callThere(at, room);
  const killed = Date.now();
  await server.kill();
  await until(killed, 8_000);
  const quiet = Date.now();
  const longest = [await gap(people, killed, quiet)];
  await expectTheyHearOfEachOther(people);
  await expectSharedScreen(people);
  const away = Date.now();
  await server.start();
  const back = Date.now();
  for (const one of people) await expect.poll(() => ids(one).length, { intervals: [50] }).toBe(2);
  measured("resumed after the server was back, ms", Date.now() - back);
  expect.soft(Date.now() - back).toBeLessThanOrEqual(3000);
  await expectWorkingCall(...people);
  longest.push(await gap(people, away, Date.now()));
  measured("longest time without a picture, while it was away and from its return on, ms", ...longest);
  for (const one of people) expect(new Set(ids(one)).size, "the same peer").toBe(1);
  expect(Math.max(...longest)).toBeLessThanOrEqual(500);
});
