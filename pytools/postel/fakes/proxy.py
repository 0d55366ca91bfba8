# SPDX-License-Identifier: BSD-2-Clause
"""Puts a fake before a started IUT: between the lower tester and its link, and between its user and its upper interface.

It works over every link, for it is a layer over one. Where the IUT's clock is ours to drive (`vtime`) the fake lives by that clock:
an `advance` is cut where something of the fake's is due."""

import math
import time
from collections import deque

from postel.base.keys import parse_keys
from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Fake, Frame, World
from postel.iut.iut import Instance
from postel.iut.links import Link
from postel.iut.upper import Event, Upper, render


class Clock:
    """Seconds since the IUT was started, as it counts them."""

    def __init__(self, virtual: bool) -> None:
        self.virtual, self._ms = virtual, 0

    def __call__(self) -> float:
        return self._ms / 1000 if self.virtual else time.monotonic()

    def advance(self, ms: int) -> None:
        self._ms += ms


class FakedLink:
    """A link with the fake between us and it."""

    def __init__(self, link: Link, world: World) -> None:
        self.name, self.synchronous, self.mtu = link.name, link.synchronous, link.mtu
        self._link, self._world = link, world
        self._ready: deque[tuple[int, bytes]] = deque()

    def send(self, iface: int, frame: bytes) -> None:
        self._pass(self._world.passes(Frame(iface, frame, incoming=True), RECEIVED))

    def receive(self) -> tuple[int, bytes] | None:
        while not self._ready and (got := self._link.receive()):
            self._pass(self._world.passes(Frame(*got), SENT))
        if not self._ready:
            self._pass(self._world.due())
        return self._ready.popleft() if self._ready else None

    def wait(self, seconds: float) -> bool:
        due = self._world.next_due()
        left = seconds if due is None else min(seconds, max(0.0, due - self._world.now))
        return bool(self._ready) or self._link.wait(left) or left < seconds

    def flush(self) -> None:
        """Takes in what the IUT has sent, and lets pass what is due."""
        while got := self._link.receive():
            self._pass(self._world.passes(Frame(*got), SENT))
        self._pass(self._world.due())

    def forget(self) -> None:
        self._ready.clear()

    def close(self) -> None:
        self._link.close()

    def _pass(self, frames: list[Frame]) -> None:
        for frame in frames:
            if frame.incoming:
                self._link.send(frame.iface, frame.octets)
            else:
                self._ready.append((frame.iface, frame.octets))


class FakedUpper(Upper):
    """An upper tester with the fake between us and it. It has said hello already."""

    def __init__(self, upper: Upper, link: FakedLink, world: World, clock: Clock) -> None:
        self.__dict__.update(upper.__dict__)
        self._faked, self._world, self._clock = link, world, clock
        self.release = f"{upper.release} behind {world.fake.name}"

    def events(self) -> list[Event]:
        told = [passed for event in super().events() for passed in self._world.passes(event, TOLD)]
        told += self._world.events
        self._world.events = []
        return told

    def _request(self, line: str, op: str, seconds: float) -> dict[str, str]:
        if ASKED in self._world.fake.where and op not in ("sync", "reset", "hello", "counters"):
            calls = self._world.passes(Call(op, parse_keys(line.split(" ")[1:])), ASKED)
            if not calls:
                return {}
            line = render(calls[0].op, dict(calls[0].keys))
            op = calls[0].op
        if op == "advance":
            return self._advance(int(parse_keys(line.split(" ")[1:])["ms"]), seconds)
        reply = super()._request(line, op, seconds)
        self._world.was_told(op, parse_keys(line.split(" ")[1:]))
        if op == "reset":
            self._world.reset()
            self._faked.forget()
        return reply

    def _advance(self, ms: int, seconds: float) -> dict[str, str]:
        """In steps that end where something of the fake's is due: it knows to the second when it sees what, to a tenth where it delays it."""
        reply: dict[str, str] = {}
        end = self._world.now + ms / 1000
        while True:
            due = self._world.next_due()
            step = ms if due is None or due > end else max(0, math.ceil((due - self._world.now) * 1000 - 1e-6))
            step = min(step, 100 if self._world.delays else 1000)
            reply = super()._request(f"advance ms={step}", "advance", seconds)
            self._clock.advance(step)
            self._faked.flush()
            ms -= step
            if ms <= 0:
                return reply


def before(instance: Instance, fake: Fake) -> World:
    """The IUT is that of the fake from now on; the world says what the fake has done."""
    upper = instance.upper
    clock = Clock(upper is not None and "vtime" in upper.caps)
    world = World(fake, clock)
    link = FakedLink(instance.link, world)
    instance.link = link
    if upper:
        instance.upper = FakedUpper(upper, link, world, clock)
    return world
