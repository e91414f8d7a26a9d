// What Lighthouse says of the lobby and the call page on a phone, measured against the release: `make lighthouse`.
//
// Fails below 95 for performance, accessibility or best practices. The numbers of performance are those of a simulated slow
// phone and network; how fast this machine is at the moment goes into them fourfold. So each page is measured five times, and the
// run in the middle counts, as the documentation of Lighthouse recommends.

import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { ARGS, FAKE_DEVICES, SAY_YES, chromiumPath } from "./browser.js";
import { freePort, startServer } from "./server.js";

const LEAST = 0.95;
const RUNS = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const PAGES = ["/", "/room/some-room", "/check"];

const [port, debugging] = [await freePort(), await freePort()];
const server = await startServer(port);
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: [...ARGS, ...FAKE_DEVICES, ...SAY_YES, `--remote-debugging-port=${debugging}`],
});
let isBad = false;
try {
  for (const path of PAGES) {
    /** @type {Result[]} */
    const runs = [];
    for (let run = 0; run < RUNS; run++) {
      const result = await lighthouse(`http://localhost:${port}${path}`, {
        port: debugging,
        output: "json",
        onlyCategories: CATEGORIES,
        logLevel: "error",
      });
      if (!result) throw new Error(`no result for ${path}`);
      runs.push(result.lhr);
    }
    runs.sort((a, b) => score(a, "performance") - score(b, "performance"));
    const middle = runs[(RUNS - 1) / 2];
    if (!middle) throw new Error("no run");
    console.log(`\n${path}`);
    for (const category of Object.values(middle.categories)) {
      const isTimed = category.id === "performance";
      // What does not depend on time has to be right each time.
      const counts = isTimed ? score(middle, category.id) : Math.min(...runs.map((run) => score(run, category.id)));
      isBad ||= counts < LEAST;
      const all = isTimed ? `, of ${runs.map((run) => percent(score(run, category.id))).join(" ")}` : "";
      console.log(`${percent(counts).padStart(5)}  ${category.title}: ${counts < LEAST ? "TOO LOW" : "ok"}${all}`);
      if (isTimed) continue;
      for (const { id } of category.auditRefs) {
        const audit = middle.audits[id];
        if (audit && audit.score !== null && audit.score < 1) console.log(`         ${audit.title}`);
      }
    }
    for (const id of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"]) {
      console.log(`       ${middle.audits[id]?.title}: ${middle.audits[id]?.displayValue}`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exit(isBad ? 1 : 0);

/** @typedef {NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"]} Result */

/** @param {Result} result @param {string} category */
function score({ categories }, category) {
  return categories[category]?.score ?? 0;
}

/** @param {number} score */
function percent(score) {
  return String(Math.round(score * 100));
}
