# SPDX-License-Identifier: BSD-2-Clause
"""Each requirement's id that is cited anywhere exists, and each requirement is judged, not testable or counted as pending."""

import re
import tomllib
from pathlib import Path

import pytest
from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE, ROOT
from postel.catalogue.requirements import (
    ID, NOT_TESTABLE, catalogue, ever_judged, fault, judged, load, pending, status, write_counts, write_judged,
)  # fmt: skip
from postel.kit.case import cases

PLACES = {  # folder -> the kinds of files in it that cite
    "stack": ("*.c", "*.h", "*.def"),
    "fuzz": ("*.c", "*.h"),
    "conformance": ("*.py", "*.toml"),
    "docs": ("*.md",),
    "pytools/postel": ("*.py",),
}
FILES = sorted(path.relative_to(ROOT).as_posix() for top, kinds in PLACES.items() for kind in kinds for path in (ROOT / top).rglob(kind))
CITED = re.compile(rf"\b({ID.pattern})((?:, -[a-z]+)*)\b")  # "RFC826-Reception-a, -c" cites two


def cited(text: str) -> list[str]:
    found = []
    for citation in CITED.finditer(text):
        found.append(citation[1])
        found += [citation[1].rpartition("-")[0] + more for more in re.findall(r"-[a-z]+", citation[2])]
    return found


def unknown(text: str) -> list[str]:
    return [id_ for id_ in cited(text) if id_ not in catalogue()]


@pytest.mark.parametrize("file", FILES)
def test_each_id_that_is_cited_exists(file: str) -> None:
    assert unknown((ROOT / file).read_text()) == []


def test_an_unknown_id_is_found() -> None:
    assert unknown("/* RFC1122-3.2.1.1-a, RFC826-Reception-a, -c (and RFC 791 3.1) */") == []
    assert unknown("if (p[0] >> 4 != 4) /* RFC1122-3.2.1.1-z */") == ["RFC1122-3.2.1.1-z"]
    assert unknown("/* RFC826-Reception-a, -c, -zz */") == ["RFC826-Reception-zz"]
    assert unknown('@case("RFC9999-1-a")') == ["RFC9999-1-a"]


def test_the_stack_and_the_cases_do_cite() -> None:
    for top in ("stack", "conformance", "docs"):
        assert any(cited((ROOT / file).read_text()) for file in FILES if file.startswith(f"{top}/")), top


def test_no_case_judges_what_is_unknown_or_not_testable() -> None:
    rows = load()
    assert sorted(judged() - set(rows)) == []
    assert sorted(id_ for id_ in judged() if "not_testable" in rows[id_]) == []


def test_nobody_fails_for_what_is_merely_allowed() -> None:
    rows = load()
    allowed = {id_ for id_, row in rows.items() if row["level"] == "MAY"}
    merely = [case.id for case in cases() if case.kind == "requirement" and allowed.intersection(case.requirements)]
    assert merely == [], "such a case is a characteristic"


def test_each_requirement_has_one_status() -> None:
    allowed = {"judged", "pending", *(f"not testable: {reason}" for reason in NOT_TESTABLE)}
    assert {row.status for row in catalogue().values()} <= allowed


def test_pending_is_what_the_file_says() -> None:
    held = tomllib.loads((CONFORMANCE / "requirements.toml").read_text())
    assert (held["rows"], held["pending"]) == (len(catalogue()), pending()), "python3 -m postel.catalogue.requirements --write (in pytools/) brings the number up to date"


ROW: dict[str, object] = {
    "rfc": 791, "section": "3.1", "level": "MUST", "role": "host", "rule": "r", "observable": "wire", "source": "text"
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, None),
        ({"not_testable": "internal", "why": "nobody sees it"}, None),
        ({"not_testable": "internal"}, "must argue in a line"),
        ({"why": "nobody sees it"}, "must argue in a line"),
        ({"not_testable": "too hard"}, "not_testable must be one of"),
        ({"level": "SHALL"}, "level must be one of"),
        ({"role": "switch"}, "role must be one of"),
        ({"source": "hearsay"}, "source must be one of"),
        ({"rule": ""}, "lacks rule"),
        ({"rfc": 792}, "does not begin with its RFC"),
        ({"verdict": "pass"}, "unknown key verdict"),
    ],
    ids=str,
)
def test_a_row_keeps_to_the_lists(change: dict[str, object], wrong: str | None) -> None:
    said = fault("RFC791-3.1-a", {**ROW, **change})
    assert said is None if wrong is None else wrong in str(said)


def test_status_of_a_row() -> None:
    assert status(ROW, True) == "judged"
    assert status(ROW, False) == "pending"
    assert status({**ROW, "not_testable": "internal"}, False) == "not testable: internal"


@pytest.mark.parametrize("rows, truth, said", [
    (9, 5, "rows: 9 -> 9, pending: 7 -> 5"),
    (9, 8, "would rise from 7 to 8 with 0 new rows"),
    (11, 9, "rows: 9 -> 11, pending: 7 -> 9"),
    (11, 10, "would rise from 7 to 10 with 2 new rows"),
    (8, 6, "there were 9 rows and are 8"),
])  # fmt: skip
def test_pending_rises_only_with_new_rows(tmp_path: Path, rows: int, truth: int, said: str) -> None:
    path = tmp_path / "requirements.toml"
    path.write_text("# x\nrows = 9\npending = 7\n")
    if said.startswith("rows"):
        assert write_counts(path, rows, truth) == said and path.read_text() == f"# x\nrows = {rows}\npending = {truth}\n"
        return
    with pytest.raises(PostelError, match=said):
        write_counts(path, rows, truth)
    assert path.read_text() == "# x\nrows = 9\npending = 7\n"


def test_what_was_ever_judged_is_never_pending_again() -> None:
    known = catalogue()
    listed = ever_judged()
    assert listed == sorted(set(listed)), "each once, in order"
    assert [id_ for id_ in listed if id_ not in known or known[id_].status == "pending"] == []
    assert sorted(judged() - set(listed)) == [], "python3 -m postel.catalogue.requirements --write (in pytools/) adds them"


def test_the_list_of_the_judged_only_grows(tmp_path: Path) -> None:
    path = tmp_path / "judged.txt"
    path.write_text("# x\nRFC791-b\n")
    assert write_judged(path, ["RFC791-a", "RFC791-b"]) == "judged: 1 for the first time"
    assert write_judged(path, []) == "judged: 0 for the first time"
    assert path.read_text() == "# x\nRFC791-a\nRFC791-b\n"
