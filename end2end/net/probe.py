#!/usr/bin/env python3
"""Measures a path with numbered datagrams, to see that the emulated network does what it says.

    probe.py echo PORT                               sends back whatever comes, until it is ended
    probe.py ask ADDRESS PORT COUNT PER_SECOND BYTES  one line: {"sent", "received", "in_order", "rtt": {...}, "kbps"}
"""

import json
import select
import socket
import statistics
import struct
import sys
import time

# Long enough for a queue and a delay.
PATIENCE = 1.5
HEADER = 28  # IPv4 and UDP, which count against a rate


def echo(port):
    here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    here.bind(("0.0.0.0", port))
    print("ready", flush=True)
    while True:
        data, sender = here.recvfrom(2048)
        here.sendto(data, sender)


def ask(address, port, count, per_second, size):
    here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    here.connect((address, port))
    sent, back, trips, order = 0, [], [], []
    begin = time.monotonic()
    while True:
        now = time.monotonic()
        if sent < count:
            wait = begin + sent / per_second - now
            if wait <= 0:
                here.send(struct.pack("!Id", sent, now).ljust(size, b"\0"))
                sent += 1
                continue
        else:
            wait = begin + count / per_second + PATIENCE - now
            if wait <= 0 or len(back) == count:
                break
        if not select.select([here], [], [], wait)[0]:
            continue
        try:
            number, then = struct.unpack_from("!Id", here.recv(2048))
        except ConnectionRefusedError:
            continue
        now = time.monotonic()
        back.append(now)
        order.append(number)
        trips.append((now - then) * 1000)
    span = back[-1] - back[0] if len(back) > 1 else 0
    print(
        json.dumps(
            {
                "sent": sent,
                "received": len(back),
                "in_order": order == sorted(order),
                "rtt": {"min": min(trips), "median": statistics.median(trips), "max": max(trips)} if trips else None,
                "kbps": (len(back) - 1) * (size + HEADER) * 8 / span / 1000 if span else None,
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1] == "echo":
        echo(int(sys.argv[2]))
    else:
        ask(sys.argv[2], *(int(number) for number in sys.argv[3:]))
