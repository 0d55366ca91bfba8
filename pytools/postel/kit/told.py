# SPDX-License-Identifier: BSD-2-Clause
"""What the IUT's user is told: the part of the lower tester that asks the upper one for events."""

import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from postel.iut.iut import Instance
from postel.iut.upper import EVENTS, Event, Upper, UpperClosed
from postel.kit import fence, needs, wire
from postel.kit.budget import Recorded
from postel.kit.seen import Seen
from postel.kit.violator import Filter
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES, Interface

PATIENCE = 2.0  # seconds for a control datagram to arrive
SHORT = 0.01  # seconds between two looks for a delivery that takes its own way
BESIDE = {"conflict", "igmp.warning", "mroute.missing", "mroute.wrong"}  # what the user is told of others on the link, whatever the case is about
OWN = {lab.iut for lab in INTERFACES}  # addresses that it has had
NO_NEIGHBOUR = "waits-for-neighbours"  # the ability
LATE = 64  # times that who should have told all is asked again


class Told:
    """The lower tester is one; what it has beside this is declared here."""

    instance: Instance
    ut: Upper | None
    called: bool
    left: Interface
    iut: str
    seen: Seen
    frames: list[Recorded]
    _filter: Filter | None
    _twin: bool
    _fences: int

    def _hears(self) -> None:
        """Of a user who has been told nothing, and holds no socket."""
        self._events: list[Event] = []
        self._heard: list[Event] = []  # of those that a step has asked for
        self._sockets: dict[str, tuple[str, int]] = {}  # of the IUT's user: address and port
        self._delivers = True  # the last control datagram reached its socket

    # What is the lower tester's

    def settle(self, *, probe_anyway: bool = False, wanted: Callable[[Fields], bool] | None = None) -> None: ...
    def fail(self, expected: str, actual: str, frame: int | None = None) -> NoReturn: ...  # type: ignore[empty-body]
    def lacks(self, *names: str) -> None: ...
    def passes_over(self, ability: str) -> bool: ...  # type: ignore[empty-body]
    def _fits(self) -> None: ...
    def taken(self, on: int = 0) -> Iterator[str]: ...  # type: ignore[empty-body]
    def inconclusive(self, expected: str, actual: str) -> NoReturn: ...  # type: ignore[empty-body]
    def _relevant(self) -> list[Fields]: ...  # type: ignore[empty-body]
    def _transmit(self, iface: int, frame: bytes, role: str) -> None: ...
    def _drain(self) -> None: ...
    def _wait(self, seconds: float) -> None: ...

    # What a case says

    def expect_event(self, event_name: str, **keys: object) -> dict[str, str]:
        """The upper interface has told of this: `udp.recv`, `icmp.error`, ... with these values (octets as bytes)."""
        events = self._told()
        want = {k: _value(v) for k, v in keys.items()}
        for event in self._news(events):
            if event.name == event_name and all(event.keys.get(k) == v for k, v in want.items()):
                return self._asked_for(event)
        self.lacks(*needs.TELLS.get(event_name, ()))
        if not any(event.name == event_name for event in events):
            self._fits()
            self.lacks(*self.taken(0))
        words = f"{event_name} " + " ".join(f"{k}={v[:48]}" for k, v in want.items())
        told = next((e for e in events if e.name == event_name), events[0] if events else None)
        seen = "no delivery" if told is None else f"{told.name} {_difference(told.keys, want)}"
        if told is None and self._relevant():
            seen += f", but {wire.summary(self._relevant()[0])}"
        self.fail(words.strip(), seen)

    def expect_no_event(self, event_name: str, after: str = "it") -> None:
        """The upper interface has not been told."""
        for event in self._told():
            if event.name == event_name and not self._is_said_again(event):
                told = " ".join(f"{key}={value[:48]}" for key, value in event.keys.items())
                self.fail(f"no {event_name} after {after}", f"{event_name} {told}", self._brought(event.keys))
        if event_name == "udp.recv" and not self._delivers:
            self.inconclusive("a control datagram delivered to the same socket", "no delivery")

    def _brought(self, told: dict[str, str]) -> int | None:
        """The last stimulus with the addresses that the user was told; None where that says nothing."""
        names = [name for name in ("src", "dst") if name in told]
        for number, frame in reversed(list(enumerate(self.frames, 1))):
            if names and frame.comment == "stimulus" and all(wire.parse(frame.octets).get(name) == told[name] for name in names):
                return number
        return None

    def delivered(self, event_name: str = "udp.recv") -> dict[str, str] | None:
        """The next such event or None: for what RFCs leave open."""
        for event in self._news(self._told()):
            if event.name == event_name and not self._is_said_again(event):
                return self._asked_for(event)
        return None

    def told_at_once(self, event_name: str) -> bool:
        """Whether the last operation has told of such an event before its reply; it is taken out. Who is driven by our clock does so
        (docs/upper-tester.md), others may."""
        assert self.ut, "the case must say needs="
        self._keeps(self.ut.events())
        found = next((event for event in self._events if event.name == event_name), None)
        if found:
            self._events.remove(found)
        return found is not None

    def told_more(self) -> str:
        """What the user was told and no step of the case asked for, in words; '' where that is nothing."""
        told = self._told() if self.ut and self.called else []
        events = [event for event in told if event.name in EVENTS.keys() - BESIDE and not self._is_said_again(event)]
        return " ".join([events[0].name, *(f"{key}={value[:48]}" for key, value in events[0].keys.items())]) if events else ""

    # How it works

    def _news(self, events: list[Event]) -> list[Event]:
        """First what no step has had before."""
        return sorted(events, key=lambda event: event in self._heard)

    def _asked_for(self, event: Event) -> dict[str, str]:
        self._events.remove(event)
        self._heard.append(event)
        return event.keys

    def _is_said_again(self, event: Event) -> bool:
        """By an IUT that delivers all that it delivers more than once."""
        return event.name == "udp.recv" and event in self._heard and self.passes_over("delivers-once")

    def _is_of_a_neighbour(self, event: Event) -> bool:
        """That a host cannot be reached, of an IUT that says so of each neighbour whose MAC it does not know yet: another case is
        charged with that."""
        of_its_own = event.name == "icmp.error" and event.keys.get("src") in {*OWN, *self.seen.addresses}
        host = (event.keys.get("type"), event.keys.get("code")) == ("3", "1")
        return of_its_own and host and self.passes_over(NO_NEIGHBOUR)

    def _is_of_itself(self, event: Event) -> bool:
        """A line of the log about what the IUT has sent, and some links give back (RFC 3927 2.2.1)."""
        data = event.keys.get("data", "")
        return event.name == "log" and any(data in (frame.octets.hex(), frame.octets[wire.ETHER_LEN :].hex()) for frame in self.frames if not frame.sent)

    def _told(self) -> list[Event]:
        assert self.ut, "the case must say needs="
        self.settle()
        self.ut.call("sync")
        events = self.ut.events()
        for socket, (address, port) in ({} if self.seen.config.rests(0) else self._sockets).items():
            events += self._fence_delivery(socket, address, port)
        self._keeps(events)
        return self._events

    def _keeps(self, events: list[Event]) -> None:
        """For the steps to come."""
        events = self._filter.events(events) if self._filter and not self._twin else events
        self._events += [event for event in events if not self._is_of_a_neighbour(event) and not self._is_of_itself(event)]

    def _note_socket(self, op: str, keys: dict[str, object], reply: dict[str, str]) -> None:
        """Keeps count of the UDP sockets that a control datagram can reach."""
        if op == "udp.bind" and "sock" in reply:
            address = str(keys.get("addr", self.iut))
            if address in self.seen.addresses:
                self._sockets[reply["sock"]] = address, int(reply.get("port", str(keys["port"])))
        if op == "udp.close":
            self._sockets.pop(str(keys.get("sock")), None)

    def _fence_delivery(self, socket: str, address: str, port: int) -> list[Event]:
        """Delivery may take another way than the answer to a control probe, another thread for one. So it has a fence of its
        own, a datagram to the same socket; what comes before that is what was delivered."""
        assert self.ut
        self._fences = self._fences % 0xFFFF + 1
        data = fence.FENCE_DATA + self._fences.to_bytes(2, "big")
        self._transmit(0, fence.datagram(self.left, address, port, data), "fence")
        give_up = time.monotonic() + PATIENCE
        events: list[Event] = []
        while True:
            self._drain()
            self.ut.call("sync")
            events += self.ut.events()
            arrived = [e for e in events if e.keys.get("data") == data.hex()]
            events = [e for e in events if e not in arrived]
            self._delivers = any(e.name == "udp.recv" and e.keys.get("sock") == socket for e in arrived)
            if not self._delivers and self.instance.link.name == "sim":
                events += self._never_told(data)
            if self._delivers or self.instance.link.synchronous or time.monotonic() > give_up:
                return events
            self._wait(SHORT)

    def _never_told(self, data: bytes) -> list[Event]:
        """Over `sim` all is there at once: what is told behind the reply to `sync` was delivered before it, and the adapter
        is out of order. Returns what else it tells now."""
        assert self.ut
        told: list[Event] = []
        for _ in range(LATE):
            self.ut.call("sync")
            late = self.ut.events()
            if any(event.keys.get("data") == data.hex() for event in late):
                raise UpperClosed("it tells of a datagram behind the reply to the `sync` that came after it")
            told += late
            if not late:
                break
        return told


def _value(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _difference(have: dict[str, str], want: dict[str, str]) -> str:
    return " ".join(f"{k}={have.get(k, '(missing)')[:48]}" for k, v in want.items() if have.get(k) != v)
