// Servers of others that a test starts: Redis, and proxies with the files of deploy/.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";

/** Starts a program that stays. Resolves to what ends it and waits for its end. */
export async function run(program: string, args: string[], settings: Record<string, string> = {}) {
  // Debian keeps servers where only root looks.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, ...settings };
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  // Some tell their whole life there. It is read only if they end before they are told to.
  let said = "";
  let ending = false;
  child.stderr.on("data", (data) => (said += data));
  child.once("close", () => ending || console.error(`${program} ended by itself:\n${said}`));
  await once(child, "spawn");
  const closed = once(child, "close");
  return async () => {
    ending = true;
    child.kill("SIGTERM");
    await closed;
  };
}

/** Whether somebody listens on a port of this machine. */
export async function answers(port: number) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A file of deploy/ with other values; each one that is replaced stands there once. */
export function deployed(file: string, replacements: [from: string, to: string][]) {
  let text = readFileSync(fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url)), "utf8");
  for (const [from, to] of replacements) {
    expect(text.split(from), `${from} in ${file}`).toHaveLength(2);
    text = text.replace(from, to);
  }
  return text;
}

/** How nginx is started with this configuration, and with a folder in which anybody may write. */
export const nginxArguments = (folder: string, configuration: string) => [
  ...["-p", folder, "-c", configuration],
  ...["-g", "daemon off; pid nginx.pid; error_log stderr crit;"],
];

/** What has to stand in the `http` of its configuration for that. */
export const nginxFolders = (folder: string) =>
  ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`).join("\n");
