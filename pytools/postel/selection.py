# SPDX-License-Identifier: BSD-2-Clause
"""Which cases a user means. What is left out is counted by its reason, and never given a verdict."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from postel.exits import UsageError
from postel.kit import Case


def matches(case: Case, pattern: str) -> bool:
    """A pattern is a case's id or its beginning, or a requirement's id or its beginning; *, ? and [] are those of a shell."""
    names = (case.id, *case.requirements)
    if re.search(r"[*?\[]", pattern):
        return any(fnmatchcase(name, pattern) for name in names)
    return any(name == pattern or name.startswith(pattern) for name in names)


def select(cases: Iterable[Case], patterns: Sequence[str], *, slow: bool, shard: tuple[int, int] | None
           ) -> tuple[list[Case], dict[str, int]]:
    """The cases that are chosen, and how many were deselected for which reason."""
    chosen: list[Case] = []
    deselected = {"pattern": 0, "slow": 0, "shard": 0}
    for case in cases:
        reason = _why_not(case, patterns, slow, shard)
        if reason:
            deselected[reason] += 1
        else:
            chosen.append(case)
    return chosen, deselected


def _why_not(case: Case, patterns: Sequence[str], slow: bool, shard: tuple[int, int] | None) -> str | None:
    if patterns and not any(matches(case, pattern) for pattern in patterns):
        return "pattern"
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


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean X or Y?`, or nothing."""
    by_folded = {name.lower(): name for name in known}
    tails: dict[str, str] = {}
    for name in by_folded.values():
        tails.setdefault(name.lower().rpartition("/")[2], name)
    found = [by_folded[n] for n in get_close_matches(word.lower(), by_folded, n=3, cutoff=0.7)]
    found += [tails[n] for n in get_close_matches(word.lower().rpartition("/")[2], tails, n=2, cutoff=0.8)]
    unique = list(dict.fromkeys(found))[:3]
    return f"; did you mean {' or '.join(unique)}?" if unique else ""


def unmatched(cases: Sequence[Case], patterns: Sequence[str]) -> list[str]:
    """The patterns that mean no case at all, each with what may have been meant."""
    names = {case.id for case in cases} | {id_ for case in cases for id_ in case.requirements}
    return [
        f"no case matches {pattern}{near(pattern, names)}"
        for pattern in patterns
        if not any(matches(case, pattern) for case in cases)
    ]
