// Plays the script against a server that runs already; it should be one with DUPLEX_GRACE_SECONDS=2.
//
//   node clients/run.js http://localhost:3000 [a part of "socket.io-client 2 over polling"] [a part of a scenario's name]

import { Driver, LIBRARIES, TRANSPORTS, title } from "./pipe.js";
import { SCENARIOS, playAll } from "./script.js";

const [url = "http://localhost:3000", which = "", scenarios = ""] = process.argv.slice(2);
const wanted = SCENARIOS.filter(({ name }) => name.includes(scenarios));
for (const library of LIBRARIES) {
  for (const transport of TRANSPORTS) {
    if (!title(library, transport).includes(which)) continue;
    const driver = new Driver(library, transport, url);
    const start = Date.now();
    const failures = await playAll(wanted, () => driver);
    await driver.stop();
    console.log(`${title(library, transport)}: ${wanted.length} scenarios in ${Date.now() - start} ms`);
    for (const failure of failures) console.log(failure);
    if (failures.length) process.exitCode = 1;
  }
}
