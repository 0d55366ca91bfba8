# SPDX-License-Identifier: BSD-2-Clause
"""From what --iut and --link say to what is judged: which IUT over which link, found by trying.

An IUT is tried in a process of its own, as it is judged: whatever it does, it does it to that one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from postel.base import build, signals
from postel.base.exits import EnvironmentUnusable, IutFailed, IutHangs, PostelError, UsageError
from postel.base.paths import build_dir
from postel.iut import iut
from postel.iut.iut import Definition, Instance
from postel.results import baseline
from postel.results.results import LeftOut
from postel.runs.bench import Target, started
from postel.runs.workers import Tell, Workers


class Asked(NamedTuple):
    """What --iut means: `argument` is its text without the link; the first of `links` that works here is taken. `named`: by
    --iut or --link, so that it must be judged."""

    definition: Definition
    argument: str
    links: tuple[str, ...]
    named: bool = True


def asked_for(text: str, link: str | None, named: bool = True) -> Asked:
    name, colon, own = text.rpartition(":")
    if not colon or Path(text).exists():
        name, own = text, ""
    definition = iut.load(name)
    chosen = own or link
    if chosen and chosen not in definition.links:
        what = f"--iut {text}" if own else f"--link {link}"
        raise UsageError(f"{what}: {definition.name} has no link {chosen!r}, it has {', '.join(definition.links)}")
    unasked = tuple(own for own in definition.links if own != "iface")  # somebody's interface is taken only when it is named
    if not chosen and not unasked:
        raise UsageError(f"{definition.name} is behind an interface of this machine, which is taken only when that is said: --iut {name}:iface")
    return Asked(definition, name, (chosen,) if chosen else unasked, named or bool(link))


def targets_of(asked: Sequence[Asked], args: argparse.Namespace, deadline: float | None = None) -> tuple[list[Target], list[LeftOut]]:
    """Each IUT over the link that was named or the first that works here, and what is left out for which reason.

    Whether a link works is found by starting the IUT over it, not by asking."""
    known = dict(zip(map(id, asked), baseline.chosen(args.baseline, [one.definition for one in asked]), strict=True))
    left_out: list[tuple[Asked, str, str]] = []
    ready: list[tuple[Asked, Callable[[str], Callable[[], Instance]]]] = []
    for one in asked:
        try:
            ready.append((one, starter(one, args)))
        except EnvironmentUnusable as error:
            left_out += [(one, link, str(error)) for link in one.links]
    found: dict[int, Target] = {}
    again: dict[int, int] = {}  # workers that took the place of one that was killed
    jobs = [partial(try_links, one.links, start) for one, start in ready]
    with Workers(jobs, deadline=deadline) as workers:
        for worker, what, facts in workers.heard():
            number = again.get(worker, worker)
            one, start = ready[number]
            name = one.definition.name
            if what == "left-out":
                left_out.append((one, facts[0], facts[1]))
            if what == "found":
                link, release, caps, hung = facts
                found[number] = Target(one.definition, link, args.profile, start(link), one.argument, release, caps, known[id(one)], hung)
            if what == "refused":
                raise facts
            told = number in found or all((one, link) in [left[:2] for left in left_out] for link in one.links)
            if what == "crashed" or (what == "gone" and not told and not workers.stopped and worker != number):
                raise RuntimeError(f"while {name} was tried: {facts or 'its worker ended too early'}")
            if what == "gone" and not told and not workers.stopped:
                left_out = [left for left in left_out if left[0] is not one]
                again[workers.add(jobs[number])] = number
    if workers.interrupted:
        raise signals.Ended(workers.interrupted)
    if workers.overdue:
        raise PostelError("the time was over (--timeout) before the first case")
    targets = [found[number] for number in sorted(found)]
    refuse_twins(targets)
    instead = {id(ready[number][0]): target.link for number, target in found.items()}
    return targets, [
        {"iut": one.definition.name, "link": link, "why": why, "asked": one.named and id(one) not in instead, "instead": instead.get(id(one))}
        for one, link, why in sorted(left_out, key=lambda left: left[0].definition.name)
    ]


def refuse_twins(targets: Sequence[Target]) -> None:
    """Results are told apart by IUT and link."""
    for n, target in enumerate(targets):
        if any((target.iut, target.link) == (other.iut, other.link) for other in targets[:n]):
            raise UsageError(f"--iut {target.argument}: {target.iut} over {target.link} is there twice")


def starter(asked: Asked, args: argparse.Namespace) -> Callable[[str], Callable[[], Instance]]:
    """Builds what the IUT needs; returns what makes, of a link, the function that starts it."""
    where = built(asked, args.build)
    fake = vars(args).get("fake")

    def over(link: str) -> Callable[[], Instance]:
        start = partial(iut.start, asked.definition, link, profile=args.profile, seed=args.seed, build=where)
        return partial(behind, fake, start) if fake else start

    return over


def behind(fake: str, start: Callable[[], Instance]) -> Instance:
    """The instance, made a fake of; its release says so."""
    from postel.fakes import lists, proxy

    instance = start()
    proxy.before(instance, lists.named(fake))
    return instance


def built(asked: Asked, directory: Path | None) -> Path:
    """Where the IUT's program is; builds it when its definition says that it is one of ours."""
    if directory:
        if not directory.is_dir():
            raise UsageError(f"--build {directory}: there is no such directory")
        return directory.resolve()
    definition = asked.definition
    words = [word for link in asked.links for word in (*definition.command.get(link, ()), definition.object.get(link, ""))]
    return build.build() if any("{build}" in word for word in words) else build_dir("release")


def try_links(links: Sequence[str], start: Callable[[str], Callable[[], Instance]], tell: Tell) -> None:
    """In a worker: tells of the first link that works, and of each before it why it does not."""
    for link in links:
        try:
            said = tried(start(link))
        except EnvironmentUnusable as error:
            tell("left-out", (link, str(error)))
            continue
        tell("found", (link, *said))
        return


def tried(start: Callable[[], Instance]) -> tuple[str, tuple[str, ...], int]:
    """Starts an IUT: which release it says it is, what its upper tester can do, and how often it hung instead. One that
    fails is still judged: each of its cases then says so."""
    try:
        instance = started(start)
    except IutFailed as error:
        return "", (), int(isinstance(error, IutHangs))
    try:
        upper = instance.upper
        return (upper.release, tuple(sorted(upper.caps)), 0) if upper else ("", (), 0)
    finally:
        instance.close()
