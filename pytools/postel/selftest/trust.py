# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --trust`: what the measurements have found is stored in conformance/trust/, and docs/trust.md made of that.

The first score of each measurement is kept for ever and stands beside today's."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from postel.base import files
from postel.base.exits import UsageError
from postel.base.paths import BUILD, ROOT
from postel.fakes import lists
from postel.fuzzing import planted
from postel.results.results import RED
from postel.selftest import hunt, ledger, mutants, mutation
from postel.selftest.ledger import Entry, part

PAGE = ROOT / "docs" / "trust.md"
FIRST = ledger.STORED / "first.json"
FAKES = BUILD / "test" / "fakes.jsonl"  # what runs/fakes.py leaves
KINDS = ("planted", "mutation", "fakes")
Row = tuple[str, str, str]  # what, a number of a number, words

HEAD = """# How far the tests can be trusted

Made by `./postel test --trust` of the figures in `conformance/trust/`: do not edit. What is measured here are the tests: mistakes are made on purpose, and the score says how many of
them are seen. [planted.md](planted.md) and [fakes.md](fakes.md) say what they are and who writes them, [fuzzing.md](fuzzing.md) how they are tried.
"""


def run(places: Sequence[str]) -> int:
    """Puts together what was measured here and in these files (of shards), stores what is whole, and writes the page."""
    for kind in KINDS:
        print(stored_now(kind, [Path(place) for place in places]))
    files.write(PAGE, page().encode())
    print(f"{PAGE.relative_to(ROOT)} is written")
    return 0


def stored_now(kind: str, places: Sequence[Path]) -> str:
    """Stores a measurement that is whole, with the commit and date at which it was made, and says so; else what is stored stays as it is."""
    found = gathered(kind, places)
    here = {"planted": planted.every, "mutation": lambda: {mutant.name for mutant in mutants.every()}, "fakes": lists.every}[kind]()
    entries = {name: entry for name, entry in found.items() if name in here}
    of = mutation.COUNT if kind == "mutation" else len(here)
    if len(entries) < of:
        return f"{kind}: {len(entries)} of {of} are measured, and what is stored stays as it is"
    facts: dict[str, Any] = ledger.measured_at(entries) | {"of": of}
    if kind == "mutation":
        facts["none"] = mutation.passed_over(entries)
    if kind == "fakes":
        every = lists.every()
        entries = {name: entry | {"rule": every[name].rules[:1], "words": every[name].words} for name, entry in entries.items()}
    ledger.store(kind, facts, entries.values())
    keep_first(kind)
    return f"{kind}: {of} entries stored, of {facts['commit']}"


def gathered(kind: str, places: Sequence[Path]) -> dict[str, Entry]:
    """The entries of a measurement, those of the named files after our own: all of one commit."""
    for place in places:
        if not place.is_file():
            raise UsageError(f"there is no file {place}")
    own = FAKES if kind == "fakes" else ledger.PLACE / f"{kind}.jsonl"
    entries: dict[str, Entry] = {}
    commits: dict[str, Path] = {}
    for path in [own, *(place for place in places if place.stem.startswith(kind))]:
        found = fakes_in(path) if kind == "fakes" else ledger.read(path)
        entries = {name: entry for name, entry in entries.items() if name not in found} | found
        if found:
            commits.setdefault(ledger.measured_at(found)["commit"], path)
    if len(commits) > 1:
        said = ", ".join(f"{path} at {commit}" for commit, path in commits.items())
        raise UsageError(f"what is put together is measured at one commit: {said}; remove what is not to count")
    return entries


def fakes_in(path: Path) -> dict[str, Entry]:
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    every = [json.loads(line) for line in lines]
    found = [entry for entry in every if entry.get("sources") == every[-1].get("sources")]  # what is older is of other sources
    return {entry["fake"]: {"name": entry["fake"], "state": entry["state"], "case": entry["case"], "at": entry.get("at", "")} for entry in found}


def keep_first(kind: str) -> None:
    first = json.loads(FIRST.read_text()) if FIRST.exists() else {}
    if kind not in first:
        facts = ledger.stored(kind)
        first[kind] = {"commit": facts["commit"], "date": facts["date"], "rows": [list(row) for row in rows(kind)]}
        files.write(FIRST, (json.dumps(first, indent=1) + "\n").encode())


# The page


def page() -> str:
    first = json.loads(FIRST.read_text()) if FIRST.exists() else {}
    return "\n".join([HEAD, *score(first), *by_rfc(), *planted_missed(), *planted_told(), *fakes_missed(), *alive()]) + "\n"


def score(first: Mapping[str, Any]) -> list[str]:
    lines = ["## The score", "", "| what | first | now | |", "|---|---|---|---|"]
    for kind in KINDS:
        facts = ledger.stored(kind)
        known = {row[0]: row[1] for row in first.get(kind, {}).get("rows", [])}
        lines += [f"| {what} | {known.get(what, '')} | {number} | {words} |" for what, number, words in rows(kind)]
        if facts["entries"]:
            was = first.get(kind, facts)
            lines.append(f"| *{kind}* | {was['commit']}, {was['date']} | {facts['commit']}, {facts['date']} | the commit and date of the figures |")
    return [*lines, ""]


def rows(kind: str) -> list[Row]:
    entries = {name: {"name": name} | entry for name, entry in ledger.stored(kind)["entries"].items()}
    if not entries:
        return []
    return {"planted": planted_rows, "mutation": mutation_rows, "fakes": fakes_rows}[kind](list(entries.values()))


def planted_rows(entries: list[Entry]) -> list[Row]:
    showing = [entry for entry in entries if entry.get("shows")]
    found = [entry for entry in showing if entry.get("suite")]
    ways = Counter(hunt.way(entry) for entry in found)
    red = [entry for entry in found if entry.get("red")]
    warned = [entry for entry in found if hunt.way(entry) in ("warn", *RED)]
    told = [entry for entry in found if hunt.way(entry) == "label"]
    checked = [entry for entry in showing if entry.get("check")]
    golden = [entry for entry in showing if entry.get("suite") or entry.get("golden")]
    unit = [entry for entry in entries if entry.get("unit")]
    area = [entry for entry in entries if planted.targets_of(entry.get("files", []))]
    fuzz = [entry for entry in area if entry.get("fuzz")]
    nobody = [entry for entry in showing if not any(entry.get(by) for by in ("suite", "golden", "check", "unit", "fuzz", "found_by"))]
    return [
        ("planted bugs measured", f"{len(entries)} of {ledger.stored('planted')['of']}", "of those in `fuzz/planted/`"),
        ("planted bugs that show", part(showing, entries), "on the wire, at the upper interface or in a counter: decided by a program"),
        ("found by the suite", part(found, showing), "of those that show, `modern` and `rfc1122` over `sim`: a case is red, or has not the golden verdict or label"),
        ("found by a case that turns red", part(red, showing), f"{ways['fail']} by a `fail`, {len(red) - ways['fail']} by an `inconclusive` or `error`: such a run ends with 1"),
        ("... or warns", part(warned, showing), f"{ways['warn']} more by a `warn`: a SHOULD that the reference breaks is red in the stage `golden`"),
        ("found by another label only", part(told, showing), "or by another verdict than the golden one that accuses nobody: mostly of what the RFCs leave open, listed below"),
        ("seen by the stage `golden`", part(golden, showing), "also where only frames, events or counters of a case are others"),
        ("found by `iut check`", part(checked, showing), "where no case says anything else: a rule of the upper tester's protocol is broken, which is no RFC's"),
        ("found by the suite or `iut check`", part([entry for entry in showing if not hunt.missed(entry)], showing), "the two together"),
        ("seen by any of these", part([entry for entry in showing if hunt.seen(entry)], showing), f"the suite, the stage `golden` or `iut check`; the gate: at least {hunt.GOAL:.0%}"),
        ("found by the unit tests", part(unit, entries), "of all"),
        ("found by the fuzz targets", part(fuzz, area) if fuzz else "not measured", "of those in the sources of one"),
        ("errors", part([entry for entry in entries if hunt.wrong(entry)], entries), "do not apply, do not build, or behave like the clean stack"),
        ("found by nobody", part(nobody, showing), "of those that show"),
    ]


def mutation_rows(entries: list[Entry]) -> list[Row]:
    killed = [entry for entry in entries if entry.get("killed")]
    claimed = [entry for entry in entries if entry["name"] in mutation.claimed()]
    by = Counter(killer(entry["killed"]) for entry in killed)
    words = ", ".join(f"{by[who]} first by the {who}" for who in ("unit tests", "corpora", "suite", "golden frames, events and counters"))
    return [
        ("mutants measured", f"{len(entries)} of {ledger.stored('mutation')['of']}", f"in the order of seed {mutants.SEED}, which is one of chance"),
        ("mutants killed", part(killed, entries), f"{words}; the gate: at least {mutation.GOAL:.0%}"),
        ("mutants claimed to be no mistakes", part(claimed, entries), f"each with its argument in `conformance/trust/equivalent.toml`; at most {mutation.CLAIMED:.0%}"),
    ]


def killer(words: str) -> str:
    kinds = {"test_": "unit tests", "corpus ": "corpora", "golden ": "golden frames, events and counters"}
    return next((kind for begins, kind in kinds.items() if words.startswith(begins)), "suite")


def fakes_rows(entries: list[Entry]) -> list[Row]:
    wrong = [entry for entry in entries if entry.get("rule")]
    right = [entry for entry in entries if not entry.get("rule")]
    found = [entry for entry in wrong if entry["state"] == "found"]
    accused = [entry for entry in right if entry["state"] == "accused"]
    return [
        ("wrong fakes found", part(found, wrong), "by a case of the rule that it breaks"),
        ("right fakes accused", part(accused, right), "by any case"),
    ]


def by_rfc() -> list[str]:
    """Planted bugs and wrong fakes by the RFC of the row that they are about."""
    counts: dict[str, Counter[str]] = {}
    for entry in ledger.stored("planted")["entries"].values():
        if entry.get("shows"):
            counts.setdefault(rfc_of(entry["row"]), Counter()).update(planted=1, red=int(bool(entry.get("suite"))))
    for entry in ledger.stored("fakes")["entries"].values():
        for rule in entry.get("rule", ()):
            counts.setdefault(rfc_of(rule), Counter()).update(wrong=1, found=int(entry["state"] == "found"))
    if not counts:
        return []
    lines = ["## By RFC", "", "| rows of | planted bugs that show, found by the suite | wrong fakes found |", "|---|---|---|"]
    for rfc in sorted(counts, key=lambda name: (not name.startswith("RFC"), int(name[4:]) if name[4:].isdigit() else 0, name)):
        c = counts[rfc]
        lines.append(f"| {rfc} | {c['red']} of {c['planted']} | {c['found']} of {c['wrong']} |")
    return [*lines, ""]


def rfc_of(row: str) -> str:
    rule = re.match(r"RFC(\d+)-", row)
    return f"RFC {rule[1]}" if rule else "other reports and rules"


def planted_missed() -> list[str]:
    entries = ledger.stored("planted")["entries"]
    missed = {name: entry for name, entry in entries.items() if hunt.missed(entry)}
    lines = [f"| `{name}` | {entry['mistake']} | {seen_by(entry)} |" for name, entry in sorted(missed.items())]
    return ["## Planted bugs that show and that neither a case nor `iut check` finds", "", "| bug | mistake | seen by |", "|---|---|---|", *lines, ""] if lines else []


def planted_told() -> list[str]:
    entries = ledger.stored("planted")["entries"]
    told = {name: entry for name, entry in entries.items() if entry.get("shows") and hunt.way(entry) == "label"}
    lines = [f"| `{name}` | {entry['mistake']} | `{entry['suite'].split(' ')[1]}` |" for name, entry in sorted(told.items())]
    return ["## Planted bugs that only a label tells", "", "| bug | mistake | case |", "|---|---|---|", *lines, ""] if lines else []


def seen_by(entry: Mapping[str, Any]) -> str:
    seen = [entry["unit"]] if entry.get("unit") else []
    seen += [f"fuzz target {entry['fuzz']}"] if entry.get("fuzz") else []
    return "; ".join([*seen, *["stage golden"] * bool(entry.get("golden"))]) or "nobody"


def fakes_missed() -> list[str]:
    entries = ledger.stored("fakes")["entries"]
    bad = {name: entry for name, entry in entries.items() if entry["state"] in ("missed", "accused", "unchanged")}
    lines = [f"| `{name}` | {entry['words']} | {entry['state']} |" for name, entry in sorted(bad.items())]
    return ["## Fakes that are missed or accused", "", "| fake | what it does | |", "|---|---|---|", *lines, ""] if lines else []


def alive() -> list[str]:
    claimed = mutation.claimed()
    entries = {name: entry for name, entry in ledger.stored("mutation")["entries"].items() if not entry.get("killed")}
    lines = [f"| `{name}` | {entry['file']} | {code(entry['old'])} | {code(entry['new'])} | {claimed.get(name, '')} |" for name, entry in sorted(entries.items())]
    head = ["## Mutants that live", "", "| mutant | file | was | is | claimed to be no mistake, because |", "|---|---|---|---|---|"]
    return [*head, *lines, ""] if lines else []


def code(text: str) -> str:
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`"
