// Which Chromium to start, and how.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of the browser: $CHROMIUM, or the first that PATH has. */
export function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
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

/** A camera that shows a test picture and a microphone that beeps. */
export const FAKE_DEVICES = ["--use-fake-device-for-media-stream"];

/** The person says yes to whatever the browser asks. */
export const SAY_YES = ["--use-fake-ui-for-media-stream"];
