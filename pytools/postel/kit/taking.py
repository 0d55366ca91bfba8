# SPDX-License-Identifier: BSD-2-Clause
"""What the lower tester has gathered, by its kind. An answer that no packet of the IUT's link carries is put together from the fragments
in which it came (RFC 791 3.2); what is sent in fragments though there was room for it is left as it is."""

from collections.abc import Callable
from typing import NoReturn

from postel.iut.iut import LONGEST
from postel.iut.traits import USUAL_MTU
from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.seen import datagram_of
from postel.kit.wire import Fields


class Taking:
    """The lower tester is one; what it has beside this is declared here."""

    mtu: int
    sent_all: list[bytes]
    unasked: list[Fields]
    _events: list[Event]
    _inbox: list[Fields]

    # What is the lower tester's

    def settle(self, *, probe_anyway: bool = False, wanted: Callable[[Fields], bool] | None = None) -> None: ...
    def not_applicable(self, why: str) -> NoReturn: ...  # type: ignore[empty-body]
    def _drain(self) -> None: ...

    # What a case says

    def heard(self, kind: str) -> bool:
        """Whether such a frame waits for a step that expects it."""
        self.settle()
        return any(fields["kind"] == kind for fields in self._inbox)

    def take(self, kind: str, on: int | None = None) -> list[Fields]:
        """All of a kind (by one interface) that is there already, without a fence."""
        self._drain()
        found = [f for f in self._inbox if f["kind"] == kind and on in (None, f["iface"])]
        self._inbox = [f for f in self._inbox if f not in found]
        return found

    def gives_back(self, frames: list[Fields]) -> None:
        """What was taken and is for a later step."""
        self._inbox += frames

    def forget(self) -> None:
        """Drops what has been gathered."""
        self._inbox.clear()
        self.unasked.clear()
        self._events.clear()

    def crossing(self) -> list[Fields]:
        """What the IUT has passed on as a router, by whichever interface, and no step has asked for."""
        self.settle(probe_anyway=True)
        return [fields for fields in self._inbox if fields["passed"]]

    def leftovers(self) -> list[Fields]:
        """What the IUT sent and no step of the case asked for."""
        self.settle()
        return self._relevant()

    # How it works

    def _relevant(self) -> list[Fields]:
        """Frames that matter to a step which did not ask for ARP or IGMP."""
        return [f for f in self._inbox if matters(f)]

    def _of_kind(self, kind: str, on: int) -> list[Fields]:
        """What is there of it, also of what no packet of the IUT's link carries and has therefore come in fragments."""
        if not any(f["kind"] == kind and f["iface"] == on for f in self._inbox):
            self._inbox = together(self._inbox, self.mtu)
        return [f for f in self._inbox if f["kind"] == kind and f["iface"] == on]

    def _fits(self) -> None:
        """No answer is due to a packet that the IUT's link cannot carry."""
        longest = max((len(packet) for packet in self.sent_all), default=0)
        if self.mtu < longest <= USUAL_MTU:
            self.not_applicable(f"a packet of {longest} octets: the IUT's link carries {self.mtu}")


def matters(fields: Fields) -> bool:
    return not fields["kind"].startswith("arp") and fields["kind"] != "igmp"


def together(frames: list[Fields], mtu: int) -> list[Fields]:
    """With each such datagram that is whole in the place of its first fragment to come."""
    pieces: dict[tuple[object, ...], list[Fields]] = {}
    for fields in frames:
        if fields["kind"] == "fragment":
            pieces.setdefault(datagram_of(fields), []).append(fields)
    made = {of: whole for of, each in pieces.items() if (whole := _whole(each)) and whole["length"] > mtu}
    found: list[Fields] = []
    for fields in frames:
        of = datagram_of(fields) if fields["kind"] == "fragment" else None
        if of not in made:
            found.append(fields)
        elif fields is pieces[of][0]:
            found.append(made[of])
    return found


def _whole(pieces: list[Fields]) -> Fields | None:
    """None where something is missing or comes twice, or where it is more than a datagram holds."""
    ordered = sorted(pieces, key=lambda each: int(each["offset"]))
    data = b""
    for piece in ordered:
        if piece["offset"] != len(data) or not (piece["mf"] or piece is ordered[-1]):
            return None
        data += piece["payload"]
    if ordered[-1]["mf"] or ordered[0]["ihl"] * 4 + len(data) > LONGEST:
        return None
    fields = wire.parse(wire.edit(ordered[0]["frame"], payload=data, mf=0, padding=b""))
    return fields | {name: pieces[0][name] for name in ("iface", "frame_number")}
