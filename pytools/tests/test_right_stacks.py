# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are right, each in a way of its own, are accused by no case; what they should do and do not is told once."""

from collections.abc import Callable
from functools import cache, partial

import pytest
import right_stacks
import today
from postel.base.build import build
from postel.fakes import lists, proxy
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import Abilities, Case, Outcome, Verdict, cases, foundout, judge

QUICK = [case for case in cases() if not case.slow]
OF_TODAY = {case.id for case in today.part(QUICK, 4)}
TRIED = [case for case in QUICK if case.id in OF_TODAY or case.id.startswith(("rfc826/Reception/", "rfc1122/2.3.2.2/"))]
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.ERROR)
FAKES = lists.every()


def itself(instance: Instance) -> None:
    pass


def faked(name: str, instance: Instance) -> None:
    proxy.before(instance, FAKES[name])


def behind(kind: type[right_stacks.Between], instance: Instance) -> None:
    instance.link = kind(instance.link)


@cache
def verdicts(profile: str, made: Callable[[Instance], None] = itself) -> dict[str, Outcome]:
    """Of every case, by id."""
    instance = iut.start(iut.load("reference"), "sim", profile=profile, seed=1, build=build("release"))
    made(instance)
    foundout.find_out(instance, profile)
    known = Abilities()

    def judged(case: Case) -> Outcome:
        instance.reset()
        return judge(case, instance, profile=profile, abilities=known)

    found = {case.id: known.judged(case, judged) for case in TRIED}
    instance.close()
    return found


def accused(profile: str, made: Callable[[Instance], None]) -> dict[str, tuple[object, ...]]:
    plain, found = verdicts(profile), verdicts(profile, made)
    return {id_: (o.verdict, o.requirement, o.expected, o.actual) for id_, o in found.items()
            if o.verdict in BAD and plain[id_].verdict not in BAD}  # fmt: skip


@pytest.mark.parametrize("profile", ["rfc1122"])
def test_who_drops_what_waits_for_a_mac_is_told_so_once(profile: str):
    assert {told[1] for told in accused(profile, partial(behind, right_stacks.DropsWhatWaits)).values()} == {"RFC1122-2.3.2.2-a"}


@pytest.mark.parametrize("profile", ["modern"])
def test_who_asks_for_a_mac_that_it_was_told_is_told_so_once(profile: str):
    """It knows the address, the mask and the framing that it was started with: cases that change them are another's."""
    others = {case.id for case in QUICK if case.needs & {"address", "mask-learn", "framing"}}
    assert accused(profile, partial(behind, right_stacks.AsksAnyway)).keys() - others == {"rfc826/Reception/who_asks_is_known"}


UNUSUAL = ("extended_errors", "errors_with_the_interface", "udp_without_checksum_refused", "mtu_576", "mtu_1492", "errors_1_a_second",
           "timeout_half_a_second_late", "specific_destination_told", "talks_mdns_always")  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("profile", ["rfc1122"])
@pytest.mark.parametrize("name", today.part(UNUSUAL, 9))
def test_a_right_fake_is_accused_of_nothing(name: str, profile: str):
    assert accused(profile, partial(faked, name)) == {}


def test_what_a_stack_says_of_its_own_accord_is_listed_once():
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    for name in ("talks_mdns_always", "talks_lldp"):
        proxy.before(instance, FAKES[name])
    for case in QUICK[:3]:
        judge(case, instance)
    instance.close()
    assert {"mDNS", "LLDP"} <= instance.patience.says


@pytest.mark.parametrize("kind, case, verdict", [
    (right_stacks.AsksAgain, "rfc1122/2.3.2.1/requests_for_a_silent_neighbour_are_limited", Verdict.PASS),
    (right_stacks.SmallRing, "rfc6274/4.1/datagram_in_a_flood", Verdict.INFO),
])  # fmt: skip
def test_what_leaves_late_or_is_lost_in_a_flood_is_no_fault(kind: type[right_stacks.Between], case: str, verdict: Verdict):
    """An answer that waited for a MAC which nobody had told; and control probes behind a thousand frames."""
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    instance.upper, instance.link = None, kind(instance.link)
    outcome = judge(next(each for each in QUICK if each.id == case), instance)
    instance.close()
    assert outcome.verdict == verdict, outcome.actual
