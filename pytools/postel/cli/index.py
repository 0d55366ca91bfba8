# SPDX-License-Identifier: BSD-2-Clause
"""What is known of the cases and the requirements without importing them: an index beside the builds, made anew when a file
that it stands on has changed. Where it cannot be kept it is made each time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from postel import __version__
from postel.base.paths import BUILD, CONFORMANCE, ROOT, relative
from postel.catalogue.requirements import Requirement

KEPT = BUILD / "index.json"


@dataclass(frozen=True)
class Entry:
    """A case as `list --json` shows it."""

    id: str
    words: str
    kind: str
    requirements: Sequence[str]
    violators: Mapping[str, str]
    needs: Sequence[str]
    profiles: Sequence[str]
    role: str
    slow: bool
    since: str
    source: str  # file:line
    ability: str = ""
    stands_on: Sequence[str] = ()


@dataclass(frozen=True)
class Passive:
    """A rule that the passive checker holds every frame against."""

    requirement: str
    words: str
    violator: str


@dataclass(frozen=True)
class Index:
    cases: Sequence[Entry]
    passive: Sequence[Passive]
    requirements: Mapping[str, Requirement]


def load(kept: Path = KEPT) -> Index:
    stands_on = fingerprint()
    found = read(kept, stands_on)
    if found is None:
        found = {"stands_on": stands_on, **gathered()}
        write(kept, found)
    return Index(
        [Entry(**case) for case in found["cases"]],
        [Passive(**rule) for rule in found["passive"]],
        {row["id"]: Requirement(**row) for row in found["requirements"]},
    )


def fingerprint() -> list[list[Any]]:
    """Version, and name, time and size of every file that the index says something of."""
    ours = [*(ROOT / "pytools/postel/kit").glob("*.py"), ROOT / "pytools/postel/catalogue/requirements.py", Path(__file__)]
    files = [CONFORMANCE / "requirements.toml", *CONFORMANCE.glob("rfc*/section_*.py"), *ours]
    stats = [(str(relative(path)), path.stat()) for path in sorted(files)]
    return [[__version__, 0, 0], *([name, stat.st_mtime_ns, stat.st_size] for name, stat in stats)]


def read(kept: Path, stands_on: object) -> dict[str, Any] | None:
    """The index that was kept, if it still holds; anything else that lies there does not."""
    try:
        found = json.loads(kept.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("stands_on") == stands_on else None


def write(kept: Path, found: Mapping[str, Any]) -> None:
    new = kept.with_name(f".{kept.name}.{os.getpid()}")
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(found))
        new.replace(kept)
    with suppress(OSError):
        new.unlink()


def gathered() -> dict[str, Any]:
    """From the cases themselves, which takes a second and Scapy."""
    from postel import kit
    from postel.catalogue.requirements import catalogue
    from postel.kit.checker import RULES

    cases = [
        Entry(
            id=case.id, words=case.words, kind=case.kind, requirements=list(case.requirements),
            violators={id_: violator.words() for id_, violator in case.violators.items()}, needs=sorted(case.needs),
            profiles=sorted(case.profiles), role=case.role, slow=case.slow, since=case.since,
            source=f"{relative(case.path)}:{case.line}", ability=case.ability, stands_on=sorted(case.stands_on),
        )
        for case in kit.cases()
    ]  # fmt: skip
    passive = [Passive(rule.requirement, rule.words, rule.violator.words()) for rule in RULES]
    return {"cases": [*map(asdict, cases)], "passive": [*map(asdict, passive)], "requirements": [*map(asdict, catalogue().values())]}
