"""Joins a room, prints what happens there, and echoes every message to whoever sent it.

    pip install "python-socketio[asyncio-client]"
    python client.py http://localhost:3000 my-room

Ctrl+C leaves the room.
"""

import asyncio
import sys

import socketio


async def main(server, room):
    # Without handle_sigint=False the library ends the connection on Ctrl+C before we can leave the room.
    socket = socketio.AsyncClient(handle_sigint=False)
    options = {"name": "Echo"}

    # Also after a lost connection, which the library makes again by itself.
    @socket.on("connect")
    async def connected():
        # Several arguments go into a tuple.
        await socket.emit("join", (room, options))

    # The server may send more arguments than these some day: take them all, use those you know.
    @socket.on("joined")
    async def joined(room, me, extras, *_):
        # With this token a new connection gets the old seat back, as long as the server keeps it.
        options["resume"] = extras["resume"]
        others = [peer.get("name") or peer["id"] for peer in extras["peers"]]
        print(f"I am {me} in {room}; here already: {', '.join(others) or 'nobody'}")

    @socket.on("message")
    async def message(room, data, sender, *_):
        print(f"{sender['from']} says {data}")
        # Or two of us would never stop.
        if not (isinstance(data, dict) and data.get("type") == "echo"):
            echo = {"type": "echo", "data": data}
            await socket.emit("message", (room, echo, {"to": sender["from"]}))

    @socket.on("refused")
    async def refused(room, error, *_):
        print(f"Refused: {error['message']}")
        # The seat is gone; take a new one.
        if error["code"] == "bad-resume" and options.pop("resume", None):
            await socket.emit("join", (room, options))

    # Everything else: otherjoin, away, back, bye, full, host, locked, ...
    @socket.on("*")
    async def anything_else(event, *args):
        print(event, *args)

    try:
        await socket.connect(server)
        await asyncio.Event().wait()  # for Ctrl+C; meanwhile the handlers do the work
    finally:
        if socket.connected:
            # `call` waits for the server's acknowledgement.
            await socket.call("leave", room, timeout=5)
            await socket.disconnect()


if __name__ == "__main__":
    # Print at once, also into a pipe.
    sys.stdout.reconfigure(line_buffering=True)
    try:
        asyncio.run(main(sys.argv[1], sys.argv[2]))
    except KeyboardInterrupt:
        pass
