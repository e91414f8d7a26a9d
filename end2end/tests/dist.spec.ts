// The archive of `make dist` runs on a machine that has nothing else: no Rust, no Node, not even a shell.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join as inside } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startProgram } from "../server.js";
import { call, expect, test } from "./fixtures.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Packs the release that is there: some seconds, and never an older one. */
const pack = () => inside(ROOT, execFileSync(inside(ROOT, "scripts/dist.sh"), { encoding: "utf8" }).trim());

let folder: string;
test.beforeEach(() => void (folder = mkdtempSync(inside(tmpdir(), "duplex-dist-"))));
test.afterEach(() => rmSync(folder, { recursive: true }));

test("the same files make the same archive, and all of it lies in one folder", () => {
  const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  const archive = pack();
  const first = hash(archive);
  expect(hash(pack())).toBe(first);
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  expect(readdirSync(folder)).toEqual([basename(archive, ".tar.gz")]);
  expect(readdirSync(inside(folder, basename(archive, ".tar.gz"))).toSorted()).toEqual(
    [
      ...["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "Leptos.toml", "README.md", "README.zh-CN.md"],
      ...["deploy", "docs", "duplex", "site"],
    ].toSorted(),
  );
});

test("unpacked and started from another folder it carries a call", async ({ person, room }) => {
  test.setTimeout(120_000);
  const archive = pack();
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  const unpacked = inside(folder, basename(archive, ".tar.gz"));
  const nothing = inside(folder, "nothing");
  mkdirSync(nothing);
  const port = await freePort();
  const env = { PATH: nothing, DUPLEX_METRICS_ADDR: "" };
  const server = await startProgram(inside(unpacked, "duplex"), ["--listen", `127.0.0.1:${port}`], "/", env);
  try {
    const people = await call((options) => person({ ...options, baseURL: `http://localhost:${port}` }), room);
    for (const { context } of people) await context.close();
  } finally {
    await server.stop();
  }
  expect(existsSync(inside(unpacked, "state/signing.key")), "the key is kept beside the configuration").toBe(true);
});
