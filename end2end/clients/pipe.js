// Starts a driver (driver.js, driver.py) as a process and speaks to it over a pipe.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * @typedef {object} Report
 * @property {string} client
 * @property {any[]} [event] that it heard
 * @property {number} [ack] an acknowledgement with the number of its command, and
 * @property {any[]} [answer] what it says
 * @property {string[]} [connected] with these session ids
 * @property {string} [disconnected] and why
 * @property {string} [failed] what could not be done
 */

/** The program for each library, with what comes before the transport and the address. */
const DRIVERS = {
  "socket.io-client 2": [process.execPath, here("driver.js"), "socket.io-client-2"],
  "socket.io-client 3": [process.execPath, here("driver.js"), "socket.io-client-3"],
  "socket.io-client 4": [process.execPath, here("driver.js"), "socket.io-client"],
  "python-socketio": [here("../.venv/bin/python"), here("driver.py")],
};

export const LIBRARIES = /** @type {Library[]} */ (Object.keys(DRIVERS));
export const TRANSPORTS = /** @type {const} */ (["polling", "websocket"]);

/** @typedef {keyof typeof DRIVERS} Library */
/** @typedef {typeof TRANSPORTS[number]} Transport */

/** @param {Library} library @param {Transport} transport */
export const title = (library, transport) => `${library} over ${transport}`;

/** A process that holds the clients of one library. */
export class Driver {
  /** @param {Library} library @param {Transport} transport @param {string} url */
  constructor(library, transport, url) {
    this.name = title(library, transport);
    const [program, ...args] = DRIVERS[library];
    this.process = spawn(String(program), [...args, transport, url], { stdio: ["pipe", "pipe", "inherit"] });
    this.exited = once(this.process, "exit");
    /** @type {Map<string, (report: Report) => void>} */
    this.listeners = new Map();
    /** @type {string | undefined} */
    this.broken = undefined;
    this.process.on("error", (error) => (this.broken = String(error)));
    this.process.on("exit", (code, signal) => (this.broken ??= `the driver ended with ${code ?? signal}`));
    // Writing to a process that has just ended; `broken` says so.
    this.process.stdin.on("error", () => {});
    createInterface(this.process.stdout).on("line", (line) => {
      /** @type {Report} */
      const report = JSON.parse(line);
      this.listeners.get(report.client)?.(report);
    });
  }

  /** What this client reports goes to `listener` from now on. */
  listen(/** @type {string} */ client, /** @type {(report: Report) => void} */ listener) {
    this.listeners.set(client, listener);
  }

  send(/** @type {object} */ command) {
    if (this.broken) throw new Error(`${this.name}: ${this.broken}`);
    this.process.stdin.write(`${JSON.stringify(command)}\n`);
  }

  async stop() {
    this.process.kill();
    if (this.process.pid !== undefined) await this.exited;
  }
}
