# SPDX-License-Identifier: BSD-2-Clause
"""Judging one case against one IUT: control probe, case, leftovers, control probe."""

import time
from contextlib import suppress
from dataclasses import replace

from postel.base.exits import EnvironmentUnusable
from postel.base.verdict import Verdict, worse
from postel.catalogue import requirements
from postel.iut.iut import Instance
from postel.iut.links import LinkClosed, NotTaken
from postel.iut.upper import Upper, UpperClosed, UpperError
from postel.kit import needs
from postel.kit.abilities import Abilities, Unknown, follows
from postel.kit.budget import kept
from postel.kit.case import CHARACTERISTIC, REQUIREMENT, ROUTER, THREE, Case
from postel.kit.lower import LowerTester, Silent, Stop
from postel.kit.outcome import BrokenToo, Outcome
from postel.kit.sweep import Sweep
from postel.kit.violator import Violator
from postel.kit.wire import summary
from postel.lab.addresses import INTERFACES

SURVIVES = "RFC1122-1.2.2-a"
ADAPTERS = ("ENOSYS", "EINVAL", "EPROTO", "EBADF")  # errors that are the adapter's; any other is the IUT's refusal


def judge(
    case: Case, instance: Instance, *, profile: str = "modern", violator: Violator | None = None, slow: bool = False,
    abilities: Abilities | None = None,
) -> Outcome:  # fmt: skip
    """Runs `case` against a started IUT. Never raises for what an IUT does, but where this system lets nobody judge it, and
    Unknown for an ability that is to be found out first; a fault of ours or of the adapter is `error`."""
    outcome = Outcome(case, profile=profile)
    start = time.monotonic()
    lt = LowerTester(instance, profile, violator=violator, slow=slow, abilities=abilities)
    lacking = _lacks(case, lt) or lt.abilities.missing(case.stands_on)
    if lacking:
        _ends(outcome, lacking)
        return outcome
    lt.uses = len(INTERFACES) if case.role == ROUTER or THREE in case.needs else lt.uses
    lt.costs.begins()
    lt.own_ability, lt.all_told = case.ability, case.kind == REQUIREMENT
    lt.late.case = case.id
    try:
        before = _counters(lt)
        instance.drop_reasons()
        if _alive(lt, outcome):
            still_there = _run(case, lt, outcome)
            outcome.apart = lt.beside
            outcome.broken_too += [BrokenToo(f.requirement, f.expected, f.actual, f.case) for f in lt.excused.values() if f.requirement]
            if still_there:
                _last_probe(lt, outcome)
            _passive(lt, outcome)
            if outcome.probes_passed:
                outcome.counters = {k: v - before.get(k, 0) for k, v in _counters(lt).items() if v != before.get(k, 0)}
            outcome.drops = instance.drop_reasons()
        else:
            _passive(lt, outcome)  # what it answers the probe with may be what is wrong
    except (UpperClosed, UpperError) as e:
        if isinstance(e, UpperClosed):
            instance.hang()
        _without_upper(e, lt, outcome)
    except (EnvironmentUnusable, Unknown):
        raise
    except Exception as e:  # a case with a mistake must not end the run
        outcome.ours, outcome.again = True, isinstance(e, OSError | MemoryError)
        _worsen(outcome, Verdict.ERROR, "a case without mistakes", f"{type(e).__name__}: {e}")
    if outcome.probes_passed:
        instance.patience.hung = 0
    outcome.frames, outcome.frame, outcome.left_out = kept(lt.frames, outcome.frame)
    outcome.script, outcome.late = lt.script, lt.late
    outcome.duration = time.monotonic() - start
    return outcome


def _without_upper(e: Exception, lt: LowerTester, outcome: Outcome) -> None:
    """The upper tester failed: the adapter's fault, unless the IUT has ended or hangs, of the stimulus or before it."""
    hangs = isinstance(e.__cause__, LinkClosed)
    if lt.instance.alive() and not hangs:
        _worsen(outcome, Verdict.ERROR, "an answer", f"the upper tester: {e}")
        return
    verdict = Verdict.FAIL if lt.script else Verdict.INCONCLUSIVE
    outcome.requirement = outcome.case.charged(lt.judged) if lt.script else None
    _worsen(outcome, verdict, "an IUT that lives", str(e) if lt.instance.alive() else f"the IUT ended: {lt.instance.obituary()}")


def lacked(upper: Upper) -> frozenset[str]:
    """What the stack has not, as its upper tester says or leaves to be understood."""
    return upper.lacks | needs.SILENCE_LACKS - upper.caps - upper.unsupported


def _lacks(case: Case, lt: LowerTester) -> Stop | None:
    instance = lt.instance
    if lt.profile not in case.profiles:
        return Stop(Verdict.NOT_APPLICABLE, "", f"holds in the profiles {', '.join(sorted(case.profiles))}")
    if case.role not in instance.definition.role:
        return Stop(Verdict.NOT_APPLICABLE, "", f"holds for the role {case.role}, which its definition does not name")
    for name, number, words in ("two-interfaces", 2, "one interface"), (THREE, 3, "fewer than three interfaces"):
        if name in case.needs and instance.definition.interfaces < number:
            return Stop(Verdict.UNSUPPORTED, "", f"the IUT has {words}")
    caps = instance.upper.caps if instance.upper else frozenset()
    caps |= {"vtime"} if lt.slow else set()  # who has the time waits for it
    missing = case.needs - caps - {"two-interfaces", THREE}
    if missing and instance.upper and missing <= lacked(instance.upper) & set(needs.MEANS):
        ability = needs.MEANS[min(missing)]
        if case.ability != ability:
            return lt.abilities.missing([ability])
        return Stop(Verdict.FAIL, f"a means of the stack: {min(missing)}", "it has none, its upper tester says", case.requirements[0])
    if missing and instance.upper and missing <= case.demands & instance.upper.lacks:
        return Stop(Verdict.FAIL, f"a stack that can be told {min(missing)}", "it has no means, its upper tester says", case.requirements[0])
    if missing:
        return Stop(Verdict.UNSUPPORTED, "", f"the IUT's upper tester does not declare {', '.join(sorted(missing))}")
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
        while (stop := _passed(case, lt, outcome)) and lt.sweep.stopped(stop):
            if lt.called:
                lt.instance.reset()
                lt.seen.pieces.clear()  # which identifications it has used is forgotten, too
        _told(outcome, lt.sweep, stop)
    except Silent as e:
        if _gave_up(lt, outcome):
            return False
        if stop := _died_before(lt, _silence(e)):
            _told(outcome, lt.sweep, stop)
            return False
        end = Stop(Verdict.FAIL, "an IUT that still answers the control probe", _silence(e), _blamed(lt, case), lt.shown or len(lt.frames))
        end.fatal = True
        _told(outcome, lt.sweep, None if lt.sweep.stopped(end) else end)
        return False
    return True


def _gave_up(lt: LowerTester, outcome: Outcome) -> bool:
    """Whether the IUT lives and has given up an address that the case has claimed for another, as RFC 5227 2.4 (a) lets it."""
    if not lt.gave_up():
        return False
    _worsen(outcome, Verdict.NOT_APPLICABLE, "", "the IUT gives up an address that somebody else claims, as it may (RFC 5227 2.4 (a))")
    return True


def _died_before(lt: LowerTester, how: str) -> Stop | None:
    """Where the stimulus takes an ability and the IUT ended, in the same words, in that ability's own case."""
    for name in lt.taken():
        if name != lt.own_ability and not (known := lt.abilities.of(name)).there and known.actual == how:
            return follows(known)
    return None


def _passed(case: Case, lt: LowerTester, outcome: Outcome) -> Stop | None:
    """The case to its end, or to the first stimulus of its sweep that fails: how that ended it."""
    lt.begin()
    lt.judged = next(iter(case.charges), case.requirements[0])
    try:
        if case.role == ROUTER:
            lt.becomes_router()
        outcome.label = case.function(lt)
        lt.settle(probe_anyway=True)
        if lt.all_told:
            lt.listen_on()
            lt.end()
            if more := lt.told_more():
                return Stop(Verdict.FAIL, "nothing more told to the user", more, lt.judged)
        if case.kind == CHARACTERISTIC:
            _worsen(outcome, Verdict.INFO, "", outcome.label or "")
        return None
    except Stop as stop:
        stop.frame = stop.frame or lt.shown or len(lt.frames)
        if stop.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
            with suppress(Silent):  # then the last control probe will say so
                lt.listen_to_silence()
        return stop
    except NotTaken as error:
        return Stop(Verdict.UNSUPPORTED, "", str(error))
    except UpperError as refusal:
        if refusal.code in ADAPTERS:
            raise
        return Stop(Verdict.FAIL, "that the user may do it", str(refusal), lt.judged, lt.shown or len(lt.frames))


def _told(outcome: Outcome, sweep: Sweep, end: Stop | None) -> None:
    """What the case comes to: the worst of what became of its stimuli and of how it ended."""
    nothing_left = sweep.left_out and not sweep.judged
    for stop in [*sweep.failed.values(), *([end] if end else []), *(list(sweep.left_out.values())[:1] if nothing_left else [])]:
        _ends(outcome, stop)
    outcome.sweep = sweep if sweep.judged or sweep.left_out else None


def _ends(outcome: Outcome, stop: Stop) -> None:
    stop.requirement = outcome.case.charged(stop.requirement)
    if stop.verdict == Verdict.FAIL and outcome.case.kind == CHARACTERISTIC and not stop.fatal:  # which finds out, and demands nothing
        outcome.label = f"not to be seen: {stop.actual} in place of {stop.expected}"
        _worsen(outcome, Verdict.INFO, "", outcome.label)
        return
    if stop.verdict == Verdict.FAIL:
        stop.rank, outcome.missed = broken(stop.requirement), True
        _failed(outcome, stop.requirement, stop.expected, stop.actual, stop.frame)
        return
    if worse(outcome.verdict, stop.verdict) != outcome.verdict:
        outcome.follows_from, outcome.frame = stop.follows_from, stop.frame
    _worsen(outcome, stop.verdict, stop.expected, stop.actual)


def _blamed(lt: LowerTester, case: Case) -> str | None:
    """Whoever ends has not survived what came. Whoever is silent may have taken what the step's rule forbids, and answer elsewhere; but
    where that demands nothing, or not so much, it has not survived it either."""
    demands = case.kind == REQUIREMENT and broken(lt.judged) == Verdict.FAIL
    return lt.judged if demands and lt.instance.alive() else SURVIVES


def _silence(e: Silent) -> str:
    words = {"mute": "silence from a living IUT" + (f": {e.words}" if e.words else ""), "endless": e.words,
             "malformed": f"a malformed answer: {e.words}"}  # fmt: skip
    return words.get(str(e), f"the IUT ended: {e}")


def broken(requirement: str | None) -> Verdict:
    """What it is not to meet a requirement: `fail` where it must be met, `warn` where it should be or is provisional."""
    rule = requirements.catalogue().get(requirement or "")
    lenient = rule is not None and (rule.provisional or rule.level in ("SHOULD", "SHOULD NOT"))
    return Verdict.WARN if lenient else Verdict.FAIL


def _failed(outcome: Outcome, requirement: str | None, expected: str, actual: str, frame: int | None) -> None:
    rule = requirements.catalogue().get(requirement or "")
    if rule is not None and outcome.profile not in rule.profiles:
        _worsen(outcome, Verdict.NOT_APPLICABLE, expected, f"{actual}; {rule.id} does not hold in {outcome.profile}")
        return
    verdict = broken(requirement)
    if worse(outcome.verdict, verdict) != outcome.verdict:
        outcome.requirement, outcome.frame, outcome.follows_from = requirement, frame, None
    _worsen(outcome, verdict, expected, actual)


def _worsen(outcome: Outcome, verdict: Verdict, expected: str, actual: str) -> None:
    if worse(outcome.verdict, verdict) != outcome.verdict:
        outcome.verdict, outcome.expected, outcome.actual = verdict, expected, actual


def _passive(lt: LowerTester, outcome: Outcome) -> None:
    own = replace(outcome)
    for rule, fields, number in lt.broken:
        if outcome.profile in requirements.catalogue()[rule.requirement].profiles:
            _failed(outcome, outcome.case.charged(rule.requirement), rule.words, summary(fields), number)
    if outcome.requirement != own.requirement:
        outcome.beside = own


def _last_probe(lt: LowerTester, outcome: Outcome) -> None:
    try:
        lt.answers_again()
        lt.settle(probe_anyway=True)
        outcome.probes_passed = True
    except Silent as e:
        if not _gave_up(lt, outcome):
            _worsen(outcome, Verdict.FAIL, "an answer to the last control probe", _silence(e))
    except Stop as stop:
        _worsen(outcome, stop.verdict, stop.expected, stop.actual)


def _counters(lt: LowerTester) -> dict[str, int]:
    if not lt.ut or "counters" not in lt.ut.caps:
        return {}
    return {name: int(value) for name, value in lt.ut.call("counters").items()}
