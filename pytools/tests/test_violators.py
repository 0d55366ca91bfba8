# SPDX-License-Identifier: BSD-2-Clause
"""Every case can fail: judged against the reference its verdict is good; with a violator in between it is not, and the control
probes still pass, so that it is the one wrong answer which was seen."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postel.base.build import build
from postel.catalogue import requirements
from postel.iut import iut
from postel.kit import Case, LowerTester, Outcome, Verdict, arp, bind, cases, echo, gathered, judge, resolved, transit, udp
from postel.kit import AT_ONCE, GROUP, listened
from postel.kit.case import CHARACTERISTIC, PROFILES, REQUIREMENT
from postel.kit.checker import RULES, Rule
from postel.kit.violator import Violator

Judges = Callable[[Case, str, Violator | None], Outcome]
GOOD = (Verdict.PASS, Verdict.INFO)

# How Python writes a value: what a report says is for people.
PYTHON = re.compile(
    r"\b(True|False|None|nan)\b|[\[\]{}<]|\(-?\d[\d.]*, |\(\)|(?<!\w)b?'[^']*'|\bb\"|\\x|\bset\(|\bdict_| at 0x|\d\.\d{4}"
)

PAIRS = [(case, requirement) for case in cases() for requirement in case.violators]


@pytest.fixture(scope="module")
def judged() -> Iterator[Judges]:
    """Judges the reference in a profile; it is started once a profile, and reset in between."""
    built = build("release")
    running: dict[str, iut.Instance] = {}

    def of(case: Case, profile: str, violator: Violator | None) -> Outcome:
        if profile not in running:
            running[profile] = iut.start(iut.load("reference"), "sim", profile=profile, seed=1, build=built)
        running[profile].reset()
        return judge(case, running[profile], profile=profile, violator=violator)

    yield of
    for each in running.values():
        each.close()


def applying(case: Case, requirement: str, judged: Judges) -> tuple[str, Outcome]:
    """A profile in which the case applies to the reference and judges this, `modern` if it can be, and the outcome there."""
    for profile in sorted(requirements.catalogue()[requirement].profiles, key=lambda name: name != "modern"):
        right = judged(case, profile, None)
        if right.verdict != Verdict.NOT_APPLICABLE:
            return profile, right
    return profile, right


def bad(requirement: str) -> Verdict:
    row = requirements.catalogue()[requirement]
    return Verdict.WARN if row.provisional or row.level.startswith("SHOULD") else Verdict.FAIL


@pytest.mark.parametrize("case, requirement", PAIRS, ids=[f"{case.id}-{requirement}" for case, requirement in PAIRS])
def test_a_violation_is_seen(case: Case, requirement: str, judged: Judges) -> None:
    violator = case.violators[requirement]
    profile, right = applying(case, requirement, judged)
    assert right.verdict in GOOD, f"without the violator: expected {right.expected}, actual {right.actual}"
    outcome = judged(case, profile, violator)
    assert outcome.probes_passed, f"{violator.words()} leaves an IUT that does not answer control probes"
    if case.kind == CHARACTERISTIC:
        assert outcome.label and not PYTHON.search(outcome.label) and not PYTHON.search(right.label or "")
        assert outcome.verdict == Verdict.INFO
        assert outcome.label != right.label, f"the label is {outcome.label!r} with {violator.words()} too"
        return
    assert outcome.verdict == bad(requirement), f"{violator.words()} was not seen: {outcome.verdict} {outcome.actual}"
    assert outcome.requirement == requirement, f"it was seen as a violation of {outcome.requirement}: {outcome.actual}"
    for words in (outcome.expected, outcome.actual, violator.words()):
        assert not (python := PYTHON.search(words)), f"{python[0]!r} means nothing to who reads {words!r}"


@pytest.mark.parametrize("words", [
    "delivery of (3, 0, 0), None", "a checksum of zero: False", "sources ['198.18.0.2']", "options b'\\x01'", "seen set()", "seen {3118}",
    "<function f at 0x7f>", "took 0.30000000000000004 s", "'tap'",
])  # fmt: skip
def test_what_python_writes_is_seen(words: str) -> None:
    assert PYTHON.search(words)


@pytest.mark.parametrize("words", ["Don't Fragment", "the IUT's (255 octets)", "ECT(1)", "1.5 s", "udp.recv src=198.18.0.1 data=00ff"])
def test_what_people_write_is_not(words: str) -> None:
    assert not PYTHON.search(words)


def test_there_are_cases() -> None:
    assert len(PAIRS) > 100


def ask_echo(lt: LowerTester) -> None:
    lt.send(echo())
    lt.answer()


def ask_closed_port(lt: LowerTester) -> None:
    lt.send(udp())
    lt.answer()


def ask_user(lt: LowerTester) -> None:
    lt.call("udp.send", sock=bind(lt), dst=lt.me, dport=9, data=b"postel")
    lt.answer()


def ask_large(lt: LowerTester) -> None:
    lt.call("udp.send", sock=bind(lt), dst=lt.me, dport=9, data=bytes(4000))
    gathered(lt)


def ask_neighbour(lt: LowerTester) -> None:
    resolved(lt)


def ask_arp(lt: LowerTester) -> None:
    lt.send(arp())
    lt.answer("arp")


def ask_join(lt: LowerTester, version: int = 3) -> None:
    sock = bind(lt)
    if version < 3:
        lt.set("igmp-version", version, iface=0)
    lt.add("group", sock=sock, addr=GROUP, iface=0)
    listened(lt, AT_ONCE, group="")


def ask_transit(lt: LowerTester) -> None:
    lt.send(transit())
    lt.answer("echo-request")


STIMULI = {
    "transit": ask_transit,
    "echo": ask_echo, "udp": ask_closed_port, "udp-send": ask_user, "large": ask_large, "arp": ask_arp, "neighbour": ask_neighbour,
    "join": ask_join, "join-2": lambda lt: ask_join(lt, 2), "join-1": lambda lt: ask_join(lt, 1),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.requirement)
def test_the_passive_checker_sees_a_violation(rule: Rule, judged: Judges) -> None:
    stimulus = STIMULI[rule.stimulus]
    case = Case(
        f"passive/{rule.stimulus}", stimulus, (rule.requirement,), REQUIREMENT, rule.words, {}, frozenset(),
        frozenset(PROFILES), "router" if rule.stimulus == "transit" else "host", False, "0.1", Path(__file__), 1,
    )  # fmt: skip
    profile = next(each for each in reversed(PROFILES) if each in requirements.catalogue()[rule.requirement].profiles)
    outcome = judged(case, profile, rule.violator)
    assert (outcome.verdict, outcome.requirement) == (bad(rule.requirement), rule.requirement), outcome.actual
    assert any(f"breaks {rule.requirement}: {rule.words}" in frame.comment for frame in outcome.frames)  # and no step of the case does
    assert outcome.probes_passed
