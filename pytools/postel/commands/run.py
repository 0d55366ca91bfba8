# SPDX-License-Identifier: BSD-2-Clause
"""Judges IUTs by the cases, this kernel and the reference stack unless told otherwise, and writes the results.

Exit codes: 0 as expected, 1 failure (or, with --strict, unexpected pass), 2 usage, 3 environment unusable,
4 IUT or adapter failed, 5 nothing selected, 70 internal error, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from postel import __version__, junit, kit, report, report_text, results, selection
from postel.exits import EnvironmentUnusable, Exit, NothingSelected, UsageError, worst
from postel.kit import Case
from postel.paths import ROOT
from postel.plain import lines
from postel.plugin import Plugin, Settings, Target, Tell, session
from postel.requirements import catalogue
from postel.results import Result
from postel.targets import asked_for, targets_of
from postel.workers import Workers

INTERRUPTED = 130
DEFAULT = ("reference", "linux")
OURS = ("results.json", "events.jsonl", "junit.xml", "report.html")  # what a run leaves in its directory, and evidence/


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    shard = selection.parse_shard(args.shard) if args.shard else None
    asked = [asked_for(text, args.link) for text in args.iut or DEFAULT]
    cases, deselected = chosen_cases(args, shard)
    prepare(args.out)
    targets, left_out = targets_of(asked, args)
    for line in unjudged(left_out, {target.iut: target.link for target in targets}):
        say(line)
    if not targets:
        mend = "" if all("./postel iut setup" in left["why"] for left in left_out) else "; `./postel doctor` says what would mend it"
        raise EnvironmentUnusable(f"nothing that was asked for can be judged on this system{mend}")
    facts = run_facts(args, cases, targets, left_out, deselected)
    return judge(args, cases, targets, facts, started)


def unjudged(left_out: Sequence[dict[str, str]], instead: dict[str, str]) -> Iterator[str]:
    """What is not judged and why, links with the same reason in one line; `instead` are the links that took their place."""
    links: dict[tuple[str, str], list[str]] = {}
    for left in left_out:
        links.setdefault((left["iut"], left["why"]), []).append(left["link"])
    for (name, why), those in links.items():
        judged = f"{name} is judged over {instead[name]}, not" if name in instead else f"{name} is not judged"
        yield f"{judged} over {', '.join(those)}: {why}"


def chosen_cases(args: argparse.Namespace, shard: tuple[int, int] | None) -> tuple[list[Case], dict[str, int]]:
    every = kit.cases()
    for problem in selection.unmatched(every, args.patterns):
        say(problem)
    cases, deselected = selection.select(every, args.patterns, slow=args.slow, shard=shard)
    if cases:
        return cases, deselected
    left = ", ".join(f"{count} by {why}" for why, count in deselected.items() if count)
    raise NothingSelected(f"no case is selected ({left or 'there are none'}); `./postel list` shows what there is")


def prepare(out: Path) -> None:
    """An empty place for the results; what an earlier run wrote there goes, anything else stays."""
    try:
        (out / "evidence").mkdir(parents=True, exist_ok=True)
        pages = [path for ending in ("pcapng", "html") for path in (out / "evidence").glob(f"*.{ending}")]
        for old in [*(out / name for name in OURS), *pages]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}: choose a directory that you may write") from error


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
            "shard": args.shard, "patterns": args.patterns,
            "system": {"kernel": platform.release(), "machine": platform.machine(), "python": platform.python_version(),
                       "user": "root" if os.geteuid() == 0 else "an ordinary user"},
        },
        "iuts": [iut_facts(target, None) for target in targets],
        "left_out": left_out,
        "deselected": deselected,
        "cases": {case.id: {"words": case.words, "kind": case.kind, "since": case.since,
                            "source": f"{report_text.relative(case.path)}:{case.line}"} for case in cases},
        "requirements": {id_: {"rfc": row.rfc, "section": row.section, "level": row.level, "rule": row.rule,
                               "provisional": row.provisional} for id_, row in known.items() if id_ in named},
    }  # fmt: skip


def iut_facts(target: Target, broken: str | None) -> dict[str, Any]:
    return {
        "name": target.iut, "about": target.definition.about, "link": target.link, "release": target.release,
        "capabilities": list(target.capabilities), "broken": broken,
    }  # fmt: skip


def judge(args: argparse.Namespace, cases: Sequence[Case], targets: Sequence[Target], facts: dict[str, Any], started: float
          ) -> int:
    """Runs the cases and writes all that comes out; returns the exit code."""
    settings = Settings(args.out, args.seed, args.slow, args.strict, args.build)
    expected = len(cases) * len(targets)
    with results.Journal(args.out / "events.jsonl") as journal, tempfile.TemporaryDirectory(prefix="postel-") as scratch:
        journal.write("run-start", facts)
        suites = [Path(scratch) / f"{number}.xml" for number in range(len(targets))]
        jobs = [partial(judge_target, cases, target, settings, file) for target, file in zip(targets, suites, strict=True)]
        with Workers(jobs) as workers:
            ends, codes = follow(workers, targets, journal, report_text.Progress(sys.stderr, expected))
        found = results.fold(journal.events)["results"]
        code = INTERRUPTED if workers.interrupted else exit_code(found, codes, len(found) == expected, args.strict)
        journal.write("run-end", {
            "complete": len(found) == expected, "exit": code, "run": {"duration_s": round(time.monotonic() - started, 2)},
            "iuts": [iut_facts(target, ends.get(number, {}).get("broken")) for number, target in enumerate(targets)],
        })  # fmt: skip
        document = results.fold(journal.events)
        write_all(document, args.out, suites)
    print("\n\n".join([*report_text.findings(document, f"{args.out}/"), report_text.written(document, args.out)]))
    if workers.interrupted:
        say(f"interrupted: {len(found)} of {expected} results are there")
    return code


def exit_code(found: Sequence[Result], codes: set[Exit], whole: bool, strict: bool) -> Exit:
    """`codes` are what the workers ended with. Where a result is lost nobody knows whether it was a good one."""
    failed = any(map(results.is_failure, found)) or (strict and any(map(results.is_unexpected_pass, found)))
    return worst([*codes, *[Exit.FAILED] * failed, *[Exit.INTERNAL] * (not whole and Exit.ENVIRONMENT not in codes)])


def judge_target(cases: Sequence[Case], target: Target, settings: Settings, junit_file: Path, tell: Tell) -> None:
    """In a worker: all cases of one IUT."""
    plugin = Plugin(cases, target, settings, tell, kit.judge)
    sound = session(plugin, ROOT, junit_file)
    exits = set(plugin.exits) | (set() if sound else {Exit.INTERNAL})
    tell("ended", {"exits": exits, "broken": plugin.bench.broken})


def follow(workers: Workers, targets: Sequence[Target], journal: results.Journal, progress: report_text.Progress
           ) -> tuple[dict[int, dict[str, Any]], set[Exit]]:
    """Keeps what the workers tell; returns how each ended, and the exit codes that apply."""
    ends: dict[int, dict[str, Any]] = {}
    codes: set[Exit] = set()
    for number, what, facts in workers.heard():
        name = f"{targets[number].iut} over {targets[number].link}"
        if what == "begins":
            progress.begins(f"{name}: {facts}")
        if what == "result":
            journal.write("result", facts)
            progress.ended(results.is_failure(facts))
        if what == "ended":
            ends[number] = facts
            codes |= facts["exits"]
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


def write_all(document: results.Document, out: Path, suites: Sequence[Path]) -> None:
    """Everything but events.jsonl, which is there already."""
    results.write(document, out / "results.json")
    merged = [suite for path in suites if (suite := junit.read(path)) is not None]
    complete = sum(len(suite.findall("testcase")) for suite in merged) == len(document["results"])
    junit.write(out / "junit.xml", merged if complete else junit.suites(document))
    report.write(document, out / "report.html")


def say(text: str) -> None:
    print(f"postel: {lines(text)}", file=sys.stderr)
