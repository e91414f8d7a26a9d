// What the script expects against what was heard.
//
//   "$name"            the first time anything (text, then the same wherever the name stands again); two names never
//                      stand for the same
//   "... ${name} ..."  the same inside of a longer text
//   "$_"               anything that is there
//   {"key": ...}       an object that has at least these keys
//   [...]              an array with just these elements
//   {"$absent": true}  not there, or null
//   {"$falsy": true}   not there, null or false
//   {"$below": n}      a number below n
//   {"$either": [...]} one of these
//   {"$just": {...}}   an object with these keys and no others, all the way down
//   {"$chars": n}      a text so long; {"$bytes": n} a binary attachment (to emit)

/** @typedef {Map<string, unknown>} Names what names stand for */

/**
 * A value with the names put in, ready to be emitted.
 * @param {any} value @param {Names} names
 * @returns {any}
 */
export function fill(value, names) {
  if (typeof value === "string") {
    if (value.startsWith("$") && !value.startsWith("${")) return named(value.slice(1), names);
    return value.replace(/\$\{([^}]+)\}/g, (_, name) => String(named(name, names)));
  }
  if (Array.isArray(value)) return value.map((element) => fill(element, names));
  if (value === null || typeof value !== "object") return value;
  if ("$chars" in value) return "x".repeat(value.$chars);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, names)]));
}

function named(/** @type {string} */ name, /** @type {Names} */ names) {
  if (!names.has(name)) throw new Error(`the script uses $${name} before anybody heard of it`);
  return names.get(name);
}

/**
 * Why what was heard is not what was expected, or nothing. Binds names on the way.
 * @param {any} expected @param {any} heard @param {Names} names @param {string} [at]
 * @returns {string | undefined}
 */
export function mismatch(expected, heard, names, at = "") {
  const wrong = (/** @type {unknown} */ wanted) => `at ${at || "the top"}: ${shown(heard)} instead of ${shown(wanted)}`;
  if (typeof expected === "string" && expected.startsWith("$") && !expected.startsWith("${")) {
    if (heard === undefined || heard === null) return wrong(expected);
    if (expected === "$_" || bind(expected.slice(1), heard, names)) return undefined;
    return wrong(explained(expected, names));
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(heard) || heard.length !== expected.length) return wrong(expected);
    return first(expected, (element, i) => mismatch(element, heard[i], names, `${at}[${i}]`));
  }
  if (expected === null || typeof expected !== "object") {
    return fill(expected, names) === heard ? undefined : wrong(expected);
  }
  if ("$absent" in expected) return heard === undefined || heard === null ? undefined : wrong("nothing");
  if ("$falsy" in expected) return !heard && heard !== 0 && heard !== "" ? undefined : wrong("nothing or false");
  if ("$below" in expected) return typeof heard === "number" && heard < expected.$below ? undefined : wrong(expected);
  if ("$either" in expected) return expected.$either.includes(heard) ? undefined : wrong(expected);
  if ("$just" in expected) return same(fill(expected.$just, names), heard) ? undefined : wrong(expected.$just);
  if ("$chars" in expected) return heard === fill(expected, names) ? undefined : wrong(expected);
  if (heard === null || typeof heard !== "object" || Array.isArray(heard)) return wrong(expected);
  return first(Object.entries(expected), ([key, inner]) => mismatch(inner, heard[key], names, `${at}.${key}`));
}

/**
 * An event: the server may add arguments at the end that the script does not name.
 * @param {any[]} expected @param {any[]} heard @param {Names} names
 */
export function eventMismatch(expected, heard, names) {
  // Names are bound by a match alone.
  const tried = new Map(names);
  const why = first(expected, (argument, i) => mismatch(argument, heard[i], tried, i === 0 ? "the event" : `argument ${i}`));
  if (why === undefined) for (const [name, value] of tried) names.set(name, value);
  return why;
}

/** Whether the name stands for this value, now if not before. */
function bind(/** @type {string} */ name, /** @type {unknown} */ value, /** @type {Names} */ names) {
  if (names.has(name)) return names.get(name) === value;
  if (typeof value !== "string" || value === "" || [...names.values()].includes(value)) return false;
  names.set(name, value);
  return true;
}

/**
 * @template T @param {T[]} list @param {(item: T, index: number) => string | undefined} judge
 */
function first(list, judge) {
  for (const [index, item] of list.entries()) {
    const why = judge(item, index);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** @param {any} a @param {any} b @returns {boolean} */
function same(a, b) {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  const keys = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
  return keys.every((/** @type {string} */ key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

function explained(/** @type {string} */ expected, /** @type {Names} */ names) {
  const name = expected.slice(1);
  return names.has(name) ? `${expected} (${names.get(name)})` : `${expected} (a text that no other name stands for)`;
}

/** As JSON, and not longer than somebody will read. */
export function shown(/** @type {unknown} */ value) {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text;
}
