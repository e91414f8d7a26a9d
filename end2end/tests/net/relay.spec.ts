// Two people whose networks do not let them reach each other: they talk through the server's own relay.

import { expect, expectWorkingCall, join, measured, sentence, test, type Person } from "./fixtures.ts";

/** How the packets of a page travel: the candidates of the pair that is in use. */
const path = ({ page }: Person) =>
  page.evaluate(async () => {
    const open = window.connections.filter(({ connectionState }) => connectionState === "connected");
    const reports = new Map([...(await open[0]!.getStats()).entries()]);
    const transport = [...reports.values()].find(({ type }) => type === "transport");
    const pair = reports.get(transport.selectedCandidatePairId);
    const [local, remote] = [reports.get(pair.localCandidateId), reports.get(pair.remoteCandidateId)];
    return { local: local.candidateType, remote: remote.candidateType, over: local.relayProtocol };
  });

/** The second of them has just joined. */
async function expectRelayed(a: Person, b: Person, over: "udp" | "tcp" | "tls") {
  const joined = Date.now();
  for (const { page } of [a, b]) {
    await expect.poll(() => page.evaluate(() => window.shown.length), { timeout: 30_000, intervals: [50] }).toBeGreaterThan(0);
  }
  measured(`until both see each other over ${over}, ms`, Date.now() - joined);
  await expectWorkingCall(a, b);
  for (const person of [a, b]) expect(await path(person)).toEqual({ local: "relay", remote: "relay", over });
}

for (const over of ["udp", "tcp"] as const) {
  test(`no way to each other, ${over === "udp" ? "only to the server" : "and no UDP at all"}: the call is relayed over ${over}`, async ({
    at,
    room,
    network,
  }) => {
    test.setTimeout(120_000);
    await network.part("a", "b", true);
    // TCP needs one trip more. On a network without any delay it may be the first all the same, and then it stays.
    for (const machine of ["a", "b"]) await network.set(machine, { delay: 15, no_udp: over === "tcp" });
    const [a, b] = [await at("a"), await at("b")];
    await join(a, room);
    await expect(sentence(a.page)).toHaveText("Waiting for the other person");
    await join(b, room);
    await expectRelayed(a, b, over);
  });
}

test.describe("without a relay", () => {
  test.use({ place: { machines: ["a", "b"], settings: { DUPLEX_TURN: "false" } } });

  test("no way to each other: both read why", async ({ at, room, network }) => {
    test.setTimeout(120_000);
    await network.part("a", "b", true);
    const [a, b] = [await at("a"), await at("b")];
    await join(a, room);
    await expect(sentence(a.page)).toHaveText("Waiting for the other person");
    await join(b, room);
    for (const { page } of [a, b]) {
      await expect(sentence(page)).toHaveText("No way to the other person found yet", { timeout: 60_000 });
      await expect(page.locator(".notice")).toContainText("this server has no relay");
    }
  });
});

test.describe("behind a firewall that lets nothing through but TLS on port 443", () => {
  test.use({ place: { machines: ["a", "b"], secure: true } });

  test("the call is relayed over TLS", async ({ at, room, network }) => {
    test.setTimeout(120_000);
    await network.part("a", "b", true);
    for (const machine of ["a", "b"]) await network.set(machine, { delay: 15, only_tls: true });
    const [a, b] = [await at("a"), await at("b")];
    await join(a, room);
    await expect(sentence(a.page)).toHaveText("Waiting for the other person");
    await join(b, room);
    await expectRelayed(a, b, "tls");
  });
});

test("who reaches the other directly does not use the relay", async ({ at, room }) => {
  const [a, b] = [await at("a"), await at("b")];
  await join(a, room);
  await expect(sentence(a.page)).toHaveText("Waiting for the other person");
  await join(b, room);
  await expectWorkingCall(a, b);
  for (const person of [a, b]) expect(["host", "prflx"]).toContain((await path(person)).local);
});
