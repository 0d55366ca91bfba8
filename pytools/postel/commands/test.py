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

from postel import checks, fresh
from postel.checks import Stage, Tally
from postel.exits import Exit, PostelError, UsageError, how_it_ended
from postel.terminal import instead


def run(args: argparse.Namespace) -> int:
    if args.fresh:
        stages = [Stage("fresh", lambda: tried_in_a_fresh_system(args.nightly))]
    else:
        stages = chosen(args.stages, nightly=args.nightly)
    total = Tally()
    for stage in stages:
        total += performed(stage)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return Exit.FAILED if total.failed else Exit.OK


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


def tried_in_a_fresh_system(nightly: bool) -> Tally:
    """What a new user does first, on a system that has nothing."""
    tally = Tally()
    test = ["./postel", "test", *(["--nightly"] if nightly else [])]
    with fresh.system() as directory:
        for command in (["./postel", "run"], test):
            started = time.monotonic()
            code = fresh.enter(directory, command)
            said = f"{' '.join(command)} in a fresh system: {how_it_ended(code)} after {time.monotonic() - started:.0f} s"
            tally += Tally(passed=int(code == 0), failed=int(code != 0), said=(said,))
    return tally
