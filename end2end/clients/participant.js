// Somebody in a scenario: what this client has heard and not yet been asked about.

import { shown } from "./match.js";

/**
 * Longer than anything may take: a client on long-polling that goes without a word is noticed by the heartbeat only,
 * after 9 s, and then its grace time begins.
 */
const PATIENCE = 15_000;

export class Participant {
  /** What was heard, first come first. @type {any[][]} */
  queue = [];
  /** Everything that was reported, for whoever reads a failure. @type {object[]} */
  log = [];
  /** Session ids, which nobody else may learn. @type {string[]} */
  sessions = [];
  /** The events there are listeners for, if not for all. @type {Set<string> | undefined} */
  only = undefined;
  connected = false;
  /** @type {Map<number, any[]>} */
  #answers = new Map();
  /** @type {string | undefined} */
  #failed = undefined;
  #wake = () => {};
  #count = 0;

  /** @param {string} name @param {import("./pipe.js").Driver} driver @param {string} scenario */
  constructor(name, driver, scenario) {
    this.name = name;
    this.driver = driver;
    this.scenario = scenario;
    this.key = "";
  }

  async connect() {
    // A connection of its own each time, and what an older one still says is not mixed into it.
    if (this.key) this.driver.listen(this.key, () => {});
    this.key = `${this.scenario}/${this.name}/${++this.#count}`;
    this.driver.listen(this.key, (report) => this.#note(report));
    this.driver.send({ do: "connect", client: this.key });
    await this.#until(() => this.connected, "to be connected");
  }

  #note(/** @type {import("./pipe.js").Report} */ { client: _, ...report }) {
    this.log.push(report);
    if (report.connected) {
      this.connected = true;
      this.sessions.push(...report.connected);
    }
    if (report.disconnected) this.connected = false;
    if (report.failed) this.#failed = report.failed;
    if (report.event) this.queue.push(report.event);
    if (report.ack !== undefined) this.#answers.set(report.ack, report.answer ?? []);
    this.#wake();
  }

  /** Emits and resolves to the arguments of the acknowledgement. */
  async emit(/** @type {any[]} */ event) {
    const ack = ++this.#count;
    this.driver.send({ do: "emit", client: this.key, event, ack });
    await this.#until(() => this.#answers.has(ack), `the acknowledgement of ${shown(event)}`);
    return this.#answers.get(ack) ?? [];
  }

  say(/** @type {any[]} */ event) {
    this.driver.send({ do: "emit", client: this.key, event });
  }

  /** The next event, which is then done with. */
  async next(/** @type {string} */ what) {
    await this.#until(() => this.#heed() > 0, what);
    return this.queue.shift() ?? [];
  }

  /** How many events wait, without those that this client is deaf to. */
  #heed() {
    const { only } = this;
    if (only) this.queue = this.queue.filter(([name]) => only.has(name));
    return this.queue.length;
  }

  /**
   * Waits for everything that the server sent so far: it answers in order, so whatever it sent before the answer to this
   * is here when the answer is.
   */
  async settle() {
    const nowhere = `nowhere-${++this.#count}`;
    const isEcho = (/** @type {any[]} */ event) => event[0] === "refused" && event[1] === nowhere;
    await this.emit(["leave", nowhere]);
    if (!this.only) await this.#until(() => this.queue.some(isEcho), `refused for ${nowhere}`);
    this.queue = this.queue.filter((event) => !isEcho(event));
    this.#heed();
  }

  async hearsNothing() {
    if (this.connected) await this.settle();
    if (this.queue.length) throw new Error(`${this.name} also heard ${shown(this.queue)}`);
  }

  async disconnect(/** @type {"drop" | "disconnect"} */ how) {
    this.driver.send({ do: how, client: this.key });
    await this.#until(() => !this.connected, "to be disconnected");
  }

  /** The scenario is over. */
  leaveBehind() {
    this.driver.listen(this.key, () => {});
    if (this.connected && !this.driver.broken) this.driver.send({ do: "disconnect", client: this.key });
  }

  expectNotTold(/** @type {string[]} */ secrets) {
    for (const report of this.log) {
      const text = JSON.stringify(report);
      if ("connected" in report || !secrets.some((secret) => text.includes(secret))) continue;
      throw new Error(`${this.name} was told a session id: ${shown(report)}`);
    }
  }

  async #until(/** @type {() => boolean} */ true_, /** @type {string} */ what) {
    const end = Date.now() + PATIENCE;
    while (!true_()) {
      const left = end - Date.now();
      const trouble = this.#failed ?? this.driver.broken ?? (left <= 0 ? `not within ${PATIENCE / 1000} s` : undefined);
      if (trouble) throw new Error(`${this.name} waited for ${what}: ${trouble}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 250), undefined);
        this.#wake = () => {
          clearTimeout(timer);
          resolve(undefined);
        };
      });
    }
  }
}
