# SPDX-License-Identifier: BSD-2-Clause
"""The pytest plugin under `postel run`: one item for each case, all of one target.

pytest brings reporting, JUnit and its handling of interrupts; the cases come from kit.cases(), not from pytest's own
collection. The plugin keeps one instance of the IUT at a time, makes a result of every outcome and tells of it.
pass and info are passed; not-applicable and unsupported are skipped; warn is passed with a property; fail, inconclusive and
error are failed, or xfailed when the baseline expects them.
"""

from __future__ import annotations

import os
import shlex
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from postel.base.exits import Exit, PostelError
from postel.base.plain import harmless
from postel.iut.iut import Instance, LabDied
from postel.iut.traits import Traits
from postel.kit import Abilities, Case, Outcome, Verdict
from postel.results import baseline, evidence, junit, results
from postel.results.results import Result
from postel.runs.bench import Bench, Target
from postel.runs.workers import Tell

TRIES = 2  # of a case during which the lab died
LATER = 3  # times that a run begins anew because an answer was later than any before
SILENT_CASES = 5  # a silent IUT costs seconds a case, and after so many it is known to be one

@dataclass(frozen=True)
class Settings:
    out: Path
    seed: int = 1
    slow: bool = False
    strict: bool = False
    build: Path | None = None
    exitfirst: bool = False
    fake: str | None = None


class Late(Exception):
    """An answer was later than was known: what was taken for silence may have been none."""

    def __init__(self, seconds: float, to: Sequence[str]) -> None:
        super().__init__()
        self.seconds, self.to = seconds, to


class Failed(Exception):
    """An item's result is a failure of the run; the message is what JUnit holds."""


class CaseItem(pytest.Item):
    def __init__(self, *, case: Case, plugin: Plugin, **rest: Any) -> None:
        super().__init__(**rest)
        self.case, self.plugin = case, plugin

    def runtest(self) -> None:
        result = harmless(self.plugin.judge(self.case))
        self.plugin.done(self)
        self.user_properties += [("requirement", id_) for id_ in self.case.requirements]
        self.user_properties.append(("verdict", result["verdict"]))
        said = junit.said(result)
        if results.is_failure(result):
            raise Failed(said)
        if results.is_unexpected_pass(result) and self.plugin.settings.strict:
            raise Failed("unexpected pass: the baseline says " + _baseline(result))
        if result["verdict"] in results.RED:
            pytest.xfail(_baseline(result))
        if result["verdict"] in ("not-applicable", "unsupported"):
            pytest.skip(f"{result['verdict']}: {result['actual']}")
        if result["verdict"] == "warn":
            self.user_properties.append(("warning", said))

    def repr_failure(self, info: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(info.value) if isinstance(info.value, Failed) else super().repr_failure(info)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.case.path, self.case.line - 1, self.name


def _baseline(result: Result) -> str:
    known = result["baseline"]
    return f"{known['verdict']}: {known['reason'] or 'no reason given'}" if known else ""


def _in(profile: str, find_out: Callable[[Instance, str], Traits]) -> Callable[[Instance], Traits]:
    return lambda instance: find_out(instance, profile)


class Plugin:
    """`exits` and `interrupted` say afterwards how it went."""

    def __init__(self, cases: Sequence[Case], target: Target, settings: Settings, tell: Tell,
                 judge: Callable[..., Outcome], find_out: Callable[[Instance, str], Traits] | None = None) -> None:
        self.cases, self.target, self.settings = cases, target, settings
        self._tell, self._judge = tell, judge
        self.bench = Bench(target, _in(target.profile, find_out) if find_out else None)
        self.abilities = Abilities()
        self.exits: set[Exit] = set()
        self.interrupted = False
        self.where = f"{target.iut}-{target.link}-{target.profile}"
        self._silent = 0  # cases in a row whose first control probe nobody answered
        self._done: list[CaseItem] = []  # and has a result
        self._later = 0

    def pytest_collection(self, session: pytest.Session) -> bool:
        session.items = [
            # the node's id, of which JUnit's names are made, is the case's own
            CaseItem.from_parent(session, path=case.path, name=name, nodeid=f"{section}::{name}", case=case, plugin=self)
            for case in self.cases
            for section, _, name in [f"{case.id}[{self.where}]".rpartition("/")]
        ]
        session.testscollected = len(session.items)
        return True

    def pytest_keyboard_interrupt(self) -> None:
        self.interrupted = True

    def pytest_sessionfinish(self) -> None:
        self.bench.end()

    def judge(self, case: Case) -> Result:
        """Judges one case; whatever goes wrong is a result too."""
        self._tell("begins", case.id)
        try:
            result = self._record(self._outcome(case))
        except Exception:  # a mistake of ours about the result itself
            self.exits.add(Exit.INTERNAL)
            self._tell("lost", f"the result of {case.id} is lost: {traceback.format_exc()}")
            raise
        self._tell("result", result)
        return result

    def done(self, item: CaseItem) -> None:
        self._done.append(item)
        for id_ in self.bench.heard_late(wait=item is item.session.items[-1]):
            self._listen_to(id_)

    def _listen_to(self, id_: str) -> None:
        """Something came behind the end of this case: it is judged again, with an ear on what comes."""
        self.bench.patience.heard_late.add(id_)
        self.abilities.outcomes.pop(id_, None)
        again = [item for item in self._done if item.case.id == id_]
        self._done = [item for item in self._done if item.case.id != id_]
        for item in again:
            item.session.items.append(item)
        self._tell("anew", [item.case.id for item in again])

    def _outcome(self, case: Case) -> Outcome:
        if self._silent >= SILENT_CASES:
            words = f"not tried: nobody answered it in the {SILENT_CASES} cases before"
            return Outcome(case, Verdict.INCONCLUSIVE, expected="an answer to the first control probe", actual=words)
        why: list[str] = []
        while len(why) < TRIES:
            try:
                return self._tried(case)
            except LabDied as error:  # whatever was seen, it was not the IUT
                why.append(str(error))
                self._tell("again", f"{error} during {case.id}" + ", which is judged again" * (len(why) < TRIES))
                self.bench.close()
        return self._failed(case, "a lab that lives", f"{TRIES} times in a row: {why[-1]}", Exit.INTERNAL)

    def _tried(self, case: Case) -> Outcome:
        """LabDied when nothing can be said of the IUT."""
        try:
            outcome = self.abilities.judged(case, self._once)
            silent = outcome.verdict == Verdict.INCONCLUSIVE and not outcome.probes_passed
            if outcome.verdict == Verdict.ERROR or (outcome.verdict == Verdict.INCONCLUSIVE and self.bench.died()):
                self.exits.add(Exit.INTERNAL if outcome.ours else Exit.IUT)
            self._silent = self._silent + 1 if silent else 0 if outcome.frames else self._silent
            return outcome
        except Late as late:
            self._anew(late)
            return self._tried(case)
        except LabDied:
            raise
        except PostelError as error:
            return self._failed(case, "an IUT that can be judged", str(error), error.exit)
        except (OSError, MemoryError) as error:
            raise LabDied(f"{type(error).__name__}: {error}") from error
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            words = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
            return self._failed(case, "a verdict", f"an error in Postel itself: {words}", Exit.INTERNAL)

    def _once(self, case: Case) -> Outcome:
        """Of a case, or of an ability's that it stands on."""
        instance, profile, slow = self.bench.instance(), self.target.profile, self.settings.slow
        outcome = self._judge(case, instance, profile=profile, slow=slow, abilities=self.abilities)
        if self.bench.lab_died():
            raise LabDied("the lab's helper process has ended")
        if outcome.again:
            raise LabDied(outcome.actual)
        if outcome.late and outcome.late.seconds > instance.traits.lateness and self._later < LATER:
            self.bench.close()
            raise Late(outcome.late.seconds, sorted(outcome.late.to))
        if outcome.verdict == Verdict.ERROR:
            self.bench.close()
        if outcome.late and outcome.verdict not in (*results.RED, Verdict.ERROR):
            self.bench.linger(outcome.late)
        return outcome

    def _anew(self, late: Late) -> None:
        """What was judged so far is judged again at the end, with so much more patience; what comes of that replaces it."""
        self._later += 1
        self.target.traits = replace(self.target.traits or Traits(), lateness=late.seconds * 1.5 + 0.003)
        self.abilities = Abilities()
        again, self._done = self._done, []
        for item in again:
            item.session.items.append(item)
        words = f"an answer to {', '.join(late.to)} came {late.seconds * 1000:.0f} ms late: what was judged before is judged again"
        self.bench.remark(words)
        self._tell("anew", [item.case.id for item in again])

    def _failed(self, case: Case, expected: str, actual: str, code: Exit) -> Outcome:
        self.exits.add(code)
        return Outcome(case=case, verdict=Verdict.ERROR, expected=expected, actual=actual, ours=code != Exit.IUT)

    def _record(self, outcome: Outcome) -> Result:
        file = self._kept(outcome) if outcome.frames else None
        if self.target.definition.isolate == "case" or outcome.verdict == Verdict.ERROR:
            self.bench.close()
        return recorded(outcome, self.target, self.settings, file, self._kept_stderr(outcome.case))

    def _kept(self, outcome: Outcome) -> str | None:
        """The name of the file with the outcome's frames; None when it cannot be written, which is said once."""
        file = f"evidence/{evidence.name(outcome.case.id, self.target.iut, self.target.link)}"
        try:
            evidence.write(self.settings.out / file, outcome, iut=self.target.iut, link=self.target.link)
            return file
        except OSError as error:
            self._lost(outcome.case, error)
            with suppress(OSError):
                (self.settings.out / file).unlink()
            return None

    def _kept_stderr(self, case: Case) -> str | None:
        """The name of the file with what the instance has said on its standard error."""
        name = evidence.stderr_name(case.id, self.target.iut, self.target.link)
        try:
            file = self.bench.stderr(self.settings.out / "evidence" / name)
        except OSError as error:
            self._lost(case, error)
            return None
        return f"evidence/{file.name}" if file else None

    def _lost(self, case: Case, error: OSError) -> None:
        if Exit.ENVIRONMENT not in self.exits:
            self._tell("lost", f"evidence cannot be kept, of {case.id} to begin with: {error}")
        self.exits.add(Exit.ENVIRONMENT)


def recorded(outcome: Outcome, target: Target, settings: Settings, file: str | None = None, stderr: str | None = None
             ) -> Result:
    """The result of an outcome, with what the baseline says of it."""
    known = baseline.expectation(
        target.known.entries, outcome.case.id, str(outcome.verdict), requirement=outcome.requirement, release=target.release,
        link=target.link, settings={"profile": target.profile, "slow": settings.slow},
        stimuli=results.stimuli_of(outcome),
    )  # fmt: skip
    return results.record(
        outcome, iut=target.iut, link=target.link, profile=target.profile, evidence=file, stderr=stderr,
        baseline=known, repeat=repeat(outcome.case, target, settings),
    )  # fmt: skip


def repeat(case: Case, target: Target, settings: Settings) -> str:
    """The line that judges this case of this target again, and nothing else."""
    words = ["./postel run", case.id, f"--iut {shlex.quote(f'{target.argument or target.iut}:{target.link}')}"]
    words += [f"--profile {target.profile}"] * (target.profile != "modern")
    words += [f"--seed {settings.seed}"] * (settings.seed != 1)
    words += ["--slow"] * settings.slow
    words += [f"--fake {settings.fake}"] * (settings.fake is not None)
    words += [f"--baseline {shlex.quote(f'{target.iut}={target.known.path}')}"] * target.known.named
    words += [f"--build {shlex.quote(str(settings.build))}"] * (settings.build is not None)
    return " ".join(words)


@contextmanager
def untouched_by(prefix: str) -> Iterator[None]:
    """Hides the user's settings for pytest, which are for the user's own tests."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(prefix)}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(hidden)


def session(plugin: Plugin, root: Path, junit: Path) -> bool:
    """Judges all; False when pytest itself came to grief."""
    ini = Path(__file__).with_name("pytest.ini")
    off = ("cacheprovider", "terminal", "doctest", "faulthandler", "logging", "stepwise", "python", "unittest", "nose")
    arguments = [
        "-c", str(ini), f"--rootdir={root}", f"--confcutdir={root}", "--noconftest", "--capture=no", f"--junitxml={junit}",
        "-o", f"junit_suite_name={plugin.where}",
    ]  # fmt: skip
    arguments += ["-x"] * plugin.settings.exitfirst
    arguments += [word for name in off for word in ("-p", f"no:{name}")]
    with untouched_by("PYTEST_"):
        code = int(pytest.main([*arguments, str(root)], plugins=[plugin]))
    return code in (0, 1, 2)  # passed, failed, interrupted
