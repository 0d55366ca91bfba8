# SPDX-License-Identifier: BSD-2-Clause
"""How long a case waits for an IUT's timers."""

from dataclasses import dataclass

from postel.iut.definition import Definition
from postel.iut.traits import Traits

USUAL = {"reassembly": 120, "neighbour": 1200, "membership": 20}  # seconds, for an IUT whose definition does not say: the most that RFC 1122 allows, or RFC 2236
LATENESS = 1.0  # seconds by which a timer may come late: some stacks look at theirs only so often
COARSE = 1 / 8  # of its time, on a real clock: a wheel of timers is the coarser the longer they are (Linux's by so much)
RAISED_TO = 64  # RFC 791 raises that of reassembly to the time to live of a fragment, which is so much where a case does not say
SHORT, LATE_THEN = 2, 0.2  # a timer of so few seconds was made short for us to wait for, and comes in time


@dataclass(frozen=True)
class Timers:
    """After how many seconds this IUT's timers have fired for certain, as it is run here."""

    reassembly: float
    neighbour: float
    membership: float  # that of the last report of a group that was joined
    virtual: bool
    shortened: bool  # that of reassembly, so that it can be waited for
    early: float  # until then that of reassembly has not fired


def of(definition: Definition, traits: Traits, profile: str) -> Timers:
    found = {"reassembly": traits.reassembly} if traits.reassembly else {}
    declared = {name: float(definition.timers.get(name, found.get(name, usual))) for name, usual in USUAL.items()}
    virtual = definition.timers.get("mode") == "virtual"
    if virtual and profile == "rfc791":
        declared["reassembly"] = max(declared["reassembly"], RAISED_TO)
    return Timers(**{name: seconds + _late(seconds, virtual) for name, seconds in declared.items()}, virtual=virtual,
                  shortened=declared["reassembly"] <= SHORT, early=declared["reassembly"] - LATENESS)  # fmt: skip


def _late(seconds: float, virtual: bool) -> float:
    return min(LATE_THEN, seconds) if seconds <= SHORT else LATENESS if virtual else max(LATENESS, seconds * COARSE)


def steps_of(seconds: float) -> list[float]:
    """The last of them one by one: what an IUT says at different times is told apart, and who is late for one comes at the next."""
    return [seconds - 4, 1, 1, 1, 1] if seconds > 5 else [seconds]
