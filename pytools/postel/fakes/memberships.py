# SPDX-License-Identifier: BSD-2-Clause
"""What fakes of groups need: messages of IGMP taken apart and put together, and what the IUT's users have asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from postel.fakes.engine import Call, Frame, World, edit
from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.igmp import ALL_HOSTS, ALL_REPORTS, ALL_ROUTERS, group_mac
from postel.kit.wire import LEAVE, QUERY, REPORT_1, REPORT_2, REPORT_3
from postel.lab.addresses import INTERFACES

IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = range(1, 7)
CURRENT = (IS_IN, IS_EX)
NONE: tuple[str, ...] = ()
ALERT = b"\x94\4\0\0"


@dataclass(frozen=True)
class Record:
    kind: int
    group: str
    sources: tuple[str, ...] = NONE
    words: bytes = b""  # of auxiliary data

    @property
    def octets(self) -> bytes:
        head = bytes([self.kind, len(self.words) // 4]) + len(self.sources).to_bytes(2, "big")
        return head + wire.address_octets(self.group) + b"".join(map(wire.address_octets, self.sources)) + self.words


def is_igmp(frame: Frame, *types: int) -> bool:
    return "igmp_type" in frame.fields and (not types or frame["igmp_type"] in types)


def is_query(frame: Frame) -> bool:
    return frame.incoming and is_igmp(frame, QUERY)


def version(query: Frame) -> int:
    """Of a query that can be read."""
    return 3 if len(query["payload"]) >= 12 else 2 if query["igmp_code"] else 1


def about(query: Frame) -> tuple[str, tuple[str, ...]]:
    """The group ("0.0.0.0": all) and the sources that a query is for."""
    octets, count = query["igmp_rest"], int.from_bytes(query["igmp_rest"][2:4], "big")
    return query["igmp_group"], tuple(wire.address_text(octets[at : at + 4]) for at in range(4, 4 + 4 * count, 4) if len(octets) >= at + 4)


def seconds(query: Frame) -> float:
    """Within which it is to be answered."""
    code = query["igmp_code"]
    if version(query) == 1:
        return 10.0
    return float(code if code < 128 or version(query) == 2 else (code & 15 | 16) << (code >> 4 & 7) + 3) / 10


def records(frame: Frame) -> list[Record]:
    """Of a report of version 3, none of any other frame."""
    found = wire.records(frame["payload"]) if is_igmp(frame, REPORT_3) else ()
    return [Record(kind, group, tuple(sources)) for kind, _, group, sources, _ in found]


def kinds(frame: Frame) -> set[int]:
    return {record.kind for record in records(frame)}


def with_records(frame: Frame, found: Iterable[Record]) -> Frame:
    """A report of version 3 with other records, as it is if they are the same."""
    found = list(found)
    if found == records(frame):
        return frame
    count = wire.address_text(bytes(2) + len(found).to_bytes(2, "big"))
    return edit(frame, igmp_group=count, igmp_rest=b"".join(record.octets for record in found))


def changed(frame: Frame, change: Callable[[Record], Record | None]) -> Frame | None:
    """With each record changed or left out; None when none is left."""
    before = records(frame)
    after = [new for record in before if (new := change(record))]
    return with_records(frame, after) if after or not before else None


def to_group(frame: Frame, group: str) -> Frame:
    return edit(frame, dst=group, eth_dst=group_mac(group))


def message(iface: int, dst: str, type_: int, group: str, rest: bytes = b"", **fields: Any) -> Frame:
    """A message of the IUT's."""
    lab = INTERFACES[iface]
    own = {"eth_dst": group_mac(dst), "eth_src": lab.iut_mac, "src": lab.iut, "dst": dst, "ttl": 1, "protocol": wire.IGMP}
    alert = {} if type_ == REPORT_1 else {"options": ALERT}
    return Frame(iface, wire.build(own | alert | {"igmp_type": type_, "igmp_code": 0, "igmp_group": group, "igmp_rest": rest} | fields))


def report(iface: int, group: str, of_version: int = 2) -> Frame:
    """One of an older version."""
    return message(iface, group, REPORT_1 if of_version == 1 else REPORT_2, group)


def leave(iface: int, group: str) -> Frame:
    return message(iface, ALL_ROUTERS, LEAVE, group)


def report_3(iface: int, *found: Record) -> Frame:
    return message(iface, ALL_REPORTS, REPORT_3, f"0.0.0.{len(found)}", b"".join(record.octets for record in found), tos=0xC0)


def is_group_data(frame: Frame) -> bool:
    """UDP to a group that has to be joined."""
    return frame.is_udp and is_class_d(frame["dst"]) and frame["dst"] != ALL_HOSTS


def is_class_d(address: str | None) -> bool:
    return bool(address) and 224 <= int(str(address).split(".")[0]) <= 239


def is_to_group(event: Event) -> bool:
    return event.name == "udp.recv" and is_class_d(event.keys.get("dst"))


# What the users want

Filter = tuple[str, tuple[str, ...]]  # "include" or "exclude", and sources
Wanted = dict[tuple[str, int, str], Filter]  # by socket, interface and group


def wanted(world: World) -> Wanted:
    found: Wanted = world.memory.setdefault("wanted", {})
    return found


def asked(call: Call) -> tuple[tuple[str, int, str], Filter] | None:
    """Whose filter of which group a call changes, and to what: ("include", ()) for who leaves."""
    keys = call.keys
    at = keys.get("sock", ""), int(keys.get("iface", "0")), keys.get("addr", "")
    if call.op in ("add", "del") and keys.get("kind") == "group":
        return at, ("exclude" if call.op == "add" else "include", NONE)
    if call.op == "set" and keys.get("name") == "group-filter":
        mode, *sources = keys["value"].split(",")
        return at, (mode, tuple(sources))
    return None


def note(call: Call, world: World) -> tuple[tuple[str, int, str], Filter] | None:
    """Keeps what a call asks for; the same as asked()."""
    found = asked(call)
    if found:
        wanted(world)[found[0]] = found[1]
        if found[1] == ("include", NONE):
            del wanted(world)[found[0]]
    if call.op == "udp.close":
        for key in [key for key in wanted(world) if key[0] == call.keys.get("sock")]:
            del wanted(world)[key]
    return found


def members(world: World, iface: int) -> list[str]:
    """The groups that somebody has joined there."""
    return sorted({group for _, on, group in wanted(world) if on == iface})


def filters(world: World, iface: int, group: str) -> list[Filter]:
    """Of all sockets, in the order in which they came."""
    return [each for (_, on, of), each in wanted(world).items() if (on, of) == (iface, group)]


def wants(filter_: Filter, source: str) -> bool:
    mode, sources = filter_
    return (source in sources) == (mode == "include")


def by(frame: Frame, iface: int) -> Frame:
    """Passing another interface."""
    return replace(frame, iface=iface)


__all__ = [
    "ALERT", "ALLOW", "ALL_HOSTS", "ALL_REPORTS", "ALL_ROUTERS", "BLOCK", "CURRENT", "IS_EX", "IS_IN", "LEAVE", "NONE", "QUERY", "REPORT_1", "REPORT_2", "REPORT_3", "TO_EX", "TO_IN",
    "Filter", "Record", "about", "asked", "by", "changed", "filters", "group_mac", "is_class_d", "is_group_data", "is_igmp", "is_query", "is_to_group", "kinds", "leave",
    "members", "message", "note", "records", "report", "report_3", "seconds", "to_group", "version", "wanted", "wants", "with_records",
]  # fmt: skip
