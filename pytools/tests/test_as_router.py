# SPDX-License-Identifier: BSD-2-Clause
"""A case about hosts is judged again of a router; a stack that is wrong as a host too is charged with that once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postel import kit
from postel.base.build import build
from postel.base.exits import UsageError
from postel.base.verdict import Verdict
from postel.catalogue.requirements import catalogue
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import Abilities, Case, Outcome, abilities
from postel.kit.as_router import _made
from postel.kit.case import by_id

HOST, ROUTER = "rfc791/3.1/reserved_flag", "rfc1812/4.2.2.3/reserved_flag"
THREE = "rfc1122/3.2.1.3/sources_that_are_never_sent"
BY_ID = {case.id: case for case in kit.cases()}
AGAIN = [case for case in BY_ID.values() if case.host]


@pytest.fixture(scope="module")
def reference() -> Iterator[Instance]:
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    yield instance
    instance.close()


def found(reference: Instance, wrong: set[str], *ids: str) -> list[Outcome]:
    """What becomes of these of a stack that is wrong as a host, as a router, or as both."""
    known = Abilities()

    def judge(case: Case) -> Outcome:
        reference.reset()
        violator = next(iter(case.violators.values())) if case.role in wrong and (case.host or case.id in (HOST, THREE)) else None
        return kit.judge(case, reference, violator=violator, abilities=known)

    return [known.judged(BY_ID[id_], judge) for id_ in ids]


@pytest.mark.parametrize("wrong, verdicts", [
    (set(), ["pass", "pass"]), ({"host"}, ["pass", "fail"]), ({"router"}, ["fail", "pass"]), ({"host", "router"}, ["not-applicable", "fail"]),
], ids=["neither", "host", "router", "both"])  # fmt: skip
def test_what_is_wrong_of_a_host_too_is_charged_there(reference: Instance, wrong: set[str], verdicts: list[str]) -> None:
    for ids in (ROUTER, HOST), (HOST, ROUTER):
        outcomes = {outcome.case.id: outcome for outcome in found(reference, wrong, *ids)}
        assert [str(outcomes[id_].verdict) for id_ in (ROUTER, HOST)] == verdicts
        if verdicts[0] == "fail":
            assert outcomes[ROUTER].requirement == "RFC1812-4.2.2.3-a"
        if verdicts[0] == "not-applicable":
            assert outcomes[ROUTER].actual == f"follows from {HOST}: as a host it does the same" and outcomes[ROUTER].requirement is None


def test_each_row_of_the_host_s_stands_for_one_of_the_router_s(reference: Instance) -> None:
    (outcome,) = found(reference, {"router"}, "rfc1812/4.2.2.11/sources_that_are_never_sent")
    assert (outcome.verdict, outcome.requirement) == (Verdict.FAIL, "RFC1812-4.2.2.11-k")


def test_who_is_stricter_with_routers_charges_them(monkeypatch: pytest.MonkeyPatch) -> None:
    host, router = BY_ID[HOST], BY_ID[ROUTER]
    monkeypatch.setattr(abilities.declared, "by_id", lambda id_: host)
    for verdict, expected in (Verdict.WARN, Verdict.FAIL), (Verdict.FAIL, Verdict.NOT_APPLICABLE):
        outcomes = {host.id: Outcome(host, verdict, "RFC791-3.1_Flags-a"), router.id: Outcome(router, Verdict.FAIL, "RFC1812-4.2.2.3-a")}
        assert Abilities().judged(router, lambda case, outcomes=outcomes: outcomes.get(case.id, Outcome(case))).verdict == expected  # type: ignore[misc]


def test_it_is_the_same_case_of_a_router() -> None:
    made, host = BY_ID[ROUTER], by_id(HOST)
    assert (made.role, made.host, made.function, made.requirements) == ("router", HOST, host.function, ("RFC1812-4.2.2.3-a",))
    assert made.violators == {"RFC1812-4.2.2.3-a": host.violators["RFC791-3.1_Flags-a"]}
    assert made.words == f"As a router: {host.words}" and made.path.name == "section_4_2_host.py"


def test_what_nobody_can_mean_is_a_mistake() -> None:
    for charged, says in ("RFC1812-0-a", "has no RFC1812-0-a"), ({"RFC791-3.1_TTL-a": "RFC1812-4.2.2.3-a"}, "each needs a row"):
        with pytest.raises(UsageError, match=says):
            _made(by_id(HOST), charged, Path(__file__), 1)
    with pytest.raises(UsageError, match="no case rfc791/3.1/nobody"):
        by_id("rfc791/3.1/nobody")


def test_a_may_stays_a_may() -> None:
    """Nor is anybody who finds out how a router does a thing told that it must."""
    for case in AGAIN:
        levels = {catalogue()[id_].level == "MAY" for id_ in case.requirements}
        assert levels == {case.kind == "characteristic"}, case.id
