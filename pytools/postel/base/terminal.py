# SPDX-License-Identifier: BSD-2-Clause
"""What a terminal is told, and what it can take: a line of progress that moves, colours, how wide a line may be; and which
known word a mistyped one is near.

A line moves only on a terminal that can move its cursor (TERM is neither dumb nor unset). NO_COLOR, CLICOLOR=0 and such a
terminal take colours away, in this order; CLICOLOR_FORCE and FORCE_COLOR bring them to a pipe.
"""

import os
import sys
import time
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TextIO

EVERY = 5.0  # seconds between lines of progress where no line can move
WIDTH = 80  # where nobody says how wide it is
COLOURS = {"bold": 1, "red": 31, "green": 32, "yellow": 33}
ERASE = "\r\x1b[K"


def moves(stream: TextIO) -> bool:
    """Whether a line there can be written over."""
    return stream.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb")


def coloured(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("CLICOLOR") == "0":
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("CLICOLOR_FORCE", "FORCE_COLOR")):
        return True
    return moves(stream)


def painted(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour of COLOURS, where the stream (by default standard output) is one for colours."""
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if coloured(stream or sys.stdout) else text


def width(stream: TextIO) -> int:
    """How many columns it has: $COLUMNS, else what the terminal says, else 80."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):  # no terminal, or no descriptor at all
        return WIDTH


def clipped(text: str, columns: int) -> str:
    """As much of the text as fits into so many columns of one line."""
    room, kept = columns, []
    for letter in text:
        wide = 0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        room -= wide
        if room < 0:
            break
        kept.append(letter if letter.isprintable() else " ")
    return "".join(kept)


def time_left(done: int, total: int, seconds: float) -> str:
    """`, 40 s left`, by the pace so far; nothing while that says little."""
    if not 0 < done < total or seconds < 2:
        return ""
    left = seconds / done * (total - done)
    if left < 100:
        return f", {left:.0f} s left"
    return f", {left / 60:.0f} min left" if left < 6000 else f", {left / 3600:.1f} h left"


class Line:
    """One line of progress. It moves where it can; elsewhere it is said every `every` seconds, or never. Nobody's work ends
    because nobody reads of it: a stream that is closed is written to no more."""

    def __init__(self, stream: TextIO | None = None, every: float | None = None) -> None:
        self._stream, self._every = stream or sys.stderr, every
        self._moving = moves(self._stream)
        self._said = time.monotonic()
        self._drawn = False

    def show(self, text: str) -> None:
        if self._moving:
            self._write(ERASE + clipped(text, width(self._stream) - 1))
            self._drawn = True
        elif self._every is not None and time.monotonic() - self._said >= self._every:
            self._said = time.monotonic()
            self._write(f"{text}\n")

    def say(self, text: str) -> None:
        """Something that stays."""
        self.close()
        self._write(f"{text}\n")

    def close(self) -> None:
        """Takes the line away; another may follow."""
        if self._drawn:
            self._write(ERASE)
        self._drawn = False

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._moving, self._every = False, None


def columns(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Rows as lines: the first `left` columns flush left, numbers flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) if n < left else cell.rjust(width)
                  for n, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean X or Y?`, or nothing. Of a name with slashes, its last part alone may be what was meant."""
    by_folded = {name.lower(): name for name in known}
    tails: dict[str, str] = {}
    for name in by_folded.values():
        tails.setdefault(name.lower().rpartition("/")[2], name)
    found = [by_folded[n] for n in get_close_matches(word.lower(), by_folded, n=3, cutoff=0.7)]
    found += [tails[n] for n in get_close_matches(word.lower().rpartition("/")[2], tails, n=2, cutoff=0.8)]
    unique = list(dict.fromkeys(found))[:3]
    return f"; did you mean {' or '.join(unique)}?" if unique else ""


def instead(word: str, known: Iterable[str]) -> str:
    """What may have been meant, or else all that could be."""
    names = list(known)
    return near(word, names) or (f"; there are {', '.join(names)}" if names else "")
