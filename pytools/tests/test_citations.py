# SPDX-License-Identifier: BSD-2-Clause
"""Each requirement's id that is cited anywhere exists, and each requirement is judged, not testable or counted as pending."""

import re
import tomllib
from pathlib import Path

import pytest
from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE, ROOT
from postel.catalogue.requirements import ID, NOT_TESTABLE, catalogue, fault, judged, load, pending, status, write_pending
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
    held = tomllib.loads((CONFORMANCE / "requirements.toml").read_text())["pending"]
    assert held == pending(), "python3 -m postel.catalogue.requirements --write (in pytools/) brings the number up to date"


ROW: dict[str, object] = {
    "rfc": 791, "section": "3.1", "level": "MUST", "role": "host", "rule": "r", "observable": "wire", "source": "text"
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, None),
        ({"not_testable": "internal"}, None),
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


def test_the_number_of_pending_may_only_fall(tmp_path: Path) -> None:
    path = tmp_path / "requirements.toml"
    path.write_text("# x\npending = 7\n")
    assert write_pending(path, 5) == "pending: 7 -> 5" and path.read_text() == "# x\npending = 5\n"
    with pytest.raises(PostelError, match="would rise from 5 to 6"):
        write_pending(path, 6)
    assert path.read_text() == "# x\npending = 5\n"
