# SPDX-License-Identifier: BSD-2-Clause
"""Which cases and requirements a PATTERN means (docs/cli.md): one language, wherever a command takes one. What is left out is
counted by its reason, and never given a verdict."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Protocol, TypeVar

from postel.base.exits import NothingSelected, UsageError
from postel.base.terminal import near
from postel.catalogue.requirements import Requirement


class Selectable(Protocol):
    """What is asked of a case."""

    @property
    def id(self) -> str: ...
    @property
    def requirements(self) -> Sequence[str]: ...
    @property
    def slow(self) -> bool: ...


Case = TypeVar("Case", bound=Selectable)
Names = Mapping[str, Sequence[str]]  # of each case or requirement by its id: what it goes by


@cache
def folded(text: str) -> str:
    """One spelling of an id or a pattern: `RFC1122-3.2.1.1`, `rfc1122/3.2.1.1` and `1122/3.2.1.1` are the same."""
    return re.sub(r"^(?:rfc[ -]?)?(\d{3,5})(?:[-/ ]+|$)", r"rfc\1/", text.lower())


@cache
def spellings(name: str) -> tuple[str, ...]:
    """Of a case, its last word will do."""
    return (folded(name), name.rpartition("/")[2].lower()) if name.count("/") == 2 else (folded(name),)


def of_cases(cases: Iterable[Selectable]) -> Names:
    """A case goes by its id and by the requirements that it judges."""
    return {case.id: (case.id, *case.requirements) for case in cases}


def of_patterns(cases: Sequence[Selectable], patterns: Sequence[str]) -> set[str]:
    """The ids of those that any of them means; of all where there is no pattern."""
    names = of_cases(cases)
    return set().union(*(meant(names, pattern) for pattern in patterns)) if patterns else set(names)


def of_requirements(ids: Iterable[str], cases: Iterable[Selectable]) -> Names:
    """A requirement goes by its id and by the cases that judge it."""
    names = {id_: [id_] for id_ in ids}
    for case in cases:
        for id_ in case.requirements:
            names.setdefault(id_, [id_]).append(case.id)
    return names


def meant(names: Names, pattern: str) -> set[str]:
    """The ids of what a pattern means: what has this very name, if anything has, else all whose names begin so; *, ? and []
    are those of a shell, for a whole name. An empty one, of a shell's variable that is not set, means nothing."""
    wanted = folded(pattern)

    def those(fits: Callable[[str], bool]) -> set[str]:
        return {id_ for id_, known in names.items() if any(fits(each) for name in known for each in spellings(name))}

    if re.search(r"[*?\[]", pattern):
        return those(lambda name: fnmatchcase(name, wanted))
    return those(lambda name: name == wanted) or {
        id_ for id_, known in names.items() if wanted and any(spellings(name)[0].startswith(wanted) for name in known)
    }


def chosen(names: Names, patterns: Sequence[str], exclude: Sequence[str] = ()) -> set[str]:
    """What the patterns mean, or without any everything; less what is excluded."""
    asked = set[str]().union(*(meant(names, pattern) for pattern in patterns)) if patterns else set(names)
    return asked.difference(*(meant(names, pattern) for pattern in exclude))


def select(cases: Iterable[Case], patterns: Sequence[str], *, exclude: Sequence[str] = (), slow: bool,
           shard: tuple[int, int] | None) -> tuple[list[Case], dict[str, int]]:  # fmt: skip
    """The cases that are chosen, and how many were deselected for which reason."""
    cases = list(cases)
    names = of_cases(cases)
    asked = chosen(names, patterns)
    kept = chosen(names, patterns, exclude)
    found: list[Case] = []
    deselected = {"pattern": 0, "excluded": 0, "slow": 0, "shard": 0}
    for case in cases:
        reason = "pattern" if case.id not in asked else "excluded" if case.id not in kept else _why_not(case, slow, shard)
        if reason:
            deselected[reason] += 1
        else:
            found.append(case)
    return found, deselected


def _why_not(case: Selectable, slow: bool, shard: tuple[int, int] | None) -> str | None:
    if case.slow and not slow:
        return "slow"
    if shard and shard_of(case.id, shard[1]) != shard[0]:
        return "shard"
    return None


def shard_of(case_id: str, shards: int) -> int:
    """Which of so many shards a case is in, counted from 1: the same for every run, whatever other cases there are."""
    return int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:8], "big") % shards + 1


def parse_shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"--shard {text}: K/N is meant, with K from 1 to N, such as 2/4")
    return int(found[1]), int(found[2])


def refuse_what_means_nothing(cases: Iterable[Selectable], rows: Mapping[str, Requirement], patterns: Sequence[str],
                              exclude: Sequence[str] = (), *, judged: bool = True) -> None:  # fmt: skip
    """NothingSelected, with what may have been meant, for a pattern that means no case; unless it must be `judged`, one that
    means a requirement will do. What is excluded need not be judged."""
    by_case, by_rule = of_cases(cases), of_requirements(rows, cases)
    problems = []
    for pattern in [*patterns, *exclude]:
        if meant(by_case, pattern):
            continue
        unjudged = meant(by_rule, pattern)
        if not unjudged:
            problems.append(f"nothing matches {pattern or repr(pattern)}{hint(pattern, [*by_case, *by_rule])}")
        elif judged and pattern not in exclude:
            problems.append(f"no case judges {pattern}: {told(rows[id_] for id_ in unjudged)}; `./postel list` shows them")
    if problems:
        raise NothingSelected("; ".join(problems))


def hint(pattern: str, ids: Iterable[str]) -> str:
    rfcs = {re.split("[-/]", id_)[0].upper() for id_ in ids}
    return near(pattern, rfcs) if re.fullmatch(r"(?i)rfc.{0,5}", pattern) else near(pattern, ids)


def told(rows: Iterable[Requirement]) -> str:
    """`12 requirements (9 pending, 3 not testable)`."""
    counts = Counter("judged by the passive checker" if row.status == "judged" else row.status.partition(":")[0] for row in rows)
    number = counts.total()
    return f"{number} requirement{'s' * (number > 1)} ({', '.join(f'{count} {status}' for status, count in sorted(counts.items()))})"
