#!/usr/bin/env python3
"""A network in one process: machines in namespaces of their own on one switch, whose faults are made on purpose.

    switch.py a b server

Each name is a machine with one TUN device and the address 10.77.0.1, .2, .3, ... (IPv4 only). This process carries
packets between them: through the sender's `up` and the receiver's `down` direction, each with its own delay, loss,
rate and so on. It does not need `tc netem`, which many kernels lack; it needs root.

The namespaces have no names and nothing lies on a disk: they end with this process and what runs in them, even if it is
killed. It ends with its parent, or when its standard input does.

The first line on standard output is `{"pid", "machines": {name: {"netns", "address"}}}`, or `{"error"}`. Another process
goes into a machine with `nsenter --net=NETNS`. Each line on standard input is a request, answered by one line:

    {"op": "set", "machine": "a", "dir": "up" | "down" (both if missing), ...}   see `Direction`
    {"op": "part", "machines": ["a", "server"], "apart": true | false}           nothing passes between two machines
    {"op": "move", "machine": "a", "address": "10.77.0.101"}                     another network card, the first is gone
    {"op": "unplug" | "plug", "machine": "a"}                                    the machine knows that its link is down
    {"op": "count"}                                                              packets so far, by machine and direction
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import contextmanager

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x0001 | 0x1000
TCP, UDP = 6, 17
# The first byte of TLS (RFC 8446, section 5.1).
HANDSHAKE = 22
# As over most tunnels, so that nothing is as large as on a bare Ethernet.
MTU = 1400
# Cards are named as browsers know them: the first is wireless, the next one a cable.
CARDS = ("wlan0", "eth0", "eth1", "eth2", "eth3")

libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Direction:
    """One direction of a machine's link."""

    def __init__(self):
        self.delay = 0.0  # ms
        self.jitter = 0.0  # ms, at most so much more or less than the delay; the order stays
        self.loss = 0.0  # 0 to 1
        self.rate = 0.0  # kbit/s, 0: no limit
        self.queue = 300.0  # ms of packets that may wait for the rate; what comes then is dropped
        self.cut = False  # silently: nothing passes
        self.no_udp = False
        self.only_tls = False  # a firewall that looks into what passes: TCP that begins with TLS, and nothing else
        self.flows = {}  # whether they began with TLS
        self.counted = {"packets": 0, "dropped": 0, "bytes": 0}
        self.free = 0.0
        self.last = 0.0

    def change(self, wishes):
        for name, value in wishes.items():
            if name not in ("delay", "jitter", "loss", "rate", "queue", "cut", "no_udp", "only_tls"):
                raise ValueError(f"there is no {name}")
            setattr(self, name, value)

    def due(self, packet, now):
        """When a packet that comes in now goes out; None: never."""
        self.counted["packets"] += 1
        self.counted["bytes"] += len(packet)
        if self.only_tls and not self.is_tls(packet):
            return self.drop()
        if self.cut or (self.no_udp and packet[9] == UDP) or (self.loss and random.random() < self.loss):
            return self.drop()
        due = now
        if self.rate:
            begin = max(self.free, now)
            if (begin - now) * 1000 > self.queue:
                return self.drop()
            due = self.free = begin + len(packet) * 8 / (self.rate * 1000)
        due += (self.delay + random.uniform(-self.jitter, self.jitter)) / 1000
        self.last = due = max(due, self.last)
        return due

    def is_tls(self, packet):
        """Whether a packet belongs to TLS, or to a connection on which nothing was said yet."""
        if packet[9] != TCP:
            return False
        segment = packet[(packet[0] & 15) * 4 :]
        flow, payload = packet[12:20] + segment[:4], segment[(segment[12] >> 4) * 4 :]
        if segment[13] & 2:  # SYN: a new connection, perhaps from the same port
            self.flows.pop(flow, None)
        if payload:
            self.flows.setdefault(flow, payload[0] == HANDSHAKE)
        return self.flows.get(flow, True)

    def drop(self):
        self.counted["dropped"] += 1


@contextmanager
def inside(netns):
    """The calling thread, and what it starts, is in the namespace for a while."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    check(libc.setns(netns, CLONE_NEWNET))
    try:
        yield
    finally:
        check(libc.setns(home, CLONE_NEWNET))
        os.close(home)


def ip(command):
    subprocess.run(["ip", *command.split()], check=True, stdin=subprocess.DEVNULL)


class Machine:
    def __init__(self, address):
        self.up, self.down = Direction(), Direction()
        self.netns = new_namespace()
        with inside(self.netns):
            ip("link set lo up")
        self.cards = 0
        self.tun = self.new_card(address)

    def new_card(self, address):
        name = CARDS[self.cards % len(CARDS)]
        self.cards += 1
        with inside(self.netns):
            tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN_NO_PI))
            ip(f"address add {address}/24 dev {name}")
        self.name, self.address = name, address
        self.plug()
        return tun

    def plug(self):
        with inside(self.netns):
            ip(f"link set {self.name} mtu {MTU} txqueuelen 2000 up")
            # Browsers take the address that leads out for their own; what goes there is dropped here.
            ip(f"route add default dev {self.name} src {self.address}")

    def unplug(self):
        with inside(self.netns):
            ip(f"link set {self.name} down")

    def move(self, address):
        old = self.tun
        with inside(self.netns):
            ip("route del default")
        self.tun = self.new_card(address)
        # A TUN device goes with its last file: card and address are gone as if pulled out.
        os.close(old)


def new_namespace():
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    check(libc.unshare(CLONE_NEWNET))
    netns = os.open("/proc/self/ns/net", os.O_RDONLY)
    check(libc.setns(home, CLONE_NEWNET))
    os.close(home)
    return netns


class Switch:
    def __init__(self, names):
        self.machines = {name: Machine(f"10.77.0.{number}") for number, name in enumerate(names, 1)}
        self.apart = set()
        self.waiting = []
        self.counter = 0
        self.learn()

    def learn(self):
        """Who has which address and which device."""
        self.by_address = {socket.inet_aton(machine.address): machine for machine in self.machines.values()}
        self.by_tun = {machine.tun: machine for machine in self.machines.values()}

    def describe(self):
        pid = os.getpid()
        return {
            name: {"netns": f"/proc/{pid}/fd/{machine.netns}", "address": machine.address}
            for name, machine in self.machines.items()
        }

    def receive(self, machine):
        for _ in range(64):
            try:
                packet = os.read(machine.tun, 2048)
            except OSError:
                return
            to = self.by_address.get(packet[16:20]) if packet[0] >> 4 == 4 else None
            if to is None or to is machine or (machine, to) in self.apart:
                continue
            self.pass_on(machine.up, packet, to, "down")

    def pass_on(self, direction, packet, to, then):
        """Through one direction, and then through the next one or into the receiver's device."""
        now = time.monotonic()
        due = direction.due(packet, now)
        if due is None:
            return
        if due <= now:
            self.arrive(packet, to, then)
        else:
            self.counter += 1
            heapq.heappush(self.waiting, (due, self.counter, packet, to, then))

    def arrive(self, packet, to, then):
        if then == "down":
            # The faults of a link hit what is on its way through it, so each part of the way has its own turn.
            return self.pass_on(to.down, packet, to, "device")
        try:
            os.write(to.tun, packet)
        except OSError:
            pass  # its queue is full, or its link is down

    def carry(self, commands):
        while True:
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                _, _, packet, to, then = heapq.heappop(self.waiting)
                self.arrive(packet, to, then)
            wait = max(0.0, self.waiting[0][0] - time.monotonic()) if self.waiting else None
            ready, _, _ = select.select([*self.by_tun, commands], [], [], wait)
            for file in ready:
                if file != commands:
                    self.receive(self.by_tun[file])
            if commands in ready:
                line = commands.readline()
                if not line:
                    return
                say(self.answer(json.loads(line)))
                self.learn()

    def answer(self, request):
        try:
            return {"ok": True, **(self.obey(**request) or {})}
        except (ValueError, KeyError, TypeError, OSError, subprocess.CalledProcessError) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def obey(self, op, machine=None, machines=(), **rest):
        chosen = self.machines[machine] if machine else None
        if op == "set":
            directions = [rest.pop("dir")] if "dir" in rest else ["up", "down"]
            for direction in directions:
                getattr(chosen, direction).change(rest)
        elif op == "part":
            one, other = (self.machines[name] for name in machines)
            pairs = {(one, other), (other, one)}
            self.apart = self.apart | pairs if rest["apart"] else self.apart - pairs
        elif op == "move":
            chosen.move(rest["address"])
        elif op == "unplug":
            chosen.unplug()
        elif op == "plug":
            chosen.plug()
        elif op == "count":
            return {name: {"up": one.up.counted, "down": one.down.counted} for name, one in self.machines.items()}
        else:
            raise ValueError(f"there is no {op}")
        return None


def say(line):
    print(json.dumps(line), flush=True)


def main():
    check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    try:
        switch = Switch(sys.argv[1:])
    except (OSError, subprocess.CalledProcessError) as error:
        # Said here, so that the tests can say why they were skipped.
        say({"error": f"this machine does not let us make network namespaces: {error}"})
        return
    say({"pid": os.getpid(), "machines": switch.describe()})
    # Unbuffered: `select` does not see what has already been read.
    switch.carry(open(0, "rb", buffering=0))


if __name__ == "__main__":
    main()
