// Which Chromium to start, and how.

import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of the browser: $CHROMIUM, or the first that PATH has, or Playwright's own. */
export function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        // A snap sees neither our temporary folders nor our profile.
        if (!realpathSync(path).includes("snap")) return path;
      } catch {
        // not here
      }
    }
  }
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  throw new Error("Chromium is missing: scripts/setup.sh test installs it.");
}

/** What every start has: no sandbox as root, nothing sent beyond this machine. */
export const ARGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--allow-loopback-in-peer-connection",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

/** Three cameras that show a test picture, three microphones that beep, three speakers. */
export const FAKE_DEVICES = ["--use-fake-device-for-media-stream=device-count=3"];

/** The person says yes to whatever the browser asks. */
export const SAY_YES = ["--use-fake-ui-for-media-stream"];

// `node browser.js` tells scripts/setup.sh whether there is one.
if (process.argv[1] === import.meta.filename) console.log(chromiumPath());
