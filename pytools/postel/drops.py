# SPDX-License-Identifier: BSD-2-Clause
"""The reference stack's reasons to refuse a packet, read from stack/base/drop.def."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from postel.paths import ROOT

ROW = re.compile(r'^DROP\((\w+),\s*"RFC(\d+) ?([^"]*)",\s*"([^"]*)"\)', re.MULTILINE)


@dataclass(frozen=True)
class Drop:
    name: str
    rfc: int
    section: str
    words: str


def load(root: Path = ROOT) -> dict[str, Drop]:
    """Every reason by its name, in the list's order."""
    text = (root / "stack/base/drop.def").read_text(encoding="utf-8")
    return {row[1]: Drop(row[1], int(row[2]), row[3], row[4]) for row in ROW.finditer(text)}


def used(name: str, root: Path = ROOT) -> list[str]:
    """Where the stack refuses packets for this reason: `stack/wire/ip.c:31`."""
    word = re.compile(rf"\bV4_DROP_{name}\b")
    return [
        f"{path.relative_to(root)}:{number}"
        for path in sorted((root / "stack").rglob("*.c"))
        if "test" not in path.relative_to(root).parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if word.search(line)
    ]
