// One Duplex under a path, behind each of the proxies as the files in deploy/proxies set them up.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join as inside } from "node:path";
import { io } from "socket.io-client";
import { ROOT, command, freePort, startServer } from "../server.js";
import { call, expect, expectWorkingCall, ids, sentence, test, type NewPerson } from "./fixtures.ts";
import { answers, deployed, nginxArguments, nginxFolders, run } from "./programs.ts";

interface Place {
  /** For what the proxy writes. */
  folder: string;
  configuration: string;
  /** Where the proxy listens, and where Duplex does. */
  port: number;
  server: number;
}

interface Proxy {
  /** What is written into the configuration file. */
  text(place: Place): string;
  /** Starts it; resolves to what ends it. */
  start(place: Place): ReturnType<typeof run>;
}

const PROXIES: Record<string, Proxy> = {
  "nginx, which leaves the path as it is": {
    text: ({ folder, port, server }) =>
      deployed("proxies/nginx.conf", [
        ["http://127.0.0.1:3000;", `http://127.0.0.1:${server};`],
        ["listen 80;", `listen 127.0.0.1:${port};`],
        ["http {", `http {\n${nginxFolders(folder)}`],
      ]),
    start: ({ folder, configuration }) => run("nginx", nginxArguments(folder, configuration)),
  },
  "Caddy, which takes the path away": {
    text: ({ port, server }) =>
      deployed("proxies/Caddyfile", [
        ["reverse_proxy 127.0.0.1:3000\n", `reverse_proxy 127.0.0.1:${server}\n`],
        // Without a certificate, and without the port on which it could be told another configuration.
        ["example.org {", `{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n\nhttp://localhost:${port} {`],
      ]),
    start: ({ folder, configuration }) =>
      run("caddy", ["run", "--config", configuration, "--adapter", "caddyfile"], {
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
      }),
  },
  "HAProxy, which leaves the path as it is": {
    text: ({ port, server }) =>
      deployed("proxies/haproxy.cfg", [
        ["server duplex 127.0.0.1:3000", `server duplex 127.0.0.1:${server}`],
        ["bind :80\n", `bind 127.0.0.1:${port}\n`],
      ]),
    start: ({ configuration }) => run("haproxy", ["-db", "-f", configuration]),
  },
};

for (const [name, proxy] of Object.entries(PROXIES)) {
  test.describe(name, () => {
    /** What runs for one test, to be ended in the opposite order. */
    let ends: (() => unknown)[] = [];
    let origin: string;
    /** Asks `duplex doctor` about what runs. */
    let doctor: () => string;

    test.beforeEach(async () => {
      const folder = mkdtempSync(inside(tmpdir(), "duplex-proxy-"));
      // nginx gives its workers another user.
      chmodSync(folder, 0o755);
      ends = [() => rmSync(folder, { recursive: true })];
      const [port, server, relay] = [await freePort(), await freePort(), await freePort()];
      origin = `http://localhost:${port}`;
      const settings = {
        DUPLEX_PUBLIC_URL: `${origin}/call`,
        DUPLEX_TRUSTED_PROXIES: "127.0.0.1",
        DUPLEX_TURN_ADDR: `127.0.0.1:${relay}`,
        DUPLEX_SOCKETS_PER_ADDRESS: "4",
      };
      const duplex = await startServer(server, settings);
      doctor = () => {
        const [program, ...args] = command(server).split(" ");
        const env = { ...process.env, DUPLEX_METRICS_ADDR: "", ...settings };
        const options = { cwd: ROOT, env, encoding: "utf8", timeout: 30_000 } as const;
        const { status, stdout, stderr } = spawnSync(program!, [...args, "doctor"], options);
        return `${stdout}${stderr}ended with ${status}`;
      };
      ends.push(() => duplex.stop());
      const place = { folder, port, server, configuration: inside(folder, "configuration") };
      writeFileSync(place.configuration, proxy.text(place));
      ends.push(await proxy.start(place));
      await expect.poll(() => answers(port), "the proxy is there").toBe(true);
    });
    test.afterEach(async () => {
      for (const end of ends.reverse()) await end();
    });

    const behind =
      (person: NewPerson): NewPerson =>
      (options) =>
        person({ ...options, baseURL: `${origin}/call/` });

    test("the lobby, its form without JavaScript, and its buttons", async ({ person }) => {
      const plain = await behind(person)({ javaScriptEnabled: false });
      await plain.page.goto("");
      await plain.page.getByRole("button", { name: "Open a new room" }).click();
      await expect(plain.page).toHaveURL(/\/call\/room\/([a-z]{5}-){3}[a-z]{5}$/);
      await plain.page.goto("");
      await plain.page.getByLabel("Or enter a room by its name").fill("our room");
      await plain.page.getByRole("button", { name: "Enter" }).click();
      await expect(plain.page.getByRole("alert")).toHaveText("A room name has no spaces; use - instead.");
      await plain.page.getByLabel("Or enter a room by its name").fill("our-room");
      await plain.page.getByRole("button", { name: "Enter" }).click();
      await expect(plain.page).toHaveURL(`${origin}/call/room/our-room`);

      const { page, context } = await behind(person)();
      const asked: string[] = [];
      context.on("request", (request) => asked.push(new URL(request.url()).pathname));
      // Without the slash at its end, as people type it.
      await page.goto(`${origin}/call`);
      await expect(page.getByRole("heading", { name: "Duplex" })).toBeVisible();
      await page.getByRole("button", { name: "Open a new room" }).click();
      await expect(page).toHaveURL(/\/call\/room\/([a-z]{5}-){3}[a-z]{5}$/);
      await expect(sentence(page)).toHaveText("Ready to join");
      await page.goBack();
      await page.getByLabel("Or enter a room by its name").fill("our-room");
      await page.getByRole("button", { name: "Enter" }).click();
      await expect(page).toHaveURL(`${origin}/call/room/our-room`);
      await expect(sentence(page)).toHaveText("Ready to join");
      // The page was not loaded anew for that, and so its files were asked for by the lobby and by scripts.
      expect(asked.filter((path) => path.endsWith(".wasm")).length, "files of the program").toBeGreaterThan(1);
      expect(asked.filter((path) => path !== "/call" && !path.startsWith("/call/"))).toEqual([]);
      await page.getByRole("link", { name: "Duplex" }).click();
      await expect(page).toHaveURL(`${origin}/call/`);
      await expect(page.getByRole("button", { name: "Open a new room" })).toBeVisible();
    });

    test("two people are in a call, one of them by the link, and a reload keeps the seat", async ({ person, room }) => {
      test.setTimeout(120_000);
      const [a, b] = await call(behind(person), room);
      expect(a.page.url()).toBe(`${origin}/call/room/${room}`);
      await b.page.reload();
      await expectWorkingCall(a, b);
      expect(ids(b)).toHaveLength(2);
      expect(new Set(ids(b)).size, "the same peer").toBe(1);
      for (const { events } of [a, b]) for (const [name] of events) expect(["full", "bye", "leaved"]).not.toContain(name);
      // Before the proxy is gone, which they would complain of.
      for (const { context } of [a, b]) await context.close();
    });

    for (const transport of ["websocket", "polling"]) {
      test(`the official client talks over ${transport}, and is told apart by its own address`, async ({ room }) => {
        const connect = async (localAddress: string) => {
          const agent = new Agent({ localAddress, family: 4 });
          const options = { path: "/call/socket.io/", transports: [transport], forceNew: true, reconnection: false };
          // The types say that an agent is a text.
          const socket = io(origin, { ...options, agent } as object);
          ends.push(() => socket.disconnect());
          await new Promise<void>((resolve, reject) => {
            socket.on("connect", resolve);
            socket.on("connect_error", reject);
          });
          return socket;
        };
        const [a, b] = [await connect("127.0.0.2"), await connect("127.0.0.2")];
        const heard: unknown[] = [];
        b.on("message", (...args) => heard.push(args[1]));
        for (const socket of [a, b]) {
          const joined = new Promise((resolve) => socket.once("joined", resolve));
          socket.emit("join", room);
          await joined;
        }
        for (let i = 0; i < 10; i++) a.emit("message", room, i);
        await expect.poll(() => heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        for (let i = 0; i < 2; i++) await connect("127.0.0.2");
        await expect(connect("127.0.0.2")).rejects.toThrow("Too many connections from your address");
        await connect("127.0.0.3");
      });
    }

    test("duplex doctor finds nothing wrong", () => {
      const report = doctor();
      expect(report).toContain("ended with 0");
      expect(report).toContain(`ok       public address: the lobby loads at ${origin}/call`);
      expect(report).toContain(`ok       signaling: joined a room over ${origin.replace("http", "ws")}/call/socket.io/`);
      for (const over of ["UDP", "TCP"]) expect(report).toContain(`ok       relay over ${over}`);
    });

    test("nothing outside the path is ours, and how we are is told to nobody", async ({ request }) => {
      for (const path of ["/", "/callx", "/room/a", "/pkg/duplex.js", "/socket.io/?EIO=4&transport=polling", "/healthz"]) {
        const answer = await request.get(`${origin}${path}`);
        expect(answer.status(), path).toBe(404);
        expect(await answer.text(), path).not.toContain("Duplex");
      }
      for (const path of ["/call/healthz", "/call/readyz"]) {
        expect((await request.get(`${origin}${path}`)).status(), path).toBe(404);
      }
      expect((await request.get(`${origin}/call/socket.io/socket.io.js`)).status()).toBe(200);
      const missing = await request.get(`${origin}/call/nothing`);
      expect(missing.status()).toBe(404);
      expect(await missing.text(), "our own page says so").toContain('href="/call/"');
    });
  });
}
