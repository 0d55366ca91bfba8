# SPDX-License-Identifier: BSD-2-Clause
"""Which cases a pattern means, and what is said of one that means none."""

import fakes
import pytest
from postel import selection
from postel.exits import UsageError

CASES = [
    fakes.case("rfc1122/3.2.1.1/version", "RFC1122-3.2.1.1-a"),
    fakes.case("rfc1122/3.2.1.1/version_not_4", "RFC1122-3.2.1.1-a"),
    fakes.case("rfc1122/3.2.1.7/ttl", "RFC1122-3.2.1.7-a", slow=True),
    fakes.case("rfc791/3.1/ttl", "RFC791-3.1_TTL-a"),
]
SHORT = {case.id: n for n, case in enumerate(CASES)}


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("rfc1122", [0, 1, 2]),
        ("rfc1122/3.2.1.1/version", [0]),  # there is one of that name, so those which begin so are not meant
        ("rfc1122/3.2.1.1/ver", [0, 1]),
        ("RFC1122-3.2.1.7-a", [2]),
        ("RFC1122-3.2.1.1", [0, 1]),
        ("*/ttl", [2, 3]),
        ("rfc1122/3.2.1.[17]/*", [0, 1, 2]),
        ("ttl", []),
    ],
)
def test_what_a_pattern_means(pattern: str, meant: list[int]) -> None:
    assert sorted(SHORT[id_] for id_ in selection.meant(CASES, pattern)) == meant


def test_what_is_left_out_is_counted() -> None:
    cases, deselected = selection.select(CASES, ["rfc1122"], slow=False, shard=None)
    assert [SHORT[case.id] for case in cases] == [0, 1]
    assert deselected == {"pattern": 1, "slow": 1, "shard": 0}


def test_a_case_is_in_one_shard_whatever_other_cases_there_are() -> None:
    parts = [selection.select(CASES, [], slow=True, shard=(k, 3))[0] for k in (1, 2, 3)]
    assert sorted(SHORT[case.id] for part in parts for case in part) == [0, 1, 2, 3]
    alone = [selection.select(CASES[:1], [], slow=True, shard=(k, 3))[0] for k in (1, 2, 3)]
    assert [CASES[0] in part for part in parts] == [CASES[0] in part for part in alone]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "a/b", "1/0", "-1/2"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(UsageError, match="K/N is meant"):
        selection.parse_shard(text)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("rfc1122/3.2.1.1/version_not4", "; did you mean rfc1122/3.2.1.1/version_not_4"),
        ("RFC1122-3.2.1.7-b", "; did you mean RFC1122-3.2.1.7-a"),
        ("version_not_5", "; did you mean rfc1122/3.2.1.1/version_not_4"),
        ("quite-something-else", ""),
    ],
)
def test_near_misses(word: str, hint: str) -> None:
    (said,) = selection.unmatched(CASES, [word])
    assert said.startswith(f"no case matches {word}{hint}") and (hint or said == f"no case matches {word}")
