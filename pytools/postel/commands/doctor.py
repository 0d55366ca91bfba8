# SPDX-License-Identifier: BSD-2-Clause
"""Says what works on this system, by trying it, and for each problem the one command that mends it.

Exit codes: 0 `postel run` can judge something (what it cannot is listed), 3 nothing can run; of single checks 0 all is well,
3 there is a problem.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from postel import ailments
from postel.ailments import Check, Problem
from postel.exits import Exit, UsageError
from postel.system import is_root
from postel.terminal import instead

LABELS = {"run": "problem", "test": "for test", "": "optional"}


def run(args: argparse.Namespace) -> int:
    known = {check.name: check for check in ailments.EVERY}
    if wrong := [name for name in args.checks if name not in known]:
        raise UsageError(f"there is no check {wrong[0]!r}{instead(wrong[0], known)}")
    problems = looked_at([known[name] for name in args.checks or known])
    if args.checks:
        return Exit.ENVIRONMENT if problems else Exit.OK
    print()
    able = [what for what, needs in ailments.ABILITIES.items() if not problems.keys() & needs]
    unable = [what for what in ailments.ABILITIES if what not in able]
    if able:
        print(f"`./postel run` can judge {' and '.join(able)}" + (f", but not {' and '.join(unable)}" if unable else ""))
        return Exit.OK
    print("`./postel run` can judge nothing here" + ("" if is_root() else "; mend what is marked `problem`, or try as root"))
    return Exit.ENVIRONMENT


def looked_at(checks: Sequence[Check]) -> dict[str, Problem]:
    """Tries each and prints what came of it; the problems by name."""
    problems: dict[str, Problem] = {}
    for check in checks:
        problem = check.tries()
        if problem is None:
            print(f"{'ok':<10}{check.name}", flush=True)
            continue
        problems[check.name] = problem
        print(f"{LABELS[check.needed_by]:<10}{check.name}: {problem.what}\n{'':<10}{problem.mend}", flush=True)
    return problems
