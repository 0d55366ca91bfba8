# SPDX-License-Identifier: BSD-2-Clause
"""One run, from the IUTs that were found to the results: what workers tell becomes events, events become the document."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from postel.base import signals
from postel.base.exits import Exit, worst
from postel.base.plain import lines
from postel.catalogue import selection
from postel.iut.definition import Definition
from postel.kit import Case
from postel.results import evidence, junit, outdir, report, report_frames, report_text, results
from postel.results.outdir import OutDir
from postel.results.results import Document, LeftOut, Result
from postel.runs import earlier, facts
from postel.runs.bench import Target
from postel.runs.earlier import Earlier, Wanted
from postel.runs.judging import Judging, Keep, Part
from postel.runs.plugin import Settings
from postel.runs.workers import Workers


@dataclass
class Plan:
    """What a run is to judge: these cases, of each target those that are `wanted`. `before` is the run that goes on."""

    cases: list[Case]
    deselected: dict[str, int]
    wanted: Wanted = earlier.every
    before: Earlier | None = None
    targets: list[Target] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def of(self, target: Target) -> list[Case]:
        """An IUT's definition may say that it is there for some only."""
        only = selection.of_patterns(self.cases, target.definition.cases)
        return [case for case in self.cases if self.wanted(target, case) and case.id in only]


def judge(args: argparse.Namespace, out: OutDir, plan: Plan, started: float) -> int:
    """Runs the cases and writes all that comes out; returns the exit code."""
    kept = earlier.kept(plan.before) if plan.before else []
    parts = parts_of(plan, kept, args.jobs, out.staging)
    out.begin(files(plan, parts), go_on=plan.before is not None and plan.before.directory == out.staging)
    settings = Settings(out.staging, args.seed, args.slow, args.strict, args.build, args.exitfirst, args.fake)
    expected = sum(len(plan.of(target)) for target in plan.targets)
    progress = report_text.Progress(sys.stderr, expected, len(kept), quiet=args.quiet)
    with signals.held() as ended, journal_in(out, first_events(args, plan, kept, out)) as (journal, keep):
        judging = Judging(parts, settings, keep, progress, each=args.verbose)
        deadline = started + args.timeout if args.timeout else None
        with Workers([judging.job(part) for part in parts], at_once=args.jobs or len(parts), deadline=deadline) as workers:
            judging.follow(workers)
        ended += [workers.interrupted] * bool(workers.interrupted)
        cut = cut_short(ended, workers.overdue, judging.first_failure)
        document = results.fold(journal.events)
        whole = len(document["results"]) == expected
        code = 128 + ended[0] if ended else exit_code(args, document, judging.codes, whole or cut is not None, workers.overdue)
        keep("run-end", {
            "complete": whole, "exit": code,
            "run": {"duration_s": round(time.monotonic() - started, 2), **({"cut_short": cut} if cut and not whole else {})},
            "iuts": [iut | {"release": target.release, "capabilities": list(target.capabilities)} | judging.ends.get(target, {})
                     for iut, target in zip(document["iuts"], plan.targets, strict=True)],
        })  # fmt: skip
        code = write_all(journal, keep, out, [part.suite for part in parts], ended)
        out.finish()
    document = results.fold(journal.events)
    tell(document, out.path, args)
    if not document["complete"]:
        say(f"{cut or 'not whole'}: {len(document['results'])} of {expected} results are there; --resume goes on")
    return code


def parts_of(plan: Plan, kept: Sequence[Result], jobs: int | None, staging: Path) -> list[Part]:
    """A part for each target; several where there may be more processes than targets. An interface is lent to one only."""
    known = {results.key(result)[:3] for result in kept}
    parts: list[Part] = []
    for target in plan.targets:
        left = [case for case in plan.of(target) if (case.id, target.iut, target.link) not in known]
        count = max(1, jobs // len(plan.targets)) if jobs else at_once(target.definition)
        count = 1 if target.link == "iface" else count
        shares = [left[n::count] for n in range(count)]
        parts += [Part(target, share, staging / f"suite-{len(parts) + n}.xml") for n, share in enumerate(filter(None, shares))]
    return parts


def at_once(definition: Definition) -> int:
    """Into how many parts the cases are split when nobody says so. A kernel is waited for most of the time, and is there as often as
    there are namespaces; somebody's program may be there once only. What limits a kernel's namespaces all together lies in its defaults."""
    return 2 if definition.upper_tester == "kernel" and not definition.kernel_defaults else 1


def files(plan: Plan, parts: Iterable[Part]) -> list[str]:
    """The names of the files that a run may leave behind."""
    kept = [f"{outdir.EVIDENCE}/{name(case.id, target.iut, target.link)}" for case in plan.cases for target in plan.targets
            for name in (evidence.name, evidence.stderr_name)]  # fmt: skip
    pages = sorted({report_frames.page_of(case.id) for case in plan.cases})
    return [*outdir.FILES, *(part.suite.name for part in parts), *kept, *pages]


def first_events(args: argparse.Namespace, plan: Plan, kept: Sequence[Result], out: OutDir) -> list[dict[str, Any]]:
    if not plan.before:
        wanted = [(target, plan.of(target)) for target in plan.targets]
        return [{"event": "run-start", **facts.of_run(args, plan.cases, wanted, plan.left_out, plan.deselected)}]
    with outdir.told(out.path):
        earlier.copy_evidence(plan.before, kept, out.staging)
    return [{"event": "run-start", **earlier.facts_of(plan.before)}, *({"event": "result"} | dict(result) for result in kept)]


@contextmanager
def journal_in(out: OutDir, events: Sequence[Mapping[str, Any]]) -> Iterator[tuple[results.Journal, Keep]]:
    """The journal of a run, and what writes into it."""

    def keep(event: str, facts: Mapping[str, Any]) -> None:
        with outdir.told(out.path):
            journal.write(event, facts)

    with outdir.told(out.path):
        journal = results.Journal(out.staging / "events.jsonl", events)
    with journal:
        yield journal, keep


def cut_short(ended: Sequence[int], overdue: bool, first_failure: bool) -> str | None:
    """Why a run ended before its end, in words."""
    if ended:
        return str(signals.Ended(ended[0]))
    return "the time was over (--timeout)" if overdue else "it ended at the first failure (-x)" if first_failure else None


def exit_code(args: argparse.Namespace, document: Document, codes: set[Exit], whole: bool, overdue: bool) -> Exit:
    """`codes` are what the workers ended with. Where a result is lost, and nobody wanted that, it may have been a bad one."""
    found = document["results"]
    failed = any(map(results.is_failure, found)) or (args.strict and any(map(results.is_unexpected_pass, found)))
    lacking = [left for left in results.not_judged(document) if left.get("asked") or args.require_all]
    return worst([
        *codes, *[Exit.ENVIRONMENT] * bool(lacking), *[Exit.FAILED] * (failed or overdue),
        *[Exit.INTERNAL] * (not whole and Exit.ENVIRONMENT not in codes),
    ])  # fmt: skip


def write_all(journal: results.Journal, keep: Keep, out: OutDir, suites: Sequence[Path], ended: Sequence[int]) -> int:
    """The pages and results.json; the exit code, which a signal that came meanwhile or a mistake of ours changes."""
    with outdir.told(out.path):
        problems = write_pages(results.fold(journal.events), out.staging, suites)
    for problem in problems:
        say(problem)
    code: int = journal.events[-1]["exit"]
    now = 128 + ended[0] if ended else Exit.INTERNAL if problems else code
    if now != code:
        keep("run-end", {"exit": now})
    with outdir.told(out.path):
        results.write(results.fold(journal.events), out.staging / "results.json")
    return now


def write_pages(document: Document, directory: Path, suites: Sequence[Path]) -> list[str]:
    """junit.xml and report.html; words for what could not be made, which loses no result."""
    problems = []
    pages: dict[str, Callable[[Document, Path], None]] = {
        "junit.xml": partial(write_junit, suites), "report.html": report.write,
    }  # fmt: skip
    for name, make in pages.items():
        try:
            make(document, directory / name)
        except Exception as error:
            if isinstance(error, OSError):
                raise
            problems.append(f"{name} could not be made: {type(error).__name__}: {error}")
    for path in suites:
        path.unlink(missing_ok=True)
    return problems


def write_junit(suites: Sequence[Path], document: Document, path: Path) -> None:
    """Of the files that the workers' pytest wrote, where they are whole; else of the results."""
    merged = junit.joined(suite for each in suites if (suite := junit.read(each)) is not None)
    complete = sum(len(suite.findall("testcase")) for suite in merged) == len(document["results"])
    junit.write(path, [*(merged if complete else junit.suites(document)), *junit.left_out(document)])


def tell(document: Document, out: Path, args: argparse.Namespace) -> None:
    blocks = report_text.findings(document, f"{out}/", quiet=args.quiet, every=args.verbose)
    print("\n\n".join([*blocks, *[report_text.written(document, out)] * (not args.quiet)]))


def say(text: str) -> None:
    print(f"postel: {lines(text)}", file=sys.stderr)
