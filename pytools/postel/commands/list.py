# SPDX-License-Identifier: BSD-2-Clause
"""Lists the cases, or with --requirements what the RFCs ask and how far the suite has come with it.

A PATTERN is the id of a case or a requirement, its beginning, or a pattern with * ? [].
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

from postel import ids, kit, plain, selection
from postel.exits import Exit, NothingSelected
from postel.kit import Case
from postel.report_text import columns, relative
from postel.requirements import Requirement, catalogue
from postel.terminal import near


def run(args: argparse.Namespace) -> int:
    if args.write_ids:
        new = ids.append(case.id for case in kit.cases())
        print("\n".join([*new, f"{len(new)} new in {relative(ids.PATH)}"]))
        return Exit.OK
    if args.requirements or args.pending:
        requirements = chosen_requirements(args)
        show([as_json(row) for row in requirements], [[r.id, r.level, r.status, r.rule] for r in requirements], args.json)
    else:
        cases = chosen_cases(args)
        show(
            [facts(case) for case in cases],
            [[c.id, "slow" * c.slow, c.kind * (c.kind != "requirement"), c.words] for c in cases],
            args.json,
        )
    return Exit.OK


def chosen_cases(args: argparse.Namespace) -> list[Case]:
    every = kit.cases()
    cases, _ = selection.select(every, args.patterns, slow=True, shard=None)
    if args.requirement:
        cases = [case for case in cases if args.requirement in case.requirements]
    if args.rfc:
        cases = [case for case in cases if any(id_.startswith(f"RFC{args.rfc}-") for id_ in case.requirements)]
    if not cases:
        names = catalogue() if args.requirement else {}
        hint = near(args.requirement, names) if args.requirement and args.requirement not in names else ""
        raise NothingSelected("; ".join(selection.unmatched(every, args.patterns)) or f"there is no such case{hint}")
    return cases


def chosen_requirements(args: argparse.Namespace) -> list[Requirement]:
    found = [
        row for row in catalogue().values()
        if (not args.patterns or any(fnmatchcase(row.id, p) or row.id.startswith(p) for p in args.patterns))
        and (not args.rfc or row.rfc == args.rfc)
        and (not args.requirement or row.id == args.requirement)
        and (not args.pending or row.status == "pending")
    ]  # fmt: skip
    if not found:
        asked = args.patterns or [args.requirement or ""]
        raise NothingSelected(f"there is no such requirement{near(asked[0], catalogue())}")
    return found


def facts(case: Case) -> dict[str, Any]:
    return {
        "id": case.id, "words": case.words, "kind": case.kind, "requirements": list(case.requirements),
        "violators": {id_: violator.words() for id_, violator in case.violators.items()},
        "needs": sorted(case.needs), "profiles": sorted(case.profiles), "role": case.role, "slow": case.slow,
        "since": case.since, "source": f"{relative(case.path)}:{case.line}",
    }  # fmt: skip


def as_json(row: Requirement) -> dict[str, Any]:
    return {**asdict(row), "provisional": row.provisional}


def show(facts: Sequence[dict[str, Any]], rows: Sequence[Sequence[str]], as_json: bool) -> None:
    if as_json:
        print(plain.as_json(facts))
        return
    used = [n for n in range(len(rows[0])) if any(row[n] for row in rows)]
    print("\n".join(columns([[row[n] for n in used] for row in rows], left=len(used))))
