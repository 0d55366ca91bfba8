# SPDX-License-Identifier: BSD-2-Clause
"""Says how two runs differ, result by result; exit code 1 when something got worse.

A case that only the later run has is new, never a regression. Between versions of the suite each difference says who changed, the
IUT or the case; what got worse is 1 all the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

from postel.base import plain
from postel.base.exits import Exit
from postel.base.terminal import columns
from postel.results import diffing, results
from postel.results.diffing import Difference, Pair
from postel.results.results import Key, Result, key


def run(args: argparse.Namespace) -> int:
    found = diffing.compare(results.read(args.before), results.read(args.after))
    print(plain.as_json(as_json(found)) if args.json else "\n".join(map(plain.plain, told(found))))
    return Exit.FAILED if found.regressions else Exit.OK


def told(found: Difference) -> Iterator[str]:
    yield from (f"the runs differ in {words}" for words in found.settings)
    for title, some in (("worse", found.regressions), ("better", found.improvements), ("otherwise", found.other)):
        yield from pairs(title, some, found.who)
    yield from singles("new", found.new)
    yield from singles("gone", found.gone)
    yield (
        f"{len(found.regressions)} worse, {len(found.improvements)} better, {len(found.other)} otherwise, "
        f"{len(found.new)} new, {len(found.gone)} gone, {found.same} the same"
    )


def pairs(title: str, found: Sequence[Pair], who: Mapping[Key, str]) -> Iterator[str]:
    """Under a title for each who changed, the suite or the IUT; where no case did, that is said nowhere."""
    for changed in sorted({who[key(now)] for _, now in found}):
        some = [pair for pair in found if who[key(pair[1])] == changed]
        suite_stayed = set(who.values()) == {diffing.IUT_CHANGED}
        yield from group(title if suite_stayed else f"{title} ({changed})", some)


def group(title: str, found: Sequence[Pair]) -> Iterator[str]:
    yield f"{title}:"
    rows = [[place(now), f"{before['verdict']} -> {now['verdict']}", news(before, now)] for before, now in found]
    yield from (f"  {line}" for line in columns(rows, left=3))


def singles(title: str, found: Sequence[Result]) -> Iterator[str]:
    if found:
        yield f"{title}:"
        yield from (f"  {line}" for line in columns([[place(r), r["verdict"]] for r in found], left=2))


def place(result: Result) -> str:
    return f"{result['case']}  {result['iut']}  {result['link']}" + f"  {result['profile']}" * (
        result["profile"] != "modern"
    )


def news(before: Result, now: Result) -> str:
    if before["label"] != now["label"]:
        return f"{before['label'] or 'no label'} -> {now['label'] or 'no label'}"
    if before["verdict"] == now["verdict"]:
        return f"{before['requirement']} -> {now['requirement']}"
    worse = now if now["expected"] else before
    return f"expected {worse['expected']}; actual {worse['actual']}" if worse["expected"] else worse["actual"]


def as_json(found: Difference) -> dict[str, object]:
    def both(some: Sequence[Pair]) -> list[dict[str, object]]:
        return [{"before": before, "after": after, "changed": found.who[key(after)]} for before, after in some]

    return {
        "settings": found.settings, "worse": both(found.regressions), "better": both(found.improvements),
        "otherwise": both(found.other), "new": found.new, "gone": found.gone, "same": found.same,
    }  # fmt: skip
