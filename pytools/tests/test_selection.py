# SPDX-License-Identifier: BSD-2-Clause
"""Which cases and requirements a pattern means, and what is said of one that means none."""

import re
from dataclasses import replace

import fakes
import pytest
from postel.base.exits import NothingSelected, UsageError
from postel.base.paths import ROOT
from postel.catalogue import selection
from postel.catalogue.requirements import catalogue
from postel.cli import index

CASES = [
    fakes.case("rfc1122/3.2.1.1/version", "RFC1122-3.2.1.1-a"),
    fakes.case("rfc1122/3.2.1.1/version_not_4", "RFC1122-3.2.1.1-a"),
    fakes.case("rfc1122/3.2.1.7/ttl", "RFC1122-3.2.1.7-a", slow=True),
    fakes.case("rfc791/3.1/ttl", "RFC791-3.1_TTL-a"),
    fakes.case("rfc826/Reception/asked", "RFC1122-3.2.1.7-b"),
]
SHORT = {case.id: n for n, case in enumerate(CASES)}
RULES = {  # some that no case judges, and one that only the passive checker does
    id_: replace(row, status="judged" if id_ in ("RFC1122-3.2.1.1-a", "RFC1122-3.2.1.3-m") else row.status)
    for id_, row in catalogue().items() if row.rfc in (791, 1122, 1812)
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("rfc1122", [0, 1, 2, 4]),  # those of this RFC, and one of another that judges what this one asks
        ("RFC1122", [0, 1, 2, 4]),
        ("1122", [0, 1, 2, 4]),
        ("RFC 1122", [0, 1, 2, 4]),
        ("112", []),
        ("rfc1122/3.2.1.1/version", [0]),  # there is one of that name, so those which begin so are not meant
        ("rfc1122/3.2.1.1/ver", [0, 1]),
        ("RFC1122-3.2.1.7-a", [2]),
        ("rfc1122-3.2.1.7-A", [2]),
        ("RFC1122-3.2.1.1", [0, 1]),
        ("rfc1122/3.2.1.1", [0, 1]),
        ("1122/3.2.1.1", [0, 1]),
        ("RFC 1122 3.2.1.1", [0, 1]),
        ("RFC791-3.1_TTL-a", [3]),
        ("rfc791/3.1_ttl", [3]),
        ("rfc826/reception", [4]),
        ("ttl", [2, 3]),
        ("TTL", [2, 3]),
        ("tt", []),  # the last word alone must be whole
        ("version*", [0, 1]),
        ("*/ttl", [2, 3]),
        ("rfc1122/3.2.1.[17]/*", [0, 1, 2]),
        ("RFC1122-*-[ab]", [0, 1, 2, 4]),
        ("*", [0, 1, 2, 3, 4]),
        ("", []),  # a variable that is not set asks for nothing, not for all
    ],
)
def test_what_a_pattern_means(pattern: str, meant: list[int]) -> None:
    assert sorted(SHORT[id_] for id_ in selection.meant(selection.of_cases(CASES), pattern)) == meant


def test_every_pattern_that_the_page_shows_means_something() -> None:
    known = index.load()
    rows = re.findall(r"^\| (`.*?`) \|", (ROOT / "docs/cli.md").read_text().partition("## How much")[0], re.MULTILINE)
    shown = [pattern for row in rows for pattern in re.findall(r"`(.*?)`", row)]
    assert len(shown) > 10
    assert [pattern for pattern in shown if not selection.meant(selection.of_cases(known.cases), pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("RFC1122-3.2.1.7", ["RFC1122-3.2.1.7-a", "RFC1122-3.2.1.7-b"]),
        ("rfc1122/3.2.1.7-a", ["RFC1122-3.2.1.7-a"]),
        ("version_not_4", ["RFC1122-3.2.1.1-a"]),  # what this case judges
        ("rfc826", ["RFC1122-3.2.1.7-b"]),
    ],
)
def test_what_a_pattern_means_of_requirements(pattern: str, meant: list[str]) -> None:
    ids = ["RFC1122-3.2.1.1-a", "RFC1122-3.2.1.7-a", "RFC1122-3.2.1.7-b", "RFC791-3.1_TTL-a"]
    assert sorted(selection.meant(selection.of_requirements(ids, CASES), pattern)) == meant


def test_what_is_left_out_is_counted() -> None:
    cases, deselected = selection.select(CASES, ["rfc1122"], exclude=["version_not_4", "rfc791"], slow=False, shard=None)
    assert [SHORT[case.id] for case in cases] == [0, 4]
    assert deselected == {"pattern": 1, "excluded": 1, "slow": 1, "shard": 0}


def test_a_case_is_in_one_shard_whatever_other_cases_there_are() -> None:
    parts = [selection.select(CASES, [], slow=True, shard=(k, 3))[0] for k in (1, 2, 3)]
    assert sorted(SHORT[case.id] for part in parts for case in part) == [0, 1, 2, 3, 4]
    alone = [selection.select(CASES[:1], [], slow=True, shard=(k, 3))[0] for k in (1, 2, 3)]
    assert [CASES[0] in part for part in parts] == [CASES[0] in part for part in alone]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "a/b", "1/0", "-1/2", f"1/{'9' * 5000}"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(UsageError, match="K/N is meant"):
        selection.parse_shard(text)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("rfc1122/3.2.1.1/version_not4", "nothing matches rfc1122/3.2.1.1/version_not4; did you mean rfc1122/3.2.1.1/version_not_4"),
        ("RFC1122-3.2.1.7-x", "nothing matches RFC1122-3.2.1.7-x; did you mean RFC1122-3.2.1.7-"),
        ("version_not_5", "nothing matches version_not_5; did you mean rfc1122/3.2.1.1/version_not_4"),
        ("RFC1813", "nothing matches RFC1813; did you mean RFC1812"),
        ("", "nothing matches ''"),
        ("quite-something-else", "nothing matches quite-something-else"),
        ("RFC1812", "no case judges RFC1812: "),
        ("RFC1122-3.2.1.3-m", "no case judges RFC1122-3.2.1.3-m: 1 requirement (1 judged by the passive checker)"),
    ],
)
def test_a_pattern_that_means_no_case_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(NothingSelected) as refused:
        selection.refuse_what_means_nothing(CASES, RULES, ["rfc1122", pattern])
    assert str(refused.value).startswith(said)
    if not said.startswith("no case judges"):
        with pytest.raises(NothingSelected):
            selection.refuse_what_means_nothing(CASES, RULES, [], [pattern])


def test_requirements_that_no_case_judges_can_be_listed_and_excluded() -> None:
    selection.refuse_what_means_nothing(CASES, RULES, ["RFC1812"], judged=False)
    selection.refuse_what_means_nothing(CASES, RULES, ["rfc1122"], ["RFC1812"])
