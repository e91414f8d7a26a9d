// A certificate from an authority (ACME, RFC 8555): Pebble, the test authority of Let's Encrypt, with a DNS of its own
// that leads every name to this machine.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { certificateFiles, freePort, startServer } from "../server.js";
import { expect, test } from "./fixtures.ts";

const NAME = "call.duplex.example";

/** Who vouches for the certificate that a new connection gets, or why there is none. */
async function issuer(port: number) {
  const socket = connect({ host: "127.0.0.1", port, servername: NAME, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    const { issuer, subjectaltname } = socket.getPeerCertificate();
    return `${issuer.CN} for ${subjectaltname}`;
  } catch (error) {
    return String(error);
  } finally {
    socket.destroy();
  }
}

/** The status of an address of Pebble, whose certificate nobody knows. */
const status = (url: string) =>
  new Promise<number | string | undefined>((resolve) => {
    const asked = request(url, { rejectUnauthorized: false }, (answer) => resolve(answer.resume().statusCode));
    asked.on("error", (error) => resolve(String(error))).end();
  });

/** What a load balancer is told over plain HTTP. */
const readiness = (port: number) =>
  new Promise<string>((resolve) => {
    const asked = get({ host: "127.0.0.1", port, path: "/readyz", agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => (body += text));
      answer.on("end", () => resolve(`${answer.statusCode} ${body.trim()}`));
    });
    asked.on("error", (error) => resolve(String(error)));
  });

test("an authority gives a certificate, which is kept over a restart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "duplex-acme-"));
  const [port, directory, management, dns, control] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const { DUPLEX_TLS_CERT: own } = await certificateFiles();
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${directory}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: own,
      privateKey: own,
      httpPort: port,
      tlsPort: port,
    },
  };
  await writeFile(join(folder, "pebble.json"), JSON.stringify(config));
  const off = ["-http01", "", "-https01", "", "-tlsalpn01", ""];
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" };
  const programs = [
    spawn("pebble-challtestsrv", [...off, "-dns01", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${control}`, "-defaultIPv6", ""]),
    spawn("pebble", ["-config", join(folder, "pebble.json"), "-dnsserver", `127.0.0.1:${dns}`], { env }),
  ];
  const url = `https://localhost:${directory}/dir`;
  const start = () =>
    startServer(port!, {
      DUPLEX_HTTPS: "acme",
      DUPLEX_ACME_DOMAINS: NAME,
      DUPLEX_ACME_EMAIL: "me@duplex.example",
      DUPLEX_ACME_DIRECTORY: url,
      DUPLEX_ACME_CA: own,
      DUPLEX_STATE_DIR: join(folder, "state"),
    });
  let server: Awaited<ReturnType<typeof start>> | undefined;
  try {
    await expect.poll(() => status(url), { message: "Pebble is there", timeout: 20_000 }).toBe(200);
    server = await start();
    expect(await readiness(port!)).toBe("503 no certificate yet");
    await expect.poll(() => issuer(port!), { timeout: 40_000 }).toMatch(/^Pebble Intermediate .* for DNS:call\.duplex\.example$/);
    await expect.poll(() => readiness(port!)).toBe("200 ready");
    await server.stop();
    expect(await readdir(join(folder, "state", "acme"))).toHaveLength(2);
    // With the authority gone.
    for (const program of programs) program.kill();
    server = await start();
    await expect.poll(() => issuer(port!)).toMatch(/^Pebble Intermediate /);
    await expect.poll(() => readiness(port!)).toBe("200 ready");
  } finally {
    await server?.stop();
    for (const program of programs) if (program.exitCode === null && !program.killed) program.kill();
  }
});
