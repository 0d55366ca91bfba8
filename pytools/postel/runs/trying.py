# SPDX-License-Identifier: BSD-2-Clause
"""Fakes before an IUT: is each wrong one found by a case of the rule that it breaks, and no right one accused?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from postel import kit
from postel.base.verdict import Verdict
from postel.fakes import lists
from postel.fakes.engine import Fake, World
from postel.fakes.proxy import before
from postel.iut import iut
from postel.iut.iut import Definition, Instance
from postel.kit import Abilities, Case, Outcome, foundout
from postel.runs.bench import Bench, Target
from postel.runs.workers import Tell

BLAME = frozenset({Verdict.WARN, Verdict.FAIL})
ACCUSE = BLAME | {Verdict.INCONCLUSIVE, Verdict.ERROR}


@dataclass(frozen=True)
class Stand:
    """What fakes are put before: an IUT over a link, and what the suite says of it without any (`clean`, by case)."""

    definition: Definition
    link: str
    build: Path
    profile: str = "modern"
    seed: int = 1
    clean: dict[str, str] = field(default_factory=dict)

    def start(self) -> Instance:
        return iut.start(self.definition, self.link, profile=self.profile, seed=self.seed, build=self.build)


@dataclass
class Found:
    """What became of a fake. `state`: found, missed, unchanged; kept, accused."""

    fake: str
    state: str
    case: str = ""
    words: str = ""
    others: list[str] = field(default_factory=list)  # cases that blame another rule


def said(outcome: Outcome) -> str:
    return f"{outcome.verdict} {outcome.requirement or '-'}: expected {outcome.expected}, actual {outcome.actual}"


def blamed(outcome: Outcome) -> set[str]:
    """The requirements that it says are not met, of a sweep each stimulus's own."""
    stops = outcome.sweep.failed.values() if outcome.sweep else ()
    return {rule for rule in (outcome.requirement, *(stop.requirement for stop in stops)) if rule}


def judged(stand: Stand, cases: Sequence[Case], fake: Fake | None, worlds: list[World]) -> Iterator[tuple[Case, Outcome]]:
    """The cases against the IUT behind the fake, one after the other."""

    def start() -> Instance:
        instance = stand.start()
        if fake:
            worlds.append(before(instance, fake))
        return instance

    def once(case: Case) -> Outcome:
        outcome = kit.judge(case, bench.instance(), profile=stand.profile, abilities=abilities)
        if stand.definition.isolate == "case" or outcome.verdict == Verdict.ERROR:
            bench.close()
        return outcome

    target = Target(stand.definition, stand.link, stand.profile, start)
    bench, abilities = Bench(target, partial(foundout.find_out, profile=stand.profile)), Abilities()
    try:
        for case in cases:
            yield case, abilities.judged(case, once)
    finally:
        bench.close()


def ordered(cases: Sequence[Case], fake: Fake, iut: str = "reference") -> list[Case]:
    """Who is likely to find it comes first."""
    known = lists.finders(iut).get(fake.name, "")

    def place(case: Case) -> int:
        if case.id == known:
            return 0
        if set(case.requirements) & set(fake.rules):
            return 1
        return 2 if any(lists.blames(rule, fake) for rule in case.requirements) else 3

    return sorted(cases, key=place)


def try_wrong(stand: Stand, cases: Sequence[Case], fake: Fake) -> Found:
    """Ends with the first case that blames a rule of the fake's."""
    worlds: list[World] = []
    others: list[str] = []
    for case, outcome in judged(stand, ordered(cases, fake, stand.definition.name), fake, worlds):
        if outcome.verdict not in ACCUSE or stand.clean.get(case.id) in ACCUSE:
            continue
        if outcome.verdict in BLAME and any(lists.blames(rule, fake) for rule in blamed(outcome)):
            return Found(fake.name, "found", case.id, said(outcome))
        others.append(f"{case.id}: {said(outcome)}")
    changed = any(world.changed for world in worlds)
    return Found(fake.name, "missed" if changed else "unchanged", others=others)


def try_right(stand: Stand, cases: Sequence[Case], fake: Fake, *, all_: bool = False) -> Found:
    """Ends with the first case that says a bad word, or goes on for `all_` of them."""
    worlds: list[World] = []
    others: list[str] = []
    for case, outcome in judged(stand, ordered(cases, fake), fake, worlds):
        if outcome.verdict in ACCUSE and stand.clean.get(case.id) != str(outcome.verdict):
            others.append(f"{case.id}: {said(outcome)}")
            if not all_:
                return Found(fake.name, "accused", case.id, said(outcome), others)
    changed = any(world.changed for world in worlds)
    return Found(fake.name, "accused" if others else "kept" if changed else "unchanged", others=others)


def clean(stand: Stand, cases: Sequence[Case]) -> dict[str, str]:
    """What is said of the IUT itself."""
    return {case.id: str(outcome.verdict) for case, outcome in judged(stand, cases, None, [])}


def job(stand: Stand, cases: Sequence[Case], fake: Fake, all_: bool = False) -> Callable[[Tell], None]:
    """For a worker."""

    def try_(tell: Tell) -> None:
        its = replace(stand, profile=fake.profile)
        found = try_wrong(its, cases, fake) if fake.is_wrong else try_right(its, cases, fake, all_=all_)
        tell("tried", found)

    return try_
