# SPDX-License-Identifier: BSD-2-Clause
"""The budget of a case, with an IUT that is faster than any; and what the evidence keeps of it."""

from types import SimpleNamespace
from typing import Any

import hostile_iut
import pytest
import wrong_iut
from postel import kit
from postel.base.patience import Patience
from postel.iut import iut
from postel.iut.traits import Traits
from postel.kit import budget, lower
from test_hostile import MEBIBYTES, SECONDS, case_of, in_a_process, stimulus


class Fast:
    """A link on which, once the stimulus is sent, there is always one more frame, of so many octets."""

    name, synchronous, mtu = "fast", False, 65_535

    def __init__(self, size: int) -> None:
        self.frame = hostile_iut.OTHER + bytes(size)
        self.waiting: list[bytes] = []
        self.floods = False

    def send(self, iface: int, frame: bytes) -> None:
        self.floods |= b"hostile" in frame
        self.waiting += [] if self.floods else wrong_iut.right(frame)

    def receive(self) -> tuple[int, bytes] | None:
        if self.floods:
            return 0, self.frame
        return (0, self.waiting.pop(0)) if self.waiting else None

    def wait(self, seconds: float) -> bool:
        return True


class Asking(Fast):
    """Each answer to an ARP request begets the next two; it never answers the control probe any more."""

    def send(self, iface: int, frame: bytes) -> None:
        before, self.floods = self.floods, False
        super().send(iface, frame)
        self.floods, asked = before or self.floods, frame[12:14] == b"\x08\x06"
        if self.floods:
            self.waiting = [*self.waiting, *[hostile_iut.arp_request(len(self.waiting))] * (2 if asked else 1)]

    def receive(self) -> tuple[int, bytes] | None:
        return (0, self.waiting.pop(0)) if self.waiting else None


class Steady(Fast):
    """One frame at a time, with a moment of silence between."""

    turn = False

    def receive(self) -> tuple[int, bytes] | None:
        self.turn = not self.turn
        return super().receive() if self.turn or not self.floods else None


@pytest.mark.parametrize("link, said", [
    (Fast(46), "frames without end: 10,0"), (Fast(65_000), "frames without end: 260 of 16,"), (Asking(0), "frames without end: 10,0"),
    (Steady(46), "instead of an answer to the control probe"),
], ids=["small", "large", "asking", "steady"])  # fmt: skip
def test_a_case_ends_however_much_comes(link: Fast, said: str):
    known = iut.parse({"name": "fast", "about": "-", "links": ["fd"], "command": {"fd": ["true"]}})

    def act() -> dict[str, Any]:
        if isinstance(link, Steady):
            budget.NOT_SILENT, budget.ENDLESS, lower.PATIENCE = 10, 1 << 40, 0.5
            budget.OCTETS = 1 << 40
        instance: Any = SimpleNamespace(definition=known, link=link, upper=None, traits=Traits(), memory={}, advanced=0.0,
                                        alive=lambda: True, drop_reasons=list, patience=Patience(), hang=lambda: None,
                                        answered=False, stations={})  # fmt: skip
        outcome = kit.judge(case_of("fast", stimulus), instance)
        return {"verdict": str(outcome.verdict), "actual": outcome.actual}

    found = in_a_process(act, SECONDS)
    assert found["verdict"] == "fail" and said in found["actual"] and found["mebibytes"] < MEBIBYTES, found


# What the evidence keeps


def frames(count: int, size: int = 60) -> list[budget.Recorded]:
    return [budget.Recorded(n / 1000, 0, n % 2 == 0, n.to_bytes(4, "big") + bytes(size - 4), f"number {n}") for n in range(count)]


def test_what_is_within_the_budget_is_kept_whole():
    every = frames(budget.KEPT)
    assert budget.kept(every, 7) == (every, 7, 0)
    assert budget.kept([], None) == ([], None, 0)


@pytest.mark.parametrize("count, size, judged_", [(30_000, 60, 15_000), (30_000, 60, 1), (30_000, 60, None), (200, 65_000, 100)])
def test_of_more_the_first_and_last_and_the_judged_one_are_kept(count: int, size: int, judged_: int | None):
    every = frames(count, size)
    kept, place, left_out = budget.kept(every, judged_)
    assert len(kept) + left_out == count and left_out > 0
    assert len(kept) <= budget.KEPT + 1 and sum(len(frame.octets) for frame in kept) <= budget.KEPT_OCTETS + size
    assert (kept[0].octets, kept[-1].octets) == (every[0].octets, every[-1].octets)
    assert place is None if judged_ is None else kept[place - 1].octets == every[judged_ - 1].octets
    gaps = [frame.comment for frame in kept if "left out" in frame.comment]
    assert sum(int(words.split("[")[1].split(" ")[0].replace(",", "")) for words in gaps) == left_out


def test_the_budget_grows_with_what_was_sent():
    """A healthy IUT that was sent 10,000 frames may answer each."""
    held = budget.Budget()
    for _ in range(3 * budget.ENDLESS):
        held.sent(60)
        assert held.heard(60) == ""
    said = ""
    while not said:
        said = held.heard(60)
    assert "30,000 were sent to it" in said


def test_the_budget_grows_with_time():
    """A healthy IUT may say something every second of its own accord, on each of its links, while hours pass."""
    held, hours = budget.Budget(), 3
    for _ in range(hours * 3600):
        held.passes(1.0)
        assert held.heard(60) == held.heard(60) == ""
    more = next(number for number in range(1 << 20) if held.heard(60))
    assert more == budget.ENDLESS + hours * 3600 * (budget.IN_A_SECOND - 2)
