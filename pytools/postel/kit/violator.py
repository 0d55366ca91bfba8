# SPDX-License-Identifier: BSD-2-Clause
"""Violators: an IUT that does one thing wrong, made of one that does not by changing, losing or making one answer.

Every pair of case and requirement has one: run with it, the case must fail while the control probes pass. It leaves control
probes, twins and the address resolution of the lower tester's own traffic alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.arp import PEER
from postel.kit.expect import in_words
from postel.kit.unasked import of_a_claim
from postel.lab.addresses import INTERFACES, LEFT, Interface


@dataclass(frozen=True)
class Violator:
    """What is done wrong, to which kind of frame (wire.parse()) or event of the upper tester."""

    action: str  # changes, drops, answers, adds, passes, alters, loses, delivers, accepts, keeps, replies, ignores
    kind: str  # of a claim (RFC 5227): probe or announcement
    fields: dict[str, Any] = field(default_factory=dict)
    nth: int = 0  # which frame or event of the kind, counted from 0
    where: Mapping[str, Any] = field(default_factory=dict)  # only those that have these values
    every: bool = False  # and all that come after it

    def words(self) -> str:
        said = ", ".join(f"{name}={_said(value)}" for name, value in self.fields.items())
        what = f"by interface {self.kind}" if self.action == "passes" else self.kind
        return f"{self.action}({what}{', ' + said if said else ''})"


def _said(value: Any) -> str:
    if value is AS_FIRST:
        return "that of the first"
    return str(value.__doc__ or "another") if callable(value) else in_words(value)


def changes(kind: str, *, nth: int = 0, where: Mapping[str, Any] | None = None, every: bool = False, **fields: Any) -> Violator:
    """One frame, or every one from there on, leaves with other fields (a value, or a function of the right one); the rest is
    repaired."""
    return Violator("changes", kind, fields, nth, where or {}, every)


def drops(kind: str, *, nth: int = 0, where: Mapping[str, Any] | None = None, every: bool = False) -> Violator:
    """One frame, or every one from there on, does not leave."""
    return Violator("drops", kind, {}, nth, where or {}, every)


def answers(kind: str, *, nth: int = 0, every: bool = False, where: Mapping[str, Any] | None = None, **fields: Any) -> Violator:
    """A stimulus (with these values) that meets silence, or every one from there on, is answered after all."""
    return Violator("answers", kind, fields, nth, where or {}, every)


def adds(kind: str, *, to: str, nth: int = 0, every: bool = False, **fields: Any) -> Violator:
    """A stimulus that is answered, by a frame of the kind `to`, or every one from there on, is answered once more."""
    return Violator("adds", kind, fields, nth, {"kind": to}, every)


def passes(*, on: int = 1, nth: int = 0, every: bool = False, where: Mapping[str, Any] | None = None, **fields: Any) -> Violator:
    """A stimulus (with these values) that a router should keep, or every one from there on, leaves by the interface `on` after all, its time
    to live less by one."""
    return Violator("passes", str(on), fields, nth, where or {}, every)


def alters(name: str, *, nth: int = 0, **keys: Any) -> Violator:
    """One event of the upper tester has other values; octets are given as bytes."""
    return Violator("alters", name, keys, nth)


def loses(name: str, *, nth: int = 0) -> Violator:
    """One event of the upper tester does not happen."""
    return Violator("loses", name, {}, nth)


def delivers(name: str, *, nth: int = 0, **keys: Any) -> Violator:
    """An event of the upper tester that should not be happens once."""
    return Violator("delivers", name, keys, nth)


def accepts(op: str, *, nth: int = 0) -> Violator:
    """One operation of the upper tester that should be refused is not."""
    return Violator("accepts", op, {}, nth)


def keeps(op: str) -> Violator:
    """An operation of the upper tester replies each time what it did the first time."""
    return Violator("keeps", op, every=True)


def replies(op: str, *, nth: int = 0, every: bool = False, **keys: Any) -> Violator:
    """One reply to an operation of the upper tester, or every one from there on, has other values."""
    return Violator("replies", op, keys, nth, every=every)


def ignores(op: str, *, nth: int = 0) -> Violator:
    """One operation of the upper tester is answered with ok, and nothing is done."""
    return Violator("ignores", op, {}, nth)


ASKED = {"asked": "by a stimulus"}  # where=: only frames that come when one has been sent
AS_FIRST = object()  # a field's value for changes(): that of the first frame of the kind


class Filter:
    """Stands between the IUT and the lower tester, and violates once."""

    def __init__(self, violator: Violator, iut: str) -> None:
        self.violator, self.iut = violator, iut
        self.done = False
        self._seen = 0
        self._first: wire.Fields = {}
        self._asked = b""  # the last stimulus
        self._stimulus: bytes | None = None  # sent, and met by silence so far
        self._reply: dict[str, str] | None = None  # the first to an operation

    def sent(self, frame: bytes, role: str) -> None:
        if role == "stimulus":
            self._asked = self._stimulus = frame
        if role == "twin":
            self._stimulus = None

    def received(self, frame: bytes, role: str, iface: int = 0) -> list[bytes]:
        """What the lower tester gets to see in place of `frame`; its role is `answer`, `fence`, `twin`, `resolution` or
        `unasked`."""
        fields = wire.parse(frame) | (ASKED if self._asked else {})
        if role == "fence":
            return [*self._made(iface), frame]
        if role == "unasked" and self.violator.kind == of_a_claim(fields) and _has(fields, self.violator.where):
            self._first = self._first or fields
            return self._wrong(frame, fields) if self._turn() else [frame]
        if role in ("twin", "resolution", "unasked"):
            return [frame]
        if self.violator.action == "passes":
            self._stimulus = None if self._is_passed(fields) else self._stimulus
        elif fields["kind"] != "igmp":  # which answers nothing
            self._stimulus = None  # it was answered, or its answer waits for an address
        if self.violator.action == "adds" and _has(fields, self.violator.where) and self._turn():
            return [frame, answer_to(self._asked, self.violator.kind, self.iut, self.violator.fields, INTERFACES[iface])]
        fits = fields["kind"] == self.violator.kind and _has(fields, self.violator.where)
        self._first = self._first or (fields if fits else {})
        if self.violator.action not in ("changes", "drops") or not fits or not self._turn():
            return [frame]
        return self._wrong(frame, fields)

    def _wrong(self, frame: bytes, fields: wire.Fields) -> list[bytes]:
        wrong = {name: self._first[name] if value is AS_FIRST else value for name, value in self.violator.fields.items()}
        if self.violator.action == "adds":
            return [frame, wire.edit(frame, **wrong)]
        return [] if self.violator.action == "drops" else [wire.edit(frame, **wrong)]

    def events(self, events: list[Event]) -> list[Event]:
        """The same for what the upper tester says."""
        kept: list[Event] = []
        for event in events:
            mine = self.violator.action in ("alters", "loses") and event.name == self.violator.kind and self._turn()
            if mine and self.violator.action == "loses":
                continue
            kept.append(Event(event.name, event.keys | self._keys()) if mine else event)
        if self.violator.action == "delivers" and not kept and self._stimulus and self._turn():
            self._stimulus = None
            kept.append(Event(self.violator.kind, self._keys()))
        return kept

    def accepts(self, op: str) -> bool:
        """Is the refusal of this operation kept from the lower tester?"""
        return self.violator.action == "accepts" and op == self.violator.kind and self._turn()

    def ignores(self, op: str) -> bool:
        """Does this operation not reach the IUT?"""
        return self.violator.action == "ignores" and op == self.violator.kind and self._turn()

    def replied(self, op: str, reply: dict[str, str]) -> dict[str, str]:
        """What the lower tester gets to see in place of an operation's reply."""
        if self.violator.action == "replies" and op == self.violator.kind and self._turn():
            return reply | self._keys()
        if self.violator.action != "keeps" or op != self.violator.kind:
            return reply
        self._reply = reply if self._reply is None else self._reply
        return self._reply

    def _turn(self) -> bool:
        self._seen += 1
        if self.done or self._seen <= self.violator.nth:
            return False
        self.done = not self.violator.every
        return True

    def _keys(self) -> dict[str, str]:
        return {k: v.hex() if isinstance(v, bytes) else str(v) for k, v in self.violator.fields.items()}

    def _is_passed(self, fields: wire.Fields) -> bool:
        """Has the last stimulus left already?"""
        asked = wire.parse(self._stimulus or b"")
        return "id" in asked and all(fields.get(name) == asked[name] for name in ("id", "src", "protocol"))

    def _made(self, iface: int) -> list[bytes]:
        if self.violator.action not in ("answers", "passes") or self._stimulus is None or not _has(wire.parse(self._stimulus), self.violator.where):
            return []
        if (self.violator.action == "passes" and iface != int(self.violator.kind)) or not self._turn():
            return []
        stimulus, self._stimulus = self._stimulus, None
        if self.violator.action == "passes":
            return [passed_by(stimulus, INTERFACES[iface], self.violator.fields)]
        return [answer_to(stimulus, self.violator.kind, self.iut, self.violator.fields, INTERFACES[iface])]


def _has(fields: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(fields.get(name) == value for name, value in values.items())


def passed_by(stimulus: bytes, lab: Interface, fields: Mapping[str, Any]) -> bytes:
    """A frame by which a router passes a stimulus on to the lower tester on this link, whatever is wrong with it."""
    packet = stimulus[wire.ETHER_LEN :]
    if len(packet) >= wire.IP_MIN:
        before, after = packet[8:10], bytes([max(packet[8] - 1, 0), packet[9]])
        updated = wire.checksum(bytes(0xFF - octet for octet in packet[10:12] + before) + after)  # RFC 1624: right if it was
        packet = packet[:8] + after + updated.to_bytes(2, "big") + packet[12:]
    frame = wire.mac_octets(lab.lt_mac) + wire.mac_octets(lab.iut_mac) + stimulus[12:14] + packet
    return wire.edit(frame, **fields) if fields else frame


def answer_to(stimulus: bytes, kind: str, iut: str, fields: dict[str, Any], lab: Interface = LEFT) -> bytes:
    """A frame of `kind` by which the IUT answers `stimulus` on this link, right but for the fact that it exists."""
    asked = wire.parse(stimulus)
    back: dict[str, Any] = {"eth_dst": asked["eth_src"], "eth_src": lab.iut_mac}
    if kind in ("arp-request", "arp-reply"):
        arp: dict[str, Any] = {"op": 2, "eth_type": wire.TYPE_ARP, "htype": 1, "ptype": wire.TYPE_IP, "hlen": 6, "plen": 4}
        asker = asked.get("spa", asked.get("src", LEFT.lt))
        arp |= {"sha": back["eth_src"], "spa": iut, "tha": asked["eth_src"], "tpa": asker}
        if kind == "arp-request":
            arp |= {"op": 1, "tha": "00:00:00:00:00:00", "eth_dst": wire.BROADCAST_MAC}
        return wire.build(back | arp | fields)
    own = asked.get("dst") if asked.get("dst") == iut else iut
    back |= {"src": own, "dst": asked.get("src", LEFT.lt), "protocol": wire.ICMP, "code": 0}
    back["type"] = next((t for t, name in wire.ICMP_KINDS.items() if name == kind), None)
    if kind in ("echo-reply", "timestamp-reply", "information-reply", "mask-reply"):
        back |= {"ident": asked.get("ident", 7), "seq": asked.get("seq", 1), "data": asked.get("data", b"postel")}
    if kind in ("unreachable", "source-quench", "time-exceeded", "parameter-problem", "redirect"):
        packet = stimulus[wire.ETHER_LEN :]
        back |= {"quoted": packet[: asked.get("ihl", 5) * 4 + 8]}
    if kind == "parameter-problem":
        back |= {"pointer": 0}
    if kind == "redirect":
        back |= {"gateway": PEER}
    if kind == "igmp":
        del back["type"]
        group = str(fields.get("igmp_group", "233.252.0.1"))
        back |= {"protocol": wire.IGMP, "ttl": 1, "options": bytes([148, 4, 0, 0]), "igmp_type": wire.REPORT_2, "igmp_code": 0, "igmp_group": group}
        low = wire.address_octets(str(fields.get("dst", group)))
        back |= {"igmp_rest": b"", "dst": group, "eth_dst": wire.mac_text(bytes([1, 0, 0x5E, low[1] & 0x7F]) + low[2:])}
        back |= {"tos": 0xC0} if fields.get("igmp_type") == wire.REPORT_3 else {}
    if kind == "udp":
        del back["type"]
        back |= {"protocol": wire.UDP, "sport": asked.get("dport", 9), "dport": asked.get("sport", 40000), "data": b"postel"}
    return wire.build(back | fields)
