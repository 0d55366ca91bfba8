# SPDX-License-Identifier: BSD-2-Clause
"""How long a case waits for an IUT's timers."""

from dataclasses import dataclass

from postel.iut.definition import Definition
from postel.iut.traits import Traits

USUAL = {"reassembly": 120, "neighbour": 1200}  # seconds, for an IUT whose definition does not say: the most that RFC 1122 allows
LATENESS = 1.0  # seconds by which a timer may come late: some stacks look at theirs only so often
SHORT, LATE_THEN = 2, 0.2  # a timer of so few seconds was made short for us to wait for, and comes in time


@dataclass(frozen=True)
class Timers:
    """After how many seconds this IUT's timers have fired for certain, as it is run here."""

    reassembly: float
    neighbour: float
    virtual: bool
    shortened: bool  # that of reassembly, so that it can be waited for


def of(definition: Definition, traits: Traits) -> Timers:
    found = {"reassembly": traits.reassembly} if traits.reassembly else {}
    declared = {name: float(definition.timers.get(name, found.get(name, usual))) for name, usual in USUAL.items()}
    return Timers(**{name: seconds + (LATENESS if seconds > SHORT else LATE_THEN) for name, seconds in declared.items()},
                  virtual=definition.timers.get("mode") == "virtual",
                  shortened=declared["reassembly"] <= SHORT)  # fmt: skip


def steps_of(seconds: float) -> list[float]:
    """The last of them one by one: what an IUT says at different times is told apart, and who is late for one comes at the next."""
    return [seconds - 4, 1, 1, 1, 1] if seconds > 5 else [seconds]
