# SPDX-License-Identifier: BSD-2-Clause
"""What the workers of a run do, and what becomes of what they tell.

A worker that dies (killed, out of memory) takes nothing with it but the case that it was at: another one judges that again
and goes on. When that dies of the same case, the case is an error of ours: nothing is known of the IUT.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from postel import kit
from postel.base.exits import Exit
from postel.base.paths import ROOT
from postel.kit import Case, Outcome, Verdict, foundout
from postel.results import outdir, results
from postel.results.report_text import Progress
from postel.runs.bench import Target
from postel.runs.plugin import TRIES, Plugin, Settings, recorded, session
from postel.runs.workers import Tell, Workers

Keep = Callable[[str, Mapping[str, Any]], None]  # an event and the facts of it


@dataclass(eq=False)
class Part:
    """What one worker judges: cases of one target. `left` have no result yet, and one of them is `begun`."""

    target: Target
    left: list[Case]
    suite: Path  # where pytest writes its junit
    begun: Case | None = None
    judged: dict[str, tuple[Case, bool]] = field(default_factory=dict)  # by id; whether it failed the run
    deaths: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        return f"{self.target.iut} over {self.target.link}"


def judge_part(part: Part, settings: Settings, tell: Tell) -> None:
    """In a worker."""
    plugin = Plugin(part.left, part.target, settings, tell, kit.judge, foundout.find_out)
    with outdir.told(settings.out):
        sound = session(plugin, ROOT, part.suite)
    broken = str(plugin.bench.broken) if plugin.bench.broken else None
    tell("ended", {
        "exits": set(plugin.exits) | (set() if sound else {Exit.INTERNAL}), "broken": broken, "remarks": plugin.bench.remarks(),
        "confinement": plugin.bench.confinement(), "settings": plugin.bench.settings(),
        "release": part.target.release, "capabilities": part.target.capabilities, "whole": not plugin.interrupted,
        "abilities": [asdict(finding) for finding in plugin.abilities.found.values()],
    })  # fmt: skip


def fails(result: results.Result, strict: bool) -> bool:
    return results.is_failure(result) or (strict and results.is_unexpected_pass(result))


class Judging:
    """Judges all parts. Afterwards `codes` are the exit codes that apply, and `ends` what is known of a target only then: why it
    could not be started (`broken`), what confines it (`confinement`), what was found out of it for other cases (`abilities`), and what
    has to be said of it beside its results (`remarks`). With `each` every result is said as it comes."""

    def __init__(self, parts: Sequence[Part], settings: Settings, keep: Keep, progress: Progress, *, each: bool = False) -> None:
        self._settings, self._keep, self._progress, self._each = settings, keep, progress, each
        self._parts = dict(enumerate(parts))
        self.codes: set[Exit] = set()
        self.ends: dict[Target, dict[str, Any]] = {}
        self.first_failure = False  # ended it all

    def job(self, part: Part) -> Callable[[Tell], None]:
        return partial(judge_part, part, self._settings)

    def follow(self, workers: Workers) -> None:
        """Keeps what they tell until the last is gone."""
        for number, what, facts in workers.heard():
            part = self._parts[number]
            if what == "begins":
                part.begun = next(case for case in part.left if case.id == facts)
                self._progress.begins(f"{part.name}: {facts}")
            if what == "result":
                self._result(part, facts)
                if self._settings.exitfirst and fails(facts, self._settings.strict) and not workers.stopped:
                    self.first_failure = True
                    workers.stop()
            if what == "anew":
                self._anew(part, facts)
            if what == "ended":
                self._ended(part, facts)
            if what in ("lost", "again"):
                self._say(part, facts)
            if what == "refused":
                self.codes.add(facts.exit)
                self._say(part, str(facts))
                part.left = []
            if what == "crashed":
                self.codes.add(Exit.INTERNAL)
                self._say(part, facts.rstrip())
                part.left = []
            if what == "gone" and part.left and not workers.stopped:
                self._died(number, part, facts or "its worker ended too early", workers)
        self._progress.close()

    def _result(self, part: Part, result: results.Result) -> None:
        self._keep("result", result)
        part.judged |= {case.id: (case, results.is_failure(result)) for case in part.left if case.id == result["case"]}
        part.left = [case for case in part.left if case.id != result["case"]]
        part.begun = None
        self._progress.ended(results.is_failure(result))
        if self._each:
            self._progress.say(f"{result['verdict']:<14} {result['case']}  {result['iut']}  {result['link']}  {result['duration_ms']:.0f} ms")

    def _anew(self, part: Part, ids: Sequence[str]) -> None:
        """These are judged again, and what comes of it replaces what is there."""
        again = [part.judged.pop(each) for each in ids]
        part.left += [case for case, _ in again]
        self._progress.taken_back(len(again), sum(failed for _, failed in again))

    def _ended(self, part: Part, facts: dict[str, Any]) -> None:
        self.codes |= facts["exits"]
        known = self.ends.setdefault(part.target, {"broken": None, "remarks": [], "confinement": [], "settings": [], "abilities": []})
        known["broken"] = known["broken"] or facts["broken"]
        for what in ("confinement", "settings"):
            known[what] = known[what] or facts[what]
        found = {finding["ability"] for finding in known["abilities"]}
        known["abilities"] += [finding for finding in facts["abilities"] if finding["ability"] not in found]
        known["abilities"].sort(key=lambda finding: finding["ability"])
        news = [remark for remark in facts["remarks"] if remark not in known["remarks"]]
        known["remarks"] += news
        for remark in news:
            self._say(part, remark)
        part.target.release, part.target.capabilities = facts["release"], facts["capabilities"]
        part.left = [] if facts["whole"] else part.left

    def _died(self, number: int, part: Part, words: str, workers: Workers) -> None:
        case = part.begun or part.left[0]
        part.deaths[case.id] += 1
        if part.deaths[case.id] < TRIES:
            self._say(part, f"{words} during {case.id}, which is judged again")
        else:
            self._say(part, f"{words} during {case.id}, again")
            self.codes.add(Exit.INTERNAL)
            outcome = Outcome(case, Verdict.ERROR, expected="a worker that lives", actual=f"{TRIES} times in a row: {words}", ours=True)
            self._result(part, recorded(outcome, part.target, self._settings))
        part.begun = None
        if part.left:
            self._parts[workers.add(self.job(part))] = part

    def _say(self, part: Part, words: str) -> None:
        self._progress.say(f"postel: {part.name}: {words}")
