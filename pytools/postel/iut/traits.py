# SPDX-License-Identifier: BSD-2-Clause
"""What is found out of an IUT, as it is run here, before it is judged: what no rule forbids, and every case has to live with."""

from dataclasses import dataclass, field

USUAL_MTU = 1500  # of the lab's links
ERRORS, ECHOES, ARP = "errors", "echo replies", "ARP replies"  # what may be limited


@dataclass(frozen=True)
class Limit:
    """So many at once, and then so many a second."""

    rate: float
    burst: int

    def words(self) -> str:
        return f"{self.rate:.3g}/s, burst {self.burst}"


@dataclass
class Traits:
    """Where nothing is found out: those of an IUT that limits nothing and answers in order."""

    mtu: int = USUAL_MTU
    limits: dict[str, Limit] = field(default_factory=dict)
    reassembly: int | None = None  # seconds; of an IUT whose definition does not say, and whose clock is ours
    lateness: float = 0.0  # seconds by which an answer may come behind that to a later packet
    asks_anyway: bool = False  # for the MAC of who has just told it
    asks_late: float = 0.0  # seconds by which such a question may come behind the answer to a later packet

    def words(self) -> list[str]:
        """What is worth a word."""
        told = [f"it limits {what} to {limit.words()}: what would be too many is spaced" for what, limit in self.limits.items()]
        if self.mtu != USUAL_MTU:
            told.append(f"it sends and takes packets of at most {self.mtu} octets")
        if self.reassembly:
            told.append(f"it waits {self.reassembly} s for fragments; its definition does not say so (timers.reassembly)")
        if self.lateness:
            told.append(f"its answers come out of order: each is waited for {self.lateness * 1000:.0f} ms longer")
        if self.asks_anyway:
            told.append("it asks for the MAC even of who has asked it: neighbours send it an echo request before anything else")
        if self.asks_late:
            told.append(f"it takes its time before it asks for a MAC: what has to wait for that is given {self.asks_late * 1000:.0f} ms")
        return told
