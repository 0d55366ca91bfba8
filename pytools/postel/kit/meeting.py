# SPDX-License-Identifier: BSD-2-Clause
"""How the lower tester and the IUT learn each other's MACs: introductions, and the IUT's own questions.

Whoever is asked for itself knows the asker's MAC from then on (RFC826-Reception-e). An IUT that does not, or asks some time after it
was given a reason, would answer every neighbour behind the control probe; that is found out before (postel.kit.foundout). Such a
one is made to ask by an echo request before a neighbour's first packet, so that this is charged to that rule, and to no other."""

from collections.abc import Callable, Sequence
from typing import Any

from postel.iut.iut import Instance
from postel.kit import fence
from postel.kit.neighbours import Neighbours
from postel.kit.wire import Fields
from postel.lab.addresses import Interface

MEETS, TWICE = 0, 2  # the sequence number of an echo request that makes an IUT ask; it may be lost while it asks
ASKS = 0.3  # seconds until its answer is given up


class Meeting:
    """The lower tester is one; what it has beside this is declared here."""

    instance: Instance
    hosts: Neighbours
    labs: Sequence[Interface]
    virtual: bool
    _inbox: list[Fields]
    _asked: bool
    _resolved: bool
    _had_to_ask: bool
    _has_met: str = ""  # who was answered last
    _interfaces: Callable[[], set[int]]  # whose own class comes later
    _may_ask: bool = False  # for who has sent it something

    # What is the lower tester's

    def settle(self) -> None: ...
    def advance(self, seconds: float) -> None: ...
    def pass_time(self, seconds: float) -> None: ...
    def listen(self, seconds: float, until: Callable[[Fields], bool] | None = None, done: Callable[[], bool] = bool) -> None: ...
    def _transmit(self, iface: int, frame: bytes, role: str) -> None: ...
    def _drain(self) -> None: ...

    # What a case says

    def comes(self, kind: str, seconds: float = 1.0, **said: Any) -> bool:
        """Whether such a frame has come, or comes in so many seconds."""
        self.settle()
        wanted = _like(kind, said)
        if not any(map(wanted, self._inbox)):
            if self.virtual:
                self.advance(seconds)
            else:
                self.listen(seconds, until=wanted)
        return any(map(wanted, self._inbox))

    # How it works

    def _introduce(self, iface: int, packet: bytes) -> None:
        """Who is to be known before this packet comes: a router passes it on to others, too."""
        for place in range(len(self._interfaces())) if self.hosts.config.forwards else (iface,):
            if self.instance.traits.asks_late:
                self._may_ask |= self.hosts.may_be_asked_for(place, packet)
            for frame in self.hosts.introductions(place, packet):
                self._transmit(place, frame, "arp")
                if self.instance.traits.asks_anyway:
                    self._meet(place, frame)

    def _meet(self, iface: int, introduction: bytes) -> None:
        """Until it has answered who is there introduced."""
        address, frame = fence.from_neighbour(self.labs[iface], introduction, MEETS)
        self._has_met, left = "", TWICE
        while left and self._has_met != address:
            left -= 1
            self._transmit(iface, frame, "arp")
            self._drain()
            if self.virtual and self._has_met != address:
                self.pass_time(ASKS)
            elif not self.virtual:
                self.listen(ASKS, done=lambda: self._has_met == address)
        self._inbox = [fields for fields in self._inbox if not _like("arp-request", {"tpa": address})(fields)]
        self._had_to_ask = False

    def _met_by(self, answer: Fields) -> None:
        if answer["kind"] == "echo-reply" and answer["seq"] == MEETS:
            self._has_met = answer["dst"]

    def _hears_questions(self) -> None:
        """An IUT that takes its time before it asks for a MAC is given it, if it was given a reason to ask."""
        if self._may_ask:
            self._may_ask, asked = False, self._questions()
            self.listen(self.instance.traits.asks_late, done=lambda: self._questions() > asked)

    def _questions(self) -> int:
        return sum(map(_like("arp-request", {}), self._inbox))

    def _answer_arp(self, iface: int, asked: Fields) -> None:
        if reply := self.hosts.reply(iface, asked):
            self._resolved = self._had_to_ask = True
            self._asked |= asked["tpa"] == self.labs[iface].lt
            self._transmit(iface, reply, "arp")


def _like(kind: str, said: dict[str, Any]) -> Callable[[Fields], bool]:
    return lambda fields: fields["kind"] == kind and all(fields.get(name) == value for name, value in said.items())
