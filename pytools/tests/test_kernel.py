# SPDX-License-Identifier: BSD-2-Clause
"""The comparison of the policy `linux` with the kernel: what it asks, and that it sees a difference."""

from collections.abc import Sequence

import pytest
from postel.kit import wire
from postel.selftest import kernel
from postel.selftest.kernel import Kind


def test_all_sequences_are_what_has_been_published() -> None:
    assert len(kernel.kinds()) == 16 and sum(1 for _ in kernel.every()) == 69_904
    sample = kernel.sample(kernel.SAMPLE)
    assert len(set(sample)) == kernel.SAMPLE and {len(each) for each in sample} == {1, 2, 3, 4}


def test_what_is_drawn_is_the_same_each_time_and_has_all_kinds() -> None:
    drawn = list(kernel.drawn(400))
    assert drawn == list(kernel.drawn(400))
    kinds = [kind for sequence in drawn for kind in sequence]
    assert any(kind.octets == 0 for kind in kinds) and any(kind.octets % 8 for kind in kinds) and any(8 * kind.first + kind.octets > 65_535 for kind in kinds)


def test_a_message_verifies_whichever_fragment_wins() -> None:
    sent = [wire.parse(frame) for frame in kernel.frames((Kind(0, 16, True), Kind(0, 8, True), Kind(1, 13, False)), 7)]
    *pieces, ending = sent
    assert not ending["payload"] and ending["mf"]
    assert {wire.ones_sum(each["payload"][:8]) for each in pieces} == {0xFFFF}


@pytest.mark.parametrize("answers, differences", [([b"x"], 0), ([b"y"], 2), ([], 2), ([b"x", b"x"], 2)])
def test_a_difference_is_told(answers: list[bytes], differences: int) -> None:
    scripts = [(Kind(0, 8, True), Kind(1, 8, False))] * 2

    def iut(came: list[bytes]) -> kernel.Ask:
        def ask(sent: Sequence[bytes]) -> list[bytes]:
            assert len(sent) == 3
            return came

        return ask

    found = kernel.compare(scripts, iut([b"x"]), iut(answers))
    assert (found.asked, found.delivered, len(found.differences)) == (2, 2, differences)
    assert all(line.startswith("8@0+ 8@1: kernel 78, reference ") for line in found.differences)


@pytest.mark.parametrize("policy, same", [("linux", True), ("first", False), ("drop", False)])
def test_the_kernel_has_no_other_policy(policy: str, same: bool) -> None:
    found = kernel.compared(kernel.sample(600), policy)
    assert found.delivered > 50 and (not found.differences) == same, found.differences[:3]
