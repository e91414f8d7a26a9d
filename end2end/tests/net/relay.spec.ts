// Two people whose networks do not let them reach each other: they talk through the server's own relay, or through coturn.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as inside } from "node:path";
import type { Network } from "../../net/network.ts";
import { certificateFiles } from "../../server.js";
import { deployed, run } from "../programs.ts";
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

test.describe("with coturn as deploy/turnserver.conf sets it up", () => {
  /** The machine `server`, where it runs beside Duplex. */
  const HOST = "10.77.0.3";
  const SECRET = "a secret that both of them have";
  test.use({
    place: {
      machines: ["a", "b"],
      // Browsers ask nobody for the certificate of a relay, and the argument that lets them go on counts for pages over HTTPS.
      secure: true,
      settings: {
        DUPLEX_TURN: "false",
        DUPLEX_TURN_SECRET: SECRET,
        DUPLEX_ICE_SERVERS: [
          `turn:${HOST}:3478?transport=udp`,
          `turn:${HOST}:3478?transport=tcp`,
          `turns:${HOST}:5349?transport=tcp`,
        ].join(),
      },
    },
  });

  test.beforeEach(({}, info) => {
    const isThere = spawnSync("turnserver", ["--version"]).error === undefined;
    info.skip(!isThere, "there is no coturn here: scripts/setup.sh net installs it");
  });

  /** Starts it; resolves to what ends it. */
  async function coturn(network: Network) {
    expect(network.address("server")).toBe(HOST);
    const folder = mkdtempSync(inside(tmpdir(), "duplex-coturn-"));
    const { DUPLEX_TLS_CERT } = await certificateFiles();
    const configuration = inside(folder, "turnserver.conf");
    const text = deployed("turnserver.conf", [
      ["REPLACE-THIS-SECRET", SECRET],
      ["#cert=/etc/coturn/certificate.pem", `cert=${DUPLEX_TLS_CERT}`],
      ["#pkey=/etc/coturn/key.pem", `pkey=${DUPLEX_TLS_CERT}`],
      // Here the whole world is a private network.
      ["#allowed-peer-ip=10.0.0.7", `allowed-peer-ip=${HOST}`],
    ]);
    writeFileSync(configuration, `${text}\nlog-file=stdout\nuserdb=${inside(folder, "users")}\n`);
    const [enter, ...args] = network.enter("server");
    const end = await run(enter!, [...args, "turnserver", "-c", configuration, "--pidfile="]);
    for (const port of [3478, 5349]) {
      const answers = () => spawnSync(enter!, [...args, "bash", "-c", `: </dev/tcp/${HOST}/${port}`]).status;
      await expect.poll(answers, `coturn listens on ${port}`).toBe(0);
    }
    return async () => {
      await end();
      rmSync(folder, { recursive: true });
    };
  }

  for (const [over, faults] of [
    ["udp", {}],
    ["tcp", { no_udp: true }],
    ["tls", { only_tls: true }],
  ] as const) {
    test(`the call is relayed by coturn over ${over}`, async ({ at, room, network }) => {
      test.setTimeout(120_000);
      const end = await coturn(network);
      try {
        await network.part("a", "b", true);
        for (const machine of ["a", "b"]) await network.set(machine, { delay: 15, ...faults });
        const [a, b] = [await at("a"), await at("b")];
        await join(a, room);
        await expect(sentence(a.page)).toHaveText("Waiting for the other person");
        await join(b, room);
        await expectRelayed(a, b, over);
      } finally {
        await end();
      }
    });
  }

  test("coturn relays nothing into the network that it is in", async ({ network }) => {
    const end = await coturn(network);
    try {
      /** What coturn's own client is told when it wants to send to this peer; its credentials are good. */
      const ask = (peer: string) => {
        const [enter, ...args] = network.enter("a");
        // One user for each question, because what each one has is counted.
        const client = ["turnutils_uclient", "-u", peer, "-W", SECRET, "-e", peer, "-n", "1", "-m", "1", "-c", HOST];
        return spawnSync(enter!, [...args, ...client], { encoding: "utf8", timeout: 5_000 }).stdout;
      };
      for (const peer of ["10.77.0.2", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1"]) {
        expect(ask(peer), peer).toContain("403 (Forbidden IP)");
      }
    } finally {
      await end();
    }
  });
});
