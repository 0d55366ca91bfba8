# SPDX-License-Identifier: BSD-2-Clause
"""Who finds the planted bugs: the suite, the unit tests, the fuzz targets.

Each patch of fuzz/planted/ is applied, built and shown to differ from the clean stack; that one of them no longer does so is an error.
Then the suite judges it (the case that found it last time first), the unit tests that it can reach, and the targets that it is in."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from postel.base import build
from postel.base.exits import PostelError
from postel.base.paths import ROOT, build_dir
from postel.base.system import attempt
from postel.fuzzing import planted
from postel.fuzzing.fuzzing import need_libfuzzer
from postel.kit import Case, cases
from postel.selftest import against, ledger, pool, shows, variants
from postel.selftest.ledger import Entry

FUZZ_SECONDS = 60.0


@dataclass(frozen=True)
class Ground:
    """What every trial stands on: the clean stack, what is known of it, and the cases."""

    kept: variants.Kept
    clean: shows.Clean
    cases: list[Case]

    def key(self, octets: bytes) -> str:
        """Changes with whatever an entry depends on."""
        return hashlib.sha256(octets + f"{self.kept.directory} {self.clean.messages}".encode()).hexdigest()[:16]


def ground() -> Ground:
    every = cases()
    kept = variants.kept()
    return Ground(kept, shows.clean(kept, every), every)


def applied(patch: Path, tree: Path) -> list[str]:
    """Puts the files that a patch changes, changed, into `tree`; PostelError when it does not apply as it stands."""
    changed = re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), re.MULTILINE)
    for name in changed:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    done = attempt(["patch", "-p1", "--forward", "--fuzz=0", "--no-backup-if-mismatch", "-s", "-d", tree, "-i", patch])
    if not done.ok or not changed:
        raise PostelError(f"does not apply: {done.last_line}")
    return changed


def tried(on: Ground, bug: planted.Bug, likely: str, *, everyone: bool) -> Entry:
    """Everything about one bug but what the fuzzers say; not `everyone`: the first finder is enough."""
    place = build_dir("variants") / "trial" / bug.name
    shutil.rmtree(place, ignore_errors=True)
    entry: Entry = {"name": bug.name, "key": on.key(bug.patch.read_bytes()), "row": bug.row, "mistake": bug.mistake,
                    "found_by": bug.found_by}  # fmt: skip
    started = time.monotonic()
    try:
        _judge(on, entry, applied(bug.patch, place / "tree"), place, likely, everyone=everyone)
    except PostelError as error:
        entry["problem"] = " ".join(str(error).split())[:300]
    entry["seconds"] = round(time.monotonic() - started, 1)
    shutil.rmtree(place, ignore_errors=True)
    return entry


def _judge(on: Ground, entry: Entry, changed: Sequence[str], place: Path, likely: str, *, everyone: bool) -> None:
    entry["files"] = changed
    if not variants.touched(on.kept, changed, variants.sources()):
        raise PostelError(f"changes nothing of what is judged: {', '.join(changed)}")
    library = variants.made(on.kept, place / "tree", changed, place)
    entry["shows"] = shows.difference(on.kept.shared, library, on.clean, scripts=0)
    found = against.finder(against.placed(library, on.clean.programs, place / "build"), on.cases, on.clean.answers, likely)
    entry["suite"], entry["red"] = str(found or ""), found is not None and found.red
    if found and not entry["shows"]:
        entry["shows"] = "to the suite, which goes on as it is answered"
    entry["unit"] = unit(on.kept, changed, place, place) if everyone or not entry["red"] else ""
    entry["shows"] = entry["shows"] or shows.difference(on.kept.shared, library, on.clean)
    if not entry["red"]:
        _under_sanitizers(on, entry, changed, place, likely)


def unit(kept: variants.Kept, changed: Sequence[str], place: Path, variant: Path) -> str:
    """The first unit test that fails, with its program."""
    for test in variants.units(kept, changed):
        if fails := variants.unit_fails(kept, place / "tree", changed, variant, test):
            return f"{Path(test).stem} {fails}"
    return ""


def _under_sanitizers(on: Ground, entry: Entry, changed: Sequence[str], place: Path, likely: str) -> None:
    """The same under ASan and UBSan, where they have something to say."""
    kept = variants.kept("san")
    programs = build.build("gcc-san", targets=["stack/port/postel-sim", "stack/port/postel-differ"])
    library = variants.made(kept, place / "tree", changed, place / "san")
    complaint = shows.difference(library, library, on.clean, scripts=0, programs=programs)
    if complaint:
        entry["shows"] = entry["shows"] or complaint
        found = against.finder(against.placed(library, programs, place / "san-build"), on.cases, on.clean.answers, likely)
        if found and found.red:
            entry["suite"], entry["red"] = f"{found} (ASan)", True
    entry["unit"] = entry["unit"] or unit(kept, changed, place, place / "san")


def missed(entry: Entry) -> bool:
    """It shows, and the suite is not red."""
    return bool(entry.get("shows")) and not entry.get("red")


def wrong(entry: Entry) -> str:
    """Why a planted bug is none: an error, for it is no measure any more."""
    if not entry.get("problem") and not any(entry.get(by) for by in ("shows", "suite", "unit", "fuzz", "found_by")):
        return "behaves like the clean stack"
    return str(entry.get("problem") or "")


# Many


def hunt(on: Ground, bugs: Sequence[planted.Bug], book: ledger.Ledger, *, everyone: bool, jobs: int, seconds: float | None,
         said: Callable[[int, Entry], None]) -> None:  # fmt: skip
    """Tries the bugs, but those that are known, until the time is over."""
    known = ledger.stored("planted")["entries"]
    left = [bug for bug in bugs if not book.has(bug.name, on.key(bug.patch.read_bytes()))]

    def one(bug: planted.Bug) -> Entry:
        return tried(on, bug, known.get(bug.name, {}).get("suite", ""), everyone=everyone)

    for done, entry in enumerate(pool.each(one, left, jobs, seconds), start=1 + len(bugs) - len(left)):
        book.add(entry)
        said(done, entry)


def sample(bugs: Sequence[planted.Bug], seed: int) -> list[planted.Bug]:
    """In an order that the seed says."""
    shuffled = list(bugs)
    random.Random(seed).shuffle(shuffled)
    return shuffled


def fuzzed(entries: Sequence[Entry], bugs: Sequence[planted.Bug], book: ledger.Ledger, *, jobs: int, said: Callable[[int, Entry], None]) -> None:
    """Lets the targets look for those bugs that are in their sources."""
    need_libfuzzer()
    by_name = {bug.name: bug for bug in bugs}
    for number, entry in enumerate(entries, start=1):
        for target in planted.targets_of(entry["files"]):
            trials = planted.plant([by_name[entry["name"]].aimed(target)])
            clean = build.build("fuzz", targets=[f"fuzz/fuzz_{target}"]) / "fuzz"
            planted.hunt(trials, clean, seconds=FUZZ_SECONDS, seed=1, jobs=jobs, said=lambda trial: None)
            search, finding = trials[0].search, trials[0].finding
            if trials[0].found and search and finding:
                entry["fuzz"] = f"{target} {finding.kind}, {search.executions:,} executions, {search.seconds:.1f} s"
                break
            if trials[0].by_seed:
                entry["fuzz"] = f"{target} seed"
                break
        book.add(entry)
        said(number, entry)
