# SPDX-License-Identifier: BSD-2-Clause
"""What a case says does not depend on what ran before it: any order and any shard give the same verdicts."""

import random
from collections.abc import Sequence

import pytest
import today
from postel import kit
from postel.base.build import build
from postel.iut import iut
from postel.kit import Abilities, Case

CASES = today.part([case for case in kit.cases() if not case.slow], 3)
SHARDS = 3
Told = dict[str, tuple[object, ...]]


def told(cases: Sequence[Case]) -> Told:
    """What the reference gets in this order, by one instance that nobody has used yet."""
    instance, known = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release")), Abilities()

    def judged(case: Case) -> kit.Outcome:
        instance.reset()
        return kit.judge(case, instance, abilities=known)

    outcomes = {case.id: known.judged(case, judged) for case in cases}
    instance.close()
    return {id_: (each.verdict, each.label, each.expected, each.actual) for id_, each in outcomes.items()}


@pytest.fixture(scope="module")
def plain() -> Told:
    return told(CASES)


@pytest.mark.sampled
@pytest.mark.parametrize("seed", today.part(range(5), 5))
def test_any_order(seed: int, plain: Told) -> None:
    assert told(random.Random(seed).sample(CASES, len(CASES))) == plain


@pytest.mark.sampled
@pytest.mark.parametrize("shard", today.part(range(SHARDS), SHARDS))
def test_any_shard(shard: int, plain: Told) -> None:
    some = CASES[shard::SHARDS]
    assert told(some) == {case.id: plain[case.id] for case in some}
