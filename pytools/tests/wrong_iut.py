# SPDX-License-Identifier: BSD-2-Clause
"""IUTs that deserve no `pass`, a program: a small right one, and faults that a judge must not be taken in by.

  wrong_iut.py NUMBER FAULT      speaks over the inherited descriptor NUMBER, without an upper tester"""

import importlib.util
import itertools
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_spec = importlib.util.spec_from_file_location("wire", Path(__file__).parent.parent / "postel" / "kit" / "wire.py")
assert _spec and _spec.loader
wire = importlib.util.module_from_spec(_spec)  # alone: the whole kit takes half a second
_spec.loader.exec_module(wire)

ADDRESS, MAC = "198.18.0.2", "02:00:00:00:00:02"
CONTROL_PROBE = 0xFE9C
BEGUN = time.monotonic()
Frames = list[bytes]


def right(frame: bytes) -> Frames:
    """What a host with ARP, ICMP and a UDP echo service on port 7 says to a frame."""
    f = wire.parse(frame)
    if f["kind"] == "arp-request" and f["tpa"] == ADDRESS:
        return [wire.edit(frame, eth_dst=f["eth_src"], eth_src=MAC, op=2, sha=MAC, spa=ADDRESS, tha=f["sha"], tpa=f["spa"])]
    if f.get("eth_type") != wire.TYPE_IP or f.get("dst") != ADDRESS or "payload" not in f:
        return []
    if wire.ones_sum(f["packet"][: f["ihl"] * 4]) != 0xFFFF or f["protocol"] == 1 and wire.ones_sum(f["payload"]) != 0xFFFF:
        return []
    back: dict[str, Any] = {"eth_dst": f["eth_src"], "eth_src": MAC, "src": ADDRESS, "dst": f["src"], "ttl": 64}
    if f["kind"] == "echo-request":
        return [wire.edit(frame, **back, type=0)]
    if f["kind"] == "udp" and f["dport"] == 7:
        return [wire.edit(frame, **back, sport=7, dport=f["sport"])]
    if f["kind"] == "udp":
        return [wire.build(back | {"protocol": 1, "type": 3, "code": 3, "quoted": f["packet"][:28]})]
    return []


def is_probe(frame: bytes) -> bool:
    return bool(wire.parse(frame).get("ident") == CONTROL_PROBE)


def is_greeting(frame: bytes) -> bool:
    """A control probe, or the ARP request before one that is repeated, as on a busy machine."""
    said = wire.parse(frame)
    return is_probe(frame) or (said["kind"] == "arp-request" and said["spa"] == "198.18.0.1")


class Wrong:
    """The faults: each takes a frame, and how many came before it, and returns what is said."""

    def __init__(self) -> None:
        self.held: Frames = []
        self.probes = 0
        self.muted = False
        self.known: dict[str, str] = {}

    def mute(self, frame: bytes, before: int) -> Frames:
        return []

    def mute_later(self, frame: bytes, before: int) -> Frames:
        """From what is no control probe on."""
        self.muted |= not is_greeting(frame)
        return [] if self.muted else right(frame)

    def mute_thread(self, frame: bytes, before: int) -> Frames:
        """The same, and says why, as a program does of which one thread has ended."""
        if not self.muted and not is_greeting(frame):
            sys.stderr.write("Traceback (most recent call last):\n  File x\nValueError: odd\n")
            sys.stderr.flush()
        return self.mute_later(frame, before)

    def probes_only(self, frame: bytes, before: int) -> Frames:
        return right(frame) if is_probe(frame) else []

    def babbling(self, frame: bytes, before: int) -> Frames:
        """Says something unasked with each answer."""
        more = {"eth_src": MAC, "eth_dst": "02:00:00:00:00:01", "src": ADDRESS, "dst": "198.18.0.1", "protocol": 1}
        return [*right(frame), wire.build(more | {"type": 41, "code": 0, "data": b"by the way"})]

    def endless(self, frame: bytes, before: int) -> Iterable[bytes]:
        """Never ends to answer what is no control probe."""
        return right(frame) if is_greeting(frame) else itertools.repeat(frame)

    def twice(self, frame: bytes, before: int) -> Frames:
        return right(frame) * 2

    def agreeing(self, frame: bytes, before: int) -> Frames:
        """Says yes to everything, also to what is no question."""
        f = wire.parse(frame)
        yes = {"eth_src": MAC, "eth_dst": f["eth_src"], "src": ADDRESS, "dst": "198.18.0.1", "protocol": 1}
        return right(frame) or [wire.build(yes | {"type": 0, "code": 0, "ident": 7, "seq": 1, "data": b"postel"})]

    def late(self, frame: bytes, before: int) -> Frames:
        """Says yes to everything, but only after the next control probe."""
        if is_probe(frame):
            held, self.held = self.held, []
            return [*right(frame), *held]
        self.held += self.agreeing(frame, before)
        return []

    def bad_probes(self, frame: bytes, before: int) -> Frames:
        """Is right but in the one thing that nobody looks at: its answers to control probes have a TTL of zero."""
        return [wire.edit(said, ttl=0) if is_probe(frame) else said for said in right(frame)]

    def crashing(self, frame: bytes, before: int) -> Frames:
        """Dies of whatever is no control probe."""
        if not is_greeting(frame):
            os.kill(os.getpid(), signal.SIGSEGV)
        return right(frame)

    def leaving(self, frame: bytes, before: int) -> Frames:
        """The same, in good order: exit code 0."""
        if not is_greeting(frame):
            raise SystemExit(0)
        return right(frame)

    def resolving(self, frame: bytes, before: int) -> Frames:
        """Right, and asks for the MAC of whom it does not know before it answers."""
        f = wire.parse(frame)
        if f["kind"] == "arp-reply":
            self.known[f["spa"]] = f["sha"]
            ready = [said for said in self.held if wire.parse(said)["dst"] == f["spa"]]
            self.held = [said for said in self.held if said not in ready]
            return [wire.edit(said, eth_dst=f["sha"]) for said in ready]
        answers = right(frame)
        if not answers or f["kind"] == "arp-request" or f["src"] in self.known:
            return [wire.edit(said, eth_dst=self.known.get(f.get("src"), f["eth_src"])) for said in answers]
        self.held += answers
        asked = {"eth_dst": wire.BROADCAST_MAC, "eth_src": MAC, "eth_type": 0x0806, "htype": 1, "ptype": 0x0800, "hlen": 6}
        asked |= {"plen": 4, "op": 1, "sha": MAC, "spa": ADDRESS, "tha": "00:00:00:00:00:00", "tpa": f["src"]}
        return [wire.build(asked)]

    def dropping(self, frame: bytes, before: int) -> Frames:
        """Asks for the MAC of whom it does not know, and drops what it had to say."""
        said = self.resolving(frame, before)
        self.held = []
        return said

    def learning(self, frame: bytes, before: int) -> Frames:
        """Never asks for a MAC: it speaks to those who have asked for its own."""
        f = wire.parse(frame)
        if f["kind"] == "arp-request" and f["tpa"] == ADDRESS:
            self.known[f["spa"]] = f["sha"]
        return [said for said in right(frame) if wire.parse(said).get("dst", ADDRESS) in {ADDRESS, *self.known}
                or f["kind"] == "arp-request"]  # fmt: skip

    def starting(self, frame: bytes, before: int) -> Frames:
        """Takes a second and a half until it hears anything."""
        return right(frame) if time.monotonic() - BEGUN > 1.5 else []

    def claiming(self, frame: bytes, before: int) -> Frames:
        """The same, and asks meanwhile whether anybody has its address (RFC 5227)."""
        asks = {"eth_dst": wire.BROADCAST_MAC, "eth_src": MAC, "eth_type": wire.TYPE_ARP, "htype": 1, "ptype": wire.TYPE_IP, "hlen": 6,
                "plen": 4, "op": 1, "sha": MAC, "spa": "0.0.0.0", "tha": "00:00:00:00:00:00", "tpa": ADDRESS}  # fmt: skip
        return self.starting(frame, before) or [wire.build(asks)]

    def losing(self, frame: bytes, before: int) -> Frames:
        """Does not answer the second control probe, and has no reason."""
        self.probes += is_probe(frame)
        return [] if is_probe(frame) and self.probes == 2 else right(frame)

    def right(self, frame: bytes, before: int) -> Frames:
        return right(frame)


def main(number: int, fault: str) -> None:
    if fault == "dead":
        return
    link = socket.socket(fileno=number)
    says: Callable[[bytes, int], Iterable[bytes]] = getattr(Wrong(), fault)
    count = 0
    while frame := link.recv(70_000):
        for said in says(frame, count):
            link.send(said)
        count += 1


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
