# SPDX-License-Identifier: BSD-2-Clause
"""Judging one case against one IUT: control probe, case, leftovers, control probe."""

import time
from dataclasses import dataclass, field

from postel.base.exits import EnvironmentUnusable
from postel.base.script import Record
from postel.base.verdict import Verdict, worse
from postel.catalogue import requirements
from postel.iut.iut import Instance
from postel.iut.links import LinkClosed, NotTaken
from postel.iut.upper import UpperClosed, UpperError
from postel.kit.budget import Recorded, kept
from postel.kit.case import CHARACTERISTIC, REQUIREMENT, Case
from postel.kit.lower import LowerTester, Silent, Stop
from postel.kit.violator import Violator
from postel.kit.wire import summary

ADAPTERS = ("ENOSYS", "EINVAL", "EPROTO", "EBADF")  # errors that are the adapter's; any other is the IUT's refusal


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


def judge(
    case: Case, instance: Instance, *, profile: str = "modern", violator: Violator | None = None, slow: bool = False
) -> Outcome:
    """Runs `case` against a started IUT. Never raises for what an IUT does, but where this system lets nobody judge it; a
    fault of ours or of the adapter is `error`."""
    outcome = Outcome(case, profile=profile)
    start = time.monotonic()
    lacking = _lacks(case, instance, profile, slow)
    if lacking:
        outcome.verdict, outcome.actual = lacking
        return outcome
    lt = LowerTester(instance, profile, violator=violator, slow=slow)
    lt.costs.begins()
    lt.judged = case.requirements[0]
    try:
        before = _counters(lt)
        instance.drop_reasons()
        if _alive(lt, outcome):
            still_there = _run(case, lt, outcome)
            _passive(lt, outcome)
            if still_there:
                _last_probe(lt, outcome)
            if outcome.probes_passed:
                outcome.counters = {k: v - before.get(k, 0) for k, v in _counters(lt).items() if v != before.get(k, 0)}
            outcome.drops = instance.drop_reasons()
    except (UpperClosed, UpperError) as e:
        if isinstance(e, UpperClosed):
            instance.hang()
        _without_upper(e, lt, outcome)
    except EnvironmentUnusable:
        raise
    except Exception as e:  # a case with a mistake must not end the run
        outcome.ours, outcome.again = True, isinstance(e, OSError | MemoryError)
        _worsen(outcome, Verdict.ERROR, "a case without mistakes", f"{type(e).__name__}: {e}")
    if outcome.probes_passed:
        instance.patience.hung = 0
    outcome.frames, outcome.frame, outcome.left_out = kept(lt.frames, outcome.frame)
    outcome.script = lt.script
    outcome.duration = time.monotonic() - start
    return outcome


def _without_upper(e: Exception, lt: LowerTester, outcome: Outcome) -> None:
    """The upper tester failed: the adapter's fault, unless the IUT has ended or hangs, of the stimulus or before it."""
    hangs = isinstance(e.__cause__, LinkClosed)
    if lt.instance.alive() and not hangs:
        _worsen(outcome, Verdict.ERROR, "an answer", f"the upper tester: {e}")
        return
    verdict = Verdict.FAIL if lt.script else Verdict.INCONCLUSIVE
    _worsen(outcome, verdict, "an IUT that lives", str(e) if lt.instance.alive() else f"the IUT ended: {lt.instance.obituary()}")


def _lacks(case: Case, instance: Instance, profile: str, slow: bool) -> tuple[Verdict, str] | None:
    if profile not in case.profiles:
        return Verdict.NOT_APPLICABLE, f"holds in the profiles {', '.join(sorted(case.profiles))}"
    if "two-interfaces" in case.needs and instance.definition.interfaces < 2:
        return Verdict.UNSUPPORTED, "the IUT has one interface"
    caps = instance.upper.caps if instance.upper else frozenset()
    missing = case.needs - caps - {"two-interfaces"}
    if missing:
        return Verdict.UNSUPPORTED, f"the IUT's upper tester does not declare {', '.join(sorted(missing))}"
    return None


def _alive(lt: LowerTester, outcome: Outcome) -> bool:
    """The first control probe: without it nothing can be judged."""
    try:
        lt.settle(probe_anyway=True)
        lt.forget()
        return True
    except Silent as e:
        outcome.frame = len(lt.frames)
        _worsen(outcome, Verdict.INCONCLUSIVE, "an answer to the first control probe", _silence(e))
        return False


def _run(case: Case, lt: LowerTester, outcome: Outcome) -> bool:
    """False when the IUT no longer answers, or nobody can wait for it."""
    try:
        outcome.label = case.function(lt)
        left = lt.leftovers() if case.kind == REQUIREMENT else []
        if left:
            outcome.frame = left[0]["frame_number"]
            _failed(outcome, lt.judged, "nothing more", summary(left[0]))
        if case.kind == CHARACTERISTIC:
            _worsen(outcome, Verdict.INFO, "", outcome.label or "")
    except Stop as stop:
        outcome.frame = stop.frame or len(lt.frames)
        if stop.verdict == Verdict.FAIL:
            _failed(outcome, stop.requirement, stop.expected, stop.actual)
        else:
            _worsen(outcome, stop.verdict, stop.expected, stop.actual)
    except NotTaken as error:
        _worsen(outcome, Verdict.UNSUPPORTED, "", str(error))
    except UpperError as refusal:
        if refusal.code in ADAPTERS:
            raise
        outcome.frame = len(lt.frames)
        _failed(outcome, lt.judged, "that the user may do it", str(refusal))
    except Silent as e:
        outcome.frame = len(lt.frames)
        outcome.requirement = lt.judged
        _worsen(outcome, Verdict.FAIL, "an IUT that still answers the control probe", _silence(e))
        return False
    return True


def _silence(e: Silent) -> str:
    words = {"mute": "silence from a living IUT" + (f": {e.words}" if e.words else ""), "endless": e.words}
    return words.get(str(e), f"the IUT ended: {e}")


def _failed(outcome: Outcome, requirement: str | None, expected: str, actual: str) -> None:
    """A requirement is not met: `fail` where it must be, `warn` where it should be or is provisional."""
    rule = requirements.catalogue().get(requirement or "")
    if rule is not None and outcome.profile not in rule.profiles:
        _worsen(outcome, Verdict.NOT_APPLICABLE, expected, f"{actual}; {rule.id} does not hold in {outcome.profile}")
        return
    lenient = rule is not None and (rule.provisional or rule.level in ("SHOULD", "SHOULD NOT"))
    verdict = Verdict.WARN if lenient else Verdict.FAIL
    if worse(outcome.verdict, verdict) != outcome.verdict:
        outcome.requirement = requirement
    _worsen(outcome, verdict, expected, actual)


def _worsen(outcome: Outcome, verdict: Verdict, expected: str, actual: str) -> None:
    if worse(outcome.verdict, verdict) != outcome.verdict:
        outcome.verdict, outcome.expected, outcome.actual = verdict, expected, actual


def _passive(lt: LowerTester, outcome: Outcome) -> None:
    for rule, fields, number in lt.broken:
        if outcome.profile not in requirements.catalogue()[rule.requirement].profiles:
            continue
        before = outcome.verdict
        _failed(outcome, rule.requirement, rule.words, summary(fields))
        if outcome.verdict != before:
            outcome.frame = number


def _last_probe(lt: LowerTester, outcome: Outcome) -> None:
    try:
        lt.settle(probe_anyway=True)
        outcome.probes_passed = True
    except Silent as e:
        _worsen(outcome, Verdict.FAIL, "an answer to the last control probe", _silence(e))
    except Stop as stop:
        _worsen(outcome, stop.verdict, stop.expected, stop.actual)


def _counters(lt: LowerTester) -> dict[str, int]:
    if not lt.ut or "counters" not in lt.ut.caps:
        return {}
    return {name: int(value) for name, value in lt.ut.call("counters").items()}
