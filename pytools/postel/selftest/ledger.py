# SPDX-License-Identifier: BSD-2-Clause
"""What a long measurement has found so far: a line for each thing measured, written as it comes, so that a run that was cut short goes
on (--resume) and shards are put together."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from postel.base import files
from postel.base.paths import BUILD, CONFORMANCE, ROOT
from postel.base.system import attempt

PLACE = BUILD / "trust"
STORED = CONFORMANCE / "trust"  # the figures that are committed
T = TypeVar("T")
Entry = dict[str, Any]
UNSTORED = ("name", "key", "seconds", "sanitized", "line", "at")


class Ledger:
    """The entries of one measurement by name. One whose `key` is another was measured of other sources, and is none."""

    def __init__(self, name: str, *, resume: bool = False) -> None:
        self.path = PLACE / f"{name}.jsonl"
        self.entries: dict[str, Entry] = read(self.path) if resume else {}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._at = "{commit} {date}".format(**here())
        self.only(self.entries)

    def has(self, name: str, key: str) -> bool:
        return self.entries.get(name, {}).get("key") == key

    def only(self, names: Collection[str]) -> None:
        """Forgets all others: those of other sources are not stored as if they were of these."""
        self.entries = {name: entry for name, entry in self.entries.items() if name in names}
        self.path.write_text("".join(f"{json.dumps(entry)}\n" for entry in self.entries.values()))

    def add(self, entry: Entry) -> None:
        """With the commit that it was measured at."""
        entry = entry | {"at": self._at}
        self.entries.pop(entry["name"], None)
        self.entries[entry["name"]] = entry
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def read(path: Path) -> dict[str, Entry]:
    """The last line for each name, in the order of these; one that a killed run has cut off is passed over."""
    found: dict[str, Entry] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        found.pop(entry["name"], None)
        found[entry["name"]] = entry
    return found


def stored(name: str) -> dict[str, Any]:
    """The committed figures of one measurement: `commit`, `date` and `entries` by name; empty before the first."""
    path = STORED / f"{name}.json"
    return dict(json.loads(path.read_text())) if path.exists() else {"entries": {}}


def store(name: str, facts: Mapping[str, Any], entries: Iterable[Entry]) -> Path:
    """Writes the figures with commit and date (those of `facts`, else of now), an entry a line."""
    known = {entry["name"]: {k: v for k, v in entry.items() if k not in UNSTORED and v not in ("", [], (), None)} for entry in entries}
    lines = [f"  {json.dumps(each)}: {json.dumps(known[each])}" for each in sorted(known)]
    head = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in (here() | dict(facts)).items()]
    path = STORED / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    files.write(path, ("{\n" + ",\n".join([*head, ' "entries": {\n' + ",\n".join(lines) + "\n }"]) + "\n}\n").encode())
    return path


def here() -> dict[str, str]:
    """The commit that is checked out, and its date."""
    found = attempt(["git", "-C", ROOT, "log", "-1", "--format=%h %cs"])  # a system may have no git, a tarball no history
    commit, _, date = found.output.strip().partition(" ") if found.ok else ("unknown", "", "")
    return {"commit": commit, "date": date}


def measured_at(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The commit of the last of them and its date; those before it are of the same sources, or they would have been measured again."""
    said = str(next(reversed([*entries.values()])).get("at", "")) if entries else ""
    commit, _, date = said.partition(" ")
    return {"commit": commit, "date": date} if said else here()


def part(some: Sequence[object], every: Sequence[object]) -> str:
    return f"{len(some)} of {len(every)}" + (f" ({len(some) / len(every):.1%})" if every else "")


def share(names: Sequence[T], shard: str | None) -> list[T]:
    """Those of shard K/N, every N-th."""
    if not shard:
        return list(names)
    from postel.catalogue.selection import parse_shard

    k, n = parse_shard(shard)
    return list(names)[k - 1 :: n]
