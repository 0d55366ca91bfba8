# SPDX-License-Identifier: BSD-2-Clause
"""What the passive checker sees broken in many cases is charged to one: that which is about the rule."""

import json
from collections import Counter
from pathlib import Path

import pytest

from postel.base.verdict import Verdict
from postel.kit import Abilities, Case, Outcome, cases
from postel.kit.checker import RULES
from postel.kit.outcome import BrokenToo
from test_iut import postel

RULE = "RFC894-Frame-b"
OWN = next(case for case in cases() if RULE in case.requirements)
OTHERS = [case for case in cases() if case.id.startswith("rfc792/echo/")][:3]


def broken(case: Case) -> Outcome:
    """As an IUT makes it that breaks the rule in every frame."""
    outcome = Outcome(case, Verdict.WARN, RULE, "zeros", "memory")
    if case is not OWN:
        outcome.beside = Outcome(case)
    return outcome


@pytest.mark.parametrize("order", [1, -1])
def test_once_whatever_the_order(order: int) -> None:
    known = Abilities()
    found = {case.id: known.judged(case, broken) for case in [OWN, *OTHERS][::order]}
    assert {name: str(outcome.verdict) for name, outcome in found.items()} == {case.id: "pass" for case in OTHERS} | {OWN.id: "warn"}
    assert all(found[case.id].broken_too == [BrokenToo(RULE, "zeros", "memory", OWN.id)] for case in OTHERS)
    assert found[OWN.id].broken_too == []


def test_what_no_case_about_the_rule_shows_is_charged_where_it_was_seen() -> None:
    outcome = Abilities().judged(OTHERS[0], lambda case: Outcome(case) if case is OWN else broken(case))
    assert (outcome.verdict, outcome.requirement, outcome.broken_too) == (Verdict.WARN, RULE, [])


def test_each_rule_of_the_passive_checker_has_a_case() -> None:
    """Else it would be charged wherever it is seen."""
    judged = {requirement for case in cases() if not case.slow for requirement in case.requirements}
    assert {rule.requirement for rule in RULES} <= judged


def test_a_case_keeps_its_own_verdict() -> None:
    def judges(case: Case) -> Outcome:
        outcome = broken(case)
        if outcome.beside:
            outcome.beside = Outcome(case, Verdict.WARN, case.requirements[0], "this", "that")
        return outcome

    outcome = Abilities().judged(OTHERS[0], judges)
    assert (outcome.verdict, outcome.requirement, outcome.actual) == (Verdict.WARN, OTHERS[0].requirements[0], "that")


def test_a_stack_that_leaks_memory_behind_every_short_frame(tmp_path: Path) -> None:
    _, said = postel("run", "rfc792/echo", "rfc894", "--iut", "reference", "--link", "sim", "--fake", "padding_of_old_octets", "--out", str(tmp_path))
    found = json.loads((tmp_path / "results.json").read_text())["results"]
    assert [r["case"] for r in found if r["requirement"] == RULE] == [OWN.id]
    assert Counter(rule["charged"] for r in found for rule in r["broken_too"]).keys() == {OWN.id}
    assert "BROKEN TOO  RFC894-Frame-b, with which rfc894/Frame/short_packets_are_filled_with_zeros is charged" in said


@pytest.mark.parametrize(
    ("fake", "asked", "charged"),
    [
        ("reports_the_source_of_this_network", "rfc1122/3.2", "rfc1122/3.2.1.3/source_host_on_this_network"),
        ("reports_ttl_0", "rfc1122/3.2.1.7", "rfc1122/3.2.1.7/low_ttl_has_arrived"),
        ("echo_identifier_swapped", "rfc792/echo", "rfc792/echo/identifier_returns"),
        ("udp_delivered_twice", "rfc768", "rfc768/Fields/data_of_every_length"),
        ("snap_not_read", "rfc1122/2.3", "rfc1122/2.3.3/snap_is_received_too"),
        ("extension_with_reserved_bits", "rfc4884", "rfc4884/3/what_is_extended_is_sound"),
        ("arp_missing_is_unreachable", "rfc1122/2", "rfc1122/2.4/missing_arp_entry_is_no_error_to_a_user"),
        ("no_default_gateway", "rfc1122/3.3.1", "rfc1122/3.3.1.2/default_gateway_is_used_for_a_user"),
        ("three_fragments_at_most", "rfc1122/3.3.2", "rfc1122/3.3.2/fragments_are_put_together"),
        ("query_1_answered_at_once", "rfc1112/App.I", "rfc1112/App.I/reports_wait_for_their_time"),
        ("deaf_after_the_end_of_options", "rfc791/3.1.options", "rfc791/3.1.options/list_that_ends_before_the_header"),
    ],
)
def test_one_mistake_is_charged_to_one_rule(fake: str, asked: str, charged: str, tmp_path: Path) -> None:
    """An error that must not be also breaks a silence, or stands where an answer was due; who is deaf after something misses all that has it."""
    postel("run", asked, "--iut", "reference", "--link", "sim", "--fake", fake, "--out", str(tmp_path))
    found = json.loads((tmp_path / "results.json").read_text())["results"]
    assert [r["case"] for r in found if r["verdict"] in ("fail", "warn", "inconclusive", "error")] == [charged]
