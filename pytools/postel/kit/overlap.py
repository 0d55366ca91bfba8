# SPDX-License-Identifier: BSD-2-Clause
"""Which octets win where fragments overlap: what each known policy makes of fragments in their order, and the name of an IUT's.

The RFCs leave it open: RFC 791's example procedure keeps the later octets, RFC 815 any, RFC 5722 (of IPv6) none. The names and the
first probe are Shankar and Paxson's ("Active Mapping", 2003). The later fragment meets one that came before it: their places are
those that they came with, whatever of the earlier one has been replaced since."""

from collections.abc import Callable, Sequence
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
POLICIES = (*KEEPERS, *DROPPERS)

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
    names = [name for name in POLICIES if predicted(name) == seen]
    return " or ".join(names) or "no known policy: " + " ".join(text or "-" for text in seen)


def _answer(lt: LowerTester, probe: str, seq: int) -> str | None:
    lt.send(*fragments(probe, seq=seq))
    reply = lt.answer("echo-reply")
    return letters(reply["data"]) if reply and echo_reply(seq=seq).difference(reply) is None else None


def predicted(name: str) -> tuple[str | None, ...]:
    """What an IUT with this policy answers to each of the probes; None is silence."""
    made = (delivered(name, _pieces(probe)) for probe in PROBES)
    return tuple(text and text[1:] for text in made)


def _pieces(probe: str) -> list[Piece]:
    made = []
    for item in probe.split():
        text, place = item.split("@")
        made.append(Piece(text, int(place.rstrip("+")), not place.endswith("+")))
    return made


def delivered(name: str, pieces: Sequence[Piece]) -> str | None:
    """What is delivered when the datagram has become whole, block by block; None where it does not, or is given up before."""
    wins = KEEPERS.get(name)
    held: dict[int, Piece] = {}  # each block remembers the piece that it came with
    runs: dict[int, int] = {}  # and in which run it lies: pieces that came in order, each behind all that was held
    end = top = 0
    for number, new in enumerate(pieces):
        places = range(new.start, new.end)
        if wins is None and any(place in held for place in places):
            inside = len({runs.get(place, -1) for place in places}) == 1 and all(place in held for place in places)
            if not (inside if name == "linux" else new in pieces[:number]):
                return None
            end = new.end if new.last else end
            continue
        for place in places:
            if place not in held or not (wins and wins(held[place], new)):
                held[place] = new
        run = runs[top - 1] if new.start == top and top else new.start
        runs.update((place, run) for place in places)
        top, end = max(top, new.end), new.end if new.last else end
        if end and len(held) == end:
            return "".join(held[place].text[place - held[place].start] for place in range(end))
    return None
