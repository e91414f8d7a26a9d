// The release binary, started for a test on a port of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The command that serves on this port, from the folder above. While one develops, END2END_PROGRAM names the debug build. */
export function command(/** @type {number} */ port, address = "127.0.0.1") {
  const program = process.env.END2END_PROGRAM ?? "target/release/duplex";
  return `${program} --listen ${address}:${port} --log warn`;
}

/** Settings for HTTPS with a certificate in a file, which a server has made for itself. */
export async function certificateFiles() {
  const folder = await mkdtemp(join(tmpdir(), "duplex-certificate-"));
  const server = await startServer(await freePort(), { DUPLEX_HTTPS: "self-signed", DUPLEX_STATE_DIR: folder });
  await server.stop();
  const file = join(folder, "self-signed.pem");
  return { DUPLEX_HTTPS: "files", DUPLEX_TLS_CERT: file, DUPLEX_TLS_KEY: file };
}

/**
 * Starts a server and resolves when it is ready. `stop` ends it and waits for its end.
 * @param {number} port
 * @param {Record<string, string>} [env] settings that are not the default
 * @param {{address?: string, enter?: string[]}} [place] where it listens, and what stands before the command
 */
export function startServer(port, env = {}, { address, enter = [] } = {}) {
  const [program, ...args] = [...enter, ...command(port, address).split(" ")];
  // The address of the metrics is taken by the server that all other tests share.
  return startProgram(String(program), args, ROOT, { ...process.env, DUPLEX_METRICS_ADDR: "", ...env });
}

/**
 * The same for a program that is somewhere else.
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 */
export async function startProgram(program, args, cwd, env) {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let said = "";
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      said += data;
      if (said.includes("ready")) resolve(undefined);
    });
    child.on("error", reject);
    exited.then(([code]) => reject(new Error(`the server ended with code ${code}`)));
  });
  return {
    /** What it printed until it was ready. */
    said,
    /** @param {NodeJS.Signals} signal */
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await exited;
    },
  };
}
