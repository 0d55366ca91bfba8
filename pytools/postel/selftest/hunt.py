# SPDX-License-Identifier: BSD-2-Clause
"""Who finds the planted bugs: the suite, `iut check`, the unit tests, the fuzz targets.

Each patch of fuzz/planted/ is applied, built and shown to differ from the clean stack; that one of them no longer does so is an error.
Then the suite judges it (the case that found it last time first), the unit tests that it can reach, and the targets that it is in."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postel.base import build
from postel.base.exits import PostelError
from postel.base.paths import ROOT, build_dir
from postel.base.system import attempt
from postel.base.verdict import Verdict
from postel.checking import adapter_check
from postel.fuzzing import planted
from postel.fuzzing.fuzzing import TARGETS, need_libfuzzer
from postel.iut import iut
from postel.kit import Case, LowerTester, cases
from postel.selftest import against, golden, ledger, pool, shows, variants
from postel.selftest.ledger import Entry

FUZZ_SECONDS = 20.0
HANGS_AFTER = {"plain": 30.0, "san": 300.0}  # a unit test; under sanitizers one that did not hang without, on a busy machine
GOAL = 0.97  # of those that show, which the suite must see
ASAN = "(ASan)"  # behind a finder that needs it


@dataclass(frozen=True)
class Ground:
    """What every trial stands on: the clean stack, what is known of it, and the cases."""

    kept: variants.Kept
    clean: shows.Clean
    cases: list[Case]

    def asked(self, seen: shows.Difference, profiles: Sequence[str] = against.PROFILES) -> dict[str, list[Case]]:
        """The cases that can say something else of a variant, by profile: a case that hears the same answers asks the same."""
        return {
            profile: [case for case in self.cases if seen.ended or case.id in seen.cases[profile]] for profile in profiles
        }  # fmt: skip

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
    """Everything about one bug but what sanitizers and fuzzers say; not `everyone`: the first finder is enough."""
    entry: Entry = {"name": bug.name, "key": on.key(bug.patch.read_bytes()), "row": bug.row, "mistake": bug.mistake,
                    "found_by": bug.found_by}  # fmt: skip
    started = time.monotonic()
    try:
        _judge(on, bug, entry, likely, everyone=everyone)
    except PostelError as error:
        entry["problem"] = " ".join(str(error).split())[:300]
    if not entry.get("red") and likely.endswith(ASAN):
        entry = sanitized(on, bug, entry, likely)
    entry["seconds"] = round(time.monotonic() - started, 1)
    return entry


def _judge(on: Ground, bug: planted.Bug, entry: Entry, likely: str, *, everyone: bool) -> None:
    with planted_in(bug) as (place, changed):
        entry["files"] = changed
        if not variants.touched(on.kept, changed, variants.sources()):
            raise PostelError(f"changes nothing of what is judged: {', '.join(changed)}")
        library = variants.made(on.kept, place / "tree", changed, place)
        seen = shows.difference(on.kept.shared, library, on.clean, scripts=0)
        entry["shows"] = seen.words
        entry["golden"] = seen.ended or bool(golden.held(seen.cases))
        found = against.finder(against.placed(library, on.clean.programs, place / "build"), on.asked(seen), on.clean.answers, likely)
        entry["suite"], entry["red"] = str(found or ""), found is not None and found.red
        entry["check"] = "" if found else check(place / "build")
        entry["unit"] = unit(on.kept, changed, place, place) if everyone or not entry["red"] else ""
        entry["shows"] = entry["shows"] or shows.difference(on.kept.shared, library, on.clean).words


def check(placed: Path) -> str:
    """The first rule of an adapter that `iut check` says is broken: what the upper tester's protocol has, no RFC does."""
    try:
        instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=against.SEED, build=placed)
    except PostelError as error:
        return str(error).partition("\n")[0]  # what it has asked before any case
    try:
        return next((rule for found, rule, _ in adapter_check.checked(LowerTester(instance, "modern")) if found == "FAIL"), "")
    finally:
        instance.close()


@contextmanager
def planted_in(bug: planted.Bug) -> Iterator[tuple[Path, list[str]]]:
    """A place whose `tree` has the bug's files, and which these are."""
    place = build_dir("variants") / "trial" / bug.name
    shutil.rmtree(place, ignore_errors=True)
    try:
        yield place, applied(bug.patch, place / "tree")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sanitized(on: Ground, bug: planted.Bug, entry: Entry, likely: str) -> Entry:
    """The same under ASan and UBSan: whether they have something to say, and then what the suite says."""
    kept = variants.kept("san")
    programs = build.build("gcc-san", targets=["stack/port/postel-sim", "stack/port/postel-differ"])
    with planted_in(bug) as (place, changed):
        library = variants.made(kept, place / "tree", changed, place)
        seen = shows.difference(library, library, on.clean, scripts=0, programs=programs)
        if seen.ended:
            entry["shows"] = entry["shows"] or seen.words
            found = against.finder(against.placed(library, programs, place / "build"), on.asked(seen), on.clean.answers, likely)
            if found and found.red:
                entry["suite"], entry["red"] = f"{found} {ASAN}", True
        entry["unit"] = entry["unit"] or unit(kept, changed, place, place)
    return entry | {"sanitized": True}


def unit(kept: variants.Kept, changed: Sequence[str], place: Path, variant: Path) -> str:
    """The first unit test that fails, with its program."""
    for test in variants.units(kept, changed):
        if fails := variants.unit_fails(kept, place / "tree", changed, variant, test, HANGS_AFTER[kept.flavour]):
            return f"{Path(test).stem} {fails}"
    return ""


def missed(entry: Entry) -> bool:
    """It shows, no case says anything else than the golden verdict and label, and `iut check` finds all well."""
    return bool(entry.get("shows")) and not (entry.get("suite") or entry.get("check"))


def way(entry: Mapping[str, Any]) -> str:
    """How loud the case is that finds it: it fails a run (`fail`, `inconclusive`, `error`), says that a SHOULD is broken (`warn`), or has
    another label or verdict than the golden one (`label`)."""
    verdict = (entry.get("suite") or "").removesuffix(ASAN).strip().rsplit(" ", 1)[-1]
    return verdict if entry.get("red") or verdict == Verdict.WARN else "label" if verdict else ""


def seen(entry: Mapping[str, Any]) -> bool:
    """By the suite: a case says something else, or has other golden frames, events or counters; or by `iut check`."""
    return any(entry.get(by) for by in ("suite", "golden", "check"))


def unseen(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("shows")) and not seen(entry)


def wrong(entry: Entry) -> str:
    """Why a planted bug is none: an error, for it is no measure any more."""
    if not entry.get("problem") and not any(entry.get(by) for by in ("shows", "suite", "check", "unit", "fuzz", "found_by")):
        return "behaves like the clean stack"
    return str(entry.get("problem") or "")


# Many


def hunt(on: Ground, bugs: Sequence[planted.Bug], book: ledger.Ledger, *, everyone: bool, jobs: int, seconds: float | None,
         said: Callable[[int, Entry], None]) -> None:  # fmt: skip
    """Tries the bugs, but those that are known, until the time is over."""
    known = ledger.stored("planted")["entries"]
    left = [bug for bug in bugs if not book.has(bug.name, on.key(bug.patch.read_bytes()))]
    book.only({bug.name for bug in bugs} - {bug.name for bug in left})

    def one(bug: planted.Bug) -> Entry:
        return tried(on, bug, likely(bug), everyone=everyone)

    def again(bug: planted.Bug) -> Entry:
        return sanitized(on, bug, dict(book.entries[bug.name]), likely(bug))

    def likely(bug: planted.Bug) -> str:
        return str(known.get(bug.name, {}).get("suite", ""))

    for done, entry in enumerate(pool.each(one, left, jobs, seconds), start=1 + len(bugs) - len(left)):
        book.add(entry)
        said(done, entry)
    tried_now = [bug for bug in bugs if bug.name in book.entries and _wants_sanitizers(book.entries[bug.name])]
    missing = [bug for bug in tried_now if everyone or (bug.name not in known and unseen(book.entries[bug.name]))]
    if missing:
        variants.kept("san"), build.build("gcc-san", targets=["stack/port/postel-sim", "stack/port/postel-differ"])
    for done, entry in enumerate(pool.each(again, missing, jobs, seconds if everyone else None), start=1):
        book.add(entry)
        said(len(bugs) - len(missing) + done, entry)


def _wants_sanitizers(entry: Entry) -> bool:
    return not (entry.get("problem") or entry["red"] or entry.get("sanitized"))


def fuzzed(entries: Sequence[Entry], book: ledger.Ledger, *, jobs: int, said: Callable[[int, Entry], None]) -> None:
    """Lets each target look for those bugs that are in its sources."""
    need_libfuzzer()
    every = planted.every()
    for target in TARGETS:
        aimed = [entry for entry in entries if not entry.get("problem") and target in planted.targets_of(entry["files"])]
        by_name = {entry["name"]: entry for entry in aimed}
        clean = build.build("fuzz", targets=[f"fuzz/fuzz_{target}"]) / "fuzz"

        def tell(trial: planted.Trial, target: str = target, by_name: dict[str, Entry] = by_name) -> None:
            entry = by_name[trial.bug.name]
            entry["fuzz"] = fuzz_words(trial, target) or entry.get("fuzz", "")
            book.add(entry)
            said(len(entries), entry)

        trials = planted.plant([every[name].aimed(target) for name in by_name])
        planted.hunt(trials, clean, seconds=FUZZ_SECONDS, seed=1, jobs=jobs, said=tell)


def fuzz_words(trial: planted.Trial, target: str) -> str:
    """How a target found a bug; nothing when it did not."""
    if trial.by_seed:
        return f"{target} by a seed"
    if not trial.found or not trial.search or not trial.finding:
        return ""
    return f"{target} {trial.finding.kind}, {trial.search.executions:,} executions, {trial.search.seconds:.1f} s"
