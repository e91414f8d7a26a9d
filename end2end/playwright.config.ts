import { defineConfig } from "@playwright/test";
import { ARGS, FAKE_DEVICES, SAY_YES, chromiumPath } from "./browser.js";
import { command, freePort } from "./server.js";

// Chosen once, by the process that starts the server, and handed down to the workers. Not as DUPLEX_*: those are settings,
// and the server does not start with one that it does not know.
process.env.END2END_PORT ??= String(await freePort());
const port = Number(process.env.END2END_PORT);
const url = `http://localhost:${port}`;

export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // Each call decodes video in software: more at once only make each other late.
  workers: 1,
  // A flaky test is a bug until proven otherwise.
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: {
    baseURL: url,
    launchOptions: {
      executablePath: chromiumPath(),
      args: [...ARGS, ...FAKE_DEVICES, ...SAY_YES],
    },
    trace: "retain-on-failure",
  },
  projects: [
    { name: "chromium", testMatch: "*.spec.ts", testIgnore: "tests/net/**" },
    // Browsers in networks of their own, with real faults, and Firefox. Recording every step takes time that is measured.
    { name: "net", testMatch: "tests/net/*.spec.ts", use: { trace: "off" } },
    { name: "shots", testMatch: "shots.ts" },
    { name: "join-time", testMatch: "tests/net/join-time.ts", use: { trace: "off" } },
  ],
  webServer: {
    command: command(port),
    cwd: "..",
    // Another server on this machine may have the address of the metrics.
    env: { DUPLEX_METRICS_ADDR: "" },
    url,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
