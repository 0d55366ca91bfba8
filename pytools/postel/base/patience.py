# SPDX-License-Identifier: BSD-2-Clause
"""How long an IUT is waited for: less, once it has shown that it does not come.

The first wait is generous, for a machine may be busy. Each case in a row in which the IUT hangs halves the next ones; a case
in which it answers to the end restores them. What was learnt of an IUT over a link is kept as long as this process lives."""

from dataclasses import dataclass, field

LEAST = 1 / 16  # of a wait is always left
START_S, START_LEAST_S = 20.0, 5.0  # of one as long as for a start, so much: a program takes its time on a busy machine, and who cannot be started is given up
GOODBYE_S = 2.0  # for an IUT to end by itself at the end of input
LEAK_S = 10.0  # the same for one that is writing a report of what has leaked, and where that is what we want to know
IGNORED_S = 0.05  # the same for one that has taken no notice before


@dataclass
class Patience:
    hung: int = 0  # cases in a row in which it lived and did not answer
    stays: bool = False  # it has not ended at the end of input
    resets: bool = True  # the operation `reset` has always come back
    confinement: list[str] | None = None  # what it may not do, once somebody has looked
    listened: int = 0  # cases after whose end somebody has listened on, where that takes time
    silences: int = 0  # the same where something should have come, and did not
    heard_late: set[str] = field(default_factory=set)  # the cases whose end is listened on, for something came behind it
    says: set[str] = field(default_factory=set)  # of its own accord
    remarks: list[str] = field(default_factory=list)  # what is worth a word, once

    def of(self, seconds: float) -> float:
        return max(seconds * max(0.5**self.hung, LEAST), START_LEAST_S if seconds >= START_S else 0)

    def remark(self, words: str) -> None:
        """Keeps what was not kept before."""
        if words not in self.remarks:
            self.remarks.append(words)


_known: dict[tuple[str, str], Patience] = {}


def towards(iut: str, link: str) -> Patience:
    return _known.setdefault((iut, link), Patience())


def forget() -> None:
    """All that was learnt, for tests."""
    _known.clear()
