# SPDX-License-Identifier: BSD-2-Clause
"""Results that have one cause: an IUT that does not start fails no 385 times, nor is a rule broken again with each other number.

One cause have those of one IUT with the same verdict about the same requirement, whose words differ at most in numbers; and of
those that could not be judged, whatever their rules, all with the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from postel.results import results
from postel.results.results import Result

NUMBER = re.compile(r"[0-9a-fA-F]*[0-9][0-9a-fA-F]*")  # also an address, octets in hex
JUDGED = ("pass", "info", "warn", "fail")
SILENT = "an answer to the first control probe"  # was expected; what came instead, and after how many cases, is one cause


class Cause(NamedTuple):
    first: Result  # the others are like it
    results: list[Result]

    @property
    def judged(self) -> bool:
        return self.first["verdict"] in JUDGED


def causes(found: Iterable[Result]) -> list[Cause]:
    """The results by their causes, in the order of the first of each."""
    groups: dict[tuple[str | None, ...], list[Result]] = {}
    for result in found:
        groups.setdefault(_cause(result), []).append(result)
    return [Cause(group[0], group) for group in groups.values()]


def nothing_judged(found: Iterable[Result]) -> list[Cause]:
    """Of IUTs of which not one case was judged: the cause of it, or the first of several."""
    by_iut: dict[tuple[str, str], list[Result]] = {}
    for result in found:
        by_iut.setdefault((result["iut"], result["link"]), []).append(result)
    return [max(causes(group), key=lambda cause: len(cause.results))
            for group in by_iut.values() if not any(result["verdict"] in JUDGED for result in group)]  # fmt: skip


def why(cause: Cause) -> str:
    """Why these could not be judged."""
    first = cause.first
    return f"no answer to the first control probe: {first['actual']}" if first["expected"] == SILENT else first["actual"]


def _cause(result: Result) -> tuple[str | None, ...]:
    verdict, where = result["verdict"], (result["iut"], result["link"], str(results.expected_by_baseline(result)))
    expected, actual = (NUMBER.sub("#", result[words]) for words in ("expected", "actual"))  # type: ignore[literal-required]
    if verdict in JUDGED:
        return *where, verdict, result["requirement"] or result["case"], expected, actual
    return *where, verdict, expected, "" if expected == SILENT else actual
