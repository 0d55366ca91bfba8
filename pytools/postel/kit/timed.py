# SPDX-License-Identifier: BSD-2-Clause
"""The lower tester's time: the IUT's own, where we drive its clock, else that of this machine."""

import time
from collections.abc import Callable
from typing import NoReturn

from postel.base import script
from postel.iut.definition import NOON
from postel.iut.iut import Instance
from postel.iut.upper import Upper
from postel.kit import pace, timers
from postel.kit.budget import Budget
from postel.kit.late import Late
from postel.kit.pace import Pace
from postel.kit.seen import Seen
from postel.kit.wire import Fields

LONGEST_WAIT = 2.5  # seconds of real time that a fast run may spend in one step
STEP = 0.02  # seconds of its clock that pass between two looks
LATE, LISTENED = 0.5, 8  # seconds for which the end of a case is listened on, and after how many cases of a real clock; the same of silences
LATE_PROBES = "late probes"  # of an IUT's memory: time passes until it answers them
DAY = 86_400
LONGEST_POLL = 60.0  # seconds of one wait: poll() counts milliseconds in 31 bits


class Timed:
    """The lower tester is one; what it has beside this is declared here."""

    instance: Instance
    ut: Upper | None
    slow: bool
    virtual: bool
    seen: Seen
    costs: Budget
    pace: Pace
    late: Late
    script: list[script.Record]
    _inbox: list[Fields]
    _unsettled: set[int]
    _lingers: bool
    _lost: float = 0.0  # of the IUT's time, to fences and to answers that are late, since something was begun or time passed
    uses: int = 2  # interfaces

    # What is the lower tester's

    def settle(self, *, probe_anyway: bool = False, wanted: Callable[[Fields], bool] | None = None) -> None: ...
    def unsupported(self, why: str) -> NoReturn: ...  # type: ignore[empty-body]
    def _drain(self) -> None: ...
    def _wait(self, seconds: float) -> None: ...

    # What a case says

    def advance(self, seconds: float) -> None:
        """Time passes: on the IUT's own clock if it lets us drive it, else in reality. It is counted from the last step of the case."""
        self.settle()
        if seconds > LONGEST_WAIT and not self.slow and not self.virtual:
            self.unsupported(f"takes {seconds:g} s of real time: run with --slow")
        self._unsettled |= self._interfaces()
        self.pass_time(max(0.0, seconds - self._lost))
        self._lost = 0.0

    def arrived(self) -> None:
        """What was sent is in the IUT. Over `sim` it is at once: who is late to answer probes need not be asked, and no time passes."""
        if self.virtual and self.instance.link.synchronous and LATE_PROBES in self.instance.memory:
            self._drain()
        else:
            self.settle()

    def _is_prompt(self) -> bool:
        """Whether it has answered so far, and no time of its own has passed meanwhile."""
        return self.virtual and self.instance.answered and LATE_PROBES not in self.instance.memory

    def apart(self) -> None:
        """What begins now and what began before will not be reported at once, where the IUT limits its errors."""
        if seconds := self.pace.apart():
            self.advance(seconds)

    def listen_on(self) -> None:
        """For what comes late. Where that takes real time it is done after some cases, for who is late once is so again."""
        patience = self.instance.patience
        if not self.virtual:
            patience.listened += 1
        if self.slow or patience.listened <= LISTENED or self.late.case in patience.heard_late:
            self.advance(LATE)

    def listen_to_silence(self) -> None:
        """For what should have come and may be late: then the case is judged again. After some silences, for the same reason."""
        self.instance.patience.silences += 1
        if self.instance.link.name != "sim" and (self.slow or self.instance.patience.silences <= LISTENED):
            self.costs.waited(LATE)
            self.listen(LATE, until=lambda fields: self.late.seconds > 0)

    def now(self) -> float:
        """By the IUT's clock, where that is ours to drive."""
        return self.instance.advanced if self.virtual else time.monotonic()

    def time_of_day(self) -> float | None:
        """Seconds since midnight UT that the IUT was told, or can ask of this machine; None where nobody knows what it was told."""
        link = self.instance.link.name
        if link == "sim":
            return (NOON / 10**9 + self.instance.advanced) % DAY
        return time.time() % DAY if link in ("tap", "fd") and not self.virtual else None

    def advance_to(self, seconds: float, since: float) -> None:
        """Time passes until just before so many seconds after then, by now(): some earlier where each probe takes time, by pacing or for answers that are late."""
        self.settle()
        self.advance(max(0.0, seconds - (2.0 if self.pace.buckets or self.instance.traits.lateness else 0.1) - (self.now() - since)))

    def pass_time(self, seconds: float) -> None:
        """The same without a fence before it."""
        self.seen.now += seconds
        self.costs.passes(seconds)
        if self.ut and self.virtual:
            for step in timers.steps_of(seconds):
                self.script.append(script.Advance(round(step * 1000)))
                self.ut.call("advance", ms=round(step * 1000))
                self.instance.advanced += step
                self._drain()
            return
        self.costs.waited(seconds)
        self.listen(seconds)

    def _loses(self, seconds: float) -> None:
        """Time of the IUT passes that no case has asked for."""
        self.instance.memory[LATE_PROBES] = True
        self.pass_time(seconds)
        self._lost += seconds if self.virtual else 0.0

    def listen(self, seconds: float, until: Callable[[Fields], bool] | None = None, done: Callable[[], bool] = lambda: False
               ) -> None:
        """Takes in what comes in so many seconds of real time, or until something has come that is as `until` says, or all is
        `done`."""
        end = time.monotonic() + seconds
        while not (done() or until and any(map(until, self._inbox))) and (left := end - time.monotonic()) > 0:
            self._wait(min(left, LONGEST_POLL))
            self._drain()

    def _interfaces(self) -> set[int]:
        """Those that the case uses and the IUT has: each of them has fences. What leaves by another one is seen all the same."""
        return set(range(min(self.instance.definition.interfaces, self.uses)))

    def _linger(self, wanted: Callable[[Fields], bool] | None) -> None:
        """After a fence: for the answers of who is known to answer out of order."""
        if self._lingers:
            seconds = max(self.instance.definition.settle_ms / 1000, self.instance.traits.lateness)
            self._lingers = False
            if seconds and self.virtual and self.instance.link.name == "sim":
                self._loses(seconds)
                return
            self.costs.waited(seconds)
            self.listen(seconds, until=wanted)

    def _space(self, frame: bytes) -> None:
        """Waits until the IUT may answer it, as far as limits go that were found out."""
        if seconds := self.pace.wait(frame, self.now()):
            self.pace.waited += 0 if self.virtual else seconds
            if self.pace.waited > 2 * pace.BUDGET and not self.slow:
                self.unsupported(self.pace.words())
            self.pass_time(seconds)
        self.pace.asks(frame)
