# SPDX-License-Identifier: BSD-2-Clause
"""Answers that come late: they are charged to the case that they belong to, which is judged again with patience."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import right_stacks
import today
from postel.base import patience
from postel.base.build import build
from postel.base.exits import IutFailed
from postel.base.paths import ROOT
from postel.iut import iut
from postel.iut.links import Link
from postel.kit import Verdict, cases, foundout, judge, wire
from postel.kit.arp import arp
from postel.kit.late import Late
from postel.kit.timed import LISTENED
from postel.results.results import Result
from postel.runs.bench import Target
from postel.runs.plugin import Plugin, Settings, session

BY_ID = {case.id: case for case in cases()}
POINTS = "rfc1122/3.2.2.5/parameter_problem_is_sent"
UNREACHABLE, ERROR_ABOUT_ERROR = "rfc1122/3.2.2.1/port_unreachable", "rfc1122/3.2.2/no_error_about_an_error"
ARP = "rfc826/Reception/other_hardware_type"
OTHER = "rfc792/echo/data_returns"
STAMP = "rfc792/timestamp/originate_timestamp_returns"
MULTICAST = "rfc1122/3.2.2.errors/nothing_is_reported_of_what_came_to_many"


def started(kind: Callable[[Link], right_stacks.Between]) -> iut.Instance:
    instance = iut.start(iut.load("reference"), "sim", profile="rfc1122", seed=1, build=build("release"))
    instance.upper = None  # and with it virtual time
    instance.link = kind(instance.link)
    return instance


def of_its_own(kind: Callable[[Link], right_stacks.Between]) -> iut.Instance:
    """The same over `fd`, for a case alone."""
    instance = started(kind)
    instance.patience = patience.towards("reference", "fd")
    return instance


def told(kind: Callable[[Link], right_stacks.Between] | Callable[[], iut.Instance], ids: list[str], where: Path, link: str = "sim",
         isolate: str = "run") -> tuple[list[Result], list[Any]]:  # fmt: skip
    """The results in the order in which they came, and what was to be judged again."""
    events: list[tuple[str, Any]] = []
    start = partial(started, kind) if isinstance(kind, type) else kind
    target = Target(replace(iut.load("reference"), isolate=isolate), link, "rfc1122", start)
    plugin = Plugin([BY_ID[each] for each in ids], target, Settings(where), lambda what, facts: events.append((what, facts)), judge,
                    foundout.find_out if link == "sim" else None)  # fmt: skip
    (where / "evidence").mkdir()
    assert session(plugin, ROOT, where / "junit.xml")
    return [facts for what, facts in events if what == "result"], [facts for what, facts in events if what == "anew"]


def test_a_late_answer_is_waited_for_and_nothing_accused(tmp_path: Path) -> None:
    results, again = told(right_stacks.PointsLate, [OTHER, POINTS], tmp_path)
    assert again == [[OTHER]]
    assert [(result["case"], result["verdict"]) for result in results] == [
        (OTHER, "pass"), (POINTS, "pass"), (OTHER, "pass"),
    ]  # fmt: skip
    assert any("late: what was judged before is judged again" in remark for remark in patience.towards("reference", "sim").remarks)


def test_a_wrong_answer_that_comes_late_is_charged_to_the_case_that_it_is_about(tmp_path: Path) -> None:
    results, again = told(right_stacks.ReportsMulticastsLate, [OTHER, MULTICAST], tmp_path)
    assert again == [[OTHER]]
    assert [(result["case"], result["verdict"], result["requirement"]) for result in results] == [
        (OTHER, "pass", None), (MULTICAST, "fail", "RFC1122-3.2.2-g"), (OTHER, "pass", None),
    ]  # fmt: skip


@pytest.mark.parametrize("ids", [[OTHER, STAMP], [STAMP, OTHER]])
def test_what_comes_behind_a_case_that_had_an_instance_of_its_own_is_heard(ids: list[str], tmp_path: Path) -> None:
    patience.towards("reference", "fd").listened = LISTENED
    results, again = told(partial(of_its_own, right_stacks.EchoesLongTwice), ids, tmp_path, link="fd", isolate="case")
    assert [(result["case"], result["verdict"]) for result in results] == [*((each, "pass") for each in ids), (OTHER, "fail")]
    assert again == [[OTHER]]


def test_an_iut_of_which_there_is_one_at_a_time_is_not_started_beside_the_last(tmp_path: Path) -> None:
    patience.towards("reference", "fd").listened = LISTENED
    living: list[iut.Instance] = []

    def alone() -> iut.Instance:
        if any(each.alive() for each in living):
            raise IutFailed("the port is in use")
        living.append(of_its_own(right_stacks.Real))
        return living[-1]

    results, again = told(alone, [OTHER, STAMP, OTHER], tmp_path, link="fd", isolate="case")
    assert [result["verdict"] for result in results] == ["pass"] * 3
    assert again == []
    assert not any(each.alive() for each in living)


def test_what_is_seen_in_a_later_case_is_none_of_its_answers() -> None:
    instance = started(right_stacks.ReportsMulticastsLate)
    instance.patience.listened = LISTENED
    link = instance.link
    assert isinstance(link, right_stacks.ReportsMulticastsLate)
    link.late = 3600.0
    assert judge(BY_ID[MULTICAST], instance).verdict == Verdict.PASS
    _, iface, frame = link.held.pop()
    link.hold(iface, frame)
    after = judge(BY_ID[OTHER], instance)
    instance.close()
    assert after.requirement == "RFC1122-3.2.2-g"  # to the passive checker a frame is a frame, until the case is judged again
    assert not after.missed and after.apart == [] and after.late
    assert (after.late.to, after.late.seconds > 0) == ({MULTICAST}, True)


@pytest.mark.sampled
@pytest.mark.parametrize("seed", today.part(range(5), 3))
def test_errors_of_another_thread_flap_in_no_run(seed: int) -> None:
    """It is enough to wait for the latest of sixty and half as long again: no probe of each class is needed."""
    patience.forget()
    instance = started(partial(right_stacks.ReportsFromAThread, seed=seed))
    foundout.find_out(instance, "rfc1122")
    assert 0.03 < instance.traits.lateness
    outcomes = [judge(BY_ID[each], instance, profile="rfc1122") for each in (UNREACHABLE, POINTS, ERROR_ABOUT_ERROR)]
    instance.close()
    assert [(outcome.verdict, outcome.actual) for outcome in outcomes] == [(Verdict.PASS, "")] * 3


def test_arp_s_answers_may_be_late_too(tmp_path: Path) -> None:
    results, again = told(right_stacks.AnswersArpLate, [OTHER, ARP], tmp_path)
    assert again == [[OTHER]]
    assert {result["verdict"] for result in results} == {"pass"}


@pytest.mark.parametrize("between, seconds", [([arp(size=20)], False), ([], True)])
def test_what_may_answer_a_packet_that_was_cut_off_is_not_late(between: list[bytes], seconds: bool) -> None:
    late = Late(deque(), over_sim=False)
    late.sent(arp(htype=7), "stimulus")
    late.step += 1
    for frame in between:
        late.sent(frame, "stimulus")
    late.heard(wire.parse(arp(2, sha="02:00:00:00:00:02", spa="198.18.0.2", tha="02:00:00:00:00:77", tpa="198.18.0.77")))
    assert (late.seconds > 0) == seconds


def test_a_request_is_answered_once() -> None:
    late = Late(deque(), over_sim=False)
    reply = wire.parse(arp(2, sha="02:00:00:00:00:02", spa="198.18.0.2", tha="02:00:00:00:00:77", tpa="198.18.0.77"))
    late.sent(arp(), "stimulus")
    late.heard(reply)
    late.step += 1
    late.heard(reply)
    assert late.seconds == 0
