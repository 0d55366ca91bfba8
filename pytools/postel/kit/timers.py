# SPDX-License-Identifier: BSD-2-Clause
"""How long a case waits for an IUT's timers."""

from dataclasses import dataclass

from postel.iut.definition import Definition

USUAL = {"reassembly": 60, "neighbour": 1200}  # seconds, for an IUT whose definition does not say
LATENESS = 0.2  # seconds by which a timer of a real clock may come late


@dataclass(frozen=True)
class Timers:
    """After how many seconds this IUT's timers have fired for certain, as it is run here."""

    reassembly: float
    neighbour: float
    virtual: bool


def of(definition: Definition) -> Timers:
    virtual = definition.timers.get("mode") == "virtual"
    late = 0 if virtual else LATENESS
    return Timers(**{name: float(definition.timers.get(name, usual)) + late for name, usual in USUAL.items()}, virtual=virtual)
