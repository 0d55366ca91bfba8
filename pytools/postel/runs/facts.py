# SPDX-License-Identifier: BSD-2-Clause
"""The facts of a run that results begin with (docs/results.md)."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shlex
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from postel import __version__
from postel.base.paths import ROOT, relative
from postel.catalogue.ids import SUITE_VERSION
from postel.catalogue.requirements import catalogue
from postel.kit import Case
from postel.results import results
from postel.results.results import LeftOut
from postel.runs.bench import Target

KIT = sorted((ROOT / "pytools/postel/kit").glob("*.py"))  # what all cases share


def of_run(args: argparse.Namespace, cases: Sequence[Case], wanted: Sequence[tuple[Target, Sequence[Case]]],
           left_out: Sequence[LeftOut], deselected: dict[str, int]) -> dict[str, Any]:
    """What is known before the first case: the first line of events.jsonl. `wanted` are the cases of each target."""
    known = catalogue()
    named = sorted({id_ for case in cases for id_ in case.requirements} & set(known))
    return {
        "schema": results.SCHEMA,
        "run": {
            "version": __version__, "suite": {"version": SUITE_VERSION, "digest": digest(KIT)},
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "command": shlex.join(["./postel", "run", *args.words]), "arguments": args.words,
            "profile": args.profile, "seed": args.seed, "slow": args.slow, "strict": args.strict,
            "shard": args.shard, "patterns": args.patterns, "exclude": args.exclude,
            "system": {"kernel": platform.release(), "machine": platform.machine(), "python": platform.python_version(),
                       "user": "root" if os.geteuid() == 0 else "an ordinary user"},
        },
        "iuts": [of_iut(target) | ({"cases": [case.id for case in those]} if len(those) < len(cases) else {})
                 for target, those in wanted],
        "left_out": list(left_out),
        "deselected": deselected,
        "cases": {case.id: {"words": case.words, "kind": case.kind, "since": case.since,
                            "source": f"{relative(case.path)}:{case.line}", "digest": digest([case.path])} for case in cases},
        "requirements": {id_: {"rfc": row.rfc, "section": row.section, "level": row.level, "rule": row.rule,
                               "provisional": row.provisional} for id_, row in known.items() if id_ in named},
    }  # fmt: skip


def digest(files: Sequence[Path]) -> str:
    """Of what cases are made of, so that two runs can be told apart by it."""
    found = hashlib.sha256()
    for path in files:
        found.update(_octets(path))
    return found.hexdigest()[:12]


@cache
def _octets(path: Path) -> bytes:
    return path.read_bytes()


def of_iut(target: Target) -> dict[str, Any]:
    return {
        "name": target.iut, "about": target.definition.about, "link": target.link, "release": target.release,
        "capabilities": list(target.capabilities), "definition": str(relative(target.definition.path)),
        "baseline": str(relative(target.known.path)) if target.known.path else None, "broken": None, "remarks": [],
    }  # fmt: skip
