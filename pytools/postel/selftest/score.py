# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --planted` and `--mutation`: measures the tests by mistakes that are made on purpose, and says who sees each."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from postel.base.exits import Exit, UsageError
from postel.base.terminal import Line, near, time_left
from postel.fuzzing import planted
from postel.selftest import hunt, ledger, mutants, mutation
from postel.selftest.ledger import Entry

SEED = "POSTEL_TRUST_SEED"  # of a sample; by default each day has another


def seed() -> int:
    return int(os.environ.get(SEED) or time.strftime("%Y%m%d"))


def planted_bugs(args: argparse.Namespace) -> int:
    every = planted.every()
    chosen = shared(args, args.planted, sorted(every), "planted bug")
    bugs = [every[name] for name in chosen]
    on, book = hunt.ground(), ledger.Ledger("planted", resume=args.resume)
    with telling(line_of, len(bugs)) as said:
        hunt.hunt(on, bugs, book, everyone=not args.sample, jobs=args.jobs, seconds=args.sample, said=said)
        entries = [book.entries[name] for name in chosen if name in book.entries]
        if args.fuzz:
            hunt.fuzzed(entries, book, jobs=args.jobs, said=said)
    return told(entries, len(bugs))


def mutation_score(args: argparse.Namespace) -> int:
    on, book = hunt.ground(), ledger.Ledger("mutation", resume=args.resume)
    of = mutants.every() if args.mutation else mutation.sampled() if args.sample else mutation.chosen(on.kept, jobs=args.jobs)
    every = {mutant.name: mutant for mutant in of}
    those = [every[name] for name in shared(args, args.mutation, list(every), "mutant")]
    claimed = mutation.claimed()
    with telling(lambda entry: mutant_line(entry, claimed), len(those)) as said:
        mutation.measure(on, those, book, jobs=args.jobs, seconds=args.sample, said=said)
    return mutants_told([book.entries[mutant.name] for mutant in those if mutant.name in book.entries], len(those), claimed)


def shared(args: argparse.Namespace, names: Sequence[str], every: Sequence[str], what: str) -> list[str]:
    """Those that are named, or all; of these the shard's; in a sample in an order that its seed says."""
    for name in names:
        if name not in every:
            raise UsageError(f"there is no {what} {name!r}{near(name, every)}")
    chosen = ledger.share(names or every, args.shard)
    if args.sample:
        random.Random(seed()).shuffle(chosen)
        print(f"a sample: {SEED}={seed()} repeats it", flush=True)
    return chosen


@contextmanager
def telling(line: Callable[[Entry], str], total: int) -> Iterator[Callable[[int, Entry], None]]:
    """What says each entry as it comes, with the time that is left."""
    progress, started = Line(), time.monotonic()

    def said(done: int, entry: Entry) -> None:
        progress.close()
        print(line(entry), flush=True)
        progress.show(f"{done}/{total}{time_left(done, total, time.monotonic() - started)}")

    yield said
    progress.close()


def line_of(entry: Entry) -> str:
    if problem := hunt.wrong(entry):
        return f"error  {entry['name']}: {problem}"
    word = "found " if entry["suite"] else "missed" if entry["shows"] else "unseen"
    by = [f"{name} {entry[name]}" for name in ("suite", "unit", "fuzz") if entry.get(name)]
    return f"{word} {entry['name']:<44} {'; '.join(by) or 'nobody'}  [{entry['row']}]"


def told(entries: Sequence[Entry], total: int) -> int:
    """The sum, and the exit code: what was found before is found, and every patch is a mistake."""
    before = ledger.stored("planted")["entries"]
    showing = [entry for entry in entries if entry.get("shows")]
    found = [entry for entry in showing if entry["suite"]]
    red = sum(entry["red"] for entry in found)
    errors = [entry["name"] for entry in entries if hunt.wrong(entry)]
    lost = [entry["name"] for entry in entries if before.get(entry["name"], {}).get("suite") and not entry.get("suite")]
    share = f" ({len(found) / len(showing):.1%})" if showing else ""
    print(f"{len(entries)} of {total} planted bugs tried: {len(showing)} show, the suite finds {len(found)} of them{share}, {red} by a case that turns red "
          f"and {len(found) - red} by another verdict or label than the golden one; {len(errors)} errors", flush=True)  # fmt: skip
    for name in lost:
        print(f"lost: {name}, which the suite found before: {before[name]['suite']}", flush=True)
    return Exit.FAILED if errors or lost else Exit.OK


def mutant_line(entry: Entry, claimed: Mapping[str, str]) -> str:
    word = "killed " if entry["killed"] else "claimed" if entry["name"] in claimed else "alive  "
    by = entry["killed"] or claimed.get(entry["name"]) or f"{entry['old']}  ->  {entry['new']}"
    return f"{word} {entry['name']:<48} {entry['file']}:{entry['line']}  {by}"


def mutants_told(entries: Sequence[Entry], total: int, claimed: Mapping[str, str]) -> int:
    """The sum, and the exit code: what was killed before is killed, what is claimed to be no mistake lives, and is little."""
    before = ledger.stored("mutation")["entries"]
    killed = [entry["name"] for entry in entries if entry["killed"]]
    lost = [entry for entry in entries if not entry["killed"] and before.get(entry["name"], {}).get("killed")]
    untrue = [name for name in killed if name in claimed]
    many = len(set(claimed) & {entry["name"] for entry in entries}) > max(1, mutation.CLAIMED * total)
    share = f" ({len(killed) / len(entries):.1%})" if entries else ""
    print(f"{len(entries)} of {total} mutants tried: {len(killed)} killed{share}, {len(entries) - len(killed)} alive, "
          f"{sum(entry['name'] in claimed for entry in entries)} of them claimed to be no mistakes", flush=True)  # fmt: skip
    for entry in lost:
        print(f"lost: {entry['name']}, which was killed before: {before[entry['name']]['killed']}", flush=True)
    for name in untrue:
        print(f"untrue: {name} is claimed to be no mistake, and something tells it apart", flush=True)
    return Exit.FAILED if lost or untrue or many else Exit.OK
