// Carries out the scenarios in contract/*.json with the clients of any library, against any server that speaks the
// contract. A scenario is a list of steps that read like sentences:
//
//   ["a", "emits", [event, ...]]                  asks for an acknowledgement, which must be {ok: true}
//   ["a", "says", [event, ...]]                   does not ask, as tutorial pages do
//   ["a", "is refused", code, [event, ...]]       hears `refused` and a failed acknowledgement, both with this code (one
//                                                 more element says what `refused` names as room, if not the event's)
//   ["a", "hears", [event, ...], [event, ...]]    the next that a hears is this, then that
//   ["a b", "hears", ...]                         both do
//   ["a", "hears in any order", ...]              the next are these
//   ["a", "may hear", ...]                        what the contract leaves open: these, or some, or none of them
//   ["a", "hears nothing"]                        nothing is left that a has heard
//   ["a", "listens to", [name, ...]]              deaf to all other events, as a page is without a listener
//   ["a", "drops"], ["a", "disconnects"]          loses its connection, without or with a Socket.IO goodbye
//   ["a", "connects"]                             with a new connection; the first one is made unasked
//
// "after" names a scenario whose steps come first. At the end nobody may have heard anything that no step names, and
// nobody may have been told a session id. match.js says how events are compared.

import { readFileSync, readdirSync } from "node:fs";
import { eventMismatch, fill, mismatch, shown } from "./match.js";
import { Participant } from "./participant.js";

/** @typedef {import("./pipe.js").Driver} Driver */
/** @typedef {[who: string, verb: string, ...what: any[]]} Step */
/** @typedef {(name: string, part: number) => Driver} Cast who plays this part, the first of a scenario being 0 */
/** @typedef {{name: string, after?: string, steps: Step[]}} Scenario */

const folder = new URL("contract/", import.meta.url);

/** The whole script, in order. */
export const SCENARIOS = readdirSync(folder)
  .toSorted()
  .flatMap((file) => /** @type {Scenario[]} */ (JSON.parse(readFileSync(new URL(file, folder), "utf8"))));

/** @returns {Step[]} */
function steps(/** @type {Scenario} */ scenario) {
  if (scenario.after === undefined) return scenario.steps;
  const before = SCENARIOS.find(({ name }) => name === scenario.after);
  if (!before) throw new Error(`there is no scenario "${scenario.after}"`);
  return [...steps(before), ...scenario.steps];
}

/** So many at once, because some wait for grace times. More than these would come near the server's limit of sockets. */
const LANES = 4;

/** So many failures say enough. */
const ENOUGH = 5;

let started = 0;

/**
 * Plays these scenarios, and resolves to what went wrong in them.
 * @param {Scenario[]} scenarios
 * @param {Cast} driverOf
 */
export async function playAll(scenarios, driverOf) {
  const waiting = [...scenarios];
  /** @type {string[]} */
  const failures = [];
  const lane = async () => {
    for (let next; failures.length < ENOUGH && (next = waiting.shift()); ) {
      await play(next, driverOf).catch((error) => failures.push(String(error.message ?? error)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (waiting.length) failures.push(`${waiting.length} more scenarios were not tried`);
  return failures;
}

/**
 * Resolves when all steps came true; otherwise the error says which did not, and what everybody heard until then.
 * @param {Scenario} scenario
 * @param {Cast} driverOf
 */
async function play(scenario, driverOf) {
  const number = ++started;
  const names = new Map([["room", `room-${process.pid}-${number}`]]);
  /** @type {Map<string, Participant>} */
  const people = new Map();
  try {
    for (const step of steps(scenario)) {
      try {
        for (const name of step[0].split(" ")) {
          const person = people.get(name) ?? new Participant(name, driverOf(name, people.size), `${number}`);
          if (!people.has(name)) {
            people.set(name, person);
            await person.connect();
          }
          await carryOut(step, person, names);
        }
      } catch (error) {
        throw new Error(`${shown(step)}\n  ${error instanceof Error ? error.message : error}`);
      }
    }
    for (const person of people.values()) await person.hearsNothing();
    for (const person of people.values()) {
      person.expectNotTold([...people.values()].flatMap(({ sessions }) => sessions));
    }
  } catch (error) {
    const heard = [...people.values()].map(({ name, log }) => [`\n  ${name}:`, ...log.map(shown)].join("\n    "));
    throw new Error(`"${scenario.name}": ${error instanceof Error ? error.message : error}${heard.join("")}`);
  } finally {
    for (const person of people.values()) person.leaveBehind();
  }
}

/** @param {Step} step @param {Participant} person @param {Map<string, unknown>} names */
async function carryOut([, verb, ...what], person, names) {
  switch (verb) {
    case "emits":
      return expectAnswer(await person.emit(fill(what[0], names)), { ok: true }, names);
    case "says":
      return person.say(fill(what[0], names));
    case "is refused":
      return refused(person, what[0], fill(what[1], names), what[2], names);
    case "hears":
      for (const event of what) {
        const why = eventMismatch(event, await person.next(shown(event)), names);
        if (why) throw new Error(why);
      }
      return;
    case "hears in any order":
      return inAnyOrder(person, what, names);
    case "may hear":
      await person.settle();
      for (let open = [...what]; open.length && person.queue.length; ) {
        const found = open.findIndex((event) => !eventMismatch(event, person.queue[0] ?? [], names));
        if (found === -1) return;
        open.splice(found, 1);
        person.queue.shift();
      }
      return;
    case "hears nothing":
      return person.hearsNothing();
    case "listens to":
      person.only = new Set(what[0]);
      return;
    case "drops":
      return person.disconnect("drop");
    case "disconnects":
      return person.disconnect("disconnect");
    case "connects":
      return person.connect();
    default:
      throw new Error(`there is no verb "${verb}"`);
  }
}

/** @param {any[]} answer @param {object} expected @param {Map<string, unknown>} names */
function expectAnswer(answer, expected, names) {
  const why = mismatch([expected], answer, names, "the acknowledgement");
  if (why) throw new Error(why);
}

/**
 * @param {Participant} person @param {string} code @param {any[]} event
 * @param {any} room what `refused` says the room is; unless given, the one that the event names, as far as it does
 * @param {Map<string, unknown>} names
 */
async function refused(person, code, event, room = typeof event[1] === "string" ? event[1] : "", names) {
  const error = { code, message: "$_" };
  expectAnswer(await person.emit(event), { ok: false, error }, names);
  const why = eventMismatch(["refused", room, error], await person.next("refused"), names);
  if (why) throw new Error(why);
}

/** @param {Participant} person @param {any[][]} events @param {Map<string, unknown>} names */
async function inAnyOrder(person, events, names) {
  const open = [...events];
  while (open.length) {
    const heard = await person.next(`one of ${shown(open)}`);
    const found = open.findIndex((event) => !eventMismatch(event, heard, names));
    if (found === -1) throw new Error(`${shown(heard)} is none of ${shown(open)}`);
    open.splice(found, 1);
  }
}
