# SPDX-License-Identifier: BSD-2-Clause
"""Lists the cases, or with --requirements what the RFCs ask and how far the suite has come with it.

Where a PATTERN means requirements that no case judges, these are listed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict

from postel.base import plain
from postel.base.exits import Exit, NothingSelected
from postel.base.paths import relative
from postel.base.terminal import columns
from postel.catalogue import selection
from postel.catalogue.requirements import Requirement
from postel.cli import index
from postel.cli.index import Entry, Index


def run(args: argparse.Namespace) -> int:
    if args.write_ids:
        return write_ids()
    known = index.load()
    cases, rows = chosen_rows(known, args) if args.requirements or args.pending else chosen(known, args)
    if args.json:
        print(plain.as_json({"cases": list(map(asdict, cases)), "requirements": [row.shown() for row in rows]}))
        return Exit.OK
    show((case.id, "slow" * case.slow, case.kind * (case.kind != "requirement"), case.words) for case in cases)
    show((row.id, row.level, row.status, row.rule) for row in rows)
    return Exit.OK


def write_ids() -> Exit:
    from postel import kit
    from postel.catalogue import ids

    new = ids.append(case.id for case in kit.cases())
    print("\n".join([*new, f"{len(new)} new in {relative(ids.PATH)}"]))
    return Exit.OK


def chosen(known: Index, args: argparse.Namespace) -> tuple[list[Entry], list[Requirement]]:
    """The cases that are meant; and of a pattern that means none, the requirements, and what is the matter with them."""
    selection.refuse_what_means_nothing(known.cases, known.requirements, args.patterns, args.exclude, judged=False)
    by_case, by_rule = selection.of_cases(known.cases), selection.of_requirements(known.requirements, known.cases)
    unjudged = [pattern for pattern in args.patterns if not selection.meant(by_case, pattern)]
    kept = selection.chosen(by_case, args.patterns, args.exclude)
    rules = selection.chosen(by_rule, unjudged, args.exclude) if unjudged else set()
    for pattern in unjudged:
        told = selection.told(known.requirements[id_] for id_ in selection.meant(by_rule, pattern))
        print(f"postel: no case judges {pattern}: {told}", file=sys.stderr)
    if not kept and not rules:
        raise NothingSelected("all that was asked for is excluded")
    return [case for case in known.cases if case.id in kept], [row for id_, row in known.requirements.items() if id_ in rules]


def chosen_rows(known: Index, args: argparse.Namespace) -> tuple[list[Entry], list[Requirement]]:
    selection.refuse_what_means_nothing(known.cases, known.requirements, args.patterns, args.exclude, judged=False)
    kept = selection.chosen(selection.of_requirements(known.requirements, known.cases), args.patterns, args.exclude)
    rows = [row for id_, row in known.requirements.items() if id_ in kept and (row.status == "pending" or not args.pending)]
    if not rows:
        raise NothingSelected("no requirement of these is pending" if args.pending else "all that was asked for is excluded")
    return [], rows


def show(rows: Iterable[tuple[str, ...]]) -> None:
    """As a table, without the columns that nothing stands in."""
    full = [column for column in zip(*rows, strict=True) if any(column)]
    if full:
        print("\n".join(columns(list(zip(*full, strict=True)), left=len(full))))
