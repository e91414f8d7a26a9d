// One script of the contract, clients/contract/, passed by every official client over either transport.

import { expect, test } from "@playwright/test";
import { Driver, LIBRARIES, TRANSPORTS, title, type Library, type Transport } from "../clients/pipe.js";
import { SCENARIOS, playAll, type Scenario } from "../clients/script.js";
import { freePort, startServer } from "../server.js";

let server: Awaited<ReturnType<typeof startServer>>;
let url: string;

test.beforeAll(async () => {
  const port = await freePort();
  // The script waits for seats to be given up.
  server = await startServer(port, { DUPLEX_GRACE_SECONDS: "2" });
  url = `http://127.0.0.1:${port}`;
  // For the grace time after its start the server makes seats anew from their tokens. The script has some refused.
  const tokens = SCENARIOS.filter(({ name }) => name.startsWith("a token is good for its own seat only"));
  expect(tokens).toHaveLength(1);
  const end = Date.now() + 10_000;
  while ((await failures(tokens, ["socket.io-client 4", "websocket"])).length && Date.now() < end);
});
test.afterAll(() => server?.stop());

/** What goes wrong when these scenarios are played with one kind of client, or with several: each part by the next. */
async function failures(scenarios: Scenario[], ...kinds: [Library, Transport][]) {
  const drivers = kinds.map(([library, transport]) => new Driver(library, transport, url));
  try {
    return await playAll(scenarios, (_, part) => drivers[part % drivers.length]!);
  } finally {
    for (const driver of drivers) await driver.stop();
  }
}

/** Readable, where an assertion would print a list of escaped lines. */
function none(failures: string[]) {
  if (failures.length) throw new Error(failures.join("\n\n"));
}

for (const library of LIBRARIES) {
  for (const transport of TRANSPORTS) {
    test(`${title(library, transport)} passes the script of the contract`, async () => {
      none(await failures(SCENARIOS, [library, transport]));
    });
  }
}

test("different clients in one room pass the script of the contract", async () => {
  none(
    await failures(
      SCENARIOS,
      ["socket.io-client 2", "polling"],
      ["python-socketio", "websocket"],
      ["socket.io-client 4", "websocket"],
      ["socket.io-client 3", "polling"],
      ["python-socketio", "polling"],
    ),
  );
});

const WRONGS: [string, RegExp, Scenario["steps"]][] = [
  [
    "another event",
    /at the event: "joined" instead of "full"/,
    [["a", "emits", ["join", "$room"]], ["a", "hears", ["full", "$room"]]],
  ],
  [
    "another value in an object",
    /at argument 3\.capacity: 2 instead of 3/,
    [["a", "emits", ["join", "$room"]], ["a", "hears", ["joined", "$room", "$a", { capacity: 3 }]]],
  ],
  [
    "another text than the one it had a name for",
    /instead of "\$room \(room-/,
    [["a", "emits", ["join", "$room"]], ["a", "hears", ["joined", "$_", "$room"]]],
  ],
  ["an event that no step names", /a also heard \[\["joined"/, [["a", "emits", ["join", "$room"]]]],
  ["an acknowledgement that says no", /ok: false instead of true/, [["a", "emits", ["join", "not allowed"]]]],
  ["a refusal that does not come", /ok: true instead of false/, [["a", "is refused", "invalid-room", ["join", "$room"]]]],
];

for (const [what, message, steps] of WRONGS) {
  test(`the script fails on ${what}`, async () => {
    const [failure, ...more] = await failures([{ name: "wrong", steps }], ["socket.io-client 4", "websocket"]);
    expect(failure).toMatch(message);
    expect(more).toEqual([]);
  });
}
