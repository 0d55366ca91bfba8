# SPDX-License-Identifier: BSD-2-Clause
"""Pacing: where an IUT limits how many errors or replies it sends, no stimulus is sent before it may be answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from postel.iut.iut import Instance
from postel.iut.traits import ARP, ECHOES, ERRORS, Limit
from postel.kit import wire
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES

BUDGET = 5.0  # seconds that pacing may take of a case in a fast run
MARGIN = 1.1  # of a second's share: what was found out is not exact
OURS = {"255.255.255.255", *(address for lab in INTERFACES for address in (lab.iut, lab.broadcast))}  # what else is echoed may be in transit


@dataclass
class Bucket:
    """What is left of a limit, by our count: what was answered, and what may still be."""

    limit: Limit
    left: float
    at: float
    asked: int = 0  # since the last fence

    def fill(self, now: float) -> None:
        """By what has come into it since the last look."""
        self.left = min(float(self.limit.burst), self.left + (now - self.at) * self.limit.rate / MARGIN)
        self.at = now

    def wait(self, now: float) -> float:
        """Seconds until one more may be asked for."""
        self.fill(now)
        lacking = 1 - (self.left - min(self.asked, self.limit.burst - 1))
        return max(0.0, lacking * MARGIN / self.limit.rate)


@dataclass
class Pace:
    """Of one case. Times are the IUT's, where its clock is ours."""

    buckets: dict[str, Bucket] = field(default_factory=dict)
    waited: float = 0.0  # seconds of real time
    errors_matter: bool = True  # not where any answer will do, or none

    @classmethod
    def of(cls, instance: Instance, now: float) -> "Pace":
        """The buckets outlive a case: a reset need not fill them."""
        held: dict[str, Bucket] = instance.memory.setdefault("buckets", {})
        for what, limit in instance.traits.limits.items():
            if what not in held or held[what].limit != limit:
                held[what] = Bucket(limit, 0.0 if what in instance.memory.get("drained", ()) else float(limit.burst), now)
        return cls(held)

    @property
    def limits_echoes(self) -> bool:
        """Are not all echo requests answered that come at once?"""
        return ECHOES in self.buckets

    def words(self) -> str:
        """Why something is not judged."""
        told = " and ".join(f"{what} to {bucket.limit.words()}" for what, bucket in self.buckets.items())
        return f"the IUT limits {told}: spacing it takes more than {BUDGET:g} s: run with --slow"

    def wait(self, frame: bytes, now: float) -> float:
        """Seconds to wait before this is sent."""
        limited = [what for what in provoked(frame) if what in self.buckets and (what != ERRORS or self.errors_matter)]
        return max((self.buckets[what].wait(now) for what in limited), default=0.0)

    def apart(self) -> float:
        """Seconds between two errors."""
        return MARGIN / self.buckets[ERRORS].limit.rate if ERRORS in self.buckets else 0.0

    def asks(self, frame: bytes) -> None:
        for what in provoked(frame):
            if what in self.buckets:
                self.buckets[what].asked += 1

    def heard(self, fields: Fields, now: float) -> None:
        what = ERRORS if "quoted" in fields else {"echo-reply": ECHOES, "arp-reply": ARP}.get(fields["kind"], "")
        if what in self.buckets:
            self.buckets[what].fill(now)  # first: what was not asked for one by one may come after a long time
            self.buckets[what].left -= 1
            self.buckets[what].asked = max(0, self.buckets[what].asked - 1)

    def settled(self) -> None:
        """Whatever was asked for has been answered, or never will be."""
        for bucket in self.buckets.values():
            bucket.asked = 0


def provoked(frame: bytes) -> list[str]:
    """What may come of a frame."""
    fields = wire.parse(wire.opened(frame))
    if fields["kind"] == "echo-request":
        return [ECHOES] if fields["dst"] in OURS and not fields["options"] else [ECHOES, ERRORS]
    if fields["kind"] == "fragment":
        return [ECHOES, ERRORS] if fields["offset"] == 0 else [ERRORS]
    if fields.get("eth_type") == wire.TYPE_ARP:
        return [ARP] if fields.get("op") == 1 else []
    return [ERRORS]
