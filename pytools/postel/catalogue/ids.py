# SPDX-License-Identifier: BSD-2-Clause
"""conformance/ids.txt: every id that a case ever had, a line each.

Lines are only ever added, so that an id keeps its meaning in results, baselines and links; that of a case which is no more
says why: `ID gone: REASON`. A line `# since VERSION` says which version of the suite brought those below it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from postel.base.exits import UsageError
from postel.base.paths import CONFORMANCE

SUITE_VERSION = "0.2"  # of the cases; CHANGELOG.md says what a new one brings
FIRST_VERSION = "0.1"
PATH = CONFORMANCE / "ids.txt"
HEAD = """# SPDX-License-Identifier: BSD-2-Clause
# Every id that a case ever had. `./postel list --write-ids` appends new ones; nothing is ever removed or reworded.
# The id of a case that is no more says why: `rfc1122/3.2.1.1/some_case gone: REASON`.
"""


def read(path: Path = PATH) -> dict[str, str]:
    """Each id with the reason why it is gone, empty for one that is not."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], start=1):
        if not line.strip() or line.startswith("#"):
            continue
        id_, gone, reason = line.partition(" gone:")
        if id_ in found or " " in id_ or (gone and not reason.strip()):
            raise UsageError(f"{path}:{number}: neither an id that is new here nor `ID gone: REASON`: {line}")
        found[id_] = reason.strip()
    return found


def since(path: Path = PATH) -> dict[str, str]:
    """The version of the suite that each id came with."""
    found, version = {}, FIRST_VERSION
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if said := re.fullmatch(r"# since (\d+\.\d+)", line):
            version = said[1]
        elif line.strip() and not line.startswith("#"):
            found[line.partition(" ")[0]] = version
    return found


def problems(cases: Iterable[str], path: Path = PATH) -> list[str]:
    """Where the file and the cases that there are disagree."""
    known, there = read(path), set(cases)
    return [
        *(f"{id_}: not in {path.name}; `./postel list --write-ids` adds it" for id_ in sorted(there - set(known))),
        *(f"{id_}: there is no such case; say `{id_} gone: REASON` in {path.name}" for id_, gone in known.items()
          if not gone and id_ not in there),
        *(f"{id_}: gone in {path.name}, but it is there" for id_, gone in known.items() if gone and id_ in there),
    ]  # fmt: skip


def append(cases: Iterable[str], path: Path = PATH) -> list[str]:
    """Adds the ids that are new; returns them."""
    known = read(path)
    new = sorted(set(cases) - set(known))
    text = path.read_text(encoding="utf-8") if path.exists() else HEAD
    if new and next(reversed(re.findall(r"^# since (.+)$", text, re.MULTILINE)), FIRST_VERSION) != SUITE_VERSION:
        text += f"# since {SUITE_VERSION}\n"
    path.write_text(text + "".join(f"{id_}\n" for id_ in new), encoding="utf-8")
    return new
