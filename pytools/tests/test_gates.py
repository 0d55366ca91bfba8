# SPDX-License-Identifier: BSD-2-Clause
"""The gates of `postel test --planted` and `--mutation`: what each is red for, and what it lets pass."""

from typing import Any

import pytest
from postel.selftest import gates, hunt, ledger, mutation

UNSUITED: dict[str, Any] = {"suite": "", "red": False}


def bug(name: str, **facts: Any) -> ledger.Entry:
    return {"name": name, "row": "r", "mistake": "m", "shows": "another frame", "suite": "modern a fail", "red": True, "unit": ""} | facts


def bugs(seen: int, golden: int, missed: int) -> list[ledger.Entry]:
    """So many of each, and one that does not show and so counts for nothing."""
    each = [({}, seen), (UNSUITED | {"golden": True}, golden), (UNSUITED, missed), (UNSUITED | {"shows": "", "unit": "test_x y"}, 1)]
    return [bug(f"{number}-{at}", **facts) for number, (facts, count) in enumerate(each) for at in range(count)]


def words(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines]


@pytest.mark.parametrize(("entries", "said"), [
    (bugs(97, 0, 3), []),
    (bugs(50, 47, 3), []),  # golden results are the reference's results
    (bugs(96, 0, 4), ["gate:"]),
    (bugs(0, 0, 0), ["gate:"]),  # of nothing no share is enough
    ([*bugs(97, 0, 0), bug("x", problem="does not apply")], ["wrong:"]),
    ([*bugs(97, 0, 0), bug("x", **UNSUITED, shows="")], ["wrong:"]),
])  # fmt: skip
def test_a_whole_measurement_of_planted_bugs_has_to_see_its_share(entries: list[ledger.Entry], said: list[str]) -> None:
    assert words(gates.planted(entries, {}, whole=True)) == said


STORED: dict[str, dict[str, Any]] = {
    "found": {"shows": "a frame", "suite": "modern a fail", "red": True},
    "checked": {"shows": "a frame", "check": "says hello"},
    "golden": {"shows": "a frame", "golden": True},
    "missed": {"shows": "a frame"},
    "unseen": {"unit": "test_x y"},
}


@pytest.mark.parametrize(("entry", "said"), [
    (bug("found"), ""),
    (bug("found", suite="modern a info", red=False), ""),
    (bug("found", **UNSUITED, golden=True), "lost: found, which was found before: modern a fail"),
    (bug("found", **UNSUITED), "lost: found, which was found before: modern a fail"),
    (bug("checked", **UNSUITED, check="says hello"), ""),
    (bug("checked"), ""),
    (bug("checked", **UNSUITED, golden=True), "lost: checked, which was found before: says hello"),
    (bug("found", **UNSUITED, check="says hello"), "lost: found, which was found before: modern a fail"),
    (bug("golden", **UNSUITED, check="says hello"), ""),
    (bug("nobody's", **UNSUITED, check="says hello"), ""),
    (bug("golden", **UNSUITED, golden=True), ""),
    (bug("golden", **UNSUITED), "lost: golden, which was found before: other golden frames, events or counters"),
    (bug("missed", **UNSUITED), ""),
    (bug("missed"), ""),
    (bug("unseen", **UNSUITED), "new: unseen is missed, and was not before"),
    (bug("nobody's", **UNSUITED), "new: nobody's is missed, and was not before"),
    (bug("nobody's"), ""),
    (bug("nobody's", **UNSUITED, golden=True), ""),
    (bug("found", problem="does not apply"), "wrong: found: does not apply"),
])  # fmt: skip
def test_a_part_of_the_planted_bugs_is_held_against_what_is_stored(entry: ledger.Entry, said: str) -> None:
    assert gates.planted([entry], STORED, whole=False) == [said] * bool(said)


def mutant(name: str, killed: str = "test_x x::y") -> ledger.Entry:
    return {"name": name, "file": "stack/x.c", "line": 1, "old": "a", "new": "b", "killed": killed}


def some(killed: int, alive: int) -> list[ledger.Entry]:
    return [*[mutant(f"k{at}") for at in range(killed)], *[mutant(f"a{at}", "") for at in range(alive)]]


@pytest.mark.parametrize(("entries", "claimed", "said"), [
    (some(92, 8), [], []),
    (some(91, 9), [], ["gate:"]),
    (some(91, 9), ["a0"], ["gate:"]),  # a claim kills nothing
    ([], [], ["gate:"]),
    (some(95, 5), ["a0", "a1", "a2"], []),
    (some(95, 5), ["a0", "a1", "a2", "a3"], ["many:"]),
    (some(95, 5), ["k0"], ["untrue:"]),
])  # fmt: skip
def test_of_all_mutants_enough_are_killed_and_few_are_claimed(entries: list[ledger.Entry], claimed: list[str], said: list[str]) -> None:
    assert words(gates.mutants(entries, {}, claimed, whole=True)) == said


@pytest.mark.parametrize(("entry", "said"), [
    (mutant("killed"), ""),
    (mutant("killed", ""), "lost: killed, which was killed before: test_x x::y"),
    (mutant("alive", ""), ""),
    (mutant("alive"), ""),
    (mutant("nobody's"), ""),
    (mutant("nobody's", ""), "new: nobody's lives, and nobody has measured it before"),
    (mutant("claimed", ""), ""),
    (mutant("claimed"), "untrue: claimed is claimed to be no mistake, and something tells it apart"),
])  # fmt: skip
def test_a_part_of_the_mutants_is_held_against_what_is_stored(entry: ledger.Entry, said: str) -> None:
    before = {"killed": {"killed": "test_x x::y"}, "alive": {}}
    assert gates.mutants([entry], before, ["claimed"], whole=False) == [said] * bool(said)


def test_the_gates_are_those_that_are_asked_for() -> None:
    assert (hunt.GOAL, mutation.GOAL, mutation.CLAIMED, mutation.COUNT) == (0.97, 0.92, 0.03, 600)
