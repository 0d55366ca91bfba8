# SPDX-License-Identifier: BSD-2-Clause
"""JSON that anybody may have written, as plain and bounded values: no key twice in an object, no number that is none, nothing
huge, nothing deep. What it means is for a schema to say; nothing of it is believed before that was asked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

VALUES = 4_000_000  # in one document: a value takes two octets of a file, but a hundred of memory
DEPTH = 40  # of lists and objects within each other; results have six
DIGITS = 18  # of an integer


class NotStrict(ValueError):
    """The text is no such JSON; `line` is where, or 0 where nobody can tell."""

    def __init__(self, words: str, line: int = 0) -> None:
        super().__init__(words)
        self.line = line


def parse(octets: bytes) -> Any:
    """The value that the octets spell; NotStrict says what is wrong with them."""
    if octets.count(b",") + octets.count(b"[") + octets.count(b"{") > VALUES:
        raise NotStrict(f"more than {VALUES:,} values")
    try:
        document = json.loads(octets.decode("utf-8"), object_pairs_hook=_object, parse_int=_integer, parse_float=_number,
                              parse_constant=_number)  # fmt: skip
    except UnicodeDecodeError as error:
        raise NotStrict("not UTF-8", octets.count(b"\n", 0, error.start) + 1) from error
    except json.JSONDecodeError as error:
        raise NotStrict(f"not JSON ({error.msg})", error.lineno) from error
    except RecursionError as error:
        raise NotStrict(f"lists and objects more than {DEPTH} deep") from error
    if any(depth > DEPTH for depth in _depths(document)):
        raise NotStrict(f"lists and objects more than {DEPTH} deep")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise NotStrict(f"the key {twice[:40]!r} twice in an object")
    return found


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise NotStrict(f"an integer of {len(digits):,} digits")
    return int(digits)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotStrict(f"{text[:40]}, which is no number")
    return value


def _depths(document: Any) -> Iterator[int]:
    left = [(document, 0)]
    while left:
        value, depth = left.pop()
        yield depth
        if depth <= DEPTH and isinstance(value, dict | list):
            left += [(each, depth + 1) for each in (value.values() if isinstance(value, dict) else value)]
