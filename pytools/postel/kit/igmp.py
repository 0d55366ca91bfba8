# SPDX-License-Identifier: BSD-2-Clause
"""IGMP, versions 1 to 3: queries and reports to send, and what an IUT's reports say.

Scapy's layers of IGMP repair too much (time to live, destination and options, of a query also its type) to hold one fault, so that
messages are built from fields as all else is."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from postel.kit import wire
from postel.kit.arp import PEER
from postel.kit.packets import Stimulus
from postel.kit.wire import LEAVE, QUERY, REPORT_1, REPORT_2, REPORT_3, Fields, records

NOBODY = "0.0.0.0"
GROUP, OTHER_GROUP = "233.252.0.1", "233.252.0.2"
ALL_HOSTS, ALL_ROUTERS, ALL_REPORTS = "224.0.0.1", "224.0.0.2", "224.0.0.22"
ALERT = bytes([148, 4, 0, 0])  # the option Router Alert (RFC 2113)
CONTROL = 0xC0  # the precedence Internetwork Control
KINDS = ("is in", "is ex", "to in", "to ex", "allow", "block")  # of records, from 1 on
REPORT, GONE = "report", "leave"  # what versions 1 and 2 say
TENTHS = 10  # of a second, in Max Resp Code


def group_mac(group: str) -> str:
    """RFC 1112 6.4."""
    low = wire.address_octets(group)
    return wire.mac_text(b"\x01\x00\x5e" + bytes([low[1] & 0x7F]) + low[2:])


def igmp(type_: int, dst: str, *, code: int = 0, group: str = NOBODY, rest: bytes = b"", **header: Any) -> Stimulus:
    """A message of IGMP; `header` are fields of wire.parse()."""
    fields: dict[str, Any] = {"protocol": wire.IGMP, "ttl": 1, "dst": dst, "igmp_type": type_, "igmp_code": code, "igmp_group": group, "igmp_rest": rest}
    to = {"eth_dst": group_mac(dst)} if 224 <= int(dst.split(".")[0]) <= 239 else {}
    return Stimulus(fields, to | header)


def query(version: int = 3, group: str = NOBODY, sources: Sequence[str] = (), *, within: float = 1.0, code: int | None = None, dst: str = "",
          flags: int = 2, interval: int = 125, more: bytes = b"", **header: Any) -> Stimulus:  # fmt: skip
    """A query to be answered `within` so many seconds (or by the octet that says so); that of version 1 has no time. `flags` are the octet
    of the reserved bits, of S, and of the querier's robustness."""
    code = code if code is not None else round(within * TENTHS) if version > 1 else 0
    rest = struct.pack(">BBH", flags, interval, len(sources)) + b"".join(map(wire.address_octets, sources)) if version > 2 else b""
    usual: dict[str, Any] = ({"options": ALERT} if version > 1 else {}) | ({"tos": CONTROL} if version > 2 else {})
    to = dst or (ALL_HOSTS if group == NOBODY else group)
    return igmp(QUERY, to, code=code, group=group, rest=rest + more, **(usual | header))


def neighbours_report(group: str, version: int = 2, *, dst: str = "", **header: Any) -> Stimulus:
    """Another host is in the group, it says."""
    usual: dict[str, Any] = {"src": PEER} | ({"options": ALERT} if version > 1 else {})
    if version > 2:
        rest = struct.pack(">BBH", 2, 0, 0) + wire.address_octets(group)
        return igmp(REPORT_3, dst or ALL_REPORTS, group="0.0.0.1", rest=rest, **(usual | header))
    return igmp(REPORT_2 if version > 1 else REPORT_1, dst or group, group=group, **(usual | header))


def cut_to(stimulus: Stimulus, size: int, more: bytes = b"") -> Stimulus:
    """The first octets of a message, with a checksum that is right for so many, and more octets behind it that do not count in it."""
    message: bytes = wire.parse_packet(wire.build_packet({"src": NOBODY, **dict(stimulus.packet)}))["payload"][:size]
    message = message[:2] + bytes(2) + message[4:]
    payload = message[:2] + wire.checksum(message).to_bytes(2, "big") + message[4:] + more
    fields = {name: value for name, value in dict(stimulus.packet).items() if not name.startswith("igmp")}
    return Stimulus(fields | {"payload": payload}, stimulus.changes)


@dataclass(frozen=True)
class Said:
    """What an IUT has said of a group: by a report of version 1 or 2, a leave, or a record of version 3, with its sources."""

    kind: str
    group: str
    sources: tuple[str, ...]
    version: int
    at: float  # seconds since it was first looked for
    fields: Fields

    @property
    def words(self) -> str:
        """For people, and to be compared: the kind, and sources in order."""
        return " ".join([self.kind, *self.sources])


def said(fields: Fields, at: float = 0.0) -> Iterator[Said]:
    """What a message says, of each of its groups."""
    type_ = fields.get("igmp_type")
    if type_ in (REPORT_1, REPORT_2, LEAVE):
        version = 1 if type_ == REPORT_1 else 2
        yield Said(GONE if type_ == LEAVE else REPORT, str(fields["igmp_group"]), (), version, at, fields)
    if type_ == REPORT_3:
        for kind, _, group, sources, _ in records(fields["payload"]):
            name = KINDS[kind - 1] if 1 <= kind <= len(KINDS) else f"record of type {kind}"
            yield Said(name, group, tuple(sorted(sources, key=wire.address_octets)), 3, at, fields)


def record(kind: int, group: str, *sources: str) -> bytes:
    """One of a report of version 3, for violators."""
    return struct.pack(">BBH", kind, 0, len(sources)) + wire.address_octets(group) + b"".join(map(wire.address_octets, sources))


__all__ = [
    "ALERT", "ALL_HOSTS", "ALL_REPORTS", "ALL_ROUTERS", "CONTROL", "GROUP", "OTHER_GROUP", "Said", "cut_to", "group_mac", "igmp", "neighbours_report", "query", "record",
    "records", "said",
]  # fmt: skip
