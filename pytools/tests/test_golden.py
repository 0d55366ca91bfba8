# SPDX-License-Identifier: BSD-2-Clause
"""Golden lines: what the reference does is equal in two runs, and whatever differs is told in words."""

from dataclasses import replace
from pathlib import Path

import pytest
from postel.base.build import build
from postel.kit import Case, Outcome, cases, changes
from postel.selftest import golden

NAMES = ("rfc792/echo/data_returns", "rfc1122/2.3.2.2/newest_datagram_waits_for_the_reply", "rfc792/timestamp/timestamps_are_milliseconds_of_the_day",
         "rfc768/Fields/source_port_is_told", "rfc791/3.2.reassembly/how_long_reassembly_waits")  # fmt: skip


def some() -> list[Case]:
    return [case for case in cases() if case.id in NAMES]


@pytest.fixture(scope="module")
def lines() -> dict[str, str]:
    return golden.now(build(), some())


def test_two_runs_are_equal(lines: dict[str, str]) -> None:
    assert len(lines) == len(NAMES) * len(golden.PROFILES)
    assert golden.now(build(), some()) == lines
    assert golden.wrong(lines) == []


def test_what_says_nothing_in_those_profiles_is_golden_in_another(lines: dict[str, str]) -> None:
    silent = golden.now(build(), [case for case in cases() if case.id == "rfc792/info/information_reply"])
    assert {key.rpartition(" ")[2]: text.split(" ")[0] for key, text in silent.items()} == {
        "modern": "not-applicable", "rfc1122": "not-applicable", "rfc1812": "not-applicable", "rfc791": "pass"}  # fmt: skip
    assert {key.rpartition(" ")[2] for key in lines} == set(golden.PROFILES)


def test_cases_are_held_by_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "golden.txt"
    golden.write({"a modern": "pass 00aa", "b modern": "pass 00aa", "b rfc791": "pass 00aa"}, path)
    assert golden.held({"modern": {"a"}, "rfc791": {"a", "b"}}, path) == ["modern a", "rfc791 b"]
    assert golden.held({"rfc791": {"a"}, "rfc1812": {"b"}}, path) == []


def test_a_frame_that_no_case_looks_at_is_seen(lines: dict[str, str]) -> None:
    case = next(case for case in some() if case.id == NAMES[0])
    other = golden.judged(case, "modern", build(), changes("echo-reply", id=lambda id_: id_ ^ 1))
    assert other.startswith("pass ") and other != lines[f"{case.id} modern"]


def test_an_event_and_a_counter_are_seen() -> None:
    outcome = Outcome(cases()[0])
    sums = {golden.of(outcome, []), golden.of(outcome, ["* udp.recv sock=1"]), golden.of(replace(outcome, counters={"echo": 1}), [])}
    assert len(sums) == 3


def test_changes_are_told_in_words() -> None:
    was = {"a modern": "pass 00aa", "b modern": "info 00aa 60 s", "c modern": "pass 00aa", "d modern": "pass 00aa"}
    now = {"a modern": "pass 00bb", "b modern": "info 00bb 61 s", "c modern": "warn 00cc", "e modern": "pass 00aa"}
    assert golden.changes(was, now) == [
        "a modern: pass as before, but not the same frames, events or counters", "b modern: info as before, but not the same label: 61 s instead of 60 s",
        "c modern: warn instead of pass", "d modern: is no case any more", "e modern: has no golden line yet",
    ]  # fmt: skip
    assert golden.changes(was, was) == []


def test_a_should_that_the_reference_breaks_is_red() -> None:
    assert golden.wrong({"a modern": "warn 00aa", "b modern": "pass 00aa"}) == ["a modern: warn: the reference keeps every rule, each SHOULD too"]


def test_what_is_written_is_read(tmp_path: Path, lines: dict[str, str]) -> None:
    path = tmp_path / "golden.txt"
    assert "10 of 10 lines changed" in golden.write(lines, path)
    assert golden.read(path) == lines
    assert "0 of 10 lines changed" in golden.write(lines, path)
