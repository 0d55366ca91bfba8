# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT says of its own accord changes no verdict, hides no answer, and is still held to the rules."""

import itertools
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import noisy
import pytest
import today
from postel.base.build import build
from postel.catalogue.requirements import catalogue
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import Abilities, Case, Outcome, Verdict, answers, bind, cases, changes, checker, echo, echo_reply, judge, lower, udp, wire
from postel.kit.case import PROFILES, REQUIREMENT
from postel.kit.lower import LowerTester
from postel.kit.seen import Seen
from postel.kit.violator import Violator
from test_violators import PAIRS, bad

# Cases that ask what is said unasked, which noise says too: by their names, or by what they set; or that take the address away from which it comes.
ANNOUNCING = ("rfc826/Related/mappings_are_not_broadcast_periodically", "rfc5227/2/defences_are_ten_seconds_apart",
              "rfc5227/2.4/address_is_defended_each_time", "rfc1812/10/addresses_are_those_that_were_given",
             "rfc1812/10/nothing_leaves_by_an_interface_without_an_address")  # fmt: skip
UNASKED = {"router-discovery", "link-local"}
HOURS = {"advertise"}  # pass by the IUT's clock, and at each of many looks there is noise to be read
TESTED = {"address", "vtime"}  # and an address is tested by the IUT's clock, while noise, with probes in it, comes by ours
NOISE = noisy.noise()
OF_ADDRESSES = UNASKED | TESTED | HOURS  # their violators count claims, among which is noise as real time passes
SAMPLE = [(case, row) for case, row in today.part(PAIRS, 40) if not OF_ADDRESSES & case.needs
          and "_go_on" not in case.id and "time_is_that" not in case.id]  # fmt: skip  # over fd nobody tells the reference the time
QUICK = [case for case in cases() if not case.slow]
Judges = Callable[..., Outcome]


@contextmanager
def running(definition: iut.Definition, link: str, profile: str) -> Iterator[Instance]:
    instance = iut.start(definition, link, profile=profile, seed=1, build=build("release"))
    try:
        yield instance
    finally:
        instance.close()


def judged(instance: Instance, case: Case, profile: str = "modern", violator: Violator | None = None) -> Outcome:
    instance.reset()
    return judge(case, instance, profile=profile, violator=violator)


def made(body: Callable[[LowerTester], Any]) -> Case:
    return Case(
        f"tests/{body.__name__}", body, ("RFC1122-3.2.2.6-a",), REQUIREMENT, "A case of the tests.", {}, frozenset(),
        frozenset(PROFILES), "host", False, "0.1", Path(__file__), 1,
    )  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("profile", ["modern", "rfc1122"])
def test_noise_changes_no_verdict(profile: str):
    """In each profile another part of the cases of both, and of those that hold in it alone."""
    reference, profiles = iut.load("reference"), ("modern", "rfc1122")
    holding = [case for case in QUICK if profile in case.profiles and case.id not in ANNOUNCING and not ((UNASKED | HOURS) & case.needs or case.needs >= TESTED)]
    applying = today.part(holding, 15, 7 * profiles.index(profile))
    with running(reference, "fd", profile) as quiet, running(noisy.behind(reference), "fd", profile) as loud:
        for case in applying:
            without, among = judged(quiet, case, profile), judged(loud, case, profile)
            told = (among.verdict, among.label, among.expected, among.actual)
            assert told == (without.verdict, without.label, without.expected, without.actual), case.id
            heard = {record.octets for record in among.frames if not record.sent}
            assert len(heard & set(NOISE.values())) > 1 or not among.frames, "there was noise"
    assert len(applying) > 60


@pytest.fixture(scope="module")
def loud() -> Iterator[Judges]:
    """Judges the reference amid noise."""
    instances: dict[str, Instance] = {}

    def of(case: Case, profile: str, violator: Violator | None = None) -> Outcome:
        if profile not in instances:
            definition = noisy.behind(iut.load("reference"))
            instances[profile] = iut.start(definition, "fd", profile=profile, seed=1, build=build("release"))
        return judged(instances[profile], case, profile, violator)

    yield of
    for each in instances.values():
        each.close()


@pytest.mark.sampled
@pytest.mark.parametrize("case, requirement", SAMPLE, ids=[f"{case.id}-{requirement}" for case, requirement in SAMPLE])
def test_noise_hides_no_violation(case: Case, requirement: str, loud: Judges):
    known = sorted(catalogue()[requirement].profiles, key=lambda name: name != "modern")
    profile = next(each for each in known if loud(case, each).verdict != Verdict.NOT_APPLICABLE)
    outcome = loud(case, profile, case.violators[requirement])
    if case.kind == REQUIREMENT:
        assert (outcome.verdict, outcome.requirement) == (bad(requirement), requirement), outcome.actual
    assert outcome.probes_passed


@pytest.mark.sampled
def test_who_only_answers_control_probes_passes_no_case_by_its_noise():
    program = str(Path(__file__).with_name("wrong_iut.py"))
    command = {"fd": [sys.executable, program, "{if0}", "probes_only"]}
    mute = iut.parse({"name": "mute", "about": "for tests", "links": ["fd"], "command": command})
    with running(noisy.behind(mute), "fd", "modern") as instance:
        known = Abilities()
        outcomes = [known.judged(case, lambda each: judge(each, instance, abilities=known)) for case in today.part(QUICK, 12)]
        passed = [each.case.id for each in outcomes if each.case.kind == REQUIREMENT and each.verdict == Verdict.PASS]
    assert passed == []


# What is set apart, and what never is


def hearing(*frames: bytes, spoken: Callable[[LowerTester], Any] = lambda lt: None) -> Outcome:
    """Judges a case that expects silence while the IUT says these frames; `spoken` is what the case does before."""

    def silence(lt: LowerTester) -> None:
        spoken(lt)
        for frame in frames:
            lt._take(0, frame)
        lt.expect_silence()

    with running(iut.load("reference"), "sim", "modern") as instance:
        return judge(made(silence), instance)


def test_every_kind_of_noise_is_recorded_as_such():
    outcome = hearing(*NOISE.values())
    assert outcome.verdict == Verdict.PASS, outcome.actual
    said = {record.octets: record.comment for record in outcome.frames if not record.sent}
    assert {name for name, frame in NOISE.items() if "[of its own accord]" not in said[frame]} == set()


IUT = {"eth_src": "02:00:00:00:00:02", "eth_dst": "02:00:00:00:00:01", "src": "198.18.0.2", "dst": "198.18.0.1"}
REPLY = wire.build(IUT | {"protocol": 1, "type": 0, "code": 0, "ident": 7, "seq": 1, "data": b"postel"})
ERROR = wire.build(IUT | {"protocol": 1, "type": 3, "code": 3, "quoted": bytes(28)})
TO_ALL = {"eth_dst": wire.BROADCAST_MAC, "dst": "255.255.255.255"}


@pytest.mark.parametrize("frame", [
    REPLY, ERROR,
    wire.edit(REPLY, **TO_ALL), wire.edit(ERROR, **TO_ALL), wire.edit(REPLY, dst="224.0.0.1", eth_dst="01:00:5e:00:00:01"),
    wire.edit(REPLY, **TO_ALL, type=8), wire.edit(REPLY, **TO_ALL, mf=1),
    wire.edit(REPLY, eth_type=0x0801), wire.edit(REPLY, eth_type=0x86DD, options=b"\1\1\1\1"),
    REPLY[:12] + b"\0\x32\xaa\xaa\3\0\0\0\x08\0" + REPLY[14:], REPLY[:12] + b"\0\x2d\x06\x06\3" + REPLY[14:],
    REPLY[:20], wire.edit(REPLY, version=6),
], ids=itertools.count())  # fmt: skip
def test_what_may_be_an_answer_is_not_set_apart(frame: bytes):
    outcome = hearing(frame)
    assert outcome.verdict == Verdict.FAIL
    assert not any("accord" in record.comment for record in outcome.frames)


@pytest.mark.parametrize("spoken", [
    lambda lt: lt.send(udp(dport=5353)), lambda lt: lt.send(udp(sport=5353, dport=9)), lambda lt: lt.call("udp.bind", port=5353),
    lambda lt: lt.call("udp.send", sock=bind(lt), dst=lt.me, dport=5353, data=b""),
])  # fmt: skip
def test_a_port_that_the_case_has_spoken_of_is_no_noise(spoken: Callable[[LowerTester], Any]):
    def alone(lt: LowerTester) -> None:
        spoken(lt)
        lt.settle()
        lt.forget()

    assert hearing(spoken=alone).verdict == Verdict.PASS
    assert hearing(NOISE["mdns"], spoken=alone).verdict == Verdict.FAIL


def test_so_is_a_protocol():
    def spoken(lt: LowerTester) -> None:
        lt.call("ip.send", dst=lt.me, protocol=89, data=b"")
        lt.settle()
        lt.forget()

    assert hearing(NOISE["ospf"], spoken=spoken).verdict == Verdict.FAIL


@pytest.mark.parametrize("frame, requirement", [
    (wire.edit(NOISE["mdns"], udp_checksum=0x1234), "RFC1122-4.1.3.4-a"), (wire.edit(NOISE["dhcp"], ttl=0), "RFC1122-3.2.1.7-a"),
    (wire.edit(NOISE["dhcp"], dport=68), "RFC1122-3.2.1.3-b"), (wire.edit(NOISE["ospf"], checksum=1), "RFC791-3.1_Checksum-a"),
    (wire.edit(NOISE["mdns"], src="198.18.0.77"), "RFC1122-3.2.1.3-b"),
    (wire.edit(NOISE["mdns"], length=9999), "RFC791-3.1_TotalLength-a"),
    (wire.edit(NOISE["arp-announcement"], sha="02:00:00:00:00:99"), "RFC826-Format-a"),
    (bytes.fromhex("ffffffffffff 020000000002 0003 060603"), "RFC1122-2.3.3-e"),
])  # fmt: skip
def test_noise_is_held_to_the_rules_of_the_passive_checker(frame: bytes, requirement: str):
    outcome = hearing(frame)
    assert (outcome.verdict, outcome.requirement) == (bad(requirement), requirement)


# An answer that cannot be read


def flipping(seed: int) -> Callable[[bytes], bytes]:
    dice = random.Random(seed)

    def flipped(frame: bytes) -> bytes:
        octets = bytearray(frame)
        for _ in range(dice.choice((1, 2, 4))):
            octets[dice.randrange(12, len(octets))] = dice.choice((0, 255, dice.randrange(256)))
        return bytes(octets)

    return flipped


def edited(**fields: Any) -> Callable[[bytes], bytes]:
    """With other fields, where the packet has them."""

    def edit(frame: bytes) -> bytes:
        old = wire.parse(frame)
        return wire.edit(frame, **fields) if old.get("eth_type") == wire.TYPE_IP and set(fields) <= set(old) else frame

    return edit


MANGLED: dict[str, Callable[[bytes], bytes]] = {
    "no header": lambda frame: frame[:10], "half a packet": lambda frame: frame[:24], "half a quote": lambda frame: frame[:46],
    "LLDP": lambda frame: frame[:12] + b"\x88\xcc" + frame[14:], "802.3": lambda frame: frame[:12] + b"\0\x26" + frame[14:],
    "no quote": edited(quoted=b""), "a long header": edited(ihl=15), "no length": edited(length=0),
    "half a record route": edited(options=b"\7\2"), "half a timestamp": edited(options=b"\x44\2"),
    "chance 1": flipping(1), "chance 2": flipping(2), "chance 3": flipping(3),
}  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("how", MANGLED)
def test_no_answer_is_an_internal_error(how: str, monkeypatch: pytest.MonkeyPatch):
    class Mangler:
        """Stands where a violator's filter does, and spoils every answer."""

        def __init__(self, *ignored: Any) -> None:
            pass

        def sent(self, frame: bytes, role: str) -> None:
            pass

        def received(self, frame: bytes, role: str, iface: int = 0) -> list[bytes]:
            return [MANGLED[how](frame)] if role == "answer" else [frame]

        def events(self, events: list[Any]) -> list[Any]:
            return events

        def accepts(self, op: str) -> bool:
            return False

        def ignores(self, op: str) -> bool:
            return False

        def replied(self, op: str, reply: dict[str, str]) -> dict[str, str]:
            return reply

    monkeypatch.setattr(lower, "Filter", Mangler)
    with running(iut.load("reference"), "sim", "modern") as instance:
        outcomes = [judged(instance, case, violator=changes("echo-reply")) for case in today.part(QUICK, 14, [*MANGLED].index(how))]
    assert [(each.case.id, each.actual) for each in outcomes if each.verdict == Verdict.ERROR] == []
    assert any(each.verdict == Verdict.FAIL for each in outcomes)


def test_what_is_no_packet_is_no_answer():
    def asked(lt: LowerTester) -> None:
        lt.send(echo())
        lt.expect(echo_reply())
        lt._take(0, REPLY[:20])
        assert lt.answer() is None

    with running(iut.load("reference"), "sim", "modern") as instance:
        outcome = judge(made(asked), instance)
    assert (outcome.verdict, outcome.requirement) == (Verdict.FAIL, "RFC791-3.1_TotalLength-a")
    assert checker.violations(wire.parse(REPLY[:20]), Seen())


# What nobody has asked for, at the end


def test_what_comes_late_is_the_cases():
    def asked(lt: LowerTester) -> None:
        lt.send(echo())
        reply, passes = lt.expect(echo_reply()), lt.advance
        lt.advance = lambda seconds: (passes(seconds), lt._take(0, reply["frame"]))

    with running(iut.load("reference"), "sim", "modern") as instance:
        outcome = judge(made(asked), instance)
    assert (outcome.verdict, outcome.expected) == (Verdict.FAIL, "nothing more")


@pytest.mark.parametrize("told, expected", [((), ""), ((udp(4000),), "nothing more told to the user")], ids=["nothing", "a datagram"])
def test_what_the_user_was_told_beside_is_the_cases(told: tuple[object, ...], expected: str):
    def asked(lt: LowerTester) -> None:
        bind(lt)
        lt.send(echo(), *told)
        lt.expect(echo_reply())

    with running(iut.load("reference"), "sim", "modern") as instance:
        outcome = judge(made(asked), instance)
    assert (outcome.verdict == Verdict.FAIL, outcome.expected) == (bool(told), expected)
