#!/usr/bin/env python3
"""Lets this machine speak to a port of a loopback in another network namespace: `forward.py NETNS PORT`.

Firefox is driven over a socket, which it opens on its own loopback. Listens here on the same port of 127.0.0.1 (Firefox
refuses a request for another one), says `ready`, and passes each connection on.
"""

import ctypes
import os
import signal
import socket
import sys
import threading

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # A socket stays in the namespace in which it was made.
    port = int(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", port))
    if libc.setns(os.open(sys.argv[1], os.O_RDONLY), CLONE_NEWNET) != 0:
        sys.exit(f"cannot enter {sys.argv[1]}: {os.strerror(ctypes.get_errno())}")
    print("ready", flush=True)
    while True:
        here, _ = listener.accept()
        there = socket.create_connection(("127.0.0.1", port))
        for pair in ((here, there), (there, here)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
