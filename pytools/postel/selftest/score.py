# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --planted`: measures the tests by mistakes that are made on purpose, and says who sees each."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence

from postel.base.exits import Exit, UsageError
from postel.base.terminal import Line, instead, time_left
from postel.fuzzing import planted
from postel.selftest import hunt, ledger
from postel.selftest.ledger import Entry

SEED = "POSTEL_TRUST_SEED"  # of a sample; by default each day has another


def seed() -> int:
    return int(os.environ.get(SEED) or time.strftime("%Y%m%d"))


def planted_bugs(args: argparse.Namespace) -> int:
    every = planted.every()
    for name in args.planted:
        if name not in every:
            raise UsageError(f"there is no planted bug {name!r}{instead(name, every)}")
    bugs = [every[name] for name in ledger.share(args.planted or sorted(every), args.shard)]
    if args.sample:
        bugs = hunt.sample(bugs, seed())
        print(f"a sample: {SEED}={seed()} repeats it", flush=True)
    on, book, progress = hunt.ground(), ledger.Ledger("planted", resume=args.resume), Line()
    started = time.monotonic()

    def said(done: int, entry: Entry) -> None:
        progress.close()
        print(line_of(entry), flush=True)
        progress.show(f"{done}/{len(bugs)}{time_left(done, len(bugs), time.monotonic() - started)}")

    hunt.hunt(on, bugs, book, everyone=not args.sample, jobs=args.jobs, seconds=args.sample, said=said)
    progress.close()
    entries = [book.entries[bug.name] for bug in bugs if bug.name in book.entries]
    if args.fuzz:
        hunt.fuzzed(entries, bugs, book, jobs=args.jobs, said=lambda done, entry: print(f"fuzzed {line_of(entry)}", flush=True))
    return told(entries, len(bugs))


def line_of(entry: Entry) -> str:
    if problem := hunt.wrong(entry):
        return f"error  {entry['name']}: {problem}"
    word = "found " if entry["red"] else "missed" if entry["shows"] else "unseen"
    by = [f"{name} {entry[name]}" for name in ("suite", "unit", "fuzz") if entry.get(name)]
    return f"{word} {entry['name']:<44} {'; '.join(by) or 'nobody'}  [{entry['row']}]"


def told(entries: Sequence[Entry], total: int) -> int:
    """The sum, and the exit code: what was found before is found, and every patch is a mistake."""
    before = ledger.stored("planted")["entries"]
    showing = [entry for entry in entries if entry.get("shows")]
    red = sum(entry["red"] for entry in showing)
    noticed = sum(bool(entry["suite"]) and not entry["red"] for entry in showing)
    errors = [entry["name"] for entry in entries if hunt.wrong(entry)]
    lost = [entry["name"] for entry in entries if before.get(entry["name"], {}).get("red") and not entry.get("red")]
    share = f" ({red / len(showing):.1%})" if showing else ""
    print(f"{len(entries)} of {total} planted bugs tried: {len(showing)} show, the suite is red for {red} of them{share} and says something "
          f"else of {noticed}; {len(errors)} errors", flush=True)  # fmt: skip
    for name in lost:
        print(f"lost: {name}, which the suite found before: {before[name]['suite']}", flush=True)
    return Exit.FAILED if errors or lost else Exit.OK
