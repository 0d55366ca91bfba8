# SPDX-License-Identifier: BSD-2-Clause
"""What became of a case."""

from dataclasses import dataclass, field

from postel.base.script import Record
from postel.base.verdict import Verdict
from postel.kit.budget import Recorded
from postel.kit.case import Case
from postel.kit.late import Late
from postel.kit.stops import Finding
from postel.kit.sweep import Sweep


@dataclass
class Outcome:
    """What became of a case. `requirement` is the one that the verdict is about; `frame` counts from 1 in `frames`."""

    case: Case
    verdict: Verdict = Verdict.PASS
    requirement: str | None = None
    expected: str = ""
    actual: str = ""
    label: str | None = None
    frame: int | None = None
    probes_passed: bool = False  # the control probes after the case were answered
    ours: bool = False  # an error was a mistake in the case or the kit
    again: bool = False  # it was none either, but the system's: a descriptor or memory that was not to be had, a lost TAP
    frames: list[Recorded] = field(default_factory=list)
    left_out: int = 0  # frames of the middle that the evidence does not hold
    counters: dict[str, int] = field(default_factory=dict)
    drops: list[str] = field(default_factory=list)
    duration: float = 0.0
    script: list[Record] = field(default_factory=list)
    profile: str = "modern"
    sweep: Sweep | None = None  # of a case that has one
    apart: list[str] = field(default_factory=list)  # what was sent unasked, and no rule forbids
    late: Late | None = None  # of its answers, and those to cases before, which were late
    missed: bool = False  # a step of the case has failed, whatever else was seen
    follows_from: Finding | None = None  # an ability that is missing
    beside: "Outcome | None" = None  # without what the passive checker saw of a rule that is not the case's own
    broken_too: "list[BrokenToo]" = field(default_factory=list)


@dataclass(frozen=True)
class BrokenToo:
    """A rule that was seen broken in a case that is not about it, and the case that is charged with that."""

    requirement: str
    expected: str
    actual: str
    charged: str
