# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --fakes`: all fakes or some before an IUT, several at a time, and what is to be said of it.

`python3 -m postel.runs.fakes` writes the finders that the last runs had into the list that says which case to try first."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from postel import kit
from postel.base import build, signals
from postel.base.exits import Exit, PostelError, UsageError
from postel.base.paths import BUILD, CONFORMANCE, ROOT
from postel.catalogue.selection import parse_shard
from postel.fakes import lists
from postel.fakes.engine import Fake
from postel.kit import Case
from postel.runs import trying
from postel.runs.targets import asked_for
from postel.runs.trying import Found, Stand
from postel.runs.workers import Workers
from postel.selftest.ledger import here
from postel.selftest.score import SEED, kept_as, seed

DEFAULT = "reference:sim"
JOURNALS = BUILD / "test"
GOOD = ("found", "kept")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    cases = [case for case in kit.cases() if not case.slow]
    stand = stand_of(args.before or DEFAULT, cases)
    fakes = chosen(args, stand.definition.name)
    journal = journal_of(args)
    before = journalled(journal, stand) if args.resume else {}
    if not args.resume:
        journal.unlink(missing_ok=True)
    left = [fake for fake in fakes if fake.name not in before]
    results = [before[fake.name] for fake in fakes if fake.name in before]
    if results:
        print(f"{len(results)} were tried before, of the same sources")
    results += tried(journal, stand, cases, left, args.jobs, started + args.sample if args.sample else None)
    cut = len(fakes) - len(results)
    if cut and not args.sample:
        raise PostelError(f"{cut} fakes were not tried to the end")
    return told(results, stand.definition.name, time.monotonic() - started)


def journal_of(args: argparse.Namespace) -> Path:
    """What was named, or put before another IUT, does not overwrite what is whole."""
    return JOURNALS / f"{kept_as('fakes', args, args.fakes or [args.before] * bool(args.before))}.jsonl"


def stand_of(text: str, cases: Sequence[Case]) -> Stand:
    """What the fakes are put before. The reference needs no run without them: the suite says nothing bad of it."""
    asked = asked_for(text, None)
    stand = Stand(asked.definition, asked.links[0], build.build())
    return stand if asked.definition.name == "reference" else Stand(stand.definition, stand.link, stand.build, clean=trying.clean(stand, cases))


def chosen(args: argparse.Namespace, iut: str) -> list[Fake]:
    """Those that were named, else all, before another IUT than the reference those of its list; of them a shard or a sample."""
    every = lists.every()
    if iut != "reference" and not lists.before(iut).exists() and not args.fakes:
        raise UsageError(f"which fakes? There is no list of those before {iut}")
    known = list(every) if iut == "reference" else list(lists.listed(lists.before(iut)))
    names: list[str] = args.fakes or known
    fakes = [lists.named(name) for name in names]
    if args.shard:
        k, n = parse_shard(args.shard)
        fakes = fakes[k - 1 :: n]
    if args.sample:
        print(f"a sample: {SEED}={seed()} repeats it", flush=True)
        random.Random(seed()).shuffle(fakes)
    return fakes


def tried(journal: Path, stand: Stand, cases: Sequence[Case], fakes: Sequence[Fake], jobs: int, deadline: float | None) -> list[Found]:
    """Each in a process of its own; what becomes of it is said, and journalled, as it comes."""
    results: list[Found] = []
    mark = {"sources": fingerprint(stand), "at": "{commit} {date}".format(**here())}
    journal.parent.mkdir(parents=True, exist_ok=True)
    waiting = [trying.job(stand, cases, fake) for fake in fakes]
    with Workers(waiting[:jobs], at_once=jobs) as workers, journal.open("a", encoding="utf-8") as file:
        begun = len(waiting[:jobs])
        for number, what, facts in workers.heard():
            if what == "tried":
                results.append(facts)
                file.write(json.dumps(mark | asdict(facts)) + "\n")
                file.flush()
                print(f"{len(results)}/{len(fakes)} {line(facts, stand.definition.name)}", flush=True)
            elif what == "gone" and begun < len(waiting) and not workers.stopped and (deadline is None or time.monotonic() < deadline):
                workers.add(waiting[begun])
                begun += 1
            if what in ("refused", "crashed") or (what == "gone" and facts):
                print(f"{fakes[number].name}: {facts}", flush=True)
    if workers.interrupted:
        raise signals.Ended(workers.interrupted)
    return results


def line(found: Found, iut: str) -> str:
    mark = "" if good(found, iut) else "  <- " + ("on the list, to which it does not belong any more" if found.state in GOOD else "not on the list")
    bad = found.others if found.state != "found" and found.others else []
    words = found.case or "; ".join(bad[:3])
    return f"{found.state} {found.fake}{f': {words}' if words else ''}{mark}"


def good(found: Found, iut: str) -> bool:
    """Is it as it must be, or as the lists say that it still is? Before other IUTs there is no such list."""
    return (found.state in GOOD) != (found.fake in lists.expected(iut))


def told(results: Sequence[Found], iut: str, seconds: float) -> int:
    states = Counter(found.state for found in results)
    bad = [found for found in results if not good(found, iut)]
    said = ", ".join(f"{states[state]} {state}" for state in ("found", "missed", "kept", "accused", "unchanged"))
    print(f"fakes before {iut}: {said}; {len(results) - len(bad)} as they must be or as listed, {len(bad)} not  ({seconds:.0f} s)")
    for found in bad:
        print(f"  {line(found, iut)}")
    return Exit.FAILED if bad else Exit.OK


def fingerprint(stand: Stand) -> str:
    """Of all that a result may depend on."""
    import hashlib

    digest = hashlib.sha256(f"{stand.definition.name} {stand.link} {stand.profile} {stand.seed}".encode())
    folders = (CONFORMANCE, ROOT / "pytools" / "postel", ROOT / "stack")
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".c", ".h", ".def")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def journalled(journal: Path, stand: Stand) -> dict[str, Found]:
    mark = fingerprint(stand)
    entries = [json.loads(entry) for entry in whole_lines(journal)]
    return {entry["fake"]: Found(**{k: v for k, v in entry.items() if k not in ("sources", "at")}) for entry in entries if entry["sources"] == mark}


def whole_lines(path: Path) -> list[str]:
    """Of a journal whose last line may have been cut off."""
    return [text for text in path.read_text(encoding="utf-8").split("\n")[:-1] if text] if path.exists() else []


def write_finders(entries: Iterable[dict[str, Any]]) -> int:
    """Puts them into the list; how many there are now."""
    known = lists.listed(lists.FINDERS) | {entry["fake"]: entry["case"] for entry in entries if entry["state"] == "found"}
    head = "# The case that has found a wrong fake: it is tried first. Written by `python3 -m postel.runs.fakes`.\n"
    cases = {case.id for case in kit.cases()}
    known = {name: case for name, case in known.items() if name in lists.every() and case in cases}
    body = "".join(f"{name} {known[name]}\n" for name in sorted(known))
    lists.FINDERS.write_text(head + body, encoding="utf-8")
    return len(known)


if __name__ == "__main__":
    whole = whole_lines(JOURNALS / "fakes.jsonl")
    print(f"{write_finders(json.loads(entry) for entry in whole)} finders")
