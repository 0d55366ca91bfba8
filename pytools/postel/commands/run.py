# SPDX-License-Identifier: BSD-2-Clause
"""Judges IUTs by the cases, this kernel and the reference stack unless told otherwise, and writes the results.

Exit codes: 0 as expected, 1 failure (or, with --strict, unexpected pass; or the time of --timeout was over), 2 usage,
3 environment unusable, 4 IUT or adapter failed, 5 nothing selected, 70 internal error; ended by a signal: 128 and its number.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence

from postel import kit
from postel.base.exits import EnvironmentUnusable, Exit, NothingSelected, UsageError
from postel.catalogue import selection
from postel.catalogue.requirements import catalogue
from postel.fakes import lists
from postel.results import outdir
from postel.results.outdir import OutDir
from postel.results.results import LeftOut
from postel.runs import earlier, running
from postel.runs.running import Plan, say
from postel.runs.targets import Asked, asked_for, targets_of

DEFAULT = ("reference", "linux")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    if args.resume:
        return resumed(args, started)
    plan, asked = planned(args), those_asked(args)
    if args.dry_run:
        print("\n".join(foretold(args, plan, asked)))
        return Exit.OK
    with outdir.opened(args.out) as out:
        return begun(args, out, plan, asked, started)


def resumed(args: argparse.Namespace, started: float) -> int:
    """Goes on with what was cut short."""
    if not args.out.is_dir():
        raise UsageError(f"--resume: there is no directory {args.out}")
    with outdir.opened(args.out) as out:
        before = earlier.unfinished(out.path)
        args = earlier.continued(args, before)
        plan = Plan(earlier.cases_of(before), before.document["deselected"], earlier.wanted_of(before), before)
        if args.dry_run:
            print("\n".join(foretold(args, plan, those_asked(args))))
            return Exit.OK
        return begun(args, out, plan, those_asked(args), started)


def begun(args: argparse.Namespace, out: OutDir, plan: Plan, asked: Sequence[Asked], started: float) -> int:
    out.refuse_others(outdir.FILES)
    found, left_out = targets_of(asked, args, started + args.timeout if args.timeout else None)
    for line in () if args.quiet else unjudged(left_out):
        say(line)
    if not found:
        told = all("./postel iut setup" in left["why"] or left["link"] == "iface" for left in left_out)
        mend = "" if told else "; `./postel doctor` says what would mend it"
        raise EnvironmentUnusable(f"nothing that was asked for can be judged on this system{mend}")
    if plan.before:
        earlier.refuse_others(plan.before, found)
    plan.targets = [target for target in found if plan.of(target)]
    plan.left_out = left_out
    if not plan.targets:
        raise NothingSelected("--last-failed: nothing failed of what is judged now")
    return running.judge(args, out, plan, started)


def those_asked(args: argparse.Namespace) -> list[Asked]:
    return [asked_for(text, args.link, named=bool(args.iut)) for text in args.iut or DEFAULT]


def planned(args: argparse.Namespace) -> Plan:
    """The cases that are chosen; NothingSelected when there are none."""
    if args.fake:
        lists.named(args.fake)
    shard = selection.parse_shard(args.shard) if args.shard else None
    every = kit.cases()
    selection.refuse_what_means_nothing(every, catalogue(), args.patterns, args.exclude)
    cases, deselected = selection.select(every, args.patterns, exclude=args.exclude, slow=args.slow, shard=shard)
    wanted: earlier.Wanted = earlier.every
    if cases and args.last_failed:
        failed, wanted = earlier.last_failed(args.out, args.strict)
        deselected["last-failed"] = sum(case.id not in failed for case in cases)
        cases = [case for case in cases if case.id in failed]
    if cases:
        return Plan(cases, deselected, wanted)
    left = ", ".join(f"{count} by {why}" for why, count in deselected.items() if count)
    raise NothingSelected(f"no case is selected ({left or 'there are none'}); `./postel list` shows what there is")


def foretold(args: argparse.Namespace, plan: Plan, asked: Sequence[Asked]) -> Iterator[str]:
    """What a run would do, without trying which link works."""
    for one in asked:
        over = one.links[0] if len(one.links) == 1 else f"the first of {', '.join(one.links)} that works here"
        yield f"{one.definition.name} over {over}"
    yield from () if args.quiet else (f"  {case.id}" for case in plan.cases)
    left = [f"{count} by {why}" for why, count in plan.deselected.items() if count]
    yield f"{len(plan.cases)} cases would be judged" + f"; left out: {', '.join(left)}" * bool(left)


def unjudged(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """What is not judged and why, links with the same reason in one line."""
    links: dict[tuple[str, str, str | None], list[str]] = {}
    for left in left_out:
        links.setdefault((left["iut"], left["why"], left.get("instead")), []).append(left["link"])
    for (name, why, instead), those in links.items():
        judged = f"{name} is judged over {instead}, not" if instead else f"{name} is not judged"
        yield f"{judged} over {', '.join(those)}: {why}"
