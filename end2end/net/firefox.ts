// A Firefox on a machine, and somebody who uses it. Playwright drives only a Firefox of its own, so this one is driven
// over WebDriver BiDi, by Puppeteer.

import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { freePort } from "../server.js";
import { here, PYTHON, type Network } from "./network.ts";

/** The path of Firefox: $FIREFOX, or the first that PATH has. */
export function firefoxPath() {
  if (process.env.FIREFOX) return process.env.FIREFOX;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of ["firefox-esr", "firefox"]) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

/** Devices that are always there and never asked for, on a page of this address; nothing is sent to anybody else. */
const preferences = (address: string) => ({
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  // Plain HTTP counts as safe here, as Chromium's --unsafely-treat-insecure-origin-as-secure does it.
  "dom.securecontext.allowlist": address,
  "media.devices.insecure.enabled": true,
  "media.getusermedia.insecure.enabled": true,
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "browser.safebrowsing.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "extensions.update.enabled": false,
  "extensions.systemAddon.update.enabled": false,
  "remote.prefs.recommended": true,
});

export class Firefox {
  private constructor(
    readonly page: Page,
    /** What the page logged as an error, or did not catch. */
    readonly problems: string[],
    private readonly browser: Browser,
    private readonly children: ChildProcess[],
    private readonly profile: string,
  ) {}

  /** Starts a Firefox on a machine, for pages of the server there. */
  static async start(network: Network, machine: string, path: string) {
    const profile = mkdtempSync(join(tmpdir(), "duplex-firefox-"));
    const lines = Object.entries(preferences(network.address("server"))).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    );
    writeFileSync(join(profile, "user.js"), lines.join("\n"));
    const [program, ...args] = [...network.enter(machine), path, "--headless", "--no-remote", "--profile", profile];
    const firefox = spawn(program!, [...args, "--remote-debugging-port", String(await freePort())], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" },
    });
    const port = await told(firefox, firefox.stderr!, /WebDriver BiDi listening on ws:\/\/127\.0\.0\.1:(\d+)/);
    // It listens on the loopback of its own machine.
    const forward = spawn(PYTHON, [here("forward.py"), network.netns(machine), port], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await told(forward, forward.stdout!, /^(ready)$/);
    const browser = await puppeteer.connect({
      browserWSEndpoint: `ws://127.0.0.1:${port}/session`,
      protocol: "webDriverBiDi",
    });
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 720 });
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`Firefox console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`Firefox uncaught: ${error}`));
    return new Firefox(page, problems, browser, [firefox, forward], profile);
  }

  async close() {
    await this.browser.close().catch(() => {});
    for (const child of this.children) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Waits for a line of a program and returns what the first group of the pattern has in it. */
async function told(child: ChildProcess, output: NodeJS.ReadableStream, pattern: RegExp) {
  const lines: string[] = [];
  return new Promise<string>((resolve, reject) => {
    createInterface(output).on("line", (line) => {
      lines.push(line);
      const found = pattern.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${child.spawnfile} ended with ${code}: ${lines.join("\n")}`)));
  });
}
