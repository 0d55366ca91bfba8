# SPDX-License-Identifier: BSD-2-Clause
"""Abilities: what cases take for granted of an IUT beyond their own rule, such as that it reports closed ports.

Each is found out once for an IUT, by the case that declares it (`ability=`), before those that stand on it. Where it is missing that
case has the verdict, if a rule demands it, and what stands on it is not applicable: one deviation is charged once. What a case stands
on it declares (`stands_on=`), or a step of it says so when it comes to it (LowerTester.stands_on)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from postel.base.verdict import Verdict, worse
from postel.catalogue.requirements import PROFILES
from postel.kit import case as declared
from postel.kit.case import CHARACTERISTIC, Case
from postel.kit.outcome import BrokenToo, Outcome
from postel.kit.stops import Finding, Stop

Judges = Callable[[Case], Outcome]
MISSED = (Verdict.WARN, Verdict.FAIL)


class Unknown(Exception):
    """A case has come to a step that stands on an ability which nobody has looked for: find it out, and judge the case again."""

    def __init__(self, ability: str) -> None:
        super().__init__(ability)
        self.ability = ability


@dataclass
class Abilities:
    """Of one IUT, in one profile."""

    found: dict[str, Finding] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # of their cases, by id
    _sought: list[str] = field(default_factory=list)
    _shows: dict[str, str] = field(default_factory=dict)  # which case is charged with a rule that the passive checker saw broken
    _waiting: dict[str, list[Outcome]] = field(default_factory=dict)  # those that broke it while that case was looked for

    def judged(self, case: Case, judges: Judges) -> Outcome:
        """The outcome of a case; `judges` judges one against an IUT in its state after start. What it stands on is found out
        before."""
        if case.id in self.outcomes:
            return self.outcomes[case.id]
        for name in sorted(case.stands_on):
            self._find(name, judges)
        outcome = self._asked(case, judges)
        if case.id in self.outcomes:  # it was looked for meanwhile, by what it would be said to follow from
            return self.outcomes[case.id]
        if case.ability:
            self.outcomes[case.id] = outcome
            if outcome.profile in case.profiles:
                self.found[case.ability] = finding(case, outcome)
        return self._once(self._charged(outcome, judges), judges)

    def _once(self, outcome: Outcome, judges: Judges) -> Outcome:
        """A router that breaks a rule as a host, too, is charged with that there, unless more is demanded of a router."""
        case = outcome.case
        if not case.host or outcome.verdict not in MISSED or outcome.requirement not in case.requirements:
            return outcome
        host = self.outcomes[case.host] = self.judged(declared.by_id(case.host), judges)
        if host.verdict in MISSED and worse(host.verdict, outcome.verdict) == host.verdict:
            outcome.verdict, outcome.requirement, outcome.frame, outcome.missed = Verdict.NOT_APPLICABLE, None, None, False
            outcome.expected, outcome.actual = "", f"follows from {case.host}: as a host it does the same"
        return outcome

    def _asked(self, case: Case, judges: Judges) -> Outcome:
        while True:
            try:
                return judges(case)
            except Unknown as need:
                self._find(need.ability, judges)

    def _charged(self, outcome: Outcome, judges: Judges) -> Outcome:
        """A rule that the case is not about, and that the passive checker saw broken, is charged to a case that is about it and shows
        it too, if there is one: then this one has its own verdict."""
        own, rule = outcome.beside, outcome.requirement
        if own is None or rule is None or (charged := self._shown(rule, judges)) == outcome.case.id:
            return outcome
        if not charged:
            self._waiting.get(rule, []).append(outcome)
            return outcome
        return self._apart(outcome, own, rule, charged)

    def _apart(self, outcome: Outcome, own: Outcome, rule: str, charged: str) -> Outcome:
        outcome.broken_too.append(BrokenToo(rule, outcome.expected, outcome.actual, charged))
        for name in ("verdict", "requirement", "expected", "actual", "frame", "follows_from"):
            setattr(outcome, name, getattr(own, name))
        return outcome

    def _shown(self, rule: str, judges: Judges) -> str:
        """The case about this rule that it is charged to, or '': the first that shows it by its own steps, or else the first that it is
        broken in."""
        if rule not in self._shows:
            self._shows[rule], self._waiting[rule] = "", []  # while it is looked for
            found: list[Outcome] = []
            for case in (each for each in declared.cases() if rule in each.requirements and not each.slow):
                outcome = self.outcomes[case.id] = self.judged(case, judges)
                found += [outcome] if outcome.requirement == rule else []
                if found and not found[-1].beside:
                    break
            if found:
                charged = found[0] if found[-1].beside else found[-1]
                self._shows[rule] = charged.case.id
                for each in [*found, *self._waiting[rule]]:
                    if each is not charged and each.beside and each.requirement == rule:
                        self._apart(each, each.beside, rule, charged.case.id)
            del self._waiting[rule]
        return self._shows[rule]

    def _find(self, name: str, judges: Judges) -> None:
        if name in self.found or name in self._sought:
            return
        self._sought.append(name)
        case = case_of(name)
        self.judged(case, judges)
        if name not in self.found:  # no rule of this profile demands it, and the IUT has it or not all the same
            asked = replace(case, profiles=frozenset(PROFILES))
            self.found[name] = finding(asked, self._asked(asked, judges))
        self._sought.remove(name)

    def of(self, name: str) -> Finding:
        """Unknown where nobody has looked for it."""
        if name in self.found:
            return self.found[name]
        if name in self._sought:  # it stands on itself, by way of others
            return Finding(name, "", None, "")
        raise Unknown(name)

    def missing(self, names: Iterable[str]) -> Stop | None:
        """How a case ends that stands on these, where one of them is missing."""
        absent = [each for each in map(self.of, sorted(names)) if each.there is False]
        return follows(absent[0]) if absent else None


class AllThere(Abilities):
    """Of an IUT that nobody has asked."""

    def of(self, name: str) -> Finding:
        return Finding(name, "", None, "")


def follows(finding: Finding) -> Stop:
    stop = Stop(Verdict.NOT_APPLICABLE, "", f"follows from {finding.root}: it lacks the ability {finding.ability}")
    stop.follows_from = finding
    return stop


def finding(case: Case, outcome: Outcome) -> Finding:
    """What the outcome of an ability's case says of the ability."""
    assert case.ability
    outcome = outcome.beside or outcome  # what the passive checker saw beside it says nothing of the ability
    known = Finding(case.ability, case.id, None, case.id, outcome.label or "", str(outcome.verdict), outcome.requirement,
                    outcome.expected, outcome.actual)  # fmt: skip
    if outcome.follows_from:
        return replace(known, there=False, root=outcome.follows_from.root)
    if case.kind == CHARACTERISTIC:
        there = outcome.label != case.lacking if outcome.label is not None else None
        return replace(known, there=there, actual=outcome.label or outcome.actual)
    return replace(known, there=False if outcome.missed else True if outcome.verdict in (Verdict.PASS, *MISSED) else None)


@cache
def _cases() -> dict[str, Case]:
    return {case.ability: case for case in declared.cases() if case.ability}


def case_of(name: str) -> Case:
    return _cases()[name]
