# SPDX-License-Identifier: BSD-2-Clause
"""Cases of routers: to whom they apply, what the steps of postel.kit.passing see, and what the passive checker makes of what is passed on."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from postel import kit
from postel.base.build import build
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import (
    LEFT, RIGHT, THIRD, Case, LowerTester, Outcome, Verdict, changes, checker, crosses, drops, echo, expect_kept, expect_passed, expect_silent_discard,
    one_fault, passes, probe, time_exceeded, transit, udp, wire,
)  # fmt: skip
from postel.kit.case import OF_ROUTERS, ROUTER
from postel.kit.configured import Configured
from postel.kit.seen import Seen
from postel.kit.violator import Violator, passed_by
from test_kit_judge import made

FAR = "203.0.113.9"


@pytest.fixture(scope="module")
def reference() -> Iterator[Instance]:
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    yield instance
    instance.close()


def judged(instance: Instance, body: Callable[[LowerTester], object], violator: Violator | None = None, *needs: str) -> Outcome:
    instance.reset()
    case: Case = replace(made(body), role=ROUTER, needs=OF_ROUTERS | set(needs))
    return kit.judge(case, instance, violator=violator)


def both_ways(lt: LowerTester) -> None:
    crosses(lt, udp())
    crosses(lt, on=1, out=0)
    crosses(lt, probe(echo(), dst=FAR, options=b"\1\1\1\0"), on=1, out=0)


def used_up(lt: LowerTester) -> None:
    lt.send(transit(ttl=1))
    expect_kept(lt, after="a TTL of 1")
    lt.expect(time_exceeded(0, src=LEFT.iut))


def wrong_sum(lt: LowerTester) -> None:
    lt.send(one_fault(transit(), checksum=0x1234))
    expect_silent_discard(lt, after="a wrong checksum")


def by_the_third(lt: LowerTester) -> None:
    lt.add("route", net="203.0.113.0", len=24, gateway=THIRD.lt)
    for dst in FAR, THIRD.host(300), THIRD.lt:
        lt.send(transit(dst=dst))
        expect_passed(lt, out=2)


@pytest.mark.parametrize("body", [both_ways, used_up, wrong_sum, by_the_third])
def test_what_is_right_passes(reference: Instance, body: Callable[[LowerTester], object]) -> None:
    outcome = judged(reference, body, None, "three-interfaces")
    assert (outcome.verdict, outcome.probes_passed) == (Verdict.PASS, True), f"{outcome.expected}: {outcome.actual}"


@pytest.mark.parametrize("body, violator, actual", [
    (both_ways, drops("udp"), "silence"),
    (both_ways, changes("udp", data=b"pastel"), "payload"),
    (both_ways, changes("echo-request", ttl=64), "ttl 64"),
    (both_ways, changes("echo-request", nth=1, tos=4), "tos 4"),
    (both_ways, changes("echo-request", eth_dst="02:00:00:00:00:99"), "eth_dst"),
    (used_up, passes(), "by interface 1"),
    (used_up, passes(on=2), "by interface 2"),
    (used_up, changes("time-exceeded", code=1), "time exceeded code 1"),
    (wrong_sum, passes(), "by interface 1"),
    (by_the_third, changes("echo-request", nth=1, df=1), "df 1"),
])  # fmt: skip
def test_what_is_wrong_is_seen(reference: Instance, body: Callable[[LowerTester], object], violator: Violator, actual: str) -> None:
    outcome = judged(reference, body, violator, "three-interfaces")
    assert (outcome.verdict, outcome.probes_passed) == (Verdict.FAIL, True) and actual in outcome.actual, outcome.actual


@pytest.mark.parametrize("changed, needs, verdict, words", [
    ({"role": ("host",)}, (), Verdict.NOT_APPLICABLE, "the role router"),
    ({"interfaces": 2}, ("three-interfaces",), Verdict.UNSUPPORTED, "fewer than three interfaces"),
    ({"interfaces": 1}, (), Verdict.UNSUPPORTED, "one interface"),
])  # fmt: skip
def test_to_whom_cases_of_routers_apply(reference: Instance, changed: dict[str, object], needs: tuple[str, ...], verdict: Verdict, words: str) -> None:
    whole = reference.definition
    reference.definition = replace(whole, **changed)  # type: ignore[arg-type]
    try:
        outcome = judged(reference, both_ways, None, *needs)
    finally:
        reference.definition = whole
    assert outcome.verdict == verdict and words in outcome.actual


def test_who_cannot_be_told_to_forward_is_not_judged(reference: Instance) -> None:
    assert reference.upper
    caps = reference.upper.caps
    reference.upper.caps = caps - {"forwarding"}
    outcome = judged(reference, both_ways)
    reference.upper.caps = caps
    assert outcome.verdict == Verdict.UNSUPPORTED and "forwarding" in outcome.actual


def not_a_router(lt: LowerTester) -> None:
    lt.send(transit())
    expect_silent_discard(lt)


def test_reset_makes_it_a_host_again(reference: Instance) -> None:
    assert judged(reference, both_ways).verdict == Verdict.PASS
    reference.reset()
    assert kit.judge(made(not_a_router), reference).verdict == Verdict.PASS


# The passive checker

HEAD = {"eth_src": RIGHT.iut_mac, "eth_dst": RIGHT.lt_mac, "src": LEFT.lt, "dst": RIGHT.lt, "protocol": wire.UDP, "ttl": 63}
SENT = HEAD | {"eth_src": LEFT.lt_mac, "eth_dst": LEFT.iut_mac, "ttl": 64}
DATAGRAM = {"sport": 4000, "dport": 9, "data": b"postel"}


def broken(fields: dict[str, object], forwards: bool = True) -> list[str]:
    seen = Seen(config=Configured(forwards=forwards))
    seen.sent(0, wire.build(SENT | DATAGRAM))
    seen.sent(1, wire.build(HEAD | DATAGRAM | {"src": RIGHT.lt, "dst": RIGHT.iut, "eth_src": RIGHT.lt_mac, "eth_dst": RIGHT.iut_mac}))
    frame = wire.parse(wire.build(fields)) | {"iface": 1}
    frame["passed"] = seen.passes(frame)
    return [rule.requirement for rule in checker.violations(frame, seen)]


@pytest.mark.parametrize("as_its_source_made_it", [
    {}, {"udp_checksum": 0x1234}, {"udp_checksum": 0}, {"udp_length": 0}, {"options": b"\x07\x07\4\0\0\0\0\0"}, {"options": b"\0\1\1\1"}, {"ttl": 1},
    {"reserved": 1}, {"payload": bytes(12), "offset": 8, "mf": 1}, {"df": 1, "payload": bytes(8), "mf": 1},
])  # fmt: skip
def test_what_others_have_made_is_not_the_routers(as_its_source_made_it: dict[str, object]) -> None:
    assert broken(HEAD | DATAGRAM | as_its_source_made_it) == []


@pytest.mark.parametrize("of_the_router, rule", [
    ({"ttl": 0}, "RFC1812-5.3.1-b"), ({"ttl": 64}, "RFC1812-5.3.1-a"), ({"checksum": 0x1234}, "RFC791-3.1_Checksum-a"), ({"eth_src": LEFT.lt_mac}, "RFC1122-2.3.3-a"),
    ({"eth_dst": "02:00:00:00:00:99"}, "RFC1122-2.3.3-f"), ({"eth_dst": wire.BROADCAST_MAC}, "RFC1122-3.3.6-e"), ({"padding": b"x" * 30}, "RFC894-Frame-b"),
    ({"data": bytes(1480)}, "RFC1122-3.3.3-c"), ({"src": "192.0.2.77"}, "RFC1122-3.2.1.3-b"),
])  # fmt: skip
def test_what_a_router_puts_around_it_is_its_own(of_the_router: dict[str, object], rule: str) -> None:
    assert rule in broken(HEAD | DATAGRAM | of_the_router)


def test_a_host_passes_nothing_on() -> None:
    assert broken(HEAD | DATAGRAM, forwards=False) == ["RFC1122-3.2.1.3-b"]


@pytest.mark.parametrize("ttl, checksum", [(64, None), (1, None), (64, 0x1234), (255, None)])
def test_a_violator_passes_on_as_a_router_would(ttl: int, checksum: int | None) -> None:
    fault = {} if checksum is None else {"checksum": checksum}
    passed = wire.parse(passed_by(wire.build(SENT | DATAGRAM | {"ttl": ttl} | fault), RIGHT, {}))
    assert (passed["ttl"], passed["eth_src"], passed["eth_dst"], passed["data"]) == (ttl - 1, RIGHT.iut_mac, RIGHT.lt_mac, b"postel")
    assert (wire.ones_sum(passed["packet"][:20]) == 0xFFFF) == (checksum is None)
