// HTTPS from the program itself: a certificate of its own, and one in files that are replaced while people are there.

import { once } from "node:events";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { io, type Socket } from "socket.io-client";
import { certificateFiles, freePort, startServer } from "../server.js";
import { call, expect, expectWorkingCall, test } from "./fixtures.ts";

/** The fingerprint of the certificate that a new connection gets. */
async function fingerprint(port: number) {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test("a certificate of its own: who accepts it is in a call, and it stays the same", async ({ person, room }) => {
  test.setTimeout(120_000);
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), "duplex-state-"))];
  const start = () => startServer(port, { DUPLEX_HTTPS: "self-signed", DUPLEX_STATE_DIR: folder });
  let server = await start();
  try {
    const there: typeof person = (options) =>
      person({ ...options, baseURL: `https://localhost:${port}`, ignoreHTTPSErrors: true });
    const [a, b] = await call(there, room);
    await expectWorkingCall(a, b);
    const used = await fingerprint(port);
    expect(server.said, "the host can compare it").toContain(used);
    expect(server.said).toContain(`https://localhost:${port}`);
    for (const { context } of [a, b]) await context.close();
    await server.stop();
    server = await start();
    expect(await fingerprint(port), "after a restart").toBe(used);
  } finally {
    await server.stop();
  }
});

test("who comes over HTTP is led to HTTPS, on the same port and on another", async ({ person, request }) => {
  const [port, http] = [await freePort(), await freePort()];
  const settings = { ...(await certificateFiles()), DUPLEX_HTTP_ADDR: `127.0.0.1:${http}` };
  const server = await startServer(port, settings);
  try {
    for (const from of [port, http]) {
      const answer = await request.get(`http://localhost:${from}/room/a?b=c`, { maxRedirects: 0 });
      expect(answer.status()).toBe(307);
      expect(answer.headers()["cache-control"], "a guess").toBe("no-store");
      expect(answer.headers().location).toBe(`https://localhost:${port}/room/a?b=c`);
      expect((await request.get(`http://localhost:${from}/healthz`)).status(), "for what watches it").toBe(200);
    }
    const { page } = await person({ ignoreHTTPSErrors: true });
    await page.goto(`http://localhost:${http}/`);
    await expect(page).toHaveURL(`https://localhost:${port}/`);
    const answer = await page.request.get(page.url());
    expect(answer.headers()["strict-transport-security"]).toMatch(/^max-age=\d+$/);
  } finally {
    await server.stop();
  }
});

test("the certificate is replaced while sockets talk: none is dropped, and new ones get the new one", async ({ room }) => {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), "duplex-tls-"))];
  const [one, other] = await Promise.all([certificateFiles(), certificateFiles()]);
  const file = join(folder, "certificate.pem");
  await copyFile(one.DUPLEX_TLS_CERT, file);
  const server = await startServer(port, { ...one, DUPLEX_TLS_CERT: file, DUPLEX_TLS_KEY: file });
  const sockets: Socket[] = [];
  try {
    const before = await fingerprint(port);
    let [received, lost] = [0, 0];
    // Pairs in rooms of their own, over WebSocket and over polling, who say something all the time.
    for (let pair = 0; pair < 10; pair++) {
      const transports = [pair % 2 ? "websocket" : "polling"];
      for (const _ of ["a", "b"]) {
        const socket = io(`https://localhost:${port}`, { transports, forceNew: true, rejectUnauthorized: false });
        sockets.push(socket);
        socket.on("message", () => void received++);
        socket.on("disconnect", () => void lost++);
        const joined = once(socket as never, "joined");
        socket.emit("join", `${room}-${pair}`);
        await joined;
      }
    }
    let sent = 0;
    const talk = setInterval(() => {
      for (const [index, socket] of sockets.entries()) {
        socket.emit("message", `${room}-${index >> 1}`, sent);
        sent++;
      }
    }, 100);
    await copyFile(other.DUPLEX_TLS_CERT, file);
    await expect.poll(() => fingerprint(port), { timeout: 10_000, intervals: [100] }).not.toBe(before);
    // And a file that is not whole changes nothing.
    const after = await fingerprint(port);
    const atThatTime = received;
    await copyFile("/dev/null", file);
    await expect.poll(() => received, { timeout: 10_000 }).toBeGreaterThan(atThatTime + 500);
    expect(await fingerprint(port)).toBe(after);
    clearInterval(talk);
    await expect.poll(() => received, "every message arrives").toBe(sent);
    expect(lost, "sockets that were dropped").toBe(0);
  } finally {
    for (const socket of sockets) socket.close();
    await server.stop();
  }
});
