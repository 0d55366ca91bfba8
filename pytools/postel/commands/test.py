# SPDX-License-Identifier: BSD-2-Clause
"""Runs Postel's own tests: units, tools, corpora, the suite against the reference and this kernel.

Each stage says how many of its checks passed and how long it took; the last line adds them up. What takes longer than
minutes waits for --nightly. Exit codes: 0 all passed, 1 some failed, 2 usage, 3 environment unusable.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from functools import partial

from postel.base.build import build
from postel.base.exits import Exit, PostelError, UsageError
from postel.base.terminal import instead
from postel.selftest import checks, fresh_trials
from postel.selftest.checks import Stage, Tally
from postel.selftest.fresh import RELEASES, SUPPORTED, WAYS


def run(args: argparse.Namespace) -> int:
    for names in (args.planted, args.mutation, args.fakes, args.trust):
        if names is not None:  # `--planted -j 2 NAME`: the names stand where stages do
            names += args.stages
            args.stages = []
    if args.planted is not None or args.mutation is not None:
        from postel.selftest import score  # with it come the cases, which no other stage waits for

        return score.planted_bugs(args) if args.planted is not None else score.mutation_score(args)
    if args.trust is not None:
        from postel.selftest import trust

        return trust.run(args.trust)
    if args.fakes is not None:
        from postel.runs import fakes  # with it come the cases, which no stage waits for

        return fakes.run(args)
    if args.write_golden:
        from postel.selftest import golden

        lines = golden.now(build())
        print("\n".join([golden.write(lines), *golden.wrong(lines)]))
        return Exit.FAILED if golden.wrong(lines) else Exit.OK
    checks.shard = args.shard or ""
    stages = chosen(args.stages, nightly=args.nightly)
    if args.fresh:
        stages = [fresh_stage(release, args) for release in releases(args.fresh)]
    elif args.ways:
        raise UsageError("--as goes with --fresh")
    total = Tally()
    for stage in stages:
        total += performed(stage)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return Exit.FAILED if total.failed else Exit.OK


def releases(asked: list[str]) -> list[str]:
    """In the order of RELEASES; of --fresh alone those that are supported."""
    wanted = {"all": RELEASES, "supported": SUPPORTED}
    return [release for release in RELEASES if any(release in wanted.get(word, (word,)) for word in asked)]


def fresh_stage(release: str, args: argparse.Namespace) -> Stage:
    words = [*args.stages, *["--nightly"] * args.nightly]
    ways = args.ways or [*(way.name for way in WAYS), fresh_trials.IMAGE]
    return Stage(f"fresh {release}", partial(fresh_trials.tried, release, ways, words))


def chosen(names: list[str], *, nightly: bool) -> list[Stage]:
    known = {stage.name: stage for stage in checks.EVERY}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no stage {name!r}{instead(name, known)}")
    if names:
        return [known[name] for name in known if name in names]
    return [stage for stage in checks.EVERY if nightly or not stage.nightly]


def performed(stage: Stage) -> Tally:
    """Runs one stage; one that cannot run, breaks, or checks nothing has failed."""
    started = time.monotonic()
    print(f"== {stage.name}", file=sys.stderr, flush=True)
    try:
        tally = stage.check()
    except checks.Skipped as why:
        tally = Tally(skipped=1, said=(f"skipped: {why}",))
    except PostelError as error:
        tally = Tally(failed=1, said=(str(error),))
    except Exception:
        tally = Tally(failed=1, said=(traceback.format_exc(),))
    if not (tally.passed or tally.failed or tally.skipped):
        tally = Tally(failed=1, said=("it checked nothing",))
    for text in tally.said:
        print(text, flush=True)
    skipped = f", {tally.skipped} skipped" if tally.skipped else ""
    seconds = time.monotonic() - started
    print(f"{stage.name:<22} {tally.passed:5} passed, {tally.failed} failed{skipped}  {seconds:.1f} s", flush=True)
    return tally
