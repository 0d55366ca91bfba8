# SPDX-License-Identifier: BSD-2-Clause
"""Text of foreign origin made harmless: what an IUT says, what stands in a file, a name that somebody chose.

Such text must neither steer a terminal (a title, a cleared screen, a line above overwritten) nor look like something else
(bidi controls, what has no width, a line break that forges a line of ours). What cannot be seen is written as Python would
write it, `\\x1b`, `\\u202e`; what can be seen stays, in any script.

  plain()      one piece of such text, on one line, not endless: wherever it is put into words of ours
  lines()      several lines of it, such as a standard error or the message of an error
  harmless()   all that is in a document
  as_json()    a document for programs
  guarded()    standard output and error for as long as a command runs: what was forgotten is caught here
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, TypeVar, cast

LIMIT = 1000  # characters of one piece
Value = TypeVar("Value")

# Printable for Python, but nothing is seen of it: joiners, fillers and selectors of variants.
UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
# All others that str.isprintable() denies are outside of these, or are found by it.
SUSPECT = re.compile(rf"[^\x20-\x7e\xa1-\xac\xae-\u02ff]|[{UNSEEN}]")
ALWAYS = re.compile(f"[{UNSEEN}]")
OURS = re.compile(r"(\r\x1b\[K|\x1b\[[0-9;]*m|[\t\n])")  # progress, colours, line ends: what we write ourselves


def plain(text: str, limit: int = LIMIT) -> str:
    """The text on one line; what is longer than `limit` characters is cut, and says so."""
    more = len(text) - limit
    return escaped(text) if more <= 0 else f"{escaped(text[:limit])} ... ({more:,} characters more)"


def lines(text: str, limit: int = LIMIT) -> str:
    """The same, line by line; all but the first are indented, so that none of them passes for one of ours."""
    return "\n  ".join(plain(line, limit) for line in text.expandtabs().replace("\r\n", "\n").rstrip("\n").split("\n"))


def harmless(value: Value, limit: int = LIMIT) -> Value:
    """A document of dictionaries, lists and plain values in which each text, keys too, is plain."""
    if isinstance(value, str):
        return cast(Value, plain(value, limit))
    if isinstance(value, dict):
        return cast(Value, {harmless(name, limit): harmless(each, limit) for name, each in value.items()})
    if isinstance(value, list | tuple):
        return cast(Value, [harmless(each, limit) for each in value])
    return value


def as_json(value: Any) -> str:
    """A document as JSON of printable ASCII: whole for a program, harmless on a terminal."""
    return json.dumps(value, indent=1).replace("\x7f", "\\u007f")


def escaped(text: str) -> str:
    return SUSPECT.sub(_seen, text)


def _seen(found: re.Match[str]) -> str:
    one = found[0]
    if one.isprintable() and not ALWAYS.match(one):
        return one
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")


@contextmanager
def guarded() -> Iterator[None]:
    """Whatever is printed meanwhile, by us, by argparse or by Python, steers no terminal; nor does a character that the
    terminal's encoding lacks end the command."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Guard.of(sys.stdout), _Guard.of(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class _Guard:
    """A text stream of which only write() is changed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @staticmethod
    def of(stream: TextIO | None) -> Any:  # None where the descriptor is closed
        return stream if stream is None else _Guard(stream)

    def write(self, text: str) -> int:
        safe = "".join(part if n % 2 else escaped(part) for n, part in enumerate(OURS.split(text)))
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(safe.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def writelines(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
