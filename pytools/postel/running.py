# SPDX-License-Identifier: BSD-2-Clause
"""One run, from the IUTs that were found to the results: what workers tell becomes events, events become the document."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from postel import __version__, evidence, junit, kit, outdir, report, report_text, results, signals
from postel.exits import Exit, worst
from postel.kit import Case
from postel.outdir import OutDir
from postel.paths import ROOT, relative
from postel.plain import lines
from postel.plugin import Plugin, Settings, Target, Tell, session
from postel.requirements import catalogue
from postel.results import Result
from postel.workers import Workers

Keep = Callable[[str, Mapping[str, Any]], None]  # an event and the facts of it


def run_facts(args: argparse.Namespace, cases: Sequence[Case], targets: Sequence[Target], left_out: list[dict[str, str]],
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
        "capabilities": list(target.capabilities), "broken": end.get("broken"), "remarks": end.get("remarks", []),
    }  # fmt: skip


def files(cases: Iterable[Case], targets: Sequence[Target]) -> list[str]:
    """The names of the files that a run may leave behind."""
    kept = [f"{outdir.EVIDENCE}/{name(case.id, target.iut, target.link)}" for case in cases for target in targets
            for name in (evidence.name, evidence.stderr_name)]  # fmt: skip
    return [*outdir.FILES, *(suite_name(number) for number in range(len(targets))), *kept]


def suite_name(number: int) -> str:
    return f"suite-{number}.xml"


def judge(args: argparse.Namespace, out: OutDir, cases: Sequence[Case], targets: Sequence[Target], facts: dict[str, Any],
          started: float) -> int:
    """Runs the cases and writes all that comes out; returns the exit code."""
    out.begin(files(cases, targets))
    settings = Settings(out.staging, args.seed, args.slow, args.strict, args.build)
    expected = len(cases) * len(targets)
    suites = [out.staging / suite_name(number) for number in range(len(targets))]
    jobs = [partial(judge_target, cases, target, settings, file) for target, file in zip(targets, suites, strict=True)]
    with signals.held() as ended, journal_in(out) as (journal, keep):
        keep("run-start", facts)
        with Workers(jobs) as workers:
            ends, codes = follow(workers, targets, keep, report_text.Progress(sys.stderr, expected))
        ended += [workers.interrupted] * bool(workers.interrupted)
        found = results.fold(journal.events)["results"]
        code = exit_code(found, codes, len(found) == expected, args.strict)
        keep("run-end", {
            "complete": len(found) == expected, "exit": 128 + ended[0] if ended else code,
            "run": {"duration_s": round(time.monotonic() - started, 2)},
            "iuts": [iut_facts(target, ends.get(number, {})) for number, target in enumerate(targets)],
        })  # fmt: skip
        with outdir.told(out.path):
            problems = write_pages(results.fold(journal.events), out.staging, suites)
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


def judge_target(cases: Sequence[Case], target: Target, settings: Settings, junit_file: Path, tell: Tell) -> None:
    """In a worker: all cases of one IUT."""
    plugin = Plugin(cases, target, settings, tell, kit.judge)
    with outdir.told(settings.out):
        sound = session(plugin, ROOT, junit_file)
    exits = set(plugin.exits) | (set() if sound else {Exit.INTERNAL})
    tell("ended", {"exits": exits, "broken": plugin.bench.broken, "remarks": plugin.bench.remarks()})


def follow(workers: Workers, targets: Sequence[Target], keep: Keep, progress: report_text.Progress
           ) -> tuple[dict[int, dict[str, Any]], set[Exit]]:
    """Keeps what the workers tell; returns how each ended, and the exit codes that apply."""
    ends: dict[int, dict[str, Any]] = {}
    codes: set[Exit] = set()
    for number, what, facts in workers.heard():
        name = f"{targets[number].iut} over {targets[number].link}"
        if what == "begins":
            progress.begins(f"{name}: {facts}")
        if what == "result":
            keep("result", facts)
            progress.ended(results.is_failure(facts))
        if what == "ended":
            ends[number] = facts
            codes |= facts["exits"]
            for remark in facts["remarks"]:
                progress.say(f"postel: {name}: {remark}")
        if what == "lost":
            progress.say(f"postel: {name}: {facts}")
        if what == "refused":
            codes.add(facts.exit)
            progress.say(f"postel: {name}: {facts}")
        if what == "crashed" or (what == "gone" and facts and not workers.interrupted):
            codes.add(Exit.INTERNAL)
            progress.say(f"postel: {name}: {facts.rstrip()}")
    progress.close()
    return ends, codes


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
    junit.write(path, merged if complete else junit.suites(document))


def say(text: str) -> None:
    print(f"postel: {lines(text)}", file=sys.stderr)
