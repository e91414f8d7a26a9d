// Puts a socket.io-client of any version at the other end of a pipe: commands come as JSON lines on the standard input,
// what the clients hear goes out as JSON lines. driver.py is the same with python-socketio; script.js speaks to both.
//
//   node driver.js socket.io-client-2 polling http://localhost:3000

import { createInterface } from "node:readline";

const [library, transport, url] = process.argv.slice(2);
// Version 2 exports the function itself.
const module = await import(String(library));
const io = module.io ?? module.default;

/** The sockets by the name of their client. */
const sockets = new Map();

const report = (/** @type {object} */ what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const commands = {
  connect(/** @type {{client: string}} */ { client }) {
    const socket = io(url, { transports: [transport], forceNew: true, reconnection: false });
    sockets.set(client, socket);
    socket.on("connect", () => report({ client, connected: [socket.id, socket.io.engine.id] }));
    for (const event of ["connect_error", "connect_timeout"]) {
      socket.on(event, (/** @type {unknown} */ error) => report({ client, failed: String(error) }));
    }
    socket.on("disconnect", (/** @type {string} */ reason) => report({ client, disconnected: reason }));
    // There is no `onAny` in version 2, and a list of events would miss the ones that nobody expects.
    const { onevent } = socket;
    socket.onevent = (/** @type {{data: unknown[]}} */ packet) => {
      report({ client, event: packet.data });
      onevent.call(socket, packet);
    };
  },
  emit(/** @type {{client: string, event: any[], ack?: number}} */ { client, event, ack }) {
    const args = event.map((value) => (value?.$bytes ? Buffer.alloc(value.$bytes) : value));
    if (ack !== undefined) args.push((/** @type {unknown[]} */ ...answer) => report({ client, ack, answer }));
    sockets.get(client).emit(...args);
  },
  /** Says goodbye to Socket.IO. */
  disconnect(/** @type {{client: string}} */ { client }) {
    sockets.get(client).disconnect();
  },
  /** Closes what is below, as a browser does with the pages that it throws away. */
  drop(/** @type {{client: string}} */ { client }) {
    sockets.get(client).io.engine.close();
  },
};

for await (const line of createInterface(process.stdin)) {
  const command = JSON.parse(line);
  commands[/** @type {keyof typeof commands} */ (command.do)](command);
}
// Whoever gave the commands is gone.
process.exit();
