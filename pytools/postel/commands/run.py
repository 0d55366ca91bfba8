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
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from postel import __version__, baseline, build, iut, kit, report, report_text, results, selection
from postel.exits import EnvironmentUnusable, Exit, IutFailed, NothingSelected, PostelError, UsageError, worst
from postel.iut import Definition, Instance
from postel.kit import Case, Outcome
from postel.paths import ROOT
from postel.plugin import Plugin, Settings, Target, session
from postel.requirements import catalogue
from postel.results import Document, Result

INTERRUPTED = 130
OURS = ("results.json", "events.jsonl", "junit.xml", "report.html")  # what a run leaves in its directory, and evidence/


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("patterns", nargs="*", metavar="PATTERN", help="a case or requirement id, its beginning, or a pattern with * ? []")
    add("--iut", action="append", metavar="NAME|FILE[:LINK]", help="what is judged; may be repeated (default: reference, linux)")
    add("--profile", default="modern", choices=["rfc791", "rfc1122", "rfc1812", "modern"], help="which rule holds where RFCs disagree")
    add("--slow", action="store_true", help="also cases that wait for real timers")
    add("--strict", action="store_true", help="an unexpected pass fails the run")
    add("--seed", type=int, default=1, metavar="N", help="for the IUT's random numbers and ours (default: 1)")
    add("--out", type=Path, default=Path("postel-out"), metavar="DIR", help="where results go (default: postel-out)")
    add("--shard", metavar="K/N", help="only the K-th of N parts of the cases")
    add("--no-install", action="store_true", help="install nothing: only say what is missing")
    add("--build", type=Path, metavar="DIR", help="use what is built there, build nothing")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    shard = selection.parse_shard(args.shard) if args.shard else None
    definitions = [definition_of(text) for text in args.iut or ["reference", "linux"]]
    cases, deselected = chosen_cases(args, shard)
    prepare(args.out)
    targets, left_out = targets_of(definitions, args)
    for left in left_out:
        say(f"not judged: {left['iut']} over {left['link']}: {left['why']}")
    if not targets:
        raise EnvironmentUnusable("nothing can be judged on this system; `./postel doctor` says what would mend it")
    facts = run_facts(args, cases, targets, left_out, deselected)
    return judge(args, cases, targets, facts, started)


def definition_of(text: str) -> tuple[Definition, str | None, str]:
    """The definition, the link if one is named, and the argument without the link."""
    name, colon, link = text.rpartition(":")
    if not colon:
        return iut.load(text), None, text
    definition = iut.load(name)
    if link not in definition.links:
        raise UsageError(f"--iut {text}: {definition.name} has no link {link!r}, it has {', '.join(definition.links)}")
    return definition, link, name


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
        for old in [*(out / name for name in OURS), *(out / "evidence").glob("*.pcapng")]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}: choose a directory that you may write") from error


def targets_of(definitions: Sequence[tuple[Definition, str | None, str]], args: argparse.Namespace
               ) -> tuple[list[Target], list[dict[str, str]]]:
    """Each IUT over the link that was named or the first that works here, and what is left out for which reason.

    Whether a link works is found by starting the IUT over it, not by asking."""
    targets: list[Target] = []
    left_out: list[dict[str, str]] = []
    for definition, named, argument in definitions:
        for link in [named] if named else definition.links:
            try:
                target = target_of(definition, link, argument, args)
            except EnvironmentUnusable as error:
                left_out.append({"iut": definition.name, "link": link, "why": str(error)})
                continue
            if any((target.iut, target.link) == (other.iut, other.link) for other in targets):
                raise UsageError(f"--iut {argument}: {target.iut} over {link} is there twice")
            targets.append(target)
            break
    return targets, left_out


def target_of(definition: Definition, link: str, argument: str, args: argparse.Namespace) -> Target:
    where = built(definition, link, args.build)
    start = partial(iut.start, definition, link, profile=args.profile, seed=args.seed, build=where)
    release, capabilities = tried(start)
    entries = tuple(baseline.load(baseline.path_of(definition.name)))
    return Target(definition, link, args.profile, start, argument, release, capabilities, entries)


def tried(start: Callable[[], Instance]) -> tuple[str, tuple[str, ...]]:
    """Starts an IUT once: which release it says it is and what its upper tester can do. One that fails is still
    judged: each of its cases then says so."""
    try:
        instance = start()
    except IutFailed:
        return "", ()
    try:
        upper = instance.upper
        return (upper.release, tuple(sorted(upper.caps))) if upper else ("", ())
    finally:
        instance.close()


def built(definition: Definition, link: str, directory: Path | None) -> Path:
    """Where the IUT's program is; builds it when its definition says that it is one of ours."""
    words = [*definition.command.get(link, ()), definition.object.get(link, "")]
    if directory:
        return directory.resolve()
    return build.build() if any("{build}" in word for word in words) else build.build_dir("release")


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
                            "source": f"{relative(case.path)}:{case.line}"} for case in cases},
        "requirements": {id_: {"rfc": row.rfc, "section": row.section, "level": row.level, "rule": row.rule,
                               "provisional": row.provisional} for id_, row in known.items() if id_ in named},
    }  # fmt: skip


def relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def iut_facts(target: Target, broken: str | None) -> dict[str, Any]:
    return {
        "name": target.iut, "about": target.definition.about, "link": target.link, "release": target.release,
        "capabilities": list(target.capabilities), "broken": broken,
    }  # fmt: skip


class Watch:
    """Moves the progress as results come."""

    def __init__(self, progress: report_text.Progress) -> None:
        self.progress = progress

    def begins(self, case: Case, target: Target) -> None:
        self.progress.begins(f"{target.iut} {target.link} {case.id}")

    def ended(self, result: Result) -> None:
        self.progress.ended(results.is_failure(result))


def judge(args: argparse.Namespace, cases: Sequence[Case], targets: Sequence[Target], facts: dict[str, Any], started: float,
          *, judge_case: Callable[..., Outcome] = kit.judge, stream: TextIO = sys.stderr) -> int:
    """Runs the cases and writes all that comes out; returns the exit code."""
    settings = Settings(args.out, args.seed, args.slow, args.strict)
    progress = report_text.Progress(stream, len(cases) * len(targets))
    with results.Journal(args.out / "events.jsonl") as journal:
        journal.write("run-start", facts)
        plugin = Plugin(cases, targets, settings, journal, Watch(progress), judge_case)
        crashed = session(plugin, ROOT) not in (0, 1, 2)  # passed, failed, interrupted
        progress.close()
        seconds = time.monotonic() - started
        code = INTERRUPTED if plugin.interrupted else exit_code(plugin, crashed)
        journal.write("run-end", {
            "complete": not plugin.interrupted and not crashed, "exit": code, "run": {"duration_s": round(seconds, 2)},
            "iuts": [iut_facts(target, plugin.bench.broken.get(target)) for target in targets],
        })  # fmt: skip
    document = results.fold(journal.events)
    results.write(document, args.out / "results.json")
    report.write(document, args.out / "report.html")
    evidence = sum(result["evidence"] is not None for result in document["results"])
    for block in report_text.whole(document, args.out, seconds, evidence):
        print(block, end="\n\n")
    if plugin.interrupted:
        say(f"interrupted: {len(document['results'])} of {len(cases) * len(targets)} results are there")
    return code


def exit_code(plugin: Plugin, crashed: bool) -> Exit:
    codes = set(plugin.exits)
    if crashed:
        codes.add(Exit.INTERNAL)
    failed = any(map(results.is_failure, plugin.found))
    surprised = plugin.settings.strict and any(map(results.is_unexpected_pass, plugin.found))
    if failed or surprised:
        codes.add(Exit.FAILED)
    return worst(codes)


def say(text: str) -> None:
    print(f"postel: {text}", file=sys.stderr)
