import { freePort, startServer } from "../server.js";
import { call, expect, expectWorkingCall, ids, sentence, test, type NewPerson } from "./fixtures.ts";

test.describe("the server goes away", () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let port: number;

  /** People whose pages come from this test's own server. */
  const there =
    (person: NewPerson): NewPerson =>
    (options) =>
      person({ ...options, baseURL: `http://localhost:${port}` });

  test.beforeEach(async () => {
    port = await freePort();
    server = await startServer(port);
  });
  test.afterEach(() => server.stop());

  test("both read it, and are in a working call when it is back", async ({ person, room }) => {
    const [a, b] = await call(there(person), room);
    // The browser itself logs each attempt that fails.
    for (const { watch } of [a, b]) watch.allow(/WebSocket connection to .* failed/);
    await server.stop("SIGKILL");
    for (const { page } of [a, b]) {
      await expect(sentence(page)).toHaveText("The connection to the server is lost");
    }
    server = await startServer(port);
    await expectWorkingCall(a, b);
    // Each is the same peer as before, and nobody saw a stranger.
    for (const one of [a, b]) {
      await expect.poll(() => ids(one).length).toBe(2);
      expect(new Set(ids(one)).size).toBe(1);
      expect(one.events.map(([name]) => name)).not.toContain("bye");
    }
    expect(a.events.filter(([name]) => name === "otherjoin")).toHaveLength(1);
    expect(b.events.filter(([name]) => name === "otherjoin")).toHaveLength(0);
  });

  test("and then the other one's page: who stays reads that too, and all is well when both are back", async ({ person, room }) => {
    const [a, b] = await call(there(person), room);
    for (const { watch } of [a, b]) watch.allow(/WebSocket connection to .* failed/);
    await server.stop("SIGKILL");
    await expect(sentence(a.page)).toHaveText("The connection to the server is lost");
    await b.page.goto("about:blank");
    await expect(a.page.locator(".tile-state")).toHaveText("Away for a moment");
    server = await startServer(port);
    await b.page.goto(`/room/${room}`);
    await expectWorkingCall(a, b);
    expect(new Set(ids(a)).size).toBe(1);
  });

  test("it stops in time with people in calls, and tells them", async ({ person, room }) => {
    const [a, b] = await call(there(person), room);
    for (const { watch } of [a, b]) watch.allow(/WebSocket connection to .* failed/);
    const start = Date.now();
    await server.stop("SIGTERM");
    expect(Date.now() - start).toBeLessThan(5_000);
    for (const { page } of [a, b]) {
      await expect(sentence(page)).toHaveText("The connection to the server is lost");
    }
  });
});
