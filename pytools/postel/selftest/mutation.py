# SPDX-License-Identifier: BSD-2-Clause
"""Who kills the mutants of the stack: the unit tests, the corpora (replayed through the targets' oracles), the suite, or what is golden.

A mutant that does not compile, or of which the compiler makes the same object as of the clean file, is none: another line's stands in."""

from __future__ import annotations

import hashlib
import shutil
import time
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from postel.base.build import BuildFailed
from postel.base.exits import PostelError
from postel.base.paths import build_dir
from postel.selftest import against, golden, hunt, ledger, mutants, pool, shows, variants
from postel.selftest.ledger import Entry
from postel.selftest.mutants import Mutant

COUNT, AT_ONCE = 600, 100
GOAL, CLAIMED = 0.92, 0.03  # of all that must be killed, and that may be claimed to be no mistake
HANGS_AFTER = 10.0  # a mutant in a unit test, or in the replay of a corpus
SANITIZED_AFTER = 120.0  # one that did not hang without sanitizers, which are slow
EQUIVALENT = ledger.STORED / "equivalent.toml"  # name = "why nothing can tell it apart"


def chosen(kept: variants.Kept, count: int = COUNT, jobs: int = 2) -> list[Mutant]:
    """The first of the seed's order that are mutants at all; which those are is kept beside what was compiled."""
    every = mutants.every()
    known = kept.directory / f"mutants-{mutants.SEED}-{count}.txt"
    if not known.exists():
        good: list[Mutant] = []
        for at in range(0, len(every), AT_ONCE):
            some = every[at : at + AT_ONCE] if len(good) < count else []
            found = dict(pool.each(lambda mutant: (mutant.name, compiled(kept, mutant)), some, jobs))
            good += [mutant for mutant in some if found[mutant.name]]
        known.write_text("\n".join(mutant.name for mutant in good[:count]))
    wanted = set(known.read_text().split())
    return [mutant for mutant in every if mutant.name in wanted]


def sampled() -> list[Mutant]:
    """Those that were measured last, where their lines are still there, and those that have come among them since."""
    every, stored = mutants.every(), ledger.stored("mutation")
    known = [at for at, mutant in enumerate(every) if mutant.name in stored["entries"]]
    if not known:
        return every[:COUNT]
    if "none" not in stored:
        return [every[at] for at in known]
    return [mutant for mutant in every[: known[-1] + 1] if mutant.name not in stored["none"]]


def passed_over(measured: Collection[str]) -> list[str]:
    """Those that are no mutants, of the order up to the last that was measured."""
    every = [mutant.name for mutant in mutants.every()]
    last = max(at for at, name in enumerate(every) if name in measured)
    return sorted(name for name in every[:last] if name not in measured)


def compiled(kept: variants.Kept, mutant: Mutant) -> bool:
    """Whether it is another program."""
    place = build_dir("variants") / "compiled" / mutant.name
    try:
        return variants.differs(kept, planted_in(mutant, place), mutant.file, place)
    except BuildFailed:
        return False
    finally:
        shutil.rmtree(place, ignore_errors=True)


def planted_in(mutant: Mutant, place: Path) -> Path:
    """A tree that holds the mutant's file."""
    at = place / "tree" / mutant.file
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(mutant.applied())
    return place / "tree"


def tried(on: hunt.Ground, mutant: Mutant, likely: str | None) -> Entry | None:
    """What kills it; the `likely` one is asked first. None: nobody has measured it, and it is measured in whole."""
    sanitize = likely is None or likely.endswith(hunt.ASAN)
    place = build_dir("variants") / "mutant" / mutant.name
    started = time.monotonic()
    try:
        tree = planted_in(mutant, place)
        library = variants.made(on.kept, tree, [mutant.file], place)
        if variants.same(on.kept, place, mutant.file):
            return None
        killed = next(_killers(on, mutant, tree, library, place, likely or ""), "")
        if not killed and sanitize:
            killed = under_sanitizers(mutant)
    except BuildFailed:  # one of a sample that is none
        return None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return {
        "name": mutant.name, "key": key(on, mutant), "file": mutant.file, "line": mutant.line, "old": mutant.old.strip(), "new": mutant.new.strip(),
        "killed": killed, "seconds": round(time.monotonic() - started, 1),
    } | ({"sanitized": True} if sanitize else {})  # fmt: skip


def _killers(on: hunt.Ground, mutant: Mutant, tree: Path, library: Path, place: Path, likely: str) -> Iterator[str]:
    """As they are found; nobody asks for the second."""
    yield from _small(on.kept, mutant, tree, place, likely)
    seen = shows.difference(on.kept.shared, library, on.clean, scripts=0)
    yield from (f"golden {line}" for line in golden.held(seen.cases))  # frames, events and counters, so that no case needs to be judged
    asked = on.asked(seen, [profile for profile in shows.NAMES if profile not in golden.PROFILES or seen.ended])
    found = against.finder(against.placed(library, on.clean.programs, place / "build"), asked, on.clean.answers, likely)
    if found and found.red:
        yield str(found)


def _small(kept: variants.Kept, mutant: Mutant, tree: Path, place: Path, likely: str, seconds: float = HANGS_AFTER) -> Iterator[str]:
    """Unit tests and corpora, the likely one first."""
    changed = [mutant.file]
    for test in sorted(variants.units(kept, changed), key=lambda test: not likely.startswith(f"{Path(test).stem} ")):
        if fails := surely(partial(variants.unit_fails, kept, tree, changed, place, test), seconds, likely == f"{Path(test).stem} hangs"):
            yield f"{Path(test).stem} {fails}"
    for target in variants.replays(kept, changed):
        if surely(partial(variants.replay_ends, kept.directory, place, target), seconds, likely == f"corpus {target}"):
            yield f"corpus {target}"


def surely(ends: Callable[[float], str], seconds: float, known: bool) -> str:
    """How it ends. What seems to hang may be slow on a busy machine, and has more time, unless it is known to hang."""
    said = ends(seconds)
    return ends(3 * seconds) if said == "hangs" and not known else said


def under_sanitizers(mutant: Mutant) -> str:
    """The unit test or corpus that kills it under ASan, LSan and UBSan."""
    place, kept = build_dir("variants") / "mutant-san" / mutant.name, variants.kept("san")
    try:
        tree = planted_in(mutant, place)
        variants.made(kept, tree, [mutant.file], place)
        killed = next(_small(kept, mutant, tree, place, "", SANITIZED_AFTER), "")
        return f"{killed} {hunt.ASAN}" if killed else ""
    finally:
        shutil.rmtree(place, ignore_errors=True)


def key(on: hunt.Ground, mutant: Mutant) -> str:
    return on.key(hashlib.sha256(f"{mutant.file}{mutant.line}{mutant.new}".encode()).digest())


def measure(on: hunt.Ground, those: Sequence[Mutant], book: ledger.Ledger, *, jobs: int, seconds: float | None,
            said: Callable[[int, Entry], None]) -> None:  # fmt: skip
    """Tries the mutants, but those that are known, until the time is over."""
    known = ledger.stored("mutation")["entries"]
    left = [mutant for mutant in those if not book.has(mutant.name, key(on, mutant))]
    book.only({mutant.name for mutant in those} - {mutant.name for mutant in left})

    def one(mutant: Mutant) -> Entry | None:
        return tried(on, mutant, str(known[mutant.name].get("killed", "")) if mutant.name in known else None)

    for done, entry in enumerate(pool.each(one, left, jobs, seconds), start=1 + len(those) - len(left)):
        if entry:
            book.add(entry)
            said(done, entry)
    if seconds is None:
        _again(those, book, jobs, said)


def _again(those: Sequence[Mutant], book: ledger.Ledger, jobs: int, said: Callable[[int, Entry], None]) -> None:
    """Those that live once more, under sanitizers."""
    measured = [mutant for mutant in those if mutant.name in book.entries]
    alive = [mutant for mutant in measured if not book.entries[mutant.name]["killed"] and "sanitized" not in book.entries[mutant.name]]
    if alive:
        variants.kept("san")

    def one(mutant: Mutant) -> Entry:
        return book.entries[mutant.name] | {"killed": under_sanitizers(mutant), "sanitized": True}

    for done, entry in enumerate(pool.each(one, alive, jobs), start=len(those) - len(alive) + 1):
        book.add(entry)
        said(done, entry)


def claimed() -> dict[str, str]:
    """The mutants that nothing can tell apart, each with its argument."""
    if not EQUIVALENT.exists():
        return {}
    said = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    if empty := [name for name, why in said.items() if not isinstance(why, str) or len(why) < 20]:
        raise PostelError(f"{EQUIVALENT}: {empty[0]} is claimed to be equivalent without an argument")
    return said
