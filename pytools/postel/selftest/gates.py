# SPDX-License-Identifier: BSD-2-Clause
"""What `postel test --planted` and `--mutation` are red for, by what was found now and by what is stored of before.

A whole measurement has to see its share of all. A part of one (a sample, a shard, those that were named) is held against what is stored:
what was seen is seen again, and what nobody has measured before is seen at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from postel.selftest import hunt, mutation
from postel.selftest.ledger import Entry

Stored = Mapping[str, Mapping[str, Any]]


def planted(entries: Sequence[Entry], before: Stored, *, whole: bool) -> list[str]:
    """A line for each thing that is wrong."""
    sound = [entry for entry in entries if not hunt.wrong(entry)]
    lost = [entry["name"] for entry in sound if was_found(before.get(entry["name"], {})) and not is_found(entry, before[entry["name"]])]
    unseen = [entry["name"] for entry in sound if hunt.unseen(entry)]
    new = [name for name in unseen if name not in lost and not hunt.unseen(before.get(name, {}))]
    showing = [entry for entry in sound if entry.get("shows")]
    return [
        *[f"wrong: {entry['name']}: {hunt.wrong(entry)}" for entry in entries if hunt.wrong(entry)],
        *[f"lost: {name}, which was found before: {was_found(before[name])}" for name in lost],
        *([] if whole else [f"new: {name} is missed, and was not before" for name in new]),
        *(short(len(showing) - len(unseen), len(showing), hunt.GOAL, "planted bugs that show are seen") if whole else []),
    ]


def was_found(entry: Mapping[str, Any]) -> str:
    """By which case or rule of `iut check`, or that only what is golden of some case was another."""
    return str(entry.get("suite") or entry.get("check") or ("other golden frames, events or counters" if hunt.seen(entry) else ""))


def is_found(entry: Entry, before: Mapping[str, Any]) -> bool:
    """At least as before: who was found by a case is not seen by `iut check` alone, and neither by golden frames alone."""
    ways = ("suite",) if before.get("suite") else ("suite", "check") if before.get("check") else ()
    return any(entry.get(way) for way in ways) if ways else hunt.seen(entry)


def mutants(entries: Sequence[Entry], before: Stored, claimed: Iterable[str], *, whole: bool) -> list[str]:
    """The same of mutants, of which some are claimed to be no mistakes: those are few, and live."""
    claims = set(claimed)
    alive = [entry["name"] for entry in entries if not entry["killed"]]
    lost = [name for name in alive if before.get(name, {}).get("killed")]
    new = [name for name in alive if name not in before and name not in claims]
    untrue = [entry["name"] for entry in entries if entry["killed"] and entry["name"] in claims]
    many = len(claims & {entry["name"] for entry in entries})
    return [
        *[f"lost: {name}, which was killed before: {before[name]['killed']}" for name in lost],
        *([] if whole else [f"new: {name} lives, and nobody has measured it before" for name in new]),
        *[f"untrue: {name} is claimed to be no mistake, and something tells it apart" for name in untrue],
        *([f"many: {many} of {len(entries)} are claimed to be no mistakes"] if whole and many > mutation.CLAIMED * len(entries) else []),
        *(short(len(entries) - len(alive), len(entries), mutation.GOAL, "mutants are killed") if whole else []),
    ]


def short(some: int, every: int, goal: float, what: str) -> list[str]:
    """That a share is below its goal; none of nothing is."""
    if every and some / every >= goal:
        return []
    return [f"gate: {some} of {every} {what}, and at least {goal:.0%} must be"]
