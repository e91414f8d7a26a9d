// Both sides offer at the same time, again and again: "glare", in the words of RFC 3264. Perfect negotiation must come to
// one result each time.

import { call, expect, expectWorkingCall, test, type Person } from "./fixtures.ts";

const ROUNDS = 200;
/** Both pages are told this many milliseconds ahead. */
const AHEAD = 60;

declare global {
  interface Window {
    /** How often an offer was taken while an own one was out. */
    collisions: number;
  }
}

/** Runs in the page before it does. */
function countCollisions() {
  window.collisions = 0;
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    override setRemoteDescription(description: RTCSessionDescriptionInit) {
      if (description.type === "offer" && this.signalingState === "have-local-offer") window.collisions++;
      return super.setRemoteDescription(description);
    }
  };
}

/** Has the page ask for new ways at this very time. */
const restartAt = ({ page }: Person, time: number) =>
  page.evaluate(async (time) => {
    const now = () => performance.timeOrigin + performance.now();
    await new Promise((resolve) => setTimeout(resolve, time - now() - 10));
    while (now() < time);
    window.connections.find(({ connectionState }) => connectionState !== "closed")!.restartIce();
  }, time);

/** Where the negotiation of a page stands, with the name of the ICE session on either side. */
const standing = ({ page }: Person) =>
  page.evaluate(() => {
    const open = window.connections.filter(({ connectionState }) => connectionState !== "closed");
    const ufrag = (description?: RTCSessionDescription | null) => description?.sdp.match(/^a=ice-ufrag:(.*)$/m)?.[1] ?? "";
    return {
      open: open.length,
      state: `${open[0]?.signalingState} ${open[0]?.connectionState}`,
      own: ufrag(open[0]?.localDescription),
      theirs: ufrag(open[0]?.remoteDescription),
    };
  });

test("both offer at the same time, 200 times, and are never stuck", async ({ person, room }) => {
  test.setTimeout(300_000);
  const [a, b] = await call(async (options) => {
    const one = await person(options);
    await one.context.addInitScript(countCollisions);
    return one;
  }, room);
  const times: number[] = [];
  let [mine, theirs] = [await standing(a), await standing(b)];
  for (let round = 1; round <= ROUNDS; round++) {
    const before = mine;
    const time = Date.now() + AHEAD;
    await Promise.all([restartAt(a, time), restartAt(b, time)]);
    await expect
      .poll(
        async () => {
          [mine, theirs] = await Promise.all([standing(a), standing(b)]);
          // One may still be on its way when both are stable; then the names are not the same yet.
          return [mine.state, theirs.state, mine.own === theirs.theirs, theirs.own === mine.theirs, mine.own !== before.own];
        },
        { message: `round ${round}: both know the same`, intervals: [20] },
      )
      .toEqual(["stable connected", "stable connected", true, true, true]);
    times.push(Date.now() - time);
  }
  expect([mine.open, theirs.open], "the connections are those from the beginning").toEqual([1, 1]);
  const collisions = await Promise.all([a, b].map(({ page }) => page.evaluate(() => window.collisions)));
  times.sort((one, other) => one - other);
  console.log(`    measured: ${ROUNDS} times at once, of which offers crossed: ${collisions.join(" and ")}`);
  console.log(`    measured: until both know the same, ms: ${times[ROUNDS / 2]} in the middle, ${times.at(-1)} at most`);
  expect(collisions[0]! + collisions[1]!, "enough of them crossed").toBeGreaterThan(ROUNDS / 2);
  await expectWorkingCall(a, b);
});
