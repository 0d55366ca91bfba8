# SPDX-License-Identifier: BSD-2-Clause
"""Says how two runs differ, result by result; exit code 1 when something got worse.

A case that only the later run has is new, never a regression.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from postel.base import plain
from postel.base.exits import Exit
from postel.base.terminal import columns
from postel.results import diffing, results
from postel.results.diffing import Difference, Pair
from postel.results.results import Result


def run(args: argparse.Namespace) -> int:
    found = diffing.compare(results.read(args.before), results.read(args.after))
    print(plain.as_json(as_json(found)) if args.json else "\n".join(map(plain.plain, told(found))))
    return Exit.FAILED if found.regressions else Exit.OK


def told(found: Difference) -> Iterator[str]:
    yield from (f"the runs differ in {words}" for words in found.settings)
    yield from pairs("worse", found.regressions)
    yield from pairs("better", found.improvements)
    yield from pairs("otherwise", found.other)
    yield from singles("new", found.new)
    yield from singles("gone", found.gone)
    yield (
        f"{len(found.regressions)} worse, {len(found.improvements)} better, {len(found.other)} otherwise, "
        f"{len(found.new)} new, {len(found.gone)} gone, {found.same} the same"
    )


def pairs(title: str, found: Sequence[Pair]) -> Iterator[str]:
    if not found:
        return
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
    def both(some: Sequence[Pair]) -> list[dict[str, Result]]:
        return [{"before": before, "after": after} for before, after in some]

    return {
        "settings": found.settings, "worse": both(found.regressions), "better": both(found.improvements),
        "otherwise": both(found.other), "new": found.new, "gone": found.gone, "same": found.same,
    }  # fmt: skip
