# SPDX-License-Identifier: BSD-2-Clause
"""The kit knows what a case has told the IUT: the passive checker goes by it, control probes rest where none can be answered, and all of it
is taken back."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from postel.base.build import build
from postel.iut import iut
from postel.kit import IP, LEFT, RIGHT, THIRD, LowerTester, Verdict, checker, echo, echo_reply, fence, judge, udp, wire
from postel.kit.configured import Configured
from postel.kit.seen import Seen
from fakes import case

MAC, NEW = "02:00:00:00:00:99", "203.0.113.9"


def configured(*told: tuple[str, dict[str, object]]) -> Configured:
    config = Configured()
    for op, keys in told:
        config.was_told(op, keys)
    return config


ADD: tuple[str, dict[str, object]] = ("add", {"kind": "address", "iface": 0, "addr": NEW, "len": 24})


def test_an_address_that_was_added_is_the_iuts_and_its_network_is_near() -> None:
    config = configured(ADD)
    assert NEW in config.addresses and LEFT.iut in config.addresses
    near = {address: (config.is_near(0, address), config.is_near(1, address), config.is_peer(0, address))
            for address in ("203.0.113.1", NEW, "203.0.113.255", "192.0.2.1", LEFT.host(9), LEFT.lt)}  # fmt: skip
    assert near == {
        "203.0.113.1": (True, False, True), NEW: (True, False, False), "203.0.113.255": (True, False, False),
        "192.0.2.1": (False, False, False), LEFT.host(9): (True, False, True), LEFT.lt: (True, False, False),
    }  # fmt: skip
    assert config.is_broadcast("203.0.113.255") and not config.is_broadcast("203.0.113.1")


def test_what_is_taken_away_is_no_more_the_iuts() -> None:
    gone: tuple[str, dict[str, object]] = ("del", {"kind": "address", "iface": 0, "addr": LEFT.iut})
    config = configured(ADD, gone)
    assert config.addresses == {NEW, RIGHT.iut, THIRD.iut} and config.rests(0) and not config.rests(1)
    assert config.undo == [f"add kind=address iface=0 addr={LEFT.iut} len={LEFT.prefix}"]
    config.was_told("add", {"kind": "address", "iface": 0, "addr": LEFT.iut, "len": LEFT.prefix})
    assert not config.rests(0) and LEFT.iut in config.addresses
    config.was_told("del", {"kind": "address", "iface": 0, "addr": NEW})
    assert not config.is_near(0, "203.0.113.1")


def test_up_and_down() -> None:
    config = configured(("set", {"name": "up", "value": 0, "iface": 1}))
    assert config.rests(1) and not config.rests(0)
    config.was_told("set", {"name": "up", "value": True, "iface": 1})
    assert not config.rests(1)


def rules(seen: Seen, **changes: object) -> set[str]:
    """What the passive checker says of an echo reply with these fields."""
    frame = wire.edit(wire.build({
        "eth_dst": LEFT.lt_mac, "eth_src": LEFT.iut_mac, "src": LEFT.iut, "dst": LEFT.lt, "protocol": wire.ICMP, "type": 0, "code": 0,
        "ident": 7, "seq": 1, "data": bytes(600), "ttl": 64,
    }), **changes)  # fmt: skip
    return {rule.requirement for rule in checker.violations(wire.parse(frame) | {"iface": 0, "frame_number": 1}, seen)}


def test_the_passive_checker_goes_by_it() -> None:
    seen = Seen()
    seen.sent(0, fence.introduction(LEFT))
    assert rules(seen) == set()
    assert "RFC1122-3.2.1.3-b" in rules(seen, src=NEW)
    assert "RFC1122-2.3.3-a" in rules(seen, eth_src=MAC)
    seen.config = configured(ADD, ("set", {"name": "mac", "value": "020000000099", "iface": 0}), ("set", {"name": "mtu", "value": 576, "iface": 0}))
    assert rules(seen, src=NEW, eth_src=MAC, data=bytes(8)) == set()
    assert "RFC1122-2.3.3-a" in rules(seen)
    assert "RFC1122-3.3.3-c" in rules(seen, eth_src=MAC)


@pytest.fixture(scope="module")
def reference() -> Iterator[iut.Instance]:
    with closing(iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))) as instance:
        yield instance


def goes_down(lt: LowerTester) -> None:
    lt.set("up", 0, iface=0)
    lt.send(echo())
    lt.expect_silence(after="the interface is down")


def has_no_address(lt: LowerTester) -> None:
    lt.remove("address", iface=0, addr=LEFT.iut)
    lt.send(echo())
    lt.expect_silence(after="its address is gone")


def has_another_mac(lt: LowerTester) -> None:
    lt.set("mac", "020000000099", iface=0)
    assert lt.get("mac", iface=0) == "020000000099" and lt.iut_mac == MAC
    lt.send(echo())
    lt.expect(echo_reply(eth_src=MAC))


def has_another_address(lt: LowerTester) -> None:
    lt.add("address", iface=0, addr=NEW, len=24)
    assert [each["addr"] for each in lt.listed("address", iface=0)] == [LEFT.iut, NEW]
    lt.send(IP(src="203.0.113.1", dst=NEW) / echo())
    lt.expect(echo_reply(src=NEW))
    sock = lt.call("udp.bind", port=4000)["sock"]
    lt.send(IP(src="203.0.113.1", dst=NEW) / udp(dport=4000))
    lt.expect_event("udp.recv", dst=NEW, sock=sock)


@pytest.mark.parametrize("function", [goes_down, has_no_address, has_another_mac, has_another_address], ids=lambda each: each.__name__)
def test_such_a_case_passes_and_leaves_an_iut_that_answers(function: object, reference: iut.Instance) -> None:
    reference.reset()
    outcome = judge(case("tests/configured", function=function), reference)
    assert (outcome.verdict, outcome.actual, outcome.probes_passed) == (Verdict.PASS, "", True)
