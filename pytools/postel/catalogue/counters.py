# SPDX-License-Identifier: BSD-2-Clause
"""The reference stack's counters, read from stack/base/stat.def, and what a discard counts as beside, from stack/base/mib.def.

`python3 -m postel.catalogue.counters` prints them as docs/counters.md; with `--write` it brings that file up to date.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from postel.base.paths import ROOT
from postel.catalogue import lists

ROW = re.compile(r'^STAT\((\w+),\s*"([^"]+)",\s*"([^"]*)"\)', re.MULTILINE)
ALSO = re.compile(r"^ALSO\((\w+), (\w+)\)", re.MULTILINE)
PAGE = ROOT / "docs/counters.md"
HEAD = """\
# What the reference counts
<!-- Made from stack/base/stat.def and mib.def: `python3 -m postel.catalogue.counters --write` in pytools/. -->

`counters` of the [upper tester](upper-tester.md) tells these, and each discard as `drop.NAME` ([drops.md](drops.md)). The groups ip, icmp and udp are those of
[RFC 1213](https://www.rfc-editor.org/rfc/rfc1213#section-6), whole, and their names are the ones that any IUT may count by; names with dots are the reference's
own. Some discards count beside as one of RFC 1213's. `ipForwDatagrams` and some of what ICMP sends stay at zero in a host.
"""


@dataclass(frozen=True)
class Counter:
    ident: str
    name: str
    words: str
    group: str
    drops: tuple[str, ...]  # that it counts


def load(root: Path = ROOT) -> dict[str, Counter]:
    """Every counter by its name, in the list's order."""
    text = (root / "stack/base/stat.def").read_text(encoding="utf-8")
    also = ALSO.findall((root / "stack/base/mib.def").read_text(encoding="utf-8"))
    return {
        row[2]: Counter(row[1], row[2], row[3], lists.group_of(text, row), tuple(drop for drop, stat in also if stat == row[1]))
        for row in ROW.finditer(text)
    }


def page(root: Path = ROOT) -> str:
    """docs/counters.md as it should be."""

    def cells(row: Counter) -> list[str]:
        return [f"`{row.name}`", row.words, ", ".join(f"`{drop}`" for drop in row.drops)]

    lines = lists.tables(load(root).values(), ("name", "counts", "and these discards"), cells)
    return HEAD + "".join(f"{line}\n" for line in lines)


def main(arguments: list[str]) -> int:
    return lists.main(arguments, page(), PAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
