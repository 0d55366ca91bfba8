# SPDX-License-Identifier: BSD-2-Clause
"""The suite against variants of the reference, over `sim` and in this process: what differs from the clean reference's verdict."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from postel.base import patience
from postel.base.exits import PostelError
from postel.base.verdict import Verdict
from postel.iut import iut
from postel.iut.links import Sim
from postel.kit import Abilities, Case, Outcome, judge
from postel.results.results import RED

PROFILES = ("modern", "rfc1122", "rfc1812", "rfc791")  # in which the suite judges them, in this order
SEED = 1

Answer = tuple[str, str]  # a verdict and a label
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Found:
    """The case that sees a difference, in this profile. One that is not red for every IUT is a `warn` or another label."""

    profile: str
    case: str
    verdict: str
    red: bool

    def __str__(self) -> str:
        return f"{self.profile} {self.case} {self.verdict}"

    @property
    def rank(self) -> int:
        """What it says against the variant: 2 fails a run, 1 that a SHOULD is broken, 0 neither."""
        return 2 if self.red else int(self.verdict == Verdict.WARN)


def placed(library: Path, programs: Path, to: Path) -> Path:
    """A build directory, as a definition of an IUT names it, in which the reference is this library."""
    port = to / "stack" / "port"
    port.mkdir(parents=True, exist_ok=True)
    for name, source in (("postel-sim", programs / "stack" / "port" / "postel-sim"), ("libpostel_reference.so", library)):
        (port / name).unlink(missing_ok=True)
        shutil.copy2(source, port / name)
    return to


class Judged:
    """Judges cases against one library in one profile; an instance that has died is followed by another."""

    def __init__(self, build: Path, profile: str) -> None:
        self._build, self._profile = build, profile
        self._instance: iut.Instance | None = None
        self._abilities = Abilities()
        self.told: list[bytes] | None = None  # every message to it, where somebody keeps them
        self.begins: dict[str, int] = {}  # with which of them each case begins

    def case(self, case: Case) -> Answer:
        outcome = self._abilities.judged(case, self._once)
        return str(outcome.verdict), outcome.label or ""

    def _once(self, case: Case) -> Outcome:
        try:
            instance = self._ready()
            self.begins[case.id] = len(self.told or ())
            outcome = judge(case, instance, profile=self._profile, abilities=self._abilities)
        except PostelError as error:  # it cannot even be started
            outcome = Outcome(case, Verdict.ERROR, actual=str(error))
        if str(outcome.verdict) in RED:
            self.close()
        return outcome

    def _ready(self) -> iut.Instance:
        if self._instance:
            try:
                self._instance.reset()
                return self._instance
            except Exception:
                self.close()
        patience.forget()
        self._instance = iut.start(iut.load("reference"), "sim", profile=self._profile, seed=SEED, build=self._build)
        if self.told is not None and isinstance(self._instance.link, Sim):
            self._instance.link.keep(self.told)
        return self._instance

    def close(self) -> None:
        if self._instance:
            self._instance.close()
        self._instance = None


@contextmanager
def judged(build: Path, profile: str) -> Iterator[Judged]:
    judging = Judged(build, profile)
    try:
        yield judging
    finally:
        judging.close()


def answers(build: Path, profile: str, cases: Sequence[Case], told: list[bytes]) -> tuple[dict[str, Answer], dict[str, int]]:
    """What every case says of this library, and at which message to it each begins."""
    with judged(build, profile) as judging:
        judging.told = told
        return {case.id: judging.case(case) for case in cases}, judging.begins


def finder(build: Path, cases: Mapping[str, Sequence[Case]], clean: Mapping[str, Answers], likely: str = "") -> Found | None:
    """The first case that turns red, among those of each profile and the likely one (as `str(Found)` has it) first; else the first
    that warns, and else the first that says something else."""
    noticed: Found | None = None
    first, case_id = (likely.split(" ") + ["", ""])[:2]
    for profile in sorted(cases, key=lambda profile: profile != first):
        with judged(build, profile) as judging:
            for case in sorted(cases[profile], key=lambda case: case.id != case_id):
                answer = judging.case(case)
                if answer == clean[profile][case.id]:
                    continue
                found = Found(profile, case.id, answer[0], answer[0] in RED)
                if found.red:
                    return found
                if noticed is None or found.rank > noticed.rank:
                    noticed = found
    return noticed
