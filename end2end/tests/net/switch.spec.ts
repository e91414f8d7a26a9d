// The emulated network does what it is told, measured with datagrams: without that the other tests would say nothing.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { GOOD, here, PYTHON, type Network } from "../../net/network.ts";
import { expect, measured, test } from "./fixtures.ts";

const PORT = "7";

interface Answer {
  sent: number;
  received: number;
  in_order: boolean;
  rtt: { min: number; median: number; max: number } | null;
  kbps: number | null;
}

function probe(network: Network, machine: string, ...args: string[]) {
  const [program, ...rest] = [...network.enter(machine), PYTHON, here("probe.py"), ...args];
  return spawn(program!, rest, { stdio: ["ignore", "pipe", "inherit"] });
}

/** What comes back to `from` of so many datagrams that it sends to `to`. */
async function ask(network: Network, from: string, to: string, count: number, perSecond: number, bytes = 100) {
  const child = probe(network, from, "ask", network.address(to), PORT, ...[count, perSecond, bytes].map(String));
  let text = "";
  child.stdout!.on("data", (data) => (text += data));
  await once(child, "close");
  return JSON.parse(text) as Answer;
}

test.describe("the emulated network", () => {
  let echoes: ChildProcess[];
  test.beforeEach(async ({ network }) => {
    echoes = ["b", "server"].map((machine) => probe(network, machine, "echo", PORT));
    for (const echo of echoes) await once(echo.stdout!, "data");
  });
  test.afterEach(async () => {
    for (const echo of echoes ?? []) {
      echo.kill();
      await once(echo, "close");
    }
  });

  test("delays, and keeps the order when the delay varies", async ({ network }) => {
    const quick = await ask(network, "a", "b", 100, 200);
    expect(quick).toMatchObject({ received: 100, in_order: true });
    expect(quick.rtt!.median).toBeLessThan(10);

    await network.set("a", { delay: 25 });
    const slow = await ask(network, "a", "b", 200, 200);
    measured("round trip of 50 ms, ms", slow.rtt!.min, slow.rtt!.median, slow.rtt!.max);
    expect(slow.rtt!.min).toBeGreaterThanOrEqual(50);
    expect(slow.rtt!.median).toBeLessThan(60);

    await network.set("a", { jitter: 15 });
    const uneven = await ask(network, "a", "b", 200, 200);
    measured("with 15 ms more or less each way, ms", uneven.rtt!.min, uneven.rtt!.median, uneven.rtt!.max);
    expect(uneven).toMatchObject({ received: 200, in_order: true });
    expect(uneven.rtt!.max - uneven.rtt!.min).toBeGreaterThan(15);
    expect(uneven.rtt!.min).toBeGreaterThanOrEqual(20);

    await network.set("a", GOOD);
    expect((await ask(network, "a", "b", 100, 200)).rtt!.median).toBeLessThan(10);
  });

  test("loses as many packets as it is told, in the direction it is told", async ({ network }) => {
    await network.set("a", { loss: 0.2 }, "up");
    const { sent, received } = await ask(network, "a", "b", 2000, 2000);
    measured("lost of 20 %, %", 100 * (1 - received / sent));
    // Five standard deviations.
    expect(received / sent).toBeGreaterThan(0.8 - 5 * 0.009);
    expect(received / sent).toBeLessThan(0.8 + 5 * 0.009);
    const { a } = await network.count();
    expect(a!.down.dropped).toBe(0);
  });

  test("lets through as much as it is told, and lets little wait for it", async ({ network }) => {
    await network.set("a", { rate: 300, queue: 200 }, "up");
    const { sent, received, kbps, rtt } = await ask(network, "a", "b", 300, 100, 1000);
    measured("of 300 kbit/s, kbit/s", kbps!);
    expect(kbps).toBeGreaterThan(270);
    expect(kbps).toBeLessThan(310);
    expect(received).toBeLessThan(sent / 2);
    expect(rtt!.max).toBeLessThan(300);
  });

  test("cuts one machine off, or two from each other, or what is UDP", async ({ network }) => {
    const all = async () => {
      const answers = [];
      for (const to of ["b", "server"]) answers.push((await ask(network, "a", to, 10, 100)).received);
      return answers;
    };
    expect(await all()).toEqual([10, 10]);
    await network.part("a", "server", true);
    expect(await all()).toEqual([10, 0]);
    await network.part("a", "server", false);
    await network.cut("a");
    expect(await all()).toEqual([0, 0]);
    await network.mend("a");
    await network.set("b", { no_udp: true });
    expect(await all()).toEqual([0, 10]);
    await network.set("b", GOOD);
    expect(await all()).toEqual([10, 10]);
  });

  test("gives a machine another address", async ({ network }) => {
    await network.move("a", "10.77.0.101");
    expect((await ask(network, "a", "b", 10, 100)).received).toBe(10);
    expect(network.address("a")).toBe("10.77.0.101");
  });

  test("says what it does not understand", async ({ network }) => {
    await expect(network.set("a", { lag: 3 } as never)).rejects.toThrow("there is no lag");
    await expect(network.part("a", "nobody", true)).rejects.toThrow("nobody");
  });
});

test("nothing is left of a network whose process was killed", async ({ network }) => {
  const [program, ...args] = [...network.enter("a"), "sleep", "600"];
  const child = spawn(program!, args);
  const ended = once(child, "exit");
  await once(child, "spawn");
  await network.kill();
  // What runs in a machine is ours to end; the machine itself has no name, and goes with the last one who is in it.
  await expect(network.set("a", { delay: 1 })).rejects.toThrow("the network is gone");
  child.kill();
  await ended;
});
