# SPDX-License-Identifier: BSD-2-Clause
"""An IUT that is a router of IGMP (RFC 3376 6, RFC 2236 3): what it asks, what members and other routers tell it, and what it then knows.

    querier(lt, version=3)                    # it asks on the first link, and has asked for the first time
    reports(lt, "is in", A, B)                # a member of version 3 says so
    lt.check("what is known", known(lt), f"include {A}:260 {B}:260")
    it_asks(lt, f"sources {A}")                  # the next specific query"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from postel.kit import wire
from postel.kit.groups import AT_ONCE, BUSY, LATE, LEAST, LOOKS, passes, usual_robustness
from postel.kit.igmp import ALERT, ALL_REPORTS, ALL_ROUTERS, GROUP, KINDS, NOBODY, Said, igmp, neighbours_report, query, record, said
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus
from postel.kit.wire import LEAVE, QUERY, REPORT_3, Fields
from postel.lab.addresses import LEFT

LOWER, HIGHER = LEFT.lt, LEFT.host(10)  # other routers: the one whose address is below the IUT's wins
MEMBER = LEFT.host(11)
STARTED = 32.0  # seconds after which the second query of the beginning has been sent


@dataclass(frozen=True)
class Asks:
    """A query of the IUT's."""

    version: int
    group: str
    sources: tuple[str, ...]
    suppress: bool
    robustness: int
    interval: int  # as the octet says
    code: int
    fields: Fields

    @property
    def words(self) -> str:
        """`all`, `group`, or `sources A B`, with `S` before it where that flag is set."""
        what = "all" if self.group == NOBODY else " ".join(["sources", *self.sources]) if self.sources else "group"
        return ("S " if self.suppress else "") + what


def asked_by(fields: Fields) -> Iterator[Asks]:
    """What a message asks, if it is a query."""
    if fields.get("igmp_type") != QUERY:
        return
    message: bytes = fields["payload"]
    group, code = str(fields["igmp_group"]), message[1]
    if len(message) < 12:
        yield Asks(2 if code else 1, group, (), False, 0, 0, code, fields)
        return
    octets = [message[at : at + 4] for at in range(12, 12 + 4 * struct.unpack(">H", message[10:12])[0], 4)]
    sources = tuple(".".join(map(str, each)) for each in sorted(octets))
    yield Asks(3, group, sources, bool(message[8] & 8), message[8] & 7, message[9], code, fields)


def queries(lt: LowerTester, seconds: float, *, general: bool = False, group: str = "", on: int = 0, enough: int = 0) -> list[Asks]:
    """The specific queries (of a group), or the general ones, that come by an interface within so many seconds, or until there are enough."""
    lt.settle()
    begun, found = lt.now(), list[Asks]()
    while True:
        frames = lt.take("igmp", on)
        for number, fields in enumerate(frames, 1):
            found += [each for each in asked_by(fields) if (each.group == NOBODY) == general and group in ("", each.group)]
            if enough and len(found) >= enough:
                lt.gives_back(frames[number:])
                return found
        gone = lt.now() - begun
        if gone > seconds - LEAST / 2:
            return found
        passes(lt, min(max(seconds / LOOKS, LEAST), max(seconds - gone, LEAST)))


def it_asks(lt: LowerTester, words: str, within: float = AT_ONCE, *, version: int = 0, group: str = "", on: int = 0) -> Asks:
    """The next query (all in general, or specific) is such a one, and comes within so many seconds."""
    found = queries(lt, within + (LATE if lt.virtual else BUSY), general=words == "all", group=group, on=on, enough=1)
    if not found:
        lt.lacks(*["is-querier"] if words == "all" else ["asks-groups", *lt.taken(on)])
        lt.fail(f"a query of {words} within {within:g} s", "none")
    lt.shown = int(found[0].fields["frame_number"])
    lt.check("query", found[0].words, words)
    if version:
        lt.check("version of the query", found[0].version, version)
    return found[0]


def it_asks_nothing(lt: LowerTester, seconds: float, after: str, *, general: bool = False, on: int = 0) -> None:
    """No query of this kind comes for so long."""
    for each in queries(lt, seconds, general=general, on=on, enough=1):
        lt.fail(f"no query of {each.words} after {after}", wire.summary(each.fields), int(each.fields["frame_number"]))


def querier(lt: LowerTester, version: int = 3, *, on: int = 0, robustness: int = 2, begun: bool = True) -> None:
    """The IUT is a router of this version of IGMP on a link, alone so far; by default the queries of its beginning are past."""
    usual_robustness(lt, robustness, on)
    if version != 3 or lt.ut and "igmp-version" in lt.ut.caps:
        lt.set("igmp-version", version, iface=on)
    lt.set("igmp-querier", 1, iface=on)
    if begun:
        it_asks(lt, "all", on=on)


def tells_routers(lt: LowerTester, stimulus: Stimulus, on: int = 0) -> None:
    """Sends what only they hear who take options, and packets to the groups that routers are in."""
    lt.stands_on("takes-groups", "takes-options")
    lt.send(stimulus, on=on)


def reports(lt: LowerTester, kind: str, *sources: str, group: str = GROUP, src: str = MEMBER, on: int = 0, more: bytes = b"", **header: Any) -> None:
    """A member says something in version 3: `is in`, `to ex`, ..., with octets behind its record."""
    rest = record(KINDS.index(kind) + 1, group, *sources)
    keys: dict[str, Any] = {"src": src, "options": ALERT}
    tells_routers(lt, igmp(REPORT_3, ALL_REPORTS, group="0.0.0.1", rest=rest + more, **keys | header), on)


def reports_older(lt: LowerTester, version: int, group: str = GROUP, *, on: int = 0, src: str = MEMBER) -> None:
    tells_routers(lt, neighbours_report(group, version, src=src), on)


def leaves_group(lt: LowerTester, group: str = GROUP, *, dst: str = ALL_ROUTERS) -> None:
    """A member of version 2 leaves."""
    tells_routers(lt, igmp(LEAVE, dst, group=group, src=MEMBER, options=ALERT))


def other_asks(lt: LowerTester, src: str = LOWER, version: int = 3, group: str = NOBODY, sources: tuple[str, ...] = (), **how: Any) -> None:
    """Another router asks."""
    keys: dict[str, Any] = {"src": src, "within": 10.0 if group == NOBODY else 1.0}
    tells_routers(lt, query(version, group, sources, **keys | how))


def known(lt: LowerTester, group: str = GROUP, *, on: int = 0, times: bool = True) -> str:
    """What the IUT knows of a group on a link: `nothing`, or the mode with its seconds, who is wanted with theirs, and who is not."""
    for row in lt.listed("membership", on):
        if row["addr"] != group or row["iface"] != on:
            continue
        sources, left = str(row["sources"]).split(","), str(row["left"]).split(",")
        wanted = [f"{addr}:{seconds}" if times else addr for addr, seconds in sorted(zip(sources, left, strict=True), key=_order) if addr]
        refused = sorted((addr for addr in str(row["refused"]).split(",") if addr), key=wire.address_octets)
        mode = f"exclude {row['seconds']}" if times and row["mode"] == "exclude" else str(row["mode"])
        return " ".join([mode, *wanted, *(["not", *refused] if refused else [])])
    return "nothing"


def _order(pair: tuple[str, str]) -> bytes:
    return wire.address_octets(pair[0]) if pair[0] else b""


def reported_by_itself(lt: LowerTester, group: str) -> list[Said]:
    """What the IUT has said of a group that no case joins, since somebody looked last."""
    lt.settle()
    found = [each for fields in lt.unasked for each in said(fields) if each.group == group]
    lt.unasked.clear()
    return found


def oldest(lt: LowerTester, group: str = GROUP, *, on: int = 0) -> int:
    """The version of the oldest member that the IUT knows in a group; 0: it knows none."""
    return next((int(row["version"]) for row in lt.listed("membership", on) if row["addr"] == group), 0)
