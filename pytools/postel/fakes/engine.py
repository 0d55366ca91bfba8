# SPDX-License-Identifier: BSD-2-Clause
"""What a fake is: a few lines that rewrite, delay, add or swallow what passes between an IUT and the harness, for a whole run.

A `wrong` one names the requirement that it breaks, a `right` one the RFC that allows what it does. Its function gets what passes
(a Frame, an Event or a Call) and, if it wants it, the World, and returns what passes in its place: the same, another, several or
None. A frame goes where its direction says: the answer to one that comes in may go out at once, and the other way round."""

import heapq
import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from postel.iut.upper import Event, UpperError
from postel.kit import wire
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES, Interface

SENT, RECEIVED, TOLD, ASKED = "sent", "received", "told", "asked"  # by the IUT, by it, to its user, by its user
WHERE = (SENT, RECEIVED, TOLD, ASKED)


@dataclass(frozen=True)
class Frame:
    """A frame on its way out of the IUT, or (`incoming`) into it."""

    iface: int
    octets: bytes
    incoming: bool = False

    @cached_property
    def fields(self) -> Fields:
        return wire.parse(self.octets)

    def __getitem__(self, name: str) -> Any:
        """A field of wire.parse(), None where the frame has none of that name."""
        return self.fields.get(name)

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])

    @property
    def lab(self) -> Interface:
        return INTERFACES[self.iface]

    @property
    def is_ip(self) -> bool:
        """A packet whose header can be read."""
        return "payload" in self.fields

    @property
    def is_arp(self) -> bool:
        return self.kind.startswith("arp")

    @property
    def is_udp(self) -> bool:
        return self.kind == "udp"

    @property
    def is_icmp(self) -> bool:
        return "type" in self.fields

    @property
    def is_error(self) -> bool:
        return "quoted" in self.fields

    @property
    def is_fragment(self) -> bool:
        return self.kind == "fragment"

    @property
    def packet(self) -> bytes:
        """What follows the Ethernet header."""
        return self.octets[wire.ETHER_LEN :]

    @property
    def quoted(self) -> Fields:
        """The packet that an error is about."""
        return wire.parse_packet(self.fields["quoted"]) if self.is_error else {}

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells its datagram from others (RFC 791 3.2)."""
        return tuple(self[name] for name in ("src", "dst", "protocol", "id"))


@dataclass(frozen=True)
class Call:
    """An operation that the IUT's user asks for; `keys` as they stand in the line."""

    op: str
    keys: dict[str, str]


Passing = Frame | Event | Call
Passed = Passing | Iterable[Passing] | None
Act = Callable[[Any, "World"], Passed]


@dataclass(frozen=True)
class Fake:
    """`rules` are the requirements that it breaks, none for a right one; `allowed` says which RFC lets a right one be so."""

    name: str
    words: str
    rules: tuple[str, ...]
    allowed: str
    where: tuple[str, ...]
    act: Act
    group: str  # the module that it stands in
    profile: str = "modern"  # of the suite and the IUT, in which it is tried
    role: str = ""  # "host" or "router": it is as the IUT is while that is the other

    @property
    def is_wrong(self) -> bool:
        return bool(self.rules)


class World:
    """What a fake may know and remember between two resets. `now` is the IUT's time in seconds, `changed` how often anything did not
    pass as it came, `settings` what the user has set for all of the host."""

    def __init__(self, fake: Fake, clock: Callable[[], float]) -> None:
        self.fake, self._clock = fake, clock
        self.changed = 0
        self.settings: dict[str, str] = {}
        self.delays = False  # what the IUT has sent
        self.memory: dict[Any, Any] = {}
        self.counts: Counter[Any] = Counter()
        self.events: list[Event] = []  # that the user is told of beside the IUT's own
        self._removed: set[str] = set()  # addresses that the host was started with, or given, and has no more
        self._later: list[tuple[float, int, Frame]] = []
        self._numbers = 0

    @property
    def now(self) -> float:
        return self._clock()

    def count(self, of: Any) -> int:
        """How often this was asked before."""
        self.counts[of] += 1
        return self.counts[of] - 1

    def later(self, seconds: float, frame: Frame) -> None:
        """This frame passes so many seconds from now."""
        self._numbers += 1
        heapq.heappush(self._later, (self.now + seconds, self._numbers, frame))

    def never(self, frame: Frame) -> None:
        """It does not pass later after all."""
        self._later = [each for each in self._later if each[2] != frame]
        heapq.heapify(self._later)

    def tell(self, name: str, **keys: object) -> None:
        """The IUT's user is told this as well."""
        self.changed += 1
        self.events.append(Event(name, {key: value.hex() if isinstance(value, bytes) else str(value) for key, value in keys.items()}))

    def next_due(self) -> float | None:
        return self._later[0][0] if self._later else None

    def due(self) -> list[Frame]:
        """What was to pass until now."""
        found = []
        while self._later and self._later[0][0] <= self.now + 1e-9:
            found.append(heapq.heappop(self._later)[2])
        self.changed += len(found)
        return [frame for frame in found if self._may_say(frame)]

    def was_told(self, op: str, keys: dict[str, str]) -> None:
        """What the IUT's user has had done. A host whose address was removed says nothing more from there, unless it is a wrong one."""
        if keys.get("kind") == "address":
            address = {keys.get("addr", "")}
            self._removed = self._removed | address if op == "del" else self._removed - address if op == "add" else self._removed
        if op == "set" and not {"iface", "sock"} & keys.keys():
            self.settings[keys.get("name", "")] = keys.get("value", "")

    def _may_say(self, frame: Frame) -> bool:
        return frame.incoming or self.fake.is_wrong or (frame["spa"] if frame.is_arp else frame["src"]) not in self._removed

    def reset(self) -> None:
        self.settings.clear()
        self.memory.clear()
        self.counts.clear()
        self.events.clear()
        self._removed.clear()
        self._later.clear()

    @property
    def forwards(self) -> bool:
        """Whether the host has been told to be a router."""
        return self.settings.get("forwarding") == "1"

    def sees(self, fake: Fake, where: str) -> bool:
        """Whether what passes there is any business of this one's: the IUT may have the other role."""
        return where in fake.where and fake.role != ("host" if self.forwards else "router")

    def passes_on(self, frame: Frame) -> bool:
        """Whether what leaves is another's, whom the IUT is a router for."""
        return self.forwards and not is_own(frame["src"])

    def passes(self, what: Passing, where: str) -> list[Any]:
        """What passes in place of this."""
        if not self.sees(self.fake, where):
            return [what]
        waiting = len(self._later)
        try:
            given = self.fake.act(what, self)
        except UpperError:
            self.changed += 1
            raise
        found = [] if given is None else [given] if isinstance(given, Frame | Event | Call) else list(given)
        self.delays |= where == SENT and len(self._later) > waiting
        self.changed += found != [what]
        return [passed for passed in found if passed is what or not isinstance(passed, Frame) or self._may_say(passed)]


FAKES: dict[str, Fake] = {}


Where = str | tuple[str, ...]
Register = Callable[[Callable[..., Passed]], Fake]


def wrong(rules: str | tuple[str, ...], words: str, where: Where = SENT, profile: str = "modern", role: str = "") -> Register:
    """A stack that breaks a rule; `rules` are requirements, of which the first is meant most, and hold in the profile."""
    return _registered((rules,) if isinstance(rules, str) else rules, "", words, where, profile, role)


def right(allowed: str, words: str, where: Where = SENT, profile: str = "modern", role: str = "") -> Register:
    """A stack that is unusual, and that an RFC allows to be so."""
    return _registered((), allowed, words, where, profile, role)


def _registered(rules: tuple[str, ...], allowed: str, words: str, where: Where, profile: str, role: str) -> Register:
    places = (where,) if isinstance(where, str) else where
    assert set(places) <= set(WHERE), places

    def register(function: Callable[..., Passed]) -> Fake:
        takes_world = len(inspect.signature(function).parameters) == 2

        def act(what: Any, world: World) -> Passed:
            return function(what, world) if takes_world else function(what)

        name = getattr(function, "__name__", "")
        assert name not in FAKES, f"two fakes are called {name}"
        FAKES[name] = Fake(name, words, rules, allowed, places, act, function.__module__.rpartition(".")[2], profile, role)
        return FAKES[name]

    return register


# What fakes are made of


def edit(frame: Frame, **changes: Any) -> Frame:
    """With some fields changed (a value, or a function of the old one) and all that follows from them repaired; a derived field that
    is named stays as it is given."""
    return replace(frame, octets=wire.edit(frame.octets, **changes))


def raw(frame: Frame, at: int, octets: bytes) -> Frame:
    """With these octets in place of those that begin at `at`, and nothing repaired."""
    return replace(frame, octets=frame.octets[:at] + octets + frame.octets[at + len(octets) :])


def first_octet(frame: Frame, version: int, ihl: int) -> Frame:
    """A packet whose version or header length let nobody read on, with others, and its checksum repaired."""
    return edit(raw(frame, wire.ETHER_LEN, bytes([version << 4 | ihl])))


def addressed(frame: Frame, dst: str | None = None, src: str | None = None) -> Frame:
    """With other MACs."""
    new = wire.mac_octets(dst or wire.mac_text(frame.octets[:6])) + wire.mac_octets(src or wire.mac_text(frame.octets[6:12]))
    return raw(frame, 0, new)


def patch(octets: bytes, at: int, new: bytes) -> bytes:
    return octets[:at] + new + octets[at + len(new) :]


def requote(frame: Frame, change: Callable[[bytes], bytes]) -> Frame:
    """An error whose quote is another."""
    return edit(frame, quoted=change(frame["quoted"]))


def back(frame: Frame) -> Fields:
    """The addresses of a packet that answers this one, from the IUT's own."""
    return {"eth_dst": frame["eth_src"], "eth_src": frame.lab.iut_mac, "src": frame.lab.iut, "dst": frame["src"]}


def error(frame: Frame, type_: int, code: int = 0, **fields: Any) -> Frame:
    """An ICMP error of the IUT about a frame that came in."""
    quoted = frame.packet[: min(frame["ihl"] * 4 + 8, frame["length"])]
    said: Fields = back(frame) | {"protocol": wire.ICMP, "type": type_, "code": code, "quoted": quoted}
    return Frame(frame.iface, wire.build(said | ({"pointer": 0} if type_ == 12 else {}) | fields))


def made(iface: int, **fields: Any) -> Frame:
    """A frame of the IUT's own, to the lower tester unless said otherwise."""
    lab = INTERFACES[iface]
    own: Fields = {"eth_dst": lab.lt_mac, "eth_src": lab.iut_mac, "src": lab.iut, "dst": lab.lt}
    return Frame(iface, wire.build(own | fields))


def arp(iface: int, **fields: Any) -> Frame:
    """An ARP packet of the IUT's own: a request for the lower tester's address unless said otherwise."""
    lab = INTERFACES[iface]
    own: Fields = {
        "eth_dst": wire.BROADCAST_MAC, "eth_src": lab.iut_mac, "eth_type": wire.TYPE_ARP, "htype": 1, "ptype": wire.TYPE_IP, "hlen": 6,
        "plen": 4, "op": 1, "sha": lab.iut_mac, "spa": lab.iut, "tha": "00:00:00:00:00:00", "tpa": lab.lt,
    }  # fmt: skip
    return Frame(iface, wire.build(own | fields))


def is_group(address: str | None) -> bool:
    """A broadcast of the lab's networks, or a group."""
    return bool(address) and (is_broadcast(address) or 224 <= int(str(address).split(".")[0]) <= 239)


def is_broadcast(address: str | None) -> bool:
    """All hosts of one of the lab's networks, or everywhere."""
    return address in {"255.255.255.255", *(lab.broadcast for lab in INTERFACES)}


def is_near(frame: Frame, address: str | None) -> bool:
    """On the network of the frame's interface."""
    return bool(address) and frame.lab.is_near(str(address))


def is_own(address: str | None) -> bool:
    return address in {lab.iut for lab in INTERFACES}


def bad_option(frame: Frame) -> bool:
    """Has the packet an option whose length or pointer cannot be?"""
    found, rest = wire.split_options(frame["options"] or b"")
    least = {7: 4, 131: 4, 137: 4, 68: 5}  # of the pointer, which is the third octet
    odd = [option for option in found if option[0] in least and (len(option) < 3 or option[2] < least[option[0]])]
    return bool(odd) or (bool(rest) and rest[0] != wire.OPTION_END)


def other_address(frame: Frame) -> str:
    """This host's, of the interface that the frame does not pass."""
    return INTERFACES[frame.iface == 0].iut


def as_from(frame: Frame, world: World, source: str) -> Passed:
    """An echo request from there gets its answer."""
    if frame.incoming:
        world.memory["from"] = frame.kind == "echo-request" and frame["src"] == source
        return edit(frame, src=frame.lab.lt) if world.memory["from"] else frame
    return edit(frame, dst=source) if frame.kind == "echo-reply" and world.memory.get("from") else frame


@dataclass
class Pieces:
    """What a fake knows of a datagram that comes in fragments."""

    first: Frame
    seen: list[tuple[int, int]] = field(default_factory=list)  # from octet to octet, in the order of their coming
    refused: bool = False
    end: int | None = None  # where the last one ends, if it came

    @property
    def whole(self) -> bool:
        """Are all octets there?"""
        at = 0
        for begin, end in sorted(self.seen):
            at = max(at, end) if begin <= at else at
        return self.end is not None and at >= self.end


def pieces(frame: Frame, world: World) -> Pieces:
    """Of this fragment's datagram, with the fragment itself noted last."""
    found: Pieces = world.memory.setdefault(("pieces", frame.key), Pieces(frame))
    found.seen.append((frame["offset"], frame["offset"] + len(frame["payload"])))
    found.end = found.end if frame["mf"] else found.seen[-1][1]
    return found


def fragmented(frame: Frame, mtu: int, sizes: Callable[[int, int], list[int]] | None = None) -> list[Frame]:
    """A packet as fragments of at most `mtu` octets; `sizes` of what and by how much says how much each takes. The packet may be a
    fragment itself."""
    header, payload = frame["ihl"] * 4, frame["payload"]
    room = (mtu - header) // 8 * 8
    if header + len(payload) <= mtu and sizes is None:
        return [frame]
    found: list[Frame] = []
    at, copied = 0, b"".join(option for option in wire.split_options(frame["options"])[0] if option[0] & 0x80)
    for size in sizes(len(payload), room) if sizes else [room] * -(-len(payload) // room):
        piece = payload[at : at + size]
        more = int(at + size < len(payload)) or frame["mf"]
        options = copied if at else frame["options"]
        found.append(edit(frame, options=options, payload=piece, offset=frame["offset"] + at, mf=more, padding=b""))
        at += size
    return found
