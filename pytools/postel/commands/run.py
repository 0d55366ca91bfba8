# SPDX-License-Identifier: BSD-2-Clause
"""Judges IUTs by the cases, this kernel and the reference stack unless told otherwise, and writes the results.

Exit codes: 0 as expected, 1 failure (or, with --strict, unexpected pass), 2 usage, 3 environment unusable,
4 IUT or adapter failed, 5 nothing selected, 70 internal error; ended by a signal: 128 and its number.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from postel import kit, outdir, running, selection
from postel.exits import EnvironmentUnusable, NothingSelected
from postel.kit import Case
from postel.requirements import catalogue
from postel.results import LeftOut
from postel.running import say
from postel.targets import asked_for, targets_of

DEFAULT = ("reference", "linux")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    shard = selection.parse_shard(args.shard) if args.shard else None
    asked = [asked_for(text, args.link, named=bool(args.iut)) for text in args.iut or DEFAULT]
    cases, deselected = chosen_cases(args, shard)
    with outdir.opened(args.out) as out:
        out.refuse_others(outdir.FILES)
        targets, left_out = targets_of(asked, args)
        for line in unjudged(left_out):
            say(line)
        if not targets:
            mend = "" if all("./postel iut setup" in left["why"] for left in left_out) else "; `./postel doctor` says what would mend it"
            raise EnvironmentUnusable(f"nothing that was asked for can be judged on this system{mend}")
        facts = running.run_facts(args, cases, targets, left_out, deselected)
        return running.judge(args, out, cases, targets, facts, started)


def unjudged(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """What is not judged and why, links with the same reason in one line."""
    links: dict[tuple[str, str, str | None], list[str]] = {}
    for left in left_out:
        links.setdefault((left["iut"], left["why"], left.get("instead")), []).append(left["link"])
    for (name, why, instead), those in links.items():
        judged = f"{name} is judged over {instead}, not" if instead else f"{name} is not judged"
        yield f"{judged} over {', '.join(those)}: {why}"


def chosen_cases(args: argparse.Namespace, shard: tuple[int, int] | None) -> tuple[list[Case], dict[str, int]]:
    every = kit.cases()
    selection.refuse_what_means_nothing(every, catalogue(), args.patterns, args.exclude)
    cases, deselected = selection.select(every, args.patterns, exclude=args.exclude, slow=args.slow, shard=shard)
    if cases:
        return cases, deselected
    left = ", ".join(f"{count} by {why}" for why, count in deselected.items() if count)
    raise NothingSelected(f"no case is selected ({left or 'there are none'}); `./postel list` shows what there is")
