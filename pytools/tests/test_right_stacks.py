# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are right, each in a way of its own, are accused by no case; what they should do and do not is told once."""

from functools import cache

import pytest
import right_stacks
from postel.base.build import build
from postel.iut import iut
from postel.kit import Outcome, Verdict, cases, judge

QUICK = [case for case in cases() if not case.slow]
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.ERROR)
SHOULD = {"DropsWhatWaits": {"RFC1122-2.3.2.2-a"}}  # what a stack lets be that it should do


@cache
def verdicts(profile: str, kind: type[right_stacks.Between] = right_stacks.Between) -> dict[str, Outcome]:
    """Of every case, by id."""
    instance = iut.start(iut.load("reference"), "sim", profile=profile, seed=1, build=build("release"))
    instance.link = kind(instance.link)
    found = {}
    for case in QUICK:
        instance.reset()
        found[case.id] = judge(case, instance, profile=profile)
    instance.close()
    return found


@pytest.mark.parametrize("profile", ["modern", "rfc1122"])
@pytest.mark.parametrize("kind", right_stacks.EVERY, ids=lambda kind: kind.__name__)
def test_is_accused_of_nothing(kind: type[right_stacks.Between], profile: str):
    plain, found = verdicts(profile), verdicts(profile, kind)
    bad = {id_: (o.verdict, o.requirement, o.expected, o.actual) for id_, o in found.items() if o.verdict in BAD}
    assert {id_: told for id_, told in bad.items() if told[1] not in SHOULD.get(kind.__name__, ())} == {}
    assert {told[1] for told in bad.values()} == SHOULD.get(kind.__name__, set())
    unjudged = {id_: o.actual for id_, o in found.items() if o.verdict != plain[id_].verdict and id_ not in bad}
    assert unjudged == {}
