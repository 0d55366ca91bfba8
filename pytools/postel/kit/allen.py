# SPDX-License-Identifier: BSD-2-Clause
"""The complete matrix of overlaps: two fragments in each of the 13 relations that two intervals can have (Allen, 1983), three in each
of their 409, and the fragment that ends the datagram before them, before the last of them, and behind.

A datagram is an echo request: H is its header, A, B and C the fragments in their order, G what they leave open, Z the end. A block says
whose it is and where it belongs, and adds nothing to the checksum, so that the message verifies whichever fragment wins.
The answers to all of them name the policy, or are written down as the IUT's own."""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product

from postel.iut.upper import UpperError
from postel.kit import wire
from postel.kit.lower import LowerTester
from postel.kit.overlap import POLICIES, Piece, delivered
from postel.kit.packets import BLOCK, Stimulus, cut

Interval = tuple[int, int]
Answer = str | None  # the letters of the delivered data, without header and end; None: nothing was delivered

RELATIONS = {  # how the first lies to the second, by (start, end) of one against those of the other
    "before": "<<", "meets": "<m", "overlaps": "<o", "starts": "=<", "during": "><", "finishes": ">=", "equals": "==",
    "finished by": "<=", "contains": "<>", "started by": "=>", "overlapped by": ">o", "met by": ">m", "after": ">>",
}  # fmt: skip
ENDS = ("first", "in between", "last")  # when the fragment comes that ends the datagram
BATCH = 16  # datagrams sent at once, and one more in two fragments that nothing overlaps
UNKNOWN, SILENT = "?", "-"
FEW = 29  # of so many ways of three fragments one
OWN = "its own, nearest to "


@cache
def arrangements(count: int) -> tuple[tuple[Interval, ...], ...]:
    """All ways in which so many intervals can lie to each other, on the fewest blocks."""
    found = []
    for ends in product(range(2 * count), repeat=2 * count):
        intervals = tuple(zip(ends[::2], ends[1::2], strict=True))
        if all(start < end for start, end in intervals) and set(ends) == set(range(max(ends) + 1)):
            found.append(intervals)
    return tuple(found)


def relation(a: Interval, b: Interval) -> str:
    """The name of how `a` lies to `b`."""
    sign = "".join("<=>"[(x > y) + (x >= y)] for x, y in zip(a, b, strict=True))
    if sign == "<<":
        sign = "<<" if a[1] < b[0] else "<m" if a[1] == b[0] else "<o"
    elif sign == ">>":
        sign = ">>" if a[0] > b[1] else ">m" if a[0] == b[1] else ">o"
    return next(name for name, own in RELATIONS.items() if own == sign)


def datagram(intervals: Sequence[Interval], when: str) -> list[Piece]:
    """The fragments in their order: the header, what is left open, the intervals; the end `when` it comes."""
    top = max(end for _, end in intervals)
    opened = [place for place in range(top) if not any(start <= place < end for start, end in intervals)]
    pieces = [Piece("ABC"[n] * (end - start), 1 + start, False) for n, (start, end) in enumerate(intervals)]
    at = {"first": 0, "in between": len(pieces) - 1, "last": len(pieces)}[when]
    pieces.insert(at, Piece("Z", 1 + top, True))
    return [Piece("H", 0, False), *(Piece("G", 1 + place, False) for place in opened), *pieces]


Row = tuple[tuple[Interval, ...], str]


def matrix(count: int) -> Iterator[Row]:
    return product(arrangements(count), ENDS)


def expected(name: str, intervals: Sequence[Interval], when: str) -> Answer:
    """What an IUT with this policy delivers."""
    text = delivered(name, datagram(intervals, when))
    return text and text[1:-1]


def block(letter: str, place: int) -> bytes:
    return bytes([ord(letter), place, 0xFF - ord(letter), 0xFF - place]) * 2


def told(data: bytes) -> str:
    """Whose blocks these are, from block 1 on; `?` for one that nobody sent, or sent to another place."""
    known = {block(letter, place): (letter, place) for letter in "ABCGZ" for place in range(1, len(data) // BLOCK + 1)}
    found = [known.get(data[at : at + BLOCK], ("?", 0)) for at in range(0, len(data), BLOCK)]
    return "".join(letter if place == at + 1 else "?" for at, (letter, place) in enumerate(found))


def stimuli(pieces: Iterable[Piece], seq: int) -> list[Stimulus]:
    header = struct.pack(">BBHHH", 8, 0, wire.checksum(struct.pack(">BBHHH", 8, 0, 0, 7, seq)), 7, seq)
    return [cut(b"".join(header if letter == "H" else block(letter, piece.start + n) for n, letter in enumerate(piece.text)),
                piece.start * BLOCK, not piece.last, id=seq) for piece in pieces]  # fmt: skip


def asked(lt: LowerTester, rows: Iterable[Row]) -> list[Answer]:
    """What the IUT delivers of each of these datagrams; UNKNOWN where it puts nothing together behind some of them."""
    left = list(rows)
    answers: list[Answer] = []
    seq = 1000
    while left:
        batch = left[:BATCH]
        found, works = _batch(lt, batch, seq)
        if not works:  # it may have no room for more until their time is over
            lt.advance(lt.timers.reassembly)
            lt.forget()
            found, works = _batch(lt, batch, seq + len(batch) + 1)
        answers += found if works else [UNKNOWN] * len(batch)
        left, seq = left[BATCH:], seq + 2 * len(batch) + 2
    return answers


def _batch(lt: LowerTester, batch: Sequence[tuple[Sequence[Interval], str]], seq: int) -> tuple[list[Answer], bool]:
    """What is delivered of these, and whether a datagram behind them is put together."""
    plain = [Piece("H", 0, False), Piece("Z", 1, True)]
    sent = [stimuli(datagram(*each), seq + n) for n, each in enumerate(batch)]
    lt.send(*(each for pieces in sent for each in pieces), *stimuli(plain, seq + len(batch)))
    came: dict[int, str] = {}
    while reply := lt.answer("echo-reply"):
        came.setdefault(reply["seq"], told(reply["data"]))
    lt.forget()
    found = (came.get(seq + n) for n in range(len(batch)))
    return [text and text[:-1] for text in found], seq + len(batch) in came


def named(matrix_: Iterable[Row], answers: Sequence[Answer]) -> str:
    """The policy that answers so, or those that do; else what the IUT did, of two fragments each answer."""
    rows = list(zip(matrix_, answers, strict=True))
    known = [row for row in rows if row[1] != UNKNOWN]
    names = list(POLICIES)
    for (intervals, when), answer in known:
        names = [name for name in names if expected(name, intervals, when) == answer]
    if names and len(known) == len(rows):
        return " or ".join(names)
    same = {name: sum(expected(name, *what) == answer for what, answer in known) for name in POLICIES}
    nearest = max(same, key=lambda name: same[name])
    own = " ".join(answer or SILENT for answer in answers) if len(rows) == len(list(matrix(2))) else f"{zlib.crc32(repr(answers).encode()):08x}"
    return f"{OWN}{nearest} ({same[nearest]} of {len(rows)}): {own}"


def drawn(label: str) -> list[Answer]:
    """What the label of a run over two fragments says was delivered, in the order of matrix(2); [] for none of ours."""
    name = label.partition(" or ")[0]
    if name in POLICIES:
        return [expected(name, *what) for what in matrix(2)]
    own = label.partition(": ")[2].split() if label.startswith(OWN) else []
    return [None if word == SILENT else word for word in own] if len(own) == len(list(matrix(2))) else []


def overlap_names(lt: LowerTester) -> str:
    """Which of the policies that can be set are told and are what their names say, over two fragments and a few of the ways of three."""
    said = []
    for name in POLICIES:
        lt.set("reassembly", name)
        rows = [*matrix(2), *list(matrix(3))[::FEW]]
        found = named(rows, asked(lt, rows)).partition(":")[0]
        told = lt.get("reassembly")
        said.append(name if found == told == name else f"{name} (told {told}, {found})")
    try:
        lt.call("set", name="reassembly", value="florp")
    except UpperError:
        return ", ".join(said)
    return f"{', '.join(said)}, florp"


def overlap_matrix(lt: LowerTester, count: int) -> str:
    """The name of the IUT's policy for overlaps of so many fragments, or its own signature."""
    return named(matrix(count), asked(lt, matrix(count)))
