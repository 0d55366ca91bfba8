# SPDX-License-Identifier: BSD-2-Clause
"""The reference stack's reasons to refuse a packet, read from stack/base/drop.def.

`python3 -m postel.catalogue.drops` prints them as docs/drops.md; with `--write` it brings that file up to date.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from postel.base.paths import ROOT
from postel.catalogue import lists
from postel.catalogue.requirements import section_address

ROW = re.compile(r'^DROP\((\w+),\s*"RFC(\d+) ?([^"]*)",\s*"([^"]*)"\)', re.MULTILINE)
PAGE = ROOT / "docs/drops.md"
HEAD = """\
# Why the reference refuses a packet
<!-- Made from stack/base/drop.def: `python3 -m postel.catalogue.drops --write` in pytools/. -->

No packet is dropped without a reason. It is counted under its name, shown beside the verdict of a case, and
`./postel explain NAME` says where in the source it is given. The rule is the section that asks for it.
"""


@dataclass(frozen=True)
class Drop:
    name: str
    rfc: int
    section: str
    words: str
    group: str = ""


def load(root: Path = ROOT) -> dict[str, Drop]:
    """Every reason by its name, in the list's order."""
    text = (root / "stack/base/drop.def").read_text(encoding="utf-8")
    return {row[1]: Drop(row[1], int(row[2]), row[3], row[4], lists.group_of(text, row)) for row in ROW.finditer(text)}


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


def page(root: Path = ROOT) -> str:
    """docs/drops.md as it should be."""

    def cells(drop: Drop) -> list[str]:
        rule = f"RFC {drop.rfc} {drop.section}".rstrip()
        return [f"`{drop.name}`", f"[{rule}]({section_address(drop.rfc, drop.section)})", drop.words]

    lines = lists.tables(load(root).values(), ("name", "rule", "what was wrong"), cells)
    return HEAD + "".join(f"{line}\n" for line in lines)


def main(arguments: list[str]) -> int:
    return lists.main(arguments, page(), PAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
