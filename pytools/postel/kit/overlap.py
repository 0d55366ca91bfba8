# SPDX-License-Identifier: BSD-2-Clause
"""Which octets win where fragments overlap: what each known policy makes of a few probes, and the name of an IUT's.

The RFCs leave it open: RFC 791's example procedure keeps the later octets, RFC 815 any, RFC 5722 (of IPv6) none. The names and the
first probe are Shankar and Paxson's ("Active Mapping", 2003)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from postel.kit.expect import echo_reply
from postel.kit.lower import LowerTester
from postel.kit.packets import fragments, letters


@dataclass(frozen=True)
class Piece:
    """One fragment in blocks of 8 octets; `end` is the block after its last."""

    text: str
    start: int
    last: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


Wins = Callable[[Piece, Piece], bool]  # does the old piece keep the blocks that the new one has too?

KEEPERS: dict[str, Wins] = {
    "first": lambda old, new: True,
    "last": lambda old, new: False,
    "bsd": lambda old, new: old.start <= new.start,
    "bsd-right": lambda old, new: old.start > new.start,
    "linux-2": lambda old, new: old.start < new.start,
    "windows": lambda old, new: not (new.start < old.start and new.end > old.end),
    "solaris": lambda old, new: not (new.start < old.start and new.end >= old.end),
}
DROPPERS = ("drop", "linux")  # an overlap ends the datagram, but for duplicates and what lies in one run

PROBES = (  # H is the echo header; numbers are blocks
    "HAAA@0+ BB@5+ CCC@7+ DDDD@2+ EEE@7+ FFF@10",  # the six fragments of Shankar and Paxson, one block later
    "H@0+ B@2+ AAA@1+ C@4",  # the new one begins before the old and ends after it
    "H@0+ B@2+ AA@1+ C@3",  # ... and ends where it ends
    "HAAA@0+ B@2+ C@4",  # the new one lies within the old
    "H@0+ AA@1+ AA@1+ C@3",  # the same twice
    "H@0+ AA@1+ BB@2+ C@4",  # the new one begins in the old and ends after it
)


def overlap_policy(lt: LowerTester) -> str:
    """The name of the IUT's policy, or what it did with the probes."""
    seen = tuple(_answer(lt, probe, seq) for probe, seq in zip(PROBES, count(1)))
    names = [name for name in (*KEEPERS, *DROPPERS) if predicted(name) == seen]
    return " or ".join(names) or "no known policy: " + " ".join(text or "-" for text in seen)


def _answer(lt: LowerTester, probe: str, seq: int) -> str | None:
    lt.send(*fragments(probe, seq=seq))
    reply = lt.answer("echo-reply")
    return letters(reply["data"]) if reply and echo_reply(seq=seq).difference(reply) is None else None


def predicted(name: str) -> tuple[str | None, ...]:
    """What an IUT with this policy answers to each of the probes; None is silence."""
    policy = KEEPERS.get(name)
    return tuple(_kept(_pieces(probe), policy) if policy else _dropped(_pieces(probe), name) for probe in PROBES)


def _pieces(probe: str) -> list[Piece]:
    made = []
    for item in probe.split():
        text, place = item.split("@")
        made.append(Piece(text, int(place.rstrip("+")), not place.endswith("+")))
    return made


def _kept(pieces: list[Piece], wins: Wins) -> str:
    """Octet by octet: each block remembers the piece that it came with."""
    held: dict[int, Piece] = {}
    for new in pieces:
        for place in range(new.start, new.end):
            if place not in held or not wins(held[place], new):
                held[place] = new
    return "".join(held[place].text[place - held[place].start] for place in sorted(held))[1:]


def _dropped(pieces: list[Piece], name: str) -> str | None:
    """`drop` spares an exact duplicate, `linux` what lies wholly in one run of blocks; of either the first octets stay."""
    held: dict[int, str] = {}
    known: list[Piece] = []
    for new in pieces:
        places = range(new.start, new.end)
        inside = all(place in held for place in places)
        spared = inside if name == "linux" else new in known
        if not spared and any(place in held for place in places):
            return None
        known.append(new)
        held = dict(zip(places, new.text, strict=True)) | held
    return "".join(held[place] for place in sorted(held))[1:]
