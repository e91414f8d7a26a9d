"""What driver.js is for JavaScript, for python-socketio: commands in, events out, as JSON lines.

    .venv/bin/python clients/driver.py polling http://localhost:3000
"""

import asyncio
import json
import sys

import socketio

TRANSPORT, URL = sys.argv[1:]


def report(**what):
    print(json.dumps(what), flush=True)


class Client:
    def __init__(self, name):
        self.name = name
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("disconnect", self.disconnected)
        self.socket.on("*", self.heard)

    # The library runs each handler in a task of its own. The tasks start in the order in which the events came, so these
    # two must not wait for anything before they report.
    async def heard(self, event, *args):
        report(client=self.name, event=[event, *args])

    async def disconnected(self, reason):
        report(client=self.name, disconnected=str(reason))

    async def connect(self, _command):
        try:
            await self.socket.connect(URL, transports=[TRANSPORT], wait_timeout=5)
        except socketio.exceptions.ConnectionError as error:
            report(client=self.name, failed=str(error))
        else:
            report(client=self.name, connected=[self.socket.get_sid(), self.socket.eio.sid])

    async def emit(self, command):
        event, *args = command["event"]
        args = [bytes(arg["$bytes"]) if isinstance(arg, dict) and "$bytes" in arg else arg for arg in args]
        ack = command.get("ack")

        def answered(*answer):
            report(client=self.name, ack=ack, answer=answer)

        # A tuple is a list of arguments; anything else would be the only one.
        await self.socket.emit(event, tuple(args), callback=None if ack is None else answered)

    async def disconnect(self, _command):
        await self.socket.disconnect()

    async def drop(self, _command):
        await self.socket.eio.disconnect()


async def main():
    clients = {}
    tasks = {}
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        command = json.loads(line)
        name = command["client"]
        if name not in clients:
            clients[name] = Client(name)
        tasks[name] = asyncio.create_task(carry_out(clients[name], command, after=tasks.get(name)))


async def carry_out(client, command, after):
    """One client carries out its commands one after the other, and holds up no other client."""
    if after:
        await after
    try:
        await getattr(client, command["do"])(command)
    except Exception as error:
        report(client=client.name, failed=repr(error))


asyncio.run(main())
