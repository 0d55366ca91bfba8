# SPDX-License-Identifier: BSD-2-Clause
"""What one case may cost, however much an IUT sends or tells and however slow it is; and how much of it the evidence keeps.

The most that any case of the suite needs is 4,051 frames, 1.4 million octets and 3 seconds."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

ENDLESS, FOR_EACH, IN_A_SECOND = 10_000, 16, 16  # frames that an IUT may send in a case, and more for each that it was sent and each second that passes
OCTETS, FOR_EACH_OCTET, OCTETS_IN_A_SECOND = 1 << 24, 8, IN_A_SECOND * 1514  # the same in octets
NOT_SILENT = 1000  # frames
SECONDS = 60.0  # of a case, without what the case itself waits for
KEPT, KEPT_OCTETS = 10_000, 4_000_000  # frames and octets in the evidence of a case: half of them from its beginning


@dataclass
class Recorded:
    """One frame of the evidence. `time` is in seconds since the case began."""

    time: float
    iface: int
    sent: bool
    octets: bytes
    comment: str


@dataclass
class Budget:
    """Of one case."""

    frames: int = 0
    octets: int = 0
    before: int = 0  # the last control probe
    stimuli: int = 0  # control probes too
    may: float = 0.0
    may_octets: float = 0.0
    deadline: float = math.inf  # only a case has one

    def begins(self) -> None:
        """A case does, and is to be over in time."""
        self.deadline = time.monotonic() + SECONDS

    def sent(self, octets: int) -> None:
        """We have sent so much, control probes too; more may come of it."""
        self.stimuli += 1
        self.may += FOR_EACH
        self.may_octets += FOR_EACH_OCTET * octets

    def heard(self, octets: int) -> str:
        """The IUT has sent a frame of so many; words when that was too much, else ''."""
        self.frames += 1
        self.octets += octets
        if self.frames <= ENDLESS + self.may and self.octets <= OCTETS + self.may_octets:
            return ""
        return f"frames without end: {self.frames:,} of {self.octets:,} octets, {self.stimuli:,} were sent to it"

    def probes(self) -> None:
        """A control probe is sent."""
        self.before = self.frames

    def instead(self) -> str:
        """Words, when so many frames came instead of its answer that nobody could call it silence; else ''."""
        came = self.frames - self.before
        return f"frames without end: {came:,} instead of an answer to the control probe" if came > NOT_SILENT else ""

    def passes(self, seconds: float) -> None:
        """So much of the IUT's time does, in which it may say something of its own accord."""
        self.may += IN_A_SECOND * seconds
        self.may_octets += OCTETS_IN_A_SECOND * seconds

    def waited(self, seconds: float) -> None:
        """The case has waited, and not for the IUT."""
        self.deadline += seconds

    def late(self) -> bool:
        return time.monotonic() > self.deadline


def kept(frames: Sequence[Recorded], judged: int | None) -> tuple[list[Recorded], int | None, int]:
    """What the evidence keeps of these frames, which of it is the judged one (from 1), and how many frames are left out:
    some of the middle, never the judged one. The comment of the first frame after a gap tells of it."""
    head, tail = _first(frames), _first(frames[::-1])
    if head + tail >= len(frames):
        return list(frames), judged, 0
    wanted = {*range(head), *range(len(frames) - tail, len(frames)), *([judged - 1] if judged else [])}
    found: list[Recorded] = []
    place, last = judged, -1
    for number in sorted(wanted):
        frame = frames[number]
        if gap := number - last - 1:
            frame = replace(frame, comment=f"{frame.comment} [{gap:,} frames before it are left out]")
        last = number
        found.append(frame)
        place = len(found) if number + 1 == judged else place
    return found, place, len(frames) - len(found)


def _first(frames: Sequence[Recorded]) -> int:
    """How many frames make half of what is kept."""
    octets = 0
    for number, frame in enumerate(frames[: KEPT // 2]):
        octets += len(frame.octets)
        if octets > KEPT_OCTETS // 2:
            return number
    return min(len(frames), KEPT // 2)
