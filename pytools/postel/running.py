# SPDX-License-Identifier: BSD-2-Clause
"""One run, from the IUTs that were found to the results: what workers tell becomes events, events become the document."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from postel import __version__, evidence, junit, kit, outdir, report, report_frames, report_text, results, signals
from postel.exits import Exit, worst
from postel.judging import Judging, Keep, Part
from postel.kit import Case
from postel.outdir import OutDir
from postel.paths import relative
from postel.plain import lines
from postel.plugin import Settings, Target
from postel.requirements import catalogue
from postel.results import LeftOut, Result
from postel.workers import Workers


def run_facts(args: argparse.Namespace, cases: Sequence[Case], targets: Sequence[Target], left_out: list[LeftOut],
              deselected: dict[str, int]) -> dict[str, Any]:
    """What is known before the first case: the first line of events.jsonl."""
    known = catalogue()
    named = sorted({id_ for case in cases for id_ in case.requirements} & set(known))
    return {
        "schema": results.SCHEMA,
        "run": {
            "version": __version__,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "command": shlex.join(["./postel", *sys.argv[1:]]),
            "profile": args.profile, "seed": args.seed, "slow": args.slow, "strict": args.strict,
            "shard": args.shard, "patterns": args.patterns, "exclude": args.exclude,
            "system": {"kernel": platform.release(), "machine": platform.machine(), "python": platform.python_version(),
                       "user": "root" if os.geteuid() == 0 else "an ordinary user"},
        },
        "iuts": [iut_facts(target, {}) for target in targets],
        "left_out": left_out,
        "deselected": deselected,
        "cases": {case.id: {"words": case.words, "kind": case.kind, "since": case.since,
                            "source": f"{relative(case.path)}:{case.line}"} for case in cases},
        "requirements": {id_: {"rfc": row.rfc, "section": row.section, "level": row.level, "rule": row.rule,
                               "provisional": row.provisional} for id_, row in known.items() if id_ in named},
    }  # fmt: skip


def iut_facts(target: Target, end: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": target.iut, "about": target.definition.about, "link": target.link, "release": target.release,
        "capabilities": list(target.capabilities),
        "definition": str(relative(target.definition.path)),
        "baseline": str(relative(target.known.path)) if target.known.path else None, "broken": end.get("broken"), "remarks": end.get("remarks", []),
    }  # fmt: skip


def files(cases: Sequence[Case], parts: Sequence[Part]) -> list[str]:
    """The names of the files that a run may leave behind."""
    targets = list(dict.fromkeys(part.target for part in parts))
    kept = [f"{outdir.EVIDENCE}/{name(case.id, target.iut, target.link)}" for case in cases for target in targets
            for name in (evidence.name, evidence.stderr_name)]  # fmt: skip
    pages = sorted({report_frames.page_of(case.id) for case in cases})
    return [*outdir.FILES, *(part.suite.name for part in parts), *kept, *pages]


def judge(args: argparse.Namespace, out: OutDir, cases: Sequence[Case], targets: Sequence[Target], facts: dict[str, Any],
          started: float) -> int:
    """Runs the cases and writes all that comes out; returns the exit code."""
    parts = [Part(target, list(cases), out.staging / f"suite-{n}.xml") for n, target in enumerate(targets)]
    out.begin(files(cases, parts))
    settings = Settings(out.staging, args.seed, args.slow, args.strict, args.build)
    expected = len(cases) * len(targets)
    with signals.held() as ended, journal_in(out) as (journal, keep):
        keep("run-start", facts)
        judging = Judging(parts, settings, keep, report_text.Progress(sys.stderr, expected))
        with Workers([judging.job(part) for part in parts]) as workers:
            judging.follow(workers)
        ended += [workers.interrupted] * bool(workers.interrupted)
        document = results.fold(journal.events)
        found = document["results"]
        lacking = [left for left in results.not_judged(document) if left.get("asked") or args.require_all]
        codes = {*judging.codes, *[Exit.ENVIRONMENT] * bool(lacking)}
        code = exit_code(found, codes, len(found) == expected, args.strict)
        keep("run-end", {
            "complete": len(found) == expected, "exit": 128 + ended[0] if ended else code,
            "run": {"duration_s": round(time.monotonic() - started, 2)},
            "iuts": [iut_facts(target, judging.ends.get(target, {})) for target in targets],
        })  # fmt: skip
        with outdir.told(out.path):
            problems = write_pages(results.fold(journal.events), out.staging, [part.suite for part in parts])
        for problem in problems:
            say(problem)
        code = 128 + ended[0] if ended else Exit.INTERNAL if problems else code
        if code != journal.events[-1]["exit"]:
            keep("run-end", {"exit": code})
        document = results.fold(journal.events)
        with outdir.told(out.path):
            results.write(document, out.staging / "results.json")
        out.finish()
    print("\n\n".join([*report_text.findings(document, f"{out.path}/"), report_text.written(document, out.path)]))
    if ended:
        say(f"{signals.Ended(ended[0])}: {len(found)} of {expected} results are there")
    return code


@contextmanager
def journal_in(out: OutDir) -> Iterator[tuple[results.Journal, Keep]]:
    """The journal of a run, and what writes into it."""

    def keep(event: str, facts: Mapping[str, Any]) -> None:
        with outdir.told(out.path):
            journal.write(event, facts)

    with outdir.told(out.path):
        journal = results.Journal(out.staging / "events.jsonl")
    with journal:
        yield journal, keep


def exit_code(found: Sequence[Result], codes: set[Exit], whole: bool, strict: bool) -> int:
    """`codes` are what the workers ended with. Where a result is lost nobody knows whether it was a good one."""
    failed = any(map(results.is_failure, found)) or (strict and any(map(results.is_unexpected_pass, found)))
    return worst([*codes, *[Exit.FAILED] * failed, *[Exit.INTERNAL] * (not whole and Exit.ENVIRONMENT not in codes)])


def write_pages(document: results.Document, directory: Path, suites: Sequence[Path]) -> list[str]:
    """junit.xml and report.html; words for what could not be made, which loses no result."""
    problems = []
    pages: dict[str, Callable[[results.Document, Path], None]] = {
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


def write_junit(suites: Sequence[Path], document: results.Document, path: Path) -> None:
    merged = [suite for each in suites if (suite := junit.read(each)) is not None]
    complete = sum(len(suite.findall("testcase")) for suite in merged) == len(document["results"])
    junit.write(path, [*(merged if complete else junit.suites(document)), *junit.left_out(document)])


def say(text: str) -> None:
    print(f"postel: {lines(text)}", file=sys.stderr)
