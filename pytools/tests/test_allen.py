# SPDX-License-Identifier: BSD-2-Clause
"""The complete matrix of overlaps: its relations, what each policy makes of them, and what its label says and draws."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from postel.kit import allen, wire
from postel.kit.overlap import POLICIES, Piece, delivered
from postel.kit.packets import Stimulus
from postel.results import report, report_overlaps
from test_results import document, result

ANSWERS = {name: [allen.expected(name, *what) for what in allen.matrix(2)] for name in POLICIES}


def test_two_have_13_relations_and_three_409() -> None:
    assert len(allen.arrangements(2)) == 13 and len(allen.arrangements(3)) == 409
    assert {allen.relation(*pair) for pair in allen.arrangements(2)} == set(allen.RELATIONS)
    assert allen.relation((0, 2), (1, 3)) == "overlaps" and allen.relation((0, 3), (1, 2)) == "contains"


@pytest.mark.parametrize("count", [2, 3])
def test_each_policy_is_named_and_no_two_are_the_same(count: int) -> None:
    for name in POLICIES:
        assert allen.named(allen.matrix(count), [allen.expected(name, *what) for what in allen.matrix(count)]) == name


def test_what_none_of_them_does_is_written_down_and_can_be_drawn() -> None:
    own = [*ANSWERS["drop"][:36], "BA", "BA", None]
    label = allen.named(allen.matrix(2), own)
    assert label.startswith("its own, nearest to drop (36 of 39): ") and allen.drawn(label) == own
    assert allen.drawn("linux") == ANSWERS["linux"] and allen.drawn("first or last") == ANSWERS["first"]
    assert allen.drawn("no known policy: AB") == allen.drawn("") == []
    cut_short: list[str | None] = [*ANSWERS["last"][:-1], allen.UNKNOWN]
    assert allen.named(allen.matrix(2), cut_short).startswith("its own, nearest to last (38 of 39)")


def test_the_message_verifies_whoever_wins() -> None:
    for intervals, when in allen.matrix(2):
        pieces = allen.datagram(intervals, when)
        octets = {piece.text[0]: payload(each) for piece, each in zip(pieces, allen.stimuli(pieces, 7), strict=True)}
        assert wire.ones_sum(octets["H"]) == 0xFFFF
        assert all(wire.ones_sum(data[at : at + 8]) == 0xFFFF for name, data in octets.items() if name != "H" for at in range(0, len(data), 8))


def payload(stimulus: Stimulus) -> bytes:
    return wire.parse_packet(stimulus.octets("198.18.0.1", "198.18.0.2", 5))["payload"]  # type: ignore[no-any-return]


def test_a_block_out_of_its_place_is_nobodys() -> None:
    assert allen.told(allen.block("A", 1) + allen.block("B", 2)) == "AB"
    assert allen.told(allen.block("A", 2) + allen.block("B", 2) + bytes(8)) == "?B?"


def test_a_run_of_linux_is_what_came_in_order() -> None:
    def of(*pieces: tuple[str, int]) -> str | None:
        return delivered("linux", [Piece(text, start, text == "Z") for text, start in pieces])

    assert of(("A", 0), ("B", 1), ("XX", 0), ("Z", 2)) == "ABZ"
    assert of(("B", 1), ("A", 0), ("XX", 0), ("Z", 2)) is None


def iut(policy: str, full_until: int = 0) -> Any:
    """One with this policy, which puts nothing together before it was waited for so often."""
    waited, replies = [0], []

    def send(*sent: Stimulus) -> None:
        datagrams: dict[int, list[Piece]] = {}
        for each in sent:
            fields = wire.parse_packet(each.octets("198.18.0.1", "198.18.0.2", 5))
            text = "".join("H" if at == 0 and not fields["offset"] else chr(fields["payload"][at]) for at in range(0, len(fields["payload"]), 8))
            datagrams.setdefault(fields["id"], []).append(Piece(text, fields["offset"] // 8, not fields["mf"]))
        for seq, pieces in datagrams.items():
            if waited[0] >= full_until and (text := delivered(policy, pieces)):
                replies.append({"seq": seq, "data": b"".join(allen.block(letter, n) for n, letter in enumerate(text) if n)})

    def advance(seconds: float) -> None:
        waited[0] += 1

    return SimpleNamespace(send=send, advance=advance, forget=lambda: None, timers=SimpleNamespace(reassembly=60),
                           answer=lambda of: replies.pop(0) if replies else None)  # fmt: skip


@pytest.mark.parametrize(("policy", "full_until", "label"), [
    ("bsd", 0, "bsd"), ("drop", 1, "drop"), ("bsd", 2, "its own, nearest to bsd (23 of 39)"),
])  # fmt: skip
def test_who_has_no_room_is_asked_again_and_else_not_known(policy: str, full_until: int, label: str) -> None:
    assert allen.overlap_matrix(iut(policy, full_until), 2).partition(":")[0] == label


def asked(*labels: str) -> Any:
    return document(*(result(report_overlaps.TWO, "info", f"iut{n}", label=label) for n, label in enumerate(labels)))


def test_all_iuts_are_drawn_side_by_side() -> None:
    own = allen.named(allen.matrix(2), ["AB" if answer is None else answer for answer in ANSWERS["drop"]])
    found = report_overlaps.drawing(asked("last", own, "drop"))
    assert found and [column[0] for column in found.columns] == ["iut0", "iut1", "iut2"]
    rows = {row.relation: row for row in found.rows}
    assert list(rows) == list(allen.RELATIONS)
    assert rows["overlaps"].fragments == ["AA", " BB"]
    assert [cell.delivered for cell in rows["overlaps"].cells] == [[("", "ABB")], [("", "AB")], [("", "")]]
    assert rows["contains"].cells[0].delivered == [("end first", "AAA"), ("end in between", "AAA"), ("end last", "ABA")]
    assert report_overlaps.drawing(asked("no known policy")) is None and report_overlaps.drawing(document()) is None


def test_the_page_has_the_drawing_where_there_is_one(tmp_path: Path) -> None:
    pages = []
    for labels in ("last", "drop"), ():
        report.write(asked(*labels), tmp_path / "report.html")
        pages.append((tmp_path / "report.html").read_text())
    assert '<b class="block of-a">A</b><b class="block of-b">B</b><b class="block of-b">B</b>' in pages[0]
    assert len(pages[0]) - len(pages[1]) < 20_000
    assert 'id="overlaps"' not in pages[1]
