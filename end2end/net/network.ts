// Machines in network namespaces of their own, and the faults between them (switch.py does the work).

import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

export const PYTHON = fileURLToPath(new URL("../.venv/bin/python", import.meta.url));
export const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** What one direction of a link does to packets; what is not named stays as it is. Units as in switch.py. */
export interface Faults {
  delay?: number;
  jitter?: number;
  loss?: number;
  rate?: number;
  queue?: number;
  cut?: boolean;
  no_udp?: boolean;
  only_tls?: boolean;
}

export const GOOD: Required<Faults> = {
  delay: 0,
  jitter: 0,
  loss: 0,
  rate: 0,
  queue: 300,
  cut: false,
  no_udp: false,
  only_tls: false,
};

interface Machine {
  netns: string;
  address: string;
}

type Counts = Record<string, Record<"up" | "down", { packets: number; dropped: number; bytes: number }>>;

/** Why there cannot be a network here; thrown by `Network.open`. */
export class NoNetwork extends Error {}

export class Network {
  private readonly answers: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
    private machines: Record<string, Machine> = {},
  ) {
    this.answers = lines[Symbol.asyncIterator]();
  }

  /** A network of these machines. */
  static async open(...names: string[]) {
    // Debian keeps `ip` where only root looks.
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    const child = spawn(PYTHON, [here("switch.py"), ...names], { stdio: ["pipe", "pipe", "inherit"], env });
    const network = new Network(child, createInterface(child.stdout));
    const { error, machines } = await network.answer();
    if (error) throw new NoNetwork(error);
    network.machines = machines;
    return network;
  }

  address(name: string) {
    return this.machine(name).address;
  }

  netns(name: string) {
    return this.machine(name).netns;
  }

  /** The beginning of a command line that runs a program on this machine, and ends it when we are gone. */
  enter(name: string) {
    return ["nsenter", `--net=${this.netns(name)}`, "setpriv", "--pdeathsig", "KILL"];
  }

  /** Changes one direction of a machine's link, or both. */
  async set(name: string, faults: Faults, dir?: "up" | "down") {
    await this.ask({ op: "set", machine: name, ...(dir && { dir }), ...faults });
  }

  /** Nothing passes the link of this machine any more; it is not told. Resolves to the time when it began. */
  async cut(name: string) {
    await this.set(name, { cut: true });
    return Date.now();
  }

  /** The link is back. Resolves to the time when it was. */
  async mend(name: string) {
    await this.set(name, { cut: false });
    return Date.now();
  }

  /** Nothing passes between two machines any more, or again. Resolves to the time when it began. */
  async part(one: string, other: string, apart: boolean) {
    await this.ask({ op: "part", machines: [one, other], apart });
    return Date.now();
  }

  /** The machine gets another network card with another address, and loses the one that it had. */
  async move(name: string, address: string) {
    await this.ask({ op: "move", machine: name, address });
    this.machine(name).address = address;
    return Date.now();
  }

  /** The link of a machine goes down or comes up, and its system knows. */
  async plug(name: string, plugged: boolean) {
    await this.ask({ op: plugged ? "plug" : "unplug", machine: name });
    return Date.now();
  }

  count(): Promise<Counts> {
    return this.ask({ op: "count" });
  }

  /** Nothing is left of the network after that, except for programs that still run in it. */
  async close() {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.end();
    await exited;
    this.lines.close();
  }

  /** As if the process had crashed. */
  async kill() {
    const exited = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await exited;
  }

  private machine(name: string) {
    const machine = this.machines[name];
    if (!machine) throw new Error(`there is no machine ${name}`);
    return machine;
  }

  private asking: Promise<unknown> = Promise.resolve();

  /** One question at a time; the answers come in order. */
  private ask(request: object): Promise<any> {
    const answer = this.asking.then(async () => {
      this.child.stdin?.write(`${JSON.stringify(request)}\n`);
      const answer = await this.answer();
      if (answer.error) throw new Error(answer.error);
      return answer;
    });
    this.asking = answer.catch(() => {});
    return answer;
  }

  private async answer() {
    const { value, done } = await this.answers.next();
    if (done) throw new Error("the network is gone");
    return JSON.parse(value);
  }
}
