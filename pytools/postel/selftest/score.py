# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --planted` and `--mutation`: measures the tests by mistakes that are made on purpose, and says who sees each."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from postel.base.exits import Exit, UsageError
from postel.base.terminal import Line, near, time_left
from postel.base.verdict import Verdict
from postel.fuzzing import planted
from postel.selftest import gates, hunt, ledger, mutants, mutation
from postel.selftest.ledger import Entry, part

SEED = "POSTEL_TRUST_SEED"  # of a sample; by default each day has another


def seed() -> int:
    return int(os.environ.get(SEED) or time.strftime("%Y%m%d"))


def planted_bugs(args: argparse.Namespace) -> int:
    every = planted.every()
    chosen = shared(args, args.planted, sorted(every), "planted bug", ledger.stored("planted")["entries"])
    bugs = [every[name] for name in chosen]
    on, book = hunt.ground(), ledger.Ledger(kept_as("planted", args, args.planted), resume=args.resume)
    with telling(line_of, len(bugs)) as said:
        hunt.hunt(on, bugs, book, everyone=not args.sample, jobs=args.jobs, seconds=args.sample, said=said)
        entries = [book.entries[name] for name in chosen if name in book.entries]
        if args.fuzz:
            hunt.fuzzed(entries, book, jobs=args.jobs, said=said)
    return told(entries, len(bugs), whole=is_whole(args, args.planted))


def mutation_score(args: argparse.Namespace) -> int:
    on, book = hunt.ground(), ledger.Ledger(kept_as("mutation", args, args.mutation), resume=args.resume)
    of = mutants.every() if args.mutation else mutation.sampled() if args.sample else mutation.chosen(on.kept, jobs=args.jobs)
    every = {mutant.name: mutant for mutant in of}
    those = [every[name] for name in shared(args, args.mutation, list(every), "mutant", ledger.stored("mutation")["entries"])]
    claimed = mutation.claimed()
    with telling(lambda entry: mutant_line(entry, claimed), len(those)) as said:
        mutation.measure(on, those, book, jobs=args.jobs, seconds=args.sample, said=said)
    entries = [book.entries[mutant.name] for mutant in those if mutant.name in book.entries]
    return mutants_told(entries, len(those), claimed, whole=is_whole(args, args.mutation))


def is_whole(args: argparse.Namespace, names: Sequence[str]) -> bool:
    return not (names or args.sample or args.shard)


def kept_as(kind: str, args: argparse.Namespace, names: Sequence[str]) -> str:
    """The ledger: what cannot be put together to something whole does not overwrite what can."""
    return f"{kind}-some" if names or args.sample else kind


def shared(args: argparse.Namespace, names: Sequence[str], every: Sequence[str], what: str, before: Collection[str]) -> list[str]:
    """Those that are named, or all; of these the shard's; in a sample in an order that its seed says, first those that were never measured."""
    for name in names:
        if name not in every:
            raise UsageError(f"there is no {what} {name!r}{near(name, every)}")
    chosen = ledger.share(names or every, args.shard)
    if args.sample:
        random.Random(seed()).shuffle(chosen)
        chosen.sort(key=lambda name: name in before)
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
    word = "found " if entry["suite"] or entry.get("check") else "golden" if hunt.seen(entry) else "missed" if entry["shows"] else "unseen"
    by = [f'check "{entry["check"]}"'] if entry.get("check") else []
    by += [f"{name} {entry[name]}" for name in ("suite", "unit", "fuzz") if entry.get(name)]
    return f"{word} {entry['name']:<44} {'; '.join(by) or 'nobody'}  [{entry['row']}]"


def told(entries: Sequence[Entry], total: int, *, whole: bool) -> int:
    """The sum, what is wrong with it, and the exit code."""
    showing = [entry for entry in entries if entry.get("shows")]
    seen = [entry for entry in showing if hunt.seen(entry)]
    found = [entry for entry in showing if entry.get("suite")]
    checked = [entry for entry in showing if entry.get("check")]
    warned = [entry for entry in found if hunt.way(entry) == Verdict.WARN]
    red = [entry for entry in found if entry.get("red") or entry in warned]
    errors = sum(bool(hunt.wrong(entry)) for entry in entries)
    print(f"{len(entries)} of {total} planted bugs tried: {len(showing)} show; the suite or `iut check` sees {part(seen, showing)}: {part(red, showing)} by a case that turns red ({len(warned)} of them by a warn), "
          f"{len(found) - len(red)} by another verdict or label than the golden one, {len(checked)} by `iut check`, "
          f"{len(seen) - len(found) - len(checked)} by other frames, events or counters; "
          f"{errors} errors", flush=True)  # fmt: skip
    return judged(gates.planted(entries, ledger.stored("planted")["entries"], whole=whole))


def judged(wrong: Sequence[str]) -> int:
    for line in wrong:
        print(line, flush=True)
    return Exit.FAILED if wrong else Exit.OK


def mutant_line(entry: Entry, claimed: Mapping[str, str]) -> str:
    word = "killed " if entry["killed"] else "claimed" if entry["name"] in claimed else "alive  "
    by = entry["killed"] or claimed.get(entry["name"]) or f"{entry['old']}  ->  {entry['new']}"
    return f"{word} {entry['name']:<48} {entry['file']}:{entry['line']}  {by}"


def mutants_told(entries: Sequence[Entry], total: int, claimed: Mapping[str, str], *, whole: bool) -> int:
    killed = [entry for entry in entries if entry["killed"]]
    print(f"{len(entries)} of {total} mutants tried: {part(killed, entries)} are killed, {len(entries) - len(killed)} alive, "
          f"{sum(entry['name'] in claimed for entry in entries)} of them claimed to be no mistakes", flush=True)  # fmt: skip
    return judged(gates.mutants(entries, ledger.stored("mutation")["entries"], claimed, whole=whole))
