# SPDX-License-Identifier: BSD-2-Clause
"""What is found out of a stack before it is judged, and that it is judged as if it were nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import right_stacks
from postel.base import patience
from postel.base.build import build
from postel.fakes import lists, proxy
from postel.iut import iut
from postel.iut.traits import ARP, ECHOES, ERRORS, Limit, Traits
from postel.kit import IP, LowerTester, Verdict, cases, echo, echo_reply, foundout, judge

FAKES = lists.every()
BY_ID = {case.id: case for case in cases()}
SAMPLE = [BY_ID[name] for name in (
    "rfc1122/3.2.2.1/port_unreachable", "rfc1122/3.2.2.errors/nothing_is_reported_of_what_came_to_many", "rfc1122/3.2.2.6/data_returns_whole",
    "rfc826/Reception/other_hardware_type", "rfc791/3.1/header_shorter_than_five_words",
)]  # fmt: skip

ASKING = (
    "rfc1122/2.3.2.1/requests_for_a_silent_neighbour_are_limited", "rfc1122/2.3.2.2/datagrams_of_every_size_wait",
    "rfc1122/3.2.1.3.sweeps/source_network_zero", "rfc1122/3.3.6/unicast_is_not_sent_to_all", "rfc792/echo/addresses_are_swapped",
    "rfc791/3.2.matching/sources_that_differ_by_a_bit", "rfc826/Reception/known_sender_is_updated_by_a_request",
    "rfc826/Reception/who_asks_is_known", "rfc826/Related/neighbour_that_is_claimed_on_another_link",
    "rfc826/Senders/target_mac_of_a_reply_means_nothing",
)  # fmt: skip


def found(made: Callable[[iut.Instance], None] = lambda instance: None, **definition: object) -> Traits:
    known = replace(iut.load("reference"), name="found", **definition)  # type: ignore[arg-type]
    instance = iut.start(known, "sim", profile="modern", seed=1, build=build("release"))
    made(instance)
    patience.forget()
    try:
        return foundout.find_out(instance, "modern")
    finally:
        instance.close()


@pytest.mark.parametrize("name, traits", [
    ("errors_1_a_second", Traits(limits={ERRORS: Limit(1, 1)})), ("errors_6_at_once", Traits(limits={ERRORS: Limit(1, 6)})),
    ("errors_50_at_once", Traits(limits={ERRORS: Limit(50, 50)})), ("mtu_1492", Traits(mtu=1492)), ("mtu_576", Traits(mtu=576)),
    ("talks_mdns_always", Traits()), ("errors_behind_answers", Traits()),
])  # fmt: skip
def test_of_a_fake(name: str, traits: Traits) -> None:
    seen = found(lambda instance: void(proxy.before(instance, FAKES[name])))
    assert {what: (round(limit.rate), limit.burst) for what, limit in seen.limits.items()} == {
        what: (limit.rate, limit.burst) for what, limit in traits.limits.items()
    }
    assert (seen.mtu, seen.lateness) == (traits.mtu, traits.lateness)


def void(value: object) -> None:
    pass


def test_nothing_of_the_reference() -> None:
    assert found() == Traits()


def test_how_long_fragments_are_kept_if_nobody_says() -> None:
    assert found(timers={"mode": "virtual"}) == Traits(reassembly=60)


def test_the_definition_s_mtu_is_believed() -> None:
    assert found(mtu=1006).mtu == 1006


@pytest.mark.parametrize("kind, what", [
    (right_stacks.Limits, ERRORS), (right_stacks.LimitsArp, ARP), (right_stacks.LimitsEcho, ECHOES), (right_stacks.ReportsLate, ""),
])  # fmt: skip
def test_in_real_time_no_case_accuses_it(kind: type[right_stacks.Between], what: str) -> None:
    known = iut.load("reference")
    instance = iut.start(known, "sim", profile="modern", seed=1, build=build("release"))
    instance.upper = None  # and with it virtual time
    instance.link = kind(instance.link)
    traits = foundout.find_out(instance, "modern")
    assert set(traits.limits) == ({what} if what else set())
    assert (0.02 < traits.lateness) == (kind is right_stacks.ReportsLate), traits
    bad = {case.id: outcome.actual for case in SAMPLE if (outcome := judge(case, instance)).verdict != Verdict.PASS}
    instance.close()
    assert bad == {}


TO_THE_MOMENT = (
    "rfc2236/3.routers/how_long_a_member_counts", "rfc3376/6.4/each_link_has_its_own", "rfc3376/6.4/others_are_asked_first",
    "rfc3376/6.6/what_another_asks_for_is_in_doubt", "rfc3376/8/how_long_a_member_counts", "rfc3376/8/queries_of_the_beginning",
)  # fmt: skip


@pytest.mark.parametrize("name", ["echo_5_a_second_for_each", "everything_20_ms_late", "arp_replies_100_ms_late"])
def test_cases_that_count_seconds_do_not_accuse_it_in_virtual_time(name: str) -> None:
    """Control probes take time there, or may not be sent at all."""
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    proxy.before(instance, FAKES[name])
    foundout.find_out(instance, "modern")
    bad = {}
    for id_ in TO_THE_MOMENT:
        instance.reset()
        if (outcome := judge(BY_ID[id_], instance)).verdict != Verdict.PASS:
            bad[id_] = f"{outcome.expected}: {outcome.actual}"
    instance.close()
    assert bad == {}


@pytest.mark.parametrize("name, seconds", [("", 10.0), ("everything_20_ms_late", 10.0)])
def test_time_that_passes_is_counted_from_the_last_step(name: str, seconds: float) -> None:
    """Though a probe before it has taken some of it; and to look at what the host knows takes none."""
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    if name:
        proxy.before(instance, FAKES[name])
    foundout.find_out(instance, "modern")
    lt = LowerTester(instance, "modern")
    lt.send(echo())
    sent = lt.now()
    lt.expect(echo_reply())
    assert (lt.now() > sent) == bool(name)
    lt.advance(seconds)
    assert lt.now() - sent == pytest.approx(seconds)
    lt.listed("address", 0)
    assert lt.now() - sent == pytest.approx(seconds)
    instance.close()


def one_stranger_after_another(lt: LowerTester) -> None:
    for near in foundout.NEIGHBOURS[:4]:
        lt.hosts.strangers.add(near)
        lt.send(IP(src=near) / echo())
        lt.expect(echo_reply())


def test_who_asks_late_for_a_mac_is_given_the_time() -> None:
    """And is accused once of not having taken it from who asked: ns-3 had eleven failures for that, and one that came and went."""
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    upper, instance.link = instance.upper, right_stacks.AsksLate(instance.link)
    instance.upper = None  # and with it virtual time
    instance.traits = traits = foundout.find_out(instance, "modern")
    assert traits.asks_anyway and 0.003 < traits.asks_late < 0.05, traits
    missed = {}
    strangers = replace(BY_ID[ASKING[0]], id="tests/one_stranger_after_another", function=one_stranger_after_another)
    for each in (*(BY_ID[name] for name in ASKING), strangers):
        instance.upper = upper
        instance.reset()
        instance.upper = None
        if (outcome := judge(each, instance)).verdict != Verdict.PASS:
            missed[each.id] = outcome.actual
    instance.close()
    assert missed == {"rfc826/Reception/who_asks_is_known": "silence"}
