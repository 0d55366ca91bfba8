# SPDX-License-Identifier: BSD-2-Clause
"""Searches for inputs that break the stack, with libFuzzer and oracles, and measures the search by planted bugs.

A finding is made small and told: what broke, where, and the line that repeats it. Its input stays in postel-out/fuzz/ (--out).
Captures (pcap, pcapng) and scripts can be tried (--input) or become seeds (--import): of each packet what the target reads.

Exit codes: 0 nothing found (with --planted: every bug found), 1 a finding (a bug that was missed), 2 usage,
3 no clang or no libFuzzer, 70 internal error.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import secrets
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from postel.base import build, script
from postel.base.exits import EnvironmentUnusable, Exit, UsageError
from postel.base.paths import build_dir
from postel.base.plain import as_json as as_json_text
from postel.base.plain import plain
from postel.base.script import Frame
from postel.base.terminal import Line, columns, instead
from postel.fuzzing import fuzzing, planted
from postel.fuzzing.fuzzing import EMPTY, HOST, STAND_IN, TARGETS, Finding, Search
from postel.replay import inputs
from postel.replay.inputs import Input
from postel.selftest import ledger

MINIMISING = 20.0  # seconds for making a finding small
SPEED_SECONDS = 5.0
HALF = 0.5  # of the bugs that are nobody's in particular one target should find so many


def run(args: argparse.Namespace) -> int:
    if args.planted is not None:  # `--planted -j 2 NAME`: the names stand where targets do
        args.planted += [word for word in args.targets if word not in TARGETS]
        args.targets = [word for word in args.targets if word in TARGETS]
    for target in args.targets:
        if target not in TARGETS:
            raise UsageError(f"there is no target {target!r}{instead(target, TARGETS)}")
    if args.iut:
        args.targets = stand_in(args.iut, args.targets)
    targets, args.out = args.targets or list(TARGETS), args.out / "fuzz"
    args.corpus = args.corpus or args.out / "corpus"
    if args.listed:
        return listed(targets, args.json)
    if args.json:
        raise UsageError("--json goes with --list")
    if args.planted is None and (args.every or args.shard):
        raise UsageError("--every and --shard go with --planted")
    if args.imported:
        return add_seeds(args.imported, targets, args)
    if args.input and len(targets) != 1:
        raise UsageError(f"--input FILE needs one TARGET: {', '.join(TARGETS)}")
    found = given(args.input, args, anything=True) if args.input else None
    fuzzing.need_libfuzzer()
    if found:
        return repeat(found, targets[0], args.input, args.out)
    if args.planted is not None:
        return hunt(args)
    if args.speed:
        return measure(targets, args.time or SPEED_SECONDS)
    programs = built(targets)
    seed = 1 + secrets.randbelow(2**31) if args.seed is None else args.seed
    findings = [look(target, programs, args, seed) for target in targets]
    return Exit.FAILED if any(findings) else Exit.OK


def stand_in(name: str, targets: Sequence[str]) -> list[str]:
    """Puts this IUT's shared object in the reference's place; returns the targets that know nothing else of a stack."""
    from postel.iut import definition

    if [target for target in targets if target != HOST]:
        raise UsageError(f"--iut goes with the target {HOST}: the others judge parts of the reference")
    name = name.removesuffix(":sim")
    found = definition.load(name)
    if "sim" not in found.object:
        raise UsageError(f"{found.name} has no shared object for the link sim (docs/iut.md says what one exports)")
    made = build.build("release")
    path = Path(definition.filled(found.object["sim"], definition.values_of(found, "sim", "modern", 1, made)))
    if not path.is_file():
        raise EnvironmentUnusable(f"{path} is not there: `./postel iut setup {found.name}` builds what Postel knows how to build")
    os.environ[STAND_IN] = str(path.resolve())
    return [HOST]


def listed(targets: Sequence[str], as_json: bool) -> Exit:
    bugs = planted.bugs()
    every = [{
        "name": target, "about": fuzzing.about(target), "longest": TARGETS[target],
        "inputs": sum(1 for place in fuzzing.seeds(target) for path in place.iterdir() if path.is_file()),
        "planted": [bug.name for bug in bugs if bug.target == target],
    } for target in targets]  # fmt: skip
    rows = [[str(each["name"]), str(each["about"])] for each in every]
    print(as_json_text({"targets": every}) if as_json else "\n".join(columns(rows, left=2)))
    return Exit.OK


def built(targets: Sequence[str]) -> Path:
    return build.build("fuzz", targets=[f"fuzz/fuzz_{target}" for target in targets]) / "fuzz"


# Searching


def look(target: str, programs: Path, args: argparse.Namespace, seed: int) -> bool:
    """One target for its time; True when it found something."""
    corpus = args.corpus / target
    for place in (corpus, args.out):
        writable(place)
    searches = [
        fuzzing.search(target, programs / f"fuzz_{target}", seed=seed + job, corpus=corpus, start=fuzzing.seeds(target),
                       artifacts=f"{args.out}/{target}-{seed + job}-", seconds=args.time or 60)
        for job in range(args.jobs)
    ]  # fmt: skip
    progress = Progress(target, searches)
    fuzzing.run_all(searches, args.jobs, progress.moves, first_only=True)
    progress.ends(seed)
    found = [search for search in searches if search.artifact]
    for search in found:
        tell(search, programs, args.out)
    return bool(found)


class Progress:
    """One line that moves on a terminal; elsewhere a line every ten seconds."""

    EVERY = 10.0

    def __init__(self, target: str, searches: Sequence[Search]) -> None:
        self.target, self.searches, self.shown = target, searches, Line(every=self.EVERY)

    def moves(self, seconds: float) -> None:
        self.shown.show(self.line(seconds))

    def ends(self, seed: int) -> None:
        self.shown.close()
        found = sum(search.artifact is not None for search in self.searches)
        seconds = max(search.seconds for search in self.searches)
        print(f"{self.line(seconds)}  seed {seed}  {found or 'no'} finding{'s' * (found > 1)}", flush=True)

    def line(self, seconds: float) -> str:
        executions = sum(search.executions for search in self.searches)
        coverage, corpus = (max(getattr(search, name) for search in self.searches) for name in ("coverage", "corpus"))
        rate = executions / seconds if seconds else 0
        return (f"{self.target:<11} {seconds:4.0f} s  {executions:>12,} executions  {rate:>9,.0f}/s  "
                f"coverage {coverage}  corpus {corpus}")  # fmt: skip


def tell(search: Search, programs: Path, out: Path) -> None:
    """Makes a finding small and says all of it. The input as found stays beside the small one."""
    assert search.artifact
    finding, program = search.finding, programs / f"fuzz_{search.target}"
    octets = search.artifact.read_bytes()
    if finding is None:
        print(f"\nFINDING in {search.target}: {search.artifact}; the process said:\n" + "\n".join(map(plain, search.said[-40:])))
        return
    slow = finding.kind in ("hang", "libFuzzer out-of-memory")
    smallest = octets if slow else fuzzing.minimise(program, octets, finding.kind, MINIMISING)
    kept = keep(out, search.target, finding, smallest)
    told = fuzzing.try_input(program, smallest, told=True)
    if told is None:
        print(f"  (alone the input breaks nothing: what it needs is left of earlier ones; as found: {search.artifact})")
    when = f"after {search.executions:,} executions, {search.seconds:.1f} s"
    say(search.target, told or finding, kept, when, search.artifact)


def say(target: str, finding: Finding, path: Path, when: str, as_found: Path | None = None) -> None:
    records = script.from_binary(path.read_bytes())
    nameless = not finding.stack and not shutil.which("llvm-symbolizer")
    stack = ["(the stack has no names without llvm-symbolizer; as root: apt-get install llvm)"] if nameless else finding.stack
    lines = [
        f"FINDING in {target} {when}".rstrip(),
        f"  broken   {finding.broken}",
        *(f"  {'at' if at == 0 else '':<8} {frame}" for at, frame in enumerate(stack)),
        f"  input    {path} ({path.stat().st_size} octets{f', as found: {as_found}' if as_found else ''})",
        *(f"           {line[:130]}" for line in script.to_text(records).splitlines()[1:13]),
        f"  repeat   ./postel fuzz {target} --input {path}",
    ]
    print("\n" + "\n".join(lines), flush=True)


def given(path: Path, args: argparse.Namespace, *, anything: bool = False) -> Input:
    """What is in a file, with `anything` whatever it is; what it was taken for is said."""
    found = inputs.read(path, args, fuzzers=anything)
    for line in found.said:
        print(f"postel: {plain(line)}", file=sys.stderr)
    return found


def repeat(found: Input, target: str, path: Path, out: Path) -> int:
    """One file: an input as it is, or all that a capture holds for this target."""
    from postel.fuzzing import feed  # it needs Scapy, and a search does not

    made = feed.inputs(target, found.records) if found.captured else [found.octets or script.to_binary(found.records)]
    nothing = UsageError(f"nothing in {path} reaches {target}, which takes {feed.TAKES[target]}")
    if not made:
        raise nothing
    program = built([target]) / f"fuzz_{target}"
    broken = fuzzing.try_inputs(program, made)
    least = 0 if target in feed.STEPS else feed.HEADER
    steps = any(isinstance(record, Frame) and len(record.octets) >= least for record in found.records)
    if broken is None and not steps and not (target in feed.ASKED and found.records):
        raise nothing
    if broken is None:
        packets = len(feed.reaching(target, found.records))
        print(f"{path}: no finding" + (f" in {inputs.many(packets, 'packet')}" if found.captured else ""))
        return Exit.OK
    octets, finding = broken
    kept = path
    if found.captured:
        octets = fuzzing.minimise(program, octets, finding.kind, MINIMISING)
        kept = keep(out, target, finding, octets)
    say(target, fuzzing.try_input(program, octets, told=True) or finding, kept, "")
    return Exit.FAILED


def keep(out: Path, target: str, finding: Finding, octets: bytes) -> Path:
    kept = out / fuzzing.name_of(target, finding.kind, octets)
    writable(out)
    kept.write_bytes(octets)
    return kept


def writable(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{place}: {error.strerror}: --out and --corpus must be directories that you may write") from error


def add_seeds(files: Sequence[Path], targets: Sequence[str], args: argparse.Namespace) -> int:
    """Puts what the files hold where the next search of each target begins."""
    from postel.fuzzing import feed  # it needs Scapy, and a search does not

    given_files = [given(path, args) for path in files]
    added = 0
    for target in targets:
        place = args.corpus / target
        writable(place)
        made, long = [], 0
        for found in given_files:
            whole = [] if found.captured else [found.octets or script.to_binary(found.records)]
            some, too_long = feed.seeds(target, found.records) if found.captured else (whole, 0)
            made += [octets for octets in some if len(octets) <= TARGETS[target]]
            long += too_long + sum(len(octets) > TARGETS[target] for octets in some)
        names = {place / hashlib.sha1(octets).hexdigest(): octets for octets in made}
        new = {path: octets for path, octets in names.items() if not path.exists()}
        for path, octets in new.items():
            path.write_bytes(octets)
        added += len(names)
        print(f"{target:<11} {inputs.many(len(new), 'input')} added to {place}, {len(names) - len(new)} were there"
              + f", {long} left out: longer than {TARGETS[target]:,} octets" * (long > 0))  # fmt: skip
    if not added:
        raise UsageError("nothing in these files is an input for " + " or ".join(targets))
    return Exit.OK


# Measuring


def measure(targets: Sequence[str], seconds: float) -> int:
    """Executions per second of processor time, which other work does not change as much: all under the same sanitizers,
    each from its seeds and with its own mutator; the empty one has that of ip_header."""
    programs = built([EMPTY, *targets])
    rates: dict[str, float] = {}
    for target in (EMPTY, *targets):
        before = children_seconds()
        with tempfile.TemporaryDirectory(prefix="postel-") as directory:
            searched = fuzzing.run(fuzzing.search(
                target, programs / f"fuzz_{target}", seed=1, corpus=Path(directory), start=fuzzing.seeds(target),
                artifacts=f"{directory}/", seconds=seconds,
            ))  # fmt: skip
        rates[target] = searched.executions / (children_seconds() - before)
        share = rates[target] / rates[EMPTY]
        print(f"{target:<11} {rates[target]:>11,.0f} executions/s  {share:>4.0%} of empty", flush=True)
    return Exit.OK


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hunt(args: argparse.Namespace) -> int:
    if args.every and len(args.targets) != 1:
        raise UsageError("--every needs one TARGET that looks for all planted bugs")
    measured = ledger.stored("planted")["entries"]
    known = planted.showing(args.targets[0], measured, args.planted) if args.every else planted.bugs(args.planted, args.targets)
    chosen = ledger.share(known, args.shard)
    if not chosen:
        raise UsageError("no planted bug is of these targets, or of this shard")
    if not shutil.which("patch"):
        raise EnvironmentUnusable("planting bugs needs patch; as root: apt-get install patch")
    clean = built(sorted({bug.target for bug in chosen}))
    seconds = args.time or 60
    with build.locked(build_dir("planted")):
        trials = planted.plant(chosen)
        width = max(len(bug.name) for bug in chosen)
        planted.hunt(trials, clean, seconds=seconds, seed=1 if args.seed is None else args.seed, jobs=args.jobs,
                     said=lambda trial: print(line_of(trial, width), flush=True))  # fmt: skip
    found = sum(trial.found or (args.every and trial.by_seed) for trial in trials)
    able = [trial for trial in trials if not (args.every and trial.outside)]
    print(f"{found} of {len(able)} planted bugs found within {seconds:g} s of one core each")
    if len(able) < len(trials):
        print(f"{len(trials) - len(able)} more change nothing in what the search made: they are outside of the target's language")
    return Exit.OK if found >= len(able) * (HALF if args.every else 1) else Exit.FAILED


def line_of(trial: planted.Trial, width: int) -> str:
    bug = trial.bug
    if trial.by_seed:
        return f"seed   {bug.name:<{width}}  {bug.row}: ordinary traffic shows it"
    if trial.outside:
        return f"apart  {bug.name:<{width}}  {bug.row}: {'; '.join(trial.problems)}; nothing that the search made is changed by it"
    if not trial.found or not trial.search or not trial.finding:
        return f"missed {bug.name:<{width}}  {bug.row}: {'; '.join(trial.problems)}"
    how = f"{trial.search.executions:>9,} executions  {trial.search.seconds:4.1f} s"
    return f"found  {bug.name:<{width}}  {bug.target:<10}  {how}  {trial.finding.kind:<27} {bug.row}"
