# SPDX-License-Identifier: BSD-2-Clause
"""Each ability is taken away from the reference in turn: its own case says so, what stands on it follows from that, and nothing else
changes. A sample of them, that of the day; POSTEL_LACKING_SEED gives another, POSTEL_LACKING=all is what runs every night."""

import os
import random
import time

import pytest
from lacking import LACKING
from postel import kit
from postel.base.build import build
from postel.base.exits import PostelError
from postel.base.verdict import Verdict
from postel.fakes.engine import Fake
from postel.fakes.proxy import before
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import Abilities, Case, Outcome

SAMPLE, DAY = 1, 86_400  # abilities, seconds
SEED = int(os.environ.get("POSTEL_LACKING_SEED", int(time.time()) // DAY))
EVERY = sorted(LACKING)
CHOSEN = EVERY if os.environ.get("POSTEL_LACKING") == "all" else sorted(random.Random(SEED).sample(EVERY, SAMPLE))
CASES = [case for case in kit.cases() if not case.slow]


def started(fake: Fake | None) -> Instance:
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    if fake:
        before(instance, fake)
    return instance


def judged(fake: Fake | None) -> tuple[dict[str, Outcome], Abilities]:
    known, running = Abilities(), [started(fake)]

    def judge(case: Case) -> Outcome:
        try:
            running[0].reset()
        except PostelError:
            running[0].close()
            running[0] = started(fake)
        return kit.judge(case, running[0], abilities=known)

    outcomes = {case.id: known.judged(case, judge) for case in CASES}
    running[0].close()
    return outcomes, known


@pytest.fixture(scope="module")
def whole() -> dict[str, Verdict]:
    return {id_: outcome.verdict for id_, outcome in judged(None)[0].items()}


def test_every_ability_is_taken_away() -> None:
    assert {case.ability for case in CASES if case.ability} == set(LACKING)


@pytest.mark.lacking
@pytest.mark.parametrize("ability", CHOSEN)
def test_one_that_is_missing_is_its_own_case_s_matter_alone(ability: str, whole: dict[str, Verdict]) -> None:
    outcomes, known = judged(LACKING[ability])
    found = known.found[ability]
    assert found.there is False and found.root == found.case, f"POSTEL_LACKING_SEED={SEED}: {found}"
    changed = {id_: outcome for id_, outcome in outcomes.items() if outcome.verdict != whole[id_] and id_ != found.case}
    blamed = {
        id_: f"{outcome.verdict} {outcome.requirement}: {outcome.expected}, {outcome.actual}" for id_, outcome in changed.items()
        if not (outcome.follows_from and outcome.follows_from.root == found.root)
    }  # fmt: skip
    assert blamed == {}, f"POSTEL_LACKING_SEED={SEED}"
