# SPDX-License-Identifier: BSD-2-Clause
"""Results by their causes, and what a terminal is told of them."""

from typing import Any

import fakes
from postel.results import causes, report_text
from test_results import document, result

SHOULD = fakes.SHOULD


def some(verdict: str, *actuals: str, expected: str = "silence", **changed: Any) -> list[Any]:
    changed["expected"] = expected
    return [result(f"rfc1/1/{verdict}{n}", verdict, actual=actual, **changed) for n, actual in enumerate(actuals)]


def sizes(found: list[Any]) -> list[int]:
    return [len(cause.results) for cause in causes.causes(found)]


def test_words_that_differ_in_numbers_are_one_cause() -> None:
    assert sizes(some("fail", "reply 198.18.0.2 id 7", "reply 198.18.0.9 id 8", "reply with 45c0ff")) == [2, 1]


def test_another_rule_verdict_or_iut_is_another_cause() -> None:
    one, other = some("fail", "reply 1", "reply 2")
    assert sizes([one, {**other, "requirement": SHOULD}]) == [1, 1]
    assert sizes([one, {**other, "verdict": "warn"}]) == [1, 1]
    assert sizes([one, {**other, "iut": "reference"}]) == [1, 1]
    assert sizes([one, {**other, "expected": "an answer"}]) == [1, 1]
    assert sizes([one, {**other, "baseline": {"verdict": "fail", "reason": "", "state": "expected"}}]) == [1, 1]


def test_of_what_could_not_be_judged_the_rule_does_not_matter() -> None:
    one, other = some("error", "it does not start", "it does not start")
    assert sizes([one, {**other, "requirement": SHOULD}]) == [2]


def test_silence_at_the_first_control_probe_is_one_cause_also_where_it_was_not_tried_any_more() -> None:
    words = ("silence from a living IUT", "not tried: nobody answered it in the 5 cases before")
    found = some("inconclusive", *words, expected=causes.SILENT)
    assert sizes(found) == [2]
    assert causes.why(causes.causes(found)[0]) == "no answer to the first control probe: silence from a living IUT"


def test_nothing_was_judged_where_no_case_was() -> None:
    lost = some("error", "it does not start", "it does not start", "something else")
    [cause] = causes.nothing_judged([*lost, result(iut="reference")])
    assert len(cause.results) == 2 and cause.first["iut"] == "linux"
    assert causes.nothing_judged([*lost, result("rfc1/2/one", "warn")]) == []


def test_a_terminal_is_told_each_cause_once() -> None:
    lost = some("error", *["it does not start"] * 385)
    said = "\n\n".join(report_text.findings(document(*lost), ""))
    assert said.count("it does not start") == 2
    assert "ERROR  385 cases that could not be judged   linux  tap\n  because      it does not start\n  cases        rfc1/1/err" in said
    assert " and 381 more" in said and "nothing was judged of linux over tap: it does not start" in said
    assert said.endswith("0 judged; 385 could not be judged")


def test_failures_of_one_cause_are_told_with_their_rule() -> None:
    said = "\n\n".join(report_text.findings(document(*some("fail", "reply 1", "reply 2")), ""))
    assert "FAIL  2 cases   linux  tap\n  requirement  RFC1122-3.2.1.1-a\n  expected     silence\n  actual       reply 1" in said
    assert "cases        rfc1/1/fail0, rfc1/1/fail1\n" in said and said.endswith("2 judged; 2 failed")


def test_warnings_are_told_but_not_those_that_the_baseline_expects() -> None:
    new, known = some("warn", "reply", "another")
    known["baseline"] = {"verdict": "warn", "reason": "so", "state": "expected"}
    said = "\n\n".join(report_text.findings(document(new, known), ""))
    assert "WARN  rfc1/1/warn0  linux  tap  RFC1122-3.2.1.1-a: reply" in said and "rfc1/1/warn1" not in said
    assert said.endswith("2 judged; none failed; 1 warned; 1 as the baseline says")


def test_what_was_asked_for_and_is_not_here_is_told() -> None:
    made = document(result())
    made["left_out"] = [{"iut": "lwip", "link": link, "why": "no tun"} for link in ("tap", "fd")]
    made["iuts"][0]["remarks"] = ["isolation: no seccomp here"]
    said = "\n".join(report_text.findings(made, ""))
    assert "not judged here: lwip over tap, fd (no tun)" in said and "linux over tap: isolation: no seccomp here" in said
