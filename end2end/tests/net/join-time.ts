// From the click on Join to the first picture of the other person, at several round trips: `make bench-join`.

import { expect, join, median, sentence, test, type Person } from "./fixtures.ts";
import { pictureAfter, type Page } from "./pictures.ts";

const ROUND_TRIPS = [0, 50, 100];
const ROUNDS = Number(process.env.ROUNDS ?? 7);
/** What is asked for at each round trip, ms. */
const ASKED = [130, 270, 420];

declare global {
  interface Window {
    clicked: number;
  }
}

/** Runs in the page before it does: when somebody clicked last. */
function noteClicks() {
  document.addEventListener("click", () => (window.clicked = performance.timeOrigin + performance.now()), true);
}

/** The same as the page has to do at the least, both ends in one page: no server, no network, a camera that is open. */
const floor = (page: Page) =>
  page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const begin = performance.now();
    const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const video = document.createElement("video");
    video.autoplay = video.playsInline = true;
    document.body.append(video);
    const first = new Promise<number>((resolve) => video.requestVideoFrameCallback(() => resolve(performance.now())));
    one.onicecandidate = ({ candidate }) => other.addIceCandidate(candidate ?? undefined);
    other.onicecandidate = ({ candidate }) => one.addIceCandidate(candidate ?? undefined);
    other.ontrack = ({ streams }) => (video.srcObject = streams[0] ?? null);
    for (const end of [one, other]) for (const track of stream.getTracks()) end.addTrack(track, stream);
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription!);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription!);
    const time = (await first) - begin;
    for (const end of [one, other]) end.close();
    for (const track of stream.getTracks()) track.stop();
    video.remove();
    return time;
  });

/** One who joins, and sees the one who is there; in ms from the click, for each of the two. */
async function round(a: Person, b: Person, room: string) {
  await b.page.goto(`/room/${room}`);
  await expect(sentence(b.page)).toHaveText("Ready to join");
  // The person looks at the preview for a while.
  await expect
    .poll(() => b.page.locator(".tile-self video").evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(3);
  await b.page.getByRole("button", { name: "Join" }).click();
  const clicked = await b.page.evaluate(() => window.clicked);
  const times = await Promise.all([b, a].map(({ page }) => pictureAfter(page, clicked)));
  await b.page.getByRole("button", { name: "Leave" }).click();
  await expect(sentence(a.page)).toHaveText("The other person left");
  return times as [number, number];
}

const cell = (numbers: number[]) =>
  `${Math.round(median(numbers))} (${Math.round(Math.min(...numbers))} to ${Math.round(Math.max(...numbers))})`;

/** Where the server is: at the middle of the way between the two, or as far from each as they are from each other. */
const PLACES = { "half-way": 0, "as far": 1 };

test("from the click on Join to the first picture", async ({ at, network, room }) => {
  test.setTimeout(600_000);
  const [a, b] = [await at("a"), await at("b")];
  await b.context.addInitScript(noteClicks);
  // Both draw in software on one computer: in large windows that would be what is measured.
  for (const { page } of [a, b]) await page.setViewportSize({ width: 360, height: 480 });
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  const rows: string[] = [];
  for (const [place, factor] of Object.entries(PLACES)) {
    for (const [i, trip] of ROUND_TRIPS.entries()) {
      if (trip === 0 && factor > 0) continue;
      // A packet passes two links on its way, and the answer two more.
      for (const person of ["a", "b"]) await network.set(person, { delay: trip / 4 });
      await network.set("server", { delay: (trip / 4) * factor });
      const [joiner, host]: [number[], number[]] = [[], []];
      await round(a, b, room);
      for (let n = 0; n < ROUNDS; n++) {
        const [mine, theirs] = await round(a, b, room);
        joiner.push(mine);
        host.push(theirs);
      }
      const asked = factor === 0 ? String(ASKED[i]) : "";
      rows.push(`| ${trip} ms | ${trip === 0 ? "" : place} | ${cell(joiner)} | ${cell(host)} | ${asked} |`);
    }
  }
  const floors: number[] = [];
  for (let n = 0; n < ROUNDS; n++) floors.push(await floor(b.page));
  console.log(
    [
      "",
      `From the click on Join to the first picture, ms: median (fastest to slowest) of ${ROUNDS}`,
      "",
      "| round trip between the two | the server is | who joins sees the other | who was there sees the newcomer | asked for |",
      "|---|---|---|---|---|",
      ...rows,
      `| floor: both ends in one page, no server | | ${cell(floors)} | | |`,
      "",
    ].join("\n"),
  );
});
