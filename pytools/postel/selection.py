# SPDX-License-Identifier: BSD-2-Clause
"""Which cases a user means. What is left out is counted by its reason, and never given a verdict."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase

from postel.exits import UsageError
from postel.kit import Case
from postel.terminal import near


def meant(cases: Iterable[Case], pattern: str) -> set[str]:
    """The ids of the cases that a pattern means: the case or the requirement of that id if there is one, else all that
    begin so; *, ? and [] are those of a shell."""
    names = {case.id: (case.id, *case.requirements) for case in cases}

    def those(fits: Callable[[str], bool]) -> set[str]:
        return {id_ for id_, known in names.items() if any(map(fits, known))}

    if re.search(r"[*?\[]", pattern):
        return those(lambda name: fnmatchcase(name, pattern))
    return those(lambda name: name == pattern) or those(lambda name: name.startswith(pattern))


def select(cases: Iterable[Case], patterns: Sequence[str], *, slow: bool, shard: tuple[int, int] | None
           ) -> tuple[list[Case], dict[str, int]]:
    """The cases that are chosen, and how many were deselected for which reason."""
    cases = list(cases)
    asked = set[str]().union(*(meant(cases, pattern) for pattern in patterns)) if patterns else {case.id for case in cases}
    chosen: list[Case] = []
    deselected = {"pattern": 0, "slow": 0, "shard": 0}
    for case in cases:
        reason = "pattern" if case.id not in asked else _why_not(case, slow, shard)
        if reason:
            deselected[reason] += 1
        else:
            chosen.append(case)
    return chosen, deselected


def _why_not(case: Case, slow: bool, shard: tuple[int, int] | None) -> str | None:
    if case.slow and not slow:
        return "slow"
    if shard and shard_of(case.id, shard[1]) != shard[0]:
        return "shard"
    return None


def shard_of(case_id: str, shards: int) -> int:
    """Which of so many shards a case is in, counted from 1: the same for every run, whatever other cases there are."""
    return int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:8], "big") % shards + 1


def parse_shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"--shard {text}: K/N is meant, with K from 1 to N, such as 2/4")
    return int(found[1]), int(found[2])


def unmatched(cases: Sequence[Case], patterns: Sequence[str]) -> list[str]:
    """The patterns that mean no case at all, each with what may have been meant."""
    names = {case.id for case in cases} | {id_ for case in cases for id_ in case.requirements}
    return [
        f"no case matches {pattern}{near(pattern, names)}"
        for pattern in patterns
        if not meant(cases, pattern)
    ]
