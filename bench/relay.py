#!/usr/bin/env python3
"""The relay beside coturn: how much it carries, and what that costs.

    bench/relay.py [--rounds 3] [--seconds 8]

Both servers are pinned to the first core, and coturn's own load generator, turnutils_uclient, to the second. In a call two
clients have an allocation each and send to each other through both, 1,200 bytes at a time over UDP, as media does. The
servers take turns within a round; the table has the median of all rounds, with the least and the most.
"""

import argparse
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRET = secrets.token_hex(16)
TICKS = os.sysconf("SC_CLK_TCK")
LENGTH = 1200
# How many calls, and how many milliseconds between two packets of a client.
SCENARIOS = {
    "1 call, 2.4 Mbit/s each way": (1, 4),
    "50 calls, 2.4 Mbit/s each way": (50, 4),
    "50 calls, 9.6 Mbit/s each way": (50, 1),
}


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def duplex(port, folder):
    env = {
        "DUPLEX_TURN_SECRET": SECRET,
        "DUPLEX_TURN_BITS_PER_SECOND": "0",
        "DUPLEX_TURN_ALLOCATIONS_PER_PEER": "1000",
        "DUPLEX_METRICS_ADDR": "",
        "DUPLEX_STATE_DIR": folder,
        "TOKIO_WORKER_THREADS": "1",
    }
    return [ROOT / "target/release/duplex", "--listen", f"127.0.0.1:{port}", "--log", "warn"], env


def coturn(port, folder):
    # One thread for its one core, nothing logged, no limits, as for us.
    options = f"-n -m 1 --listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --listening-port {port} --use-auth-secret"
    options += f" --static-auth-secret {SECRET} --realm bench --no-tls --no-dtls --no-cli --allow-loopback-peers"
    options += f" --log-file /dev/null --simple-log --pidfile {folder}/pid --no-rfc5780 --no-stun-backward-compatibility"
    return ["turnserver", *options.split()], {}


SERVERS = {"coturn": coturn, "duplex": duplex}


def pinned(core):
    return lambda: os.sched_setaffinity(0, {core})


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def wait_for(port):
    """Until the server answers a Binding request (RFC 8489, section 5)."""
    request = bytes([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42]) + bytes(12)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", port))
        client.settimeout(0.2)
        for _ in range(50):
            try:
                client.send(request)
                client.recv(1500)
                return
            except OSError:
                time.sleep(0.05)
    sys.exit("Stopped: the server does not answer.")


def call(port, messages, interval, core):
    """One call; resolves to the messages that arrived and those that did not, or nothing if it did not come about."""
    options = f"-y -c -m 2 -n {messages} -l {LENGTH} -z {interval} -u bench -W {SECRET} -p {port}"
    return subprocess.Popen(
        ["turnutils_uclient", *options.split(), "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=pinned(core),
    )


def begin(port, messages, interval, core):
    """Starts a call. The client now and then wants a second port kept for it, which Duplex refuses, and gives up."""
    for _ in range(40):
        client = call(port, messages, interval, core)
        told = ""
        for line in client.stdout:
            told += line
            if "start_mclient" in line:
                return client
        client.wait()
    sys.exit(f"Stopped: no call comes about.\n{told}")


def measure(name, calls, interval, seconds, cores):
    """Mbit/s delivered, processor seconds for a gigabyte delivered, and % lost."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="duplex-bench-") as folder:
        command, env = SERVERS[name](port, folder)
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **env}, preexec_fn=pinned(cores[0]), stdout=subprocess.DEVNULL
        )
        try:
            wait_for(port)
            messages = seconds * 1000 // interval
            before = processor_seconds(server.pid)
            with ThreadPoolExecutor(calls) as pool:
                clients = list(pool.map(lambda _: begin(port, messages, interval, cores[1]), range(calls)))
                told = list(pool.map(lambda client: client.communicate(timeout=120)[0], clients))
            spent = processor_seconds(server.pid) - before
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=10)
    received = sum(int(re.findall(r"tot_recv_bytes ~ (\d+)", text)[-1]) for text in told)
    sent = calls * 2 * messages * LENGTH
    return received * 8 / 1e6 / seconds, spent / (received / 1e9), 100 * (1 - received / sent)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="how long each of them sends")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("Stopped: this needs two processor cores.")
    results = {}
    for turn in range(options.rounds):
        for scenario, (calls, interval) in SCENARIOS.items():
            for name in SERVERS:
                numbers = measure(name, calls, interval, options.seconds, cores)
                print(f"{turn + 1}: {scenario}, {name}: {numbers[0]:.0f} Mbit/s, {numbers[1]:.2f} s/GB, {numbers[2]:.1f} % lost", flush=True)
                results.setdefault(scenario, {}).setdefault(name, []).append(numbers)
    print("\n| | | coturn | duplex | times better |\n|---|---|---|---|---|")
    kinds = [("Mbit/s delivered", 0, 1), ("CPU s for each GB", 1, -1), ("% lost", 2, 0)]
    for scenario, by_server in results.items():
        for kind, index, power in kinds:
            rows = {name: [numbers[index] for numbers in rounds] for name, rounds in by_server.items()}
            cells = [f"{statistics.median(row):.3g} ({min(row):.3g}–{max(row):.3g})" for row in rows.values()]
            ratio = ""
            if power:
                ratios = [(ours / theirs) ** power for theirs, ours in zip(rows["coturn"], rows["duplex"])]
                ratio = f"**{statistics.median(ratios):.2f}**"
            print(f"| {scenario} | {kind} | {' | '.join(cells)} | {ratio} |")


if __name__ == "__main__":
    main()
