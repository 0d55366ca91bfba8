# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are right in ways of their own, made of the reference over `sim` by who stands on its link.

Each is a few lines, with what allows it (test_right_stacks.py); most are fakes (postel.fakes) and need none of this."""

import time
from collections import deque
from collections.abc import Iterable

from postel.iut.links import Link
from postel.kit import wire

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
