// What a first visit transfers, measured in a real browser against the release: `make size`.
//
// Prints each file and the sum per page, and fails above the budget.

import { chromium } from "@playwright/test";
import { ARGS, FAKE_DEVICES, SAY_YES, chromiumPath } from "./browser.js";
import { freePort, startServer } from "./server.js";

/** Bytes on the wire, heads and bodies of all answers; 1 KB is 1,000 bytes. */
const BUDGETS = { "/": 200_000, "/room/some-room": 260_000, "/check": 260_000 };

const port = await freePort();
const server = await startServer(port);
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: [...ARGS, ...FAKE_DEVICES, ...SAY_YES],
});
let tooMuch = false;
try {
  for (const [path, budget] of Object.entries(BUDGETS)) {
    const files = await firstVisit(path);
    const sum = files.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`\nFirst visit to ${path}`);
    for (const { url, bytes, encoding } of files) {
      console.log(`${String(bytes).padStart(9)}  ${encoding.padEnd(4)} ${new URL(url).pathname}`);
    }
    const verdict = sum <= budget ? "ok" : "TOO MUCH";
    console.log(`${String(sum).padStart(9)}       sum, of ${budget}: ${verdict}`);
    tooMuch ||= sum > budget;
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exit(tooMuch ? 1 : 0);

/** @param {string} path */
async function firstVisit(path) {
  // A new context has an empty cache.
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  /** @type {Map<string, { url: string, bytes: number, encoding: string }>} */
  const files = new Map();
  devtools.on("Network.responseReceived", ({ requestId, response }) => {
    if (!response.url.startsWith("http")) return;
    const encoding = response.headers["content-encoding"] ?? response.headers["Content-Encoding"] ?? "";
    files.set(requestId, { url: response.url, bytes: 0, encoding });
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const file = files.get(requestId);
    if (file) file.bytes = encodedDataLength;
  });
  await page.goto(`http://localhost:${port}${path}`, { waitUntil: "networkidle" });
  // Alive: everything that the page needs has been loaded.
  await page.waitForFunction(() => document.querySelector("main")?.dataset.view !== undefined
    ? !document.querySelector(".notice-text")?.textContent?.startsWith("Getting ready")
    : true);
  await context.close();
  const all = [...files.values()];
  if (!all.some(({ url, bytes }) => url.endsWith(".wasm") && bytes > 0)) throw new Error(`${path} loaded no wasm`);
  return all.sort((a, b) => b.bytes - a.bytes);
}
