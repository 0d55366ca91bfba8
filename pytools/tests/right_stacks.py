# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are right in ways of their own, made of the reference over `sim` by who stands on its link.

Each is a few lines, with what allows it (test_right_stacks.py); most are fakes (postel.fakes) and need none of this."""

import random
import time
from collections import deque
from collections.abc import Iterable

from postel.iut.links import Link
from postel.kit import violator, wire
from postel.lab.addresses import INTERFACES

Frames = Iterable[bytes]


class Between:
    """The link of an IUT, with somebody on it. `caused` is the frame that brought an answer, None for what came by itself."""

    name, synchronous = "sim", True

    def __init__(self, link: Link) -> None:
        self.link = link
        self.mtu = link.mtu
        self.held: deque[tuple[float, int, bytes]] = deque()

    def to_iut(self, iface: int, frame: bytes) -> Frames:
        return [frame]

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        return [frame]

    def send(self, iface: int, frame: bytes) -> None:
        for each in self.to_iut(iface, frame):
            self.link.send(iface, each)
            self.take(each)

    def take(self, caused: bytes | None) -> None:
        while got := self.link.receive():
            for each in self.from_iut(*got, caused):
                self.hold(got[0], each)

    def hold(self, iface: int, frame: bytes, seconds: float = 0.0) -> None:
        self.held.append((time.monotonic() + seconds, iface, frame))

    def receive(self) -> tuple[int, bytes] | None:
        self.take(None)
        ready = [each for each in self.held if each[0] <= time.monotonic()]
        if not ready:
            return None
        self.held.remove(ready[0])
        return ready[0][1:]

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if self.held and min(self.held)[0] <= now:
                return True
            time.sleep(min(end - now, 0.0005))
        return bool(self.held)

    def pump(self) -> None:
        pass

    def close(self) -> None:
        self.link.close()


class DropsWhatWaits(Between):
    """RFC 826 ("probably"); RFC 1122 2.3.2.2 is a SHOULD: a datagram is lost while its next hop is asked for."""

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        waited = caused is not None and wire.parse(caused)["kind"].startswith("arp")
        return [] if waited and wire.parse(frame).get("eth_type") == wire.TYPE_IP else [frame]


class AsksAnyway(Between):
    """ns-3, wrong by RFC 826 in this alone: it answers who asks for it, and asks for the MAC of who has just told it."""

    def to_iut(self, iface: int, frame: bytes) -> Frames:
        asked, iut = wire.parse(frame), INTERFACES[iface]
        usual = frame[wire.ETHER_LEN : wire.ETHER_LEN + 8] == bytes.fromhex("0001080006040001") and "spa" in asked
        if not usual or asked["tpa"] != iut.iut or int(asked["sha"][:2], 16) & 1 or asked["spa"] == iut.iut or asked["spa"].startswith("127."):
            return [frame]
        said = {"op": 2, "sha": iut.iut_mac, "spa": iut.iut, "tha": asked["sha"], "tpa": asked["spa"]}
        self.hold(iface, wire.build(wire.parse(frame) | said | {"eth_src": iut.iut_mac, "eth_dst": asked["sha"]}))
        return []


def is_error(fields: wire.Fields) -> bool:
    return "quoted" in fields


class Real(Between):
    """One that takes time: its answers are not there at once."""

    name, synchronous = "fd", False


class AsksLate(Real, AsksAnyway):
    """Nothing in RFC 826 forbids this: up to 10 ms pass before it asks, lest all of a link ask at once."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.random = random.Random(1)

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if wire.parse(frame)["kind"] != "arp-request":
            return [frame]
        self.hold(iface, frame, self.random.uniform(0.003, 0.01))
        return []


class AsksAgain(Real):
    """RFC 1122 2.3.2.1 limits questions to one a second and leaves it open when one is put again: here 0.2 s later, where nobody answers."""

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if wire.parse(frame)["kind"] == "arp-request":
            self.hold(iface, frame, 0.2)
        return [frame]


class SmallRing(Real):
    """A card keeps eight frames until they are fetched, 5 ms after the last or before an answer, and loses what comes meanwhile (RFC 791 1.2)."""

    kept, last = 0, 0.0

    def to_iut(self, iface: int, frame: bytes) -> Frames:
        now = time.monotonic()
        self.kept, self.last = self.kept + 1 if now - self.last < 0.005 else 1, now
        return [frame] if self.kept <= 8 else []

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        self.kept = 0
        return [frame]


class ReportsLate(Real):
    """Nothing forbids it: errors are made elsewhere and leave 20 ms after what came later."""

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if not is_error(wire.parse(frame)):
            return [frame]
        self.hold(iface, frame, 0.02)
        return []


class Limits(Real):
    """RFC 1812 4.3.2.8 and practice: no more than `rate` a second of what is `limited`, `burst` at once."""

    rate, burst = 20.0, 3

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.left, self.at = float(self.burst), time.monotonic()

    def limited(self, fields: wire.Fields) -> bool:
        return is_error(fields)

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if not self.limited(wire.parse(frame)):
            return [frame]
        now = time.monotonic()
        self.left, self.at = min(self.burst, self.left + (now - self.at) * self.rate), now
        if self.left < 1:
            return []
        self.left -= 1
        return [frame]


class LimitsArp(Limits):
    """The same of ARP replies."""

    rate, burst = 20.0, 1

    def limited(self, fields: wire.Fields) -> bool:
        return fields["kind"] == "arp-reply"


class LimitsEcho(Limits):
    """The same of echo replies."""

    rate, burst = 60.0, 10

    def limited(self, fields: wire.Fields) -> bool:
        return fields["kind"] == "echo-reply"


class ReportsFromAThread(Real):
    """Nothing forbids it: another thread makes the errors, and whenever it comes to that, up to 50 ms later."""

    def __init__(self, link: Link, seed: int) -> None:
        super().__init__(link)
        self.random = random.Random(seed)

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if not is_error(wire.parse(frame)):
            return [frame]
        self.hold(iface, frame, self.random.uniform(0, 0.05))
        return []


class AnswersArpLate(Real):
    """Nothing forbids it: ARP has a task of its own, which answers 100 ms after what came later."""

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if wire.parse(frame)["kind"] != "arp-reply":
            return [frame]
        self.hold(iface, frame, 0.1)
        return []


class EchoesLongTwice(Real):
    """Wrong, and here for its time only: an echo reply of some length comes once more, 300 ms later."""

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if wire.parse(frame)["kind"] == "echo-reply" and len(frame) > 200:
            self.hold(iface, frame, 0.3)
        return [frame]


class PointsLate(Real):
    """Nothing forbids it: Parameter Problems, and no other errors, leave 200 ms after what came later."""

    def from_iut(self, iface: int, frame: bytes, caused: bytes | None) -> Frames:
        if wire.parse(frame)["kind"] != "parameter-problem":
            return [frame]
        self.hold(iface, frame, 0.2)
        return []


class ReportsMulticastsLate(Real):
    """Wrong, and late: it says 30 ms after a datagram to a group that it has no such port (RFC1122-3.2.2-g)."""

    late = 0.03

    def to_iut(self, iface: int, frame: bytes) -> Frames:
        fields = wire.parse(frame)
        if fields["kind"] == "udp" and fields["dst"].startswith("224."):
            self.hold(iface, violator.answer_to(frame, "unreachable", "198.18.0.2", {"code": 3}), self.late)
        return [frame]
