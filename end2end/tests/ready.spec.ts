// The page that finds out whether a call will work from here.

import { createServer, request } from "node:http";
import type { Page } from "@playwright/test";
import { FAKE_DEVICES } from "../browser.js";
import { freePort, startServer } from "../server.js";
import { expect, held, sentence, test, withBrowser, withoutDevices } from "./fixtures.ts";

const SECRET = "a secret that is long enough";

/** The line about one part of the check; of several of the same kind the one with this text. */
function line(page: Pick<Page, "getByRole" | "locator">, title: string, text = "") {
  const titled = page.getByRole("listitem").filter({ has: page.locator(".check-title", { hasText: new RegExp(`^${title}$`) }) });
  return titled.filter({ hasText: text });
}

const verdict = (page: Page) => page.getByRole("status").locator(".check-verdict");

/** The line, or the verdict, is as it should be, or is not. */
const expectTone = (located: ReturnType<typeof line>, tone: "good" | "warning" | "wrong") =>
  expect(located).toHaveAttribute("data-tone", tone, { timeout: 30_000 });

/** A server with these settings, for one test. */
async function withServer(env: Record<string, string>, use: (port: number) => Promise<void>) {
  const port = await freePort();
  const server = await startServer(port, env);
  try {
    await use(port);
  } finally {
    await server.stop();
  }
}

/** Settings with these TURN servers in place of the own relay. */
const named = (...urls: string[]) => ({
  DUPLEX_TURN: "false",
  DUPLEX_TURN_SECRET: SECRET,
  DUPLEX_ICE_SERVERS: urls.join(","),
});

/** What the page sent to the server, as text. */
function sent(page: Page) {
  const frames: string[] = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => void frames.push(String(payload))));
  return frames;
}

test("all is well with the server's own relay, and nothing is left behind", async ({ person }) => {
  const { page, events } = await person();
  const frames = sent(page);
  await page.goto("/");
  await page.getByRole("link", { name: "Will it work here?" }).click();
  await expect(page).toHaveURL(/\/check$/);
  await expect(page).toHaveTitle("Will it work here? · Duplex");
  await expect(verdict(page)).toContainText("A call will work from here");
  await expectTone(verdict(page), "good");
  for (const title of ["Browser", "Address", "Server", "Room", "Relay over UDP", "Relay over TCP", "Microphone", "Camera"]) {
    await expectTone(line(page, title), "good");
  }
  await expect(page.getByRole("listitem")).toHaveCount(8);
  await expect(line(page, "Server")).toContainText(/open after \d+ ms/);
  for (const over of ["UDP", "TCP"]) {
    await expect(line(page, `Relay over ${over}`)).toContainText(/localhost:\d+: a message was there and back in \d+ ms/);
  }
  expect(events.filter(([name]) => name === "joined")).toHaveLength(1);
  await expect.poll(() => frames.filter((frame) => frame.includes('"leave"'))).toHaveLength(1);
  expect(await held(page)).toEqual({ connections: 0, devices: [] });
  expect(await page.evaluate(() => window.asked), "nobody was asked for a device").toEqual([]);
});

test("it is checked again from the beginning", async ({ person }) => {
  const { page, events } = await person();
  await page.goto("/check");
  await expectTone(verdict(page), "good");
  await page.getByRole("button", { name: "Check again" }).click();
  await expect.poll(() => events.filter(([name]) => name === "joined").length).toBe(2);
  await expectTone(verdict(page), "good");
  expect(await held(page)).toEqual({ connections: 0, devices: [] });
});

test("whoever leaves the page in the middle leaves nothing behind", async ({ person }) => {
  const port = await freePort();
  await withServer(named(`turn:127.0.0.1:${port}?transport=udp`), async (port) => {
    const { page } = await person({ baseURL: `http://localhost:${port}` });
    const frames = sent(page);
    await page.goto("/check");
    await expect(line(page, "Relay over UDP")).toContainText("trying…");
    expect((await held(page)).connections).toBe(2);
    await page.getByRole("link", { name: "Duplex" }).click();
    await expect(page.getByRole("button", { name: "Open a new room" })).toBeVisible();
    await expect.poll(() => held(page)).toEqual({ connections: 0, devices: [] });
    await expect.poll(() => frames.filter((frame) => frame.includes('"leave"'))).toHaveLength(1);
  });
});

test("a relay that is not reached is named, with what to do about it", async ({ person }) => {
  const closed = await freePort();
  const urls = ["udp", "tcp"].map((over) => `turn:127.0.0.1:${closed}?transport=${over}`);
  await withServer(named(...urls), async (port) => {
    const { page } = await person({ baseURL: `http://localhost:${port}` });
    await page.goto("/check");
    for (const over of ["UDP", "TCP"]) {
      const relay = line(page, `Relay over ${over}`);
      await expectTone(relay, "wrong");
      await expect(relay).toContainText(`127.0.0.1:${closed}: not reached.`);
      await expect(relay).toContainText(`has to open port ${closed} over ${over}`);
    }
    await expectTone(verdict(page), "wrong");
    await expect(verdict(page)).toContainText("Calls work only where nothing keeps the two apart");
    await expect(verdict(page)).toContainText("none works from here");
  });
});

test.describe("a relay on another machine", () => {
  test("is reached over UDP and not over TCP, answers STUN, and the verdict says where calls work", async ({ person }) => {
    const closed = await freePort();
    await withServer({ DUPLEX_TURN_SECRET: SECRET }, async (relay) => {
      const urls = [
        `stun:127.0.0.1:${relay}`,
        `turn:127.0.0.1:${relay}?transport=udp`,
        `turn:127.0.0.1:${closed}?transport=tcp`,
      ];
      await withServer(named(...urls), async (port) => {
        const { page } = await person({ baseURL: `http://localhost:${port}` });
        await page.goto("/check");
        await expectTone(line(page, "STUN"), "good");
        await expectTone(line(page, "Relay over UDP"), "good");
        await expectTone(line(page, "Relay over TCP"), "wrong");
        await expectTone(verdict(page), "warning");
        await expect(verdict(page)).toContainText("Calls work from here, but not in networks that block UDP");
      });
    });
  });

  test("refuses the credentials when the secrets differ", async ({ person }) => {
    await withServer({ DUPLEX_TURN_SECRET: "another secret, as long" }, async (relay) => {
      await withServer(named(`turn:127.0.0.1:${relay}?transport=udp`), async (port) => {
        const { page } = await person({ baseURL: `http://localhost:${port}` });
        await page.goto("/check");
        const udp = line(page, "Relay over UDP");
        await expectTone(udp, "wrong");
        await expect(udp).toContainText("refuses the credentials");
        await expect(udp).toContainText("turn-secret has to be the secret of the relay");
      });
    });
  });

  test("that has no place left is said to be full", async ({ person }) => {
    await withServer({ DUPLEX_TURN_ALLOCATIONS: "1" }, async (port) => {
      const { page } = await person({ baseURL: `http://localhost:${port}` });
      await page.goto("/check");
      const udp = line(page, "Relay over UDP");
      await expectTone(udp, "wrong");
      await expect(udp).toContainText("no place left");
    });
  });
});

test("STUN that does not answer is named", async ({ person }) => {
  const closed = await freePort();
  await withServer(named(`stun:127.0.0.1:${closed}`), async (port) => {
    const { page } = await person({ baseURL: `http://localhost:${port}` });
    await page.goto("/check");
    await expectTone(line(page, "STUN"), "wrong");
    await expect(line(page, "STUN")).toContainText(`has to open port ${closed} over UDP`);
    await expect(verdict(page)).toContainText("Calls within your own network work");
  });
});

test("a server without a relay is said to have none", async ({ person }) => {
  await withServer({ DUPLEX_TURN: "false" }, async (port) => {
    const { page } = await person({ baseURL: `http://localhost:${port}` });
    await page.goto("/check");
    await expectTone(line(page, "Relay"), "warning");
    await expectTone(verdict(page), "warning");
    await expect(verdict(page)).toContainText("Calls within your own network work, others perhaps not");
  });
});

test("it works below a path", async ({ person }) => {
  const port = await freePort();
  const server = await startServer(port, { DUPLEX_PUBLIC_URL: `http://localhost:${port}/calls` });
  try {
    const { page } = await person({ baseURL: `http://localhost:${port}` });
    await page.goto("/calls/");
    await page.getByRole("link", { name: "Will it work here?" }).click();
    await expect(page).toHaveURL(/\/calls\/check$/);
    await expectTone(verdict(page), "good");
    await page.reload();
    await expectTone(verdict(page), "good");
  } finally {
    await server.stop();
  }
});

test.describe("camera and microphone", () => {
  const tryThem = (page: Page) => page.getByRole("button", { name: "Try camera and microphone" }).click();

  test("are tried when one asks for it, and given back", async ({ person }) => {
    const { page } = await person();
    await page.goto("/check");
    await expectTone(verdict(page), "good");
    await tryThem(page);
    for (const title of ["Microphone", "Camera"]) {
      await expect(line(page, title)).toContainText(/It works: .+\./);
      await expectTone(line(page, title), "good");
    }
    expect((await held(page)).devices).toEqual([]);
    expect(await page.evaluate(() => window.asked.length), "questions").toBe(1);
  });

  test("that are not there are missed, and the verdict says who will not notice one", async ({ person }) => {
    const { page, context } = await person();
    await withoutDevices(context, "audioinput", "videoinput");
    await page.goto("/check");
    for (const title of ["Microphone", "Camera"]) {
      await expectTone(line(page, title), "warning");
      await expect(line(page, title)).toContainText("None is found.");
    }
    await expectTone(verdict(page), "warning");
    await expect(verdict(page)).toContainText("A call will work from here");
    await expect(verdict(page)).toContainText("The other person will neither hear nor see you");
    await tryThem(page);
    await expect(line(page, "Camera")).toContainText("None is found.");
    expect(await page.evaluate(() => window.asked)).toEqual([]);
  });

  test("that the person does not allow are said to be denied, until they are allowed", async ({ person }) => {
    await withBrowser([...FAKE_DEVICES, "--deny-permission-prompts"], async (browser) => {
      const { page, context } = await person({ in: browser });
      await page.goto("/check");
      await expectTone(verdict(page), "good");
      await tryThem(page);
      for (const title of ["Microphone", "Camera"]) {
        await expectTone(line(page, title), "wrong");
        await expect(line(page, title)).toContainText("Your browser does not allow it.");
        await expect(line(page, title)).toContainText("Click the sign left of the address");
      }
      await expectTone(verdict(page), "warning");
      await context.grantPermissions(["camera", "microphone"]);
      await tryThem(page);
      for (const title of ["Microphone", "Camera"]) await expect(line(page, title)).toContainText("It works");
      await expectTone(verdict(page), "good");
      await context.close();
    });
  });

  for (const [name, error, message, text] of [
    ["another program has", "NotReadableError", "Could not start video source", "It cannot be used now."],
    ["the system keeps", "NotAllowedError", "Permission denied by system", "The system keeps it from the browser."],
  ] as const) {
    test(`a camera that ${name} is told apart, and the microphone is tried alone`, async ({ person }) => {
      const { page, context } = await person({ permissions: ["microphone"] });
      await context.addInitScript(
        ({ error, message }) => {
          const devices = navigator.mediaDevices;
          const open = devices.getUserMedia.bind(devices);
          devices.getUserMedia = async (constraints) => {
            if (constraints?.video) throw new DOMException(message, error);
            return open(constraints);
          };
        },
        { error, message },
      );
      await page.goto("/check");
      await tryThem(page);
      await expect(line(page, "Camera")).toContainText(text);
      await expectTone(line(page, "Camera"), "wrong");
      await expect(line(page, "Microphone")).toContainText("It works");
      await expect(verdict(page)).toContainText("The other person will not see you");
    });
  }

  test("are kept by a page around this one that does not allow them", async ({ person }) => {
    const [inner, outer] = [await freePort(), await freePort()];
    const around = createServer(({ url }, answer) => {
      const allow = url === "/open" ? "camera; microphone" : "";
      answer.setHeader("content-type", "text/html");
      answer.end(`<!DOCTYPE html><link rel="icon" href="data:"><iframe src="http://localhost:${inner}/check" allow="${allow}"></iframe>`);
    });
    await new Promise<void>((resolve) => around.listen(outer, "127.0.0.1", resolve));
    const outside = `http://127.0.0.1:${outer}`;
    const server = await startServer(inner, { DUPLEX_FRAME_ANCESTORS: outside });
    try {
      const { page } = await person();
      const frame = page.frameLocator("iframe");
      await page.goto(`${outside}/closed`);
      await expectTone(line(frame, "Frame"), "wrong");
      await expectTone(line(frame, "Camera"), "wrong");
      await expect(line(frame, "Camera")).toContainText("in a tab of its own");
      await page.goto(`${outside}/open`);
      await expectTone(line(frame, "Frame"), "good");
      await expectTone(line(frame, "Camera"), "good");
    } finally {
      around.closeAllConnections();
      around.close();
      await server.stop();
    }
  });

  test("are not handed out at an address that is not secure", async ({ person }) => {
    await withServer({}, async (port) => {
      await withBrowser([...FAKE_DEVICES, "--host-resolver-rules=MAP plain.example 127.0.0.1"], async (browser) => {
        const { page, context, watch } = await person({ in: browser, baseURL: `http://plain.example:${port}` });
        // Which counts on secure addresses only.
        watch.allow(/Cross-Origin-Opener-Policy/);
        await page.goto("/check");
        await expectTone(line(page, "Address"), "wrong");
        await expect(line(page, "Address")).toContainText("https://");
        for (const title of ["Microphone", "Camera"]) await expectTone(line(page, title), "wrong");
        await expect(page.getByRole("button", { name: "Try camera and microphone" })).toBeDisabled();
        await context.close();
      });
    });
  });
});

test("a browser without WebRTC is told so, and nothing else is tried", async ({ person }) => {
  const { page, context, events } = await person();
  await context.addInitScript(() => Reflect.deleteProperty(window, "RTCPeerConnection"));
  await page.goto("/check");
  await expectTone(line(page, "Browser"), "wrong");
  await expectTone(verdict(page), "wrong");
  await expect(verdict(page)).toContainText("This browser cannot make calls");
  await expectTone(line(page, "Server"), "good");
  expect(events).toEqual([]);
});

test.describe("the server is not reached", () => {
  test("because a proxy hands no WebSocket on", async ({ person, baseURL }) => {
    const behind = new URL(baseURL ?? "");
    const proxy = createServer((asked, answer) => {
      const { method, url, headers } = asked;
      const onwards = request({ host: "127.0.0.1", port: behind.port, method, path: url, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      asked.pipe(onwards);
    });
    proxy.on("upgrade", (_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const port = await freePort();
    await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
    try {
      const { page, watch } = await person({ baseURL: `http://localhost:${port}` });
      watch.allow(/WebSocket connection to .* failed/);
      await page.goto("/check");
      await expectTone(line(page, "Server"), "wrong");
      await expect(line(page, "Server")).toContainText("It answers, but opens no WebSocket.");
      await expect(line(page, "Server")).toContainText("Upgrade and Connection");
      await expect(verdict(page)).toContainText("No call can begin from here: the server is not reached");
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test("because it is stopped", async ({ person }) => {
    const port = await freePort();
    const server = await startServer(port);
    const { page, watch } = await person({ baseURL: `http://localhost:${port}` });
    await page.goto("/check");
    await expectTone(verdict(page), "good");
    await server.stop();
    watch.allow(/ERR_CONNECTION_REFUSED|WebSocket connection to .* failed/);
    await page.getByRole("button", { name: "Check again" }).click();
    await expectTone(line(page, "Server"), "wrong");
    await expect(line(page, "Server")).toContainText("It does not answer.");
    await expectTone(verdict(page), "wrong");
  });

  test("because it has no place for another connection", async ({ person }) => {
    await withServer({ DUPLEX_SOCKETS_PER_ADDRESS: "1" }, async (port) => {
      const [a, b] = [await person(), await person()];
      await a.page.goto(`http://localhost:${port}/room/full`);
      await a.page.getByRole("button", { name: "Join" }).click();
      await expect(sentence(a.page)).toHaveText("Waiting for the other person");
      await b.page.goto(`http://localhost:${port}/check`);
      await expectTone(line(b.page, "Server"), "wrong");
      await expect(line(b.page, "Server")).toContainText("It takes no more connections from here now.");
      // Its page would miss the server.
      await a.page.close();
    });
  });
});

test("two people who find no way to each other are led here", async ({ person, room }) => {
  await withServer({ DUPLEX_TURN: "false" }, async (port) => {
    const people = [];
    for (const one of [await person(), await person()]) {
      // Neither learns an address of the other.
      await one.context.addInitScript(() => {
        RTCPeerConnection.prototype.addIceCandidate = async () => {};
        const take = RTCPeerConnection.prototype.setRemoteDescription;
        RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, { type, sdp }: RTCSessionDescriptionInit) {
          return Reflect.apply(take, this, [{ type, sdp: sdp?.replace(/a=candidate:.*\r\n/g, "") ?? "" }]);
        };
      });
      await one.page.goto(`http://localhost:${port}/room/${room}`);
      await expect(sentence(one.page)).toHaveText("Ready to join");
      await one.page.getByRole("button", { name: "Join" }).click();
      people.push(one);
    }
    const [a] = people;
    if (!a) throw new Error("nobody");
    await expect(sentence(a.page)).toHaveText("No way to the other person found yet", { timeout: 30_000 });
    const opened = a.context.waitForEvent("page");
    await a.page.getByRole("link", { name: "Will it work here?" }).click();
    const check = await opened;
    await expectTone(verdict(check), "warning");
    await expect(sentence(a.page), "the search goes on").toHaveText("No way to the other person found yet");
    // Before the server stops, which they would say.
    for (const { page } of people) await page.close();
    await check.close();
  });
});

test("on a narrow screen nothing goes over the edge, not even the longest names", async ({ person }) => {
  const closed = await freePort();
  const urls = ["udp", "tcp"].map((over) => `turn:anamethatislongerthanwhatfitsintoalineonthescreenofaphone.example:${closed}?transport=${over}`);
  await withServer(named(...urls), async (port) => {
    const { page } = await person({ baseURL: `http://localhost:${port}`, viewport: { width: 360, height: 740 } });
    await page.goto("/check");
    await expectTone(verdict(page), "wrong");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
  });

test("without JavaScript the page says what it is for, and what is missing", async ({ person }) => {
  const { page } = await person({ javaScriptEnabled: false });
  await page.goto("/check");
  await expect(page.getByRole("heading", { name: "Will a call work from here?" })).toBeVisible();
  await expect(page.locator("noscript p")).toHaveText(/The check needs JavaScript/);
  await expect(page.getByRole("listitem")).toHaveCount(7);
  await expect(line(page, "Relay")).toContainText("Whether the server's relay is reached");
  await expect(page.getByRole("button"), "but for the other language").toHaveText(["中文"]);
});
