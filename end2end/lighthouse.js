// What Lighthouse says of the lobby and the call page on a phone, measured against the release: `make lighthouse`.
//
// Fails below 95 for performance, accessibility or best practices. The numbers of performance are those of a simulated slow
// phone and network, and want an idle machine all the same.

import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { ARGS, FAKE_DEVICES, SAY_YES, chromiumPath } from "./browser.js";
import { freePort, startServer } from "./server.js";

const LEAST = 0.95;
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
    const result = await lighthouse(`http://localhost:${port}${path}`, {
      port: debugging,
      output: "json",
      onlyCategories: CATEGORIES,
      logLevel: "error",
    });
    if (!result) throw new Error(`no result for ${path}`);
    const { categories, audits } = result.lhr;
    console.log(`\n${path}`);
    for (const category of Object.values(categories)) {
      const score = category.score ?? 0;
      const verdict = score >= LEAST ? "ok" : "TOO LOW";
      isBad ||= score < LEAST;
      console.log(`${String(Math.round(score * 100)).padStart(5)}  ${category.title}: ${verdict}`);
      if (category.id === "performance") continue;
      for (const { id } of category.auditRefs) {
        const audit = audits[id];
        if (audit?.score !== null && audit && audit.score < 1) console.log(`         ${audit.title}`);
      }
    }
    for (const id of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"]) {
      console.log(`       ${audits[id]?.title}: ${audits[id]?.displayValue}`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exit(isBad ? 1 : 0);
