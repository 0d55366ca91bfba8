# SPDX-License-Identifier: BSD-2-Clause
"""What the pages have in common that are made from the lists of stack/base: a table for each group of rows, which the comment above them names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeVar

GROUP = re.compile(r"^/\* (\w[^*]*) \*/$", re.MULTILINE)


class Grouped(Protocol):
    @property
    def group(self) -> str: ...


R = TypeVar("R", bound=Grouped)


def group_of(text: str, row: re.Match[str]) -> str:
    """The last comment of its own line before this row of the list."""
    return ["", *(group[1] for group in GROUP.finditer(text, 0, row.start()))][-1]


def tables(rows: Iterable[R], columns: Sequence[str], cells: Callable[[R], Sequence[str]]) -> Iterator[str]:
    for group, members in groupby(rows, key=lambda row: row.group):
        yield from ("", f"## {group[:1].upper()}{group[1:]}", f"| {' | '.join(columns)} |", "|" + "---|" * len(columns))
        yield from (f"| {' | '.join(cells(row))} |" for row in members)


def main(arguments: list[str], page: str, file: Path) -> int:
    """Prints the page, or brings its file up to date."""
    if arguments == ["--write"]:
        file.write_text(page, encoding="utf-8")
    else:
        print(page, end="")
    return 0
