# SPDX-License-Identifier: BSD-2-Clause
"""Which octets came from which fragment, for report.html: the 13 relations of two fragments, all IUTs side by side.

The label of the case has it: a policy's name says what was delivered, and who has none of the known ones has it written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from postel.kit import allen
from postel.results.results import Document, Result

TWO, THREE = "rfc815/2.overlaps/overlaps_of_two", "rfc815/2.overlaps/overlaps_of_three"
NOTHING = ""  # was delivered


class Cell(NamedTuple):
    """What was delivered, by when the end came; one entry where that made no difference."""

    delivered: list[tuple[str, str]]


class Row(NamedTuple):
    relation: str
    fragments: list[str]  # where each lies, a letter or a space a block
    cells: list[Cell]


class Drawing(NamedTuple):
    columns: list[tuple[str, str, str, str]]  # an IUT, its link, its label, and that of three fragments
    rows: list[Row]


def drawing(document: Document) -> Drawing | None:
    """None where nobody was asked."""
    found = [(result, answers) for result in of(document, TWO) if (answers := allen.drawn(result["label"] or ""))]
    if not found:
        return None
    three = {(result["iut"], result["link"]): result["label"] or result["verdict"] for result in of(document, THREE)}
    columns = [(r["iut"], r["link"], r["label"] or "", three.get((r["iut"], r["link"]), "")) for r, _ in found]
    ends = len(allen.ENDS)
    rows = [Row(allen.relation(*pair), [laid(*fragment) for fragment in zip("AB", pair, strict=True)],
                [cell(answers[at * ends : (at + 1) * ends]) for _, answers in found])
            for at, pair in enumerate(allen.arrangements(2))]  # fmt: skip
    return Drawing(columns, sorted(rows, key=lambda row: list(allen.RELATIONS).index(row.relation)))


def of(document: Document, case: str) -> list[Result]:
    return [result for result in document["results"] if result["case"] == case]


def laid(letter: str, interval: allen.Interval) -> str:
    return " " * interval[0] + letter * (interval[1] - interval[0])


def cell(answers: Sequence[allen.Answer]) -> Cell:
    if len(set(answers)) == 1:
        return Cell([("", answers[0] or NOTHING)])
    return Cell([(f"end {when}", answer or NOTHING) for when, answer in zip(allen.ENDS, answers, strict=True)])


def policy(label: str) -> str:
    """A label without what is drawn already."""
    return label.partition(":")[0]
