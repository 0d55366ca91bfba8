# SPDX-License-Identifier: BSD-2-Clause
"""The reference as a router between two Linux hosts, each in a network namespace of its own.

  between_networks.py V4HOST TRIAL   runs in a network namespace that was made for it, and prints a JSON object of what was seen"""

import ctypes
import fcntl
import json
import os
import re
import select
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NEAR, LEFT, RIGHT, FAR = "198.18.0.1", "198.18.0.2", "198.18.64.66", "198.18.64.65"  # a host, the router's two sides, the other host
PORT, WINDOW, DATAGRAMS = 4000, 32, 5000
SIZES = (1, 18, 472, 1400, 1472)  # octets of data
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
PATIENCE_S = 10
LIBC = ctypes.CDLL(None, use_errno=True)


def tap(name: str) -> None:
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(descriptor, 0x400454CA, struct.pack("16sH14x", name.encode(), 0x1002))
    fcntl.ioctl(descriptor, 0x400454CB, 1)
    os.close(descriptor)


def ip(line: str) -> None:
    subprocess.run(["ip", *line.split()], check=True)


class Host:
    """A network namespace, and what is done in it."""

    def __init__(self) -> None:
        self._holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec sleep 600"], stdout=subprocess.PIPE)
        assert self._holder.stdout
        self._holder.stdout.readline()
        self._net = os.open(f"/proc/{self._holder.pid}/ns/net", os.O_RDONLY)
        self.pid = self._holder.pid

    def enter(self) -> None:
        if LIBC.setns(self._net, NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "setns")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Sockets that are made here are the host's."""
        own = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.enter()
        try:
            yield
        finally:
            LIBC.setns(own, NEW_NETWORK)
            os.close(own)

    def starts(self, line: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(line.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | {"LC_ALL": "C"}, preexec_fn=self.enter)

    def says(self, line: str) -> str:
        return self.starts(line).communicate(timeout=60)[0]

    def has(self, interface: str, address: str, gateway: str) -> None:
        ip(f"link set {interface} netns {self.pid}")
        for line in ("link set lo up", f"address add {address} dev {interface}", f"link set {interface} up", f"route add default via {gateway}"):
            self.says(f"ip {line}")

    def counted(self, group: str) -> dict[str, int]:
        """The kernel's own counters: a group of /proc/net/snmp."""
        names, values = (line.split()[1:] for line in self.says("cat /proc/thread-self/net/snmp").splitlines() if line.startswith(f"{group}:"))
        return dict(zip(names, map(int, values), strict=True))

    def ends(self) -> None:
        self._holder.kill()
        self._holder.wait()
        os.close(self._net)


class Router:
    """v4host, which forwards."""

    def __init__(self, v4host: str, profile: str = "modern") -> None:
        words = [v4host, "--profile", profile]
        for name, address, mac in (("left", f"{LEFT}/20", "02:00:00:00:00:02"), ("right", f"{RIGHT}/26", "02:00:00:00:01:02")):
            tap(name)
            words += ["--tap", name, "--addr", address, "--mac", mac]
        self._host = subprocess.Popen([*words, "--seed", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._number = 0
        self.asks("set name=forwarding value=1")

    def asks(self, line: str) -> str:
        assert self._host.stdin and self._host.stdout
        self._number += 1
        self._host.stdin.write(f"{self._number} {line}\n")
        self._host.stdin.flush()
        while not (reply := self._host.stdout.readline()).startswith(f"{self._number} "):
            assert reply, "v4host has ended"
        assert reply.startswith(f"{self._number} ok"), reply
        return reply

    def counted(self) -> dict[str, int]:
        return {name: int(value) for name, _, value in (each.partition("=") for each in self.asks("counters").split()[2:])}

    def ends(self) -> int:
        assert self._host.stdin
        self._host.stdin.close()
        return self._host.wait(10)


def until(seen: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not (there := seen()) and time.monotonic() < end:
        select.select([], [], [], 0.05)
    return there


def load(near: Host, far: Host) -> int:
    """Datagrams of all sizes to the other host, which sends each back; never more than a window of them are on their way. How many returned
    as they were sent."""
    with near.inside():
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with far.inside():
        echoer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sender, echoer:
        echoer.bind((FAR, PORT))
        sender.connect((FAR, PORT))
        sent = returned = 0
        while returned < DATAGRAMS:
            while sent < min(DATAGRAMS, returned + WINDOW):
                sender.send(sent.to_bytes(4, "big") + bytes([sent % 251]) * max(SIZES[sent % len(SIZES)] - 4, 0))
                sent += 1
            readable = select.select([sender, echoer], [], [], PATIENCE_S)[0]
            if not readable:
                break
            if echoer in readable:
                echoer.sendto(*echoer.recvfrom(2048))
            if sender in readable:
                data = sender.recv(2048)
                number = int.from_bytes(data[:4], "big")
                returned += data == number.to_bytes(4, "big") + bytes([number % 251]) * max(SIZES[number % len(SIZES)] - 4, 0)
        return returned


def iperf(near: Host, far: Host, words: str) -> dict[str, Any]:
    """What iperf3 says of a run over UDP."""
    server = far.starts("iperf3 -s -1 -p 5201")
    assert until(lambda: ":1451 " in far.says("cat /proc/thread-self/net/tcp6") + far.says("cat /proc/thread-self/net/tcp"))
    said = near.says(f"iperf3 -c {FAR} -p 5201 -u -J {words}")
    server.wait(30)
    return dict(json.loads(said)["end"]["sum"])


# Trials: each says what was seen


def hops(near: Host, line: str) -> list[str]:
    """The addresses that a tool names as hops, in their order."""
    found = re.findall(r"^ *\d+[:.|]?[-| ]*\??:? +(\d+\.\d+\.\d+\.\d+)", near.says(line), re.MULTILINE)
    return list(dict.fromkeys(found))


def trace(near: Host, far: Host, router: Router) -> dict[str, Any]:
    return {way: hops(near, f"traceroute -n -q 1 -w 2 -m 5 {way} {FAR}".replace("  ", " ")) for way in ("-U", "-I", "-T")}


def path(near: Host, far: Host, router: Router) -> dict[str, Any]:
    router.asks("set name=mtu value=1280 iface=1")
    said = near.says(f"tracepath -n -m 5 {FAR}")
    return {"hops": re.findall(r"^ *\d+: +(198\S+)", said, re.MULTILINE), "pmtu": re.findall(r"pmtu (\d+)", said)[-1], "reached": "reached" in said}


def mtr(near: Host, far: Host, router: Router) -> dict[str, Any]:
    report = json.loads(near.says(f"mtr -n -j -c 3 -i 0.2 {FAR}"))["report"]
    return {"hops": [hub["host"] for hub in report["hubs"]], "lost": [hub["Loss%"] for hub in report["hubs"]]}


def ping(near: Host, far: Host, router: Router) -> dict[str, Any]:
    plain, large = near.says(f"ping -n -c 3 -i 0.2 {FAR}"), near.says(f"ping -n -c 2 -i 0.2 -s 4000 {FAR}")
    route = near.says(f"ping -n -c 1 -R {FAR}")
    stamps, both = near.says(f"ping -n -c 1 -T tsonly {FAR}"), near.says(f"ping -n -c 1 -T tsandaddr {FAR}")
    return {
        "ttl": re.findall(r"ttl=(\d+)", plain), "large": " 0% packet loss" in large,
        "route": re.findall(r"^(?:RR:)?\s+(198\S+)$", route, re.MULTILINE),
        "stamps": len(re.findall(r"^(?:TS: )?\t-?\d+(?: absolute)?$", stamps, re.MULTILINE)), "stampers": re.findall(r"^(?:TS: )?\t(198\S+)\t", both, re.MULTILINE),
    }  # fmt: skip


def counters(near: Host, far: Host, router: Router) -> dict[str, Any]:
    """What each of the three has counted of a load is what it was."""
    before = near.counted("Udp"), router.counted(), far.counted("Udp")
    returned = load(near, far)
    after = near.counted("Udp"), router.counted(), far.counted("Udp")
    (sent, got), (far_got, far_sent) = ([now[name] - then[name] for name in names] for now, then, names in (
        (after[0], before[0], ("OutDatagrams", "InDatagrams")), (after[2], before[2], ("InDatagrams", "OutDatagrams"))))  # fmt: skip
    drops = {name: value - before[1].get(name, 0) for name, value in after[1].items() if name.startswith("drop.") and name != "drop.ETHER_TYPE"}
    return {
        "returned": returned, "near": [sent, got], "far": [far_got, far_sent],
        "forwarded": after[1]["ipForwDatagrams"] - before[1].get("ipForwDatagrams", 0), "dropped": sum(drops.values()),
    }  # fmt: skip


def stream(near: Host, far: Host, router: Router) -> dict[str, Any]:
    seen = iperf(near, far, "-b 10M -t 1 -l 1000")
    return {"packets": seen["packets"], "lost": seen["lost_packets"], "forwarded": router.counted()["ipForwDatagrams"]}


PROFILES = {"ping": "rfc1812"}  # RFC 7126 has routers of today drop what records
TRIALS = {"trace": trace, "path": path, "mtr": mtr, "ping": ping, "counters": counters, "stream": stream}


def linux_between(near: Host, far: Host) -> Host:
    """Another host, the kernel, which forwards between them over veth pairs."""
    router = Host()
    for name, host, address, side in (("a", near, NEAR, LEFT), ("b", far, FAR, RIGHT)):
        length = 20 if name == "a" else 26
        ip(f"link add {name}0 type veth peer name {name}1")
        ip(f"link set {name}1 netns {router.pid}")
        for line in (f"address add {side}/{length} dev {name}1", f"link set {name}1 up"):
            router.says(f"ip {line}")
        host.has(f"{name}0", f"{address}/{length}", side)
    router.starts("sysctl -qw net.ipv4.ip_forward=1").wait()
    return router


def rate(v4host: str, seconds: int = 2, rounds: int = 5) -> dict[str, Any]:
    """Datagrams of 18 octets a second that come through the reference over TAPs, and through the kernel over veth pairs, in turns."""
    found: dict[str, list[float]] = {"reference": [], "linux": []}
    hosts = [Host() for _ in range(4)]
    router = between(v4host, hosts[0], hosts[1])
    kernel = linux_between(hosts[2], hosts[3])
    for _ in range(rounds):
        for name, (near, far) in {"reference": hosts[:2], "linux": hosts[2:]}.items():
            seen = iperf(near, far, f"-b 0 -t {seconds} -l 18")
            found[name].append((seen["packets"] - seen["lost_packets"]) / seen["seconds"])
    for each in (*hosts, kernel):
        each.ends()
    medians = {name: statistics.median(each) for name, each in found.items()}
    return {"a second": found, "medians": medians, "ratio": medians["reference"] / medians["linux"], "code": router.ends()}


def between(v4host: str, near: Host, far: Host, profile: str = "modern") -> Router:
    router = Router(v4host, profile)
    near.has("left", f"{NEAR}/20", LEFT)
    far.has("right", f"{FAR}/26", RIGHT)
    assert until(lambda: " 0% packet loss" in near.says(f"ping -n -c 1 -W 1 {FAR}") if shutil.which("ping") else load(near, far) > 0)
    return router


def main(v4host: str, trial: str) -> dict[str, Any]:
    if trial == "rate":
        return rate(v4host)
    near, far = Host(), Host()
    router = between(v4host, near, far, PROFILES.get(trial, "modern"))
    seen = TRIALS[trial](near, far, router)
    near.ends()
    far.ends()
    return seen | {"code": router.ends()}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
