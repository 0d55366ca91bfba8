# SPDX-License-Identifier: BSD-2-Clause
"""Says what works on this system, by trying it, and for each problem the one command that mends it.

Exit codes: 0 `postel run` can judge something (what it cannot is listed), 3 nothing can run; of single checks 0 all is well,
3 there is a problem.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from postel.base import plain
from postel.base.exits import Exit, UsageError
from postel.base.system import is_root
from postel.base.terminal import instead, painted
from postel.iut import ailments
from postel.iut.ailments import Check, Problem

LABELS = {"run": "problem", "test": "for test", "": "optional"}


def run(args: argparse.Namespace) -> int:
    known = {check.name: check for check in ailments.EVERY}
    if wrong := [name for name in args.checks if name not in known]:
        raise UsageError(f"there is no check {wrong[0]!r}{instead(wrong[0], known)}")
    checks = [known[name] for name in args.checks or known]
    problems = looked_at(checks, aloud=not args.json)
    able = [what for what, needs in ailments.ABILITIES.items() if not args.checks and not problems.keys() & needs]
    if args.json:
        print(plain.as_json({"checks": [as_json(check, problems.get(check.name)) for check in checks], "able": able}))
    elif not args.checks:
        print(f"\n{verdict(able)}")
    return Exit.OK if able or (args.checks and not problems) else Exit.ENVIRONMENT


def verdict(able: Sequence[str]) -> str:
    unable = [what for what in ailments.ABILITIES if what not in able]
    if able:
        return f"`./postel run` can judge {' and '.join(able)}" + (f", but not {' and '.join(unable)}" if unable else "")
    return "`./postel run` can judge nothing here" + ("" if is_root() else "; mend what is marked `problem`, or try as root")


def looked_at(checks: Sequence[Check], *, aloud: bool) -> dict[str, Problem]:
    """Tries each, and prints what came of it if `aloud`; the problems by name."""
    problems: dict[str, Problem] = {}
    for check in checks:
        if problems.keys() & check.after:
            continue
        problem = check.tries()
        if problem:
            problems[check.name] = problem
        if aloud:
            print(told(check, problem), flush=True)
    return problems


def told(check: Check, problem: Problem | None) -> str:
    if problem is None:
        return f"{painted('ok', 'green')}{'':<8}{check.name}"
    label = LABELS[check.needed_by]
    colour = "red" if check.needed_by == "run" else "yellow"
    return f"{painted(label, colour)}{'':<{10 - len(label)}}{check.name}: {problem.what}\n{'':<10}{problem.mend}"


def as_json(check: Check, problem: Problem | None) -> dict[str, Any]:
    return {"name": check.name, "needed_by": check.needed_by, "ok": problem is None,
            "problem": problem and problem.what, "mend": problem and problem.mend}  # fmt: skip
