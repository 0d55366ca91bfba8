# SPDX-License-Identifier: BSD-2-Clause
"""What is judged, and the instance of it that is being judged."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from postel.base import patience
from postel.base.exits import EnvironmentUnusable, IutFailed, IutHangs, PostelError
from postel.iut.iut import Definition, Instance, LabDied
from postel.iut.links import HELD_FRAMES, LinkClosed
from postel.iut.traits import Traits
from postel.iut.upper import SKELETON
from postel.kit.late import Late
from postel.kit.timed import LATE
from postel.lab import linux
from postel.results import baseline


@dataclass(eq=False)
class Target:
    """An IUT as it is judged here: over which link, by which profile, against which baseline."""

    definition: Definition
    link: str
    profile: str
    start: Callable[[], Instance]
    argument: str = ""  # how --iut names it
    release: str = ""
    capabilities: tuple[str, ...] = ()
    known: baseline.Known = baseline.Known()
    hung: int = 0  # starts in a row in which it ran and said nothing
    traits: Traits | None = None  # what was found out of it

    @property
    def iut(self) -> str:
        return self.definition.name

    def learn(self, instance: Instance) -> None:
        """What it says of itself, if it was not to be had when it was tried."""
        if instance.upper and not self.release:
            self.release, self.capabilities = instance.upper.release, tuple(sorted(instance.upper.caps))


@dataclass(frozen=True)
class Lingering:
    """An instance whose case is over, and that is listened to for a while yet."""

    instance: Instance
    late: Late
    until: float


class Bench:
    """Holds the instance that is being judged: a new one for each case or for each run, as the IUT's definition says, and
    always a new one after a death. An IUT that cannot be started twice in a row is not tried again."""

    def __init__(self, target: Target, find_out: Callable[[Instance], Traits] | None = None) -> None:
        self._target, self._find_out = target, find_out
        self._instance: Instance | None = None
        self._stderr: Callable[[], bytes] = bytes  # of the instance that was started last
        self._stderr_file: Path | None = None
        self._stderr_written = b""
        self.broken: PostelError | None = None
        self._lingering: deque[Lingering] = deque()
        self._lingers = True
        self._has_run = False
        self.patience = patience.towards(target.iut, target.link)
        self.patience.hung = target.hung

    def instance(self) -> Instance:
        """A living instance in its state after start; raises PostelError when there can be none."""
        if self.broken:
            raise self.broken
        if self._instance and self._target.definition.isolate == "run" and self._reset():
            return self._instance
        self.close()
        self._stderr, self._stderr_file = bytes, None
        try:
            self._instance = self._started()
        except LabDied:
            raise
        except PostelError as error:
            said = error.stderr if isinstance(error, IutFailed) else b""
            self._stderr = lambda: said
            self.broken = type(error)(f"{self._target.iut} could not be started: {error}")
            raise self.broken from error
        self._stderr, self._has_run = self._instance.stderr, True
        self._target.learn(self._instance)
        if self._find_out and self._target.traits is None:
            self._target.traits = self._find_out(self._instance)
            return self.instance() if self._target.definition.isolate == "run" else self._another()
        self._instance.traits = self._target.traits or self._instance.traits
        return self._instance

    def _started(self) -> Instance:
        """An IUT of which there may be only one at a time is not started beside those that linger; one that has run before and hangs at its
        start, which may be its threads' doing, has another try."""
        try:
            return started(self._target.start)
        except PostelError as error:
            if not self._lingering and not (self._has_run and isinstance(error, IutHangs)):
                raise
            self._lingers &= not self._lingering
            self._end_lingering()
            return started(self._target.start)

    def linger(self, late: Late) -> None:
        """The case is over, and the instance is for nobody else: what it still says is heard beside the next ones."""
        real = self._target.link in ("fd", "tap") and self._target.definition.isolate == "case"
        if real and self._lingers and self._instance and self._instance.alive():
            self._lingering.append(Lingering(self._instance, late, time.monotonic() + LATE))
            self._instance = None

    def heard_late(self, wait: bool) -> Iterator[str]:
        """The cases behind whose end an answer came, of those that were listened to for long enough; `wait`: of all."""
        while self._lingering and (wait or self._lingering[0].until <= time.monotonic()):
            each = self._lingering.popleft()
            time.sleep(max(0.0, each.until - time.monotonic()))
            if any(each.late.behind(frame) for frame in _frames(each.instance)):
                yield each.late.case
            each.instance.close()

    def end(self) -> None:
        self.close()
        self._end_lingering()

    def _end_lingering(self) -> None:
        while self._lingering:
            self._lingering.popleft().instance.close()

    def _another(self) -> Instance:
        self.close()
        return self.instance()

    def lab_died(self) -> bool:
        """Has that ended which started the instance that was judged last?"""
        return self._instance is not None and not self._instance.lab_lives()

    def died(self) -> bool:
        """Is the instance dead that was judged last?"""
        try:
            return self._instance is not None and not self._instance.alive()
        except Exception:  # what cannot say so does not live
            return True

    def _reset(self) -> bool:
        assert self._instance
        try:
            self._instance.reset()
            return self._instance.alive()
        except Exception:  # whatever it was, a fresh instance mends it
            return False

    def stderr(self, path: Path) -> Path | None:
        """The file that holds all that the instance has said on its standard error, None if it said nothing: `path`, or what that
        was when it was asked for first."""
        said = self._stderr()
        if said and not self._stderr_file:
            self._stderr_file, self._stderr_written = path, b""
        if self._stderr_file and said != self._stderr_written:
            self._stderr_file.write_bytes(said)
            self._stderr_written = said
        return self._stderr_file

    def remarks(self) -> list[str]:
        """What has to be said of the IUT beside its results."""
        known = self.patience
        return [*known.remarks, *[f"it says of its own accord: {', '.join(sorted(known.says))}"] * bool(known.says)]

    def remark(self, words: str) -> None:
        self.patience.remark(words)

    def confinement(self) -> list[str]:
        return self.patience.confinement or []

    def settings(self) -> list[str]:
        """What the lab has changed about this machine's kernel, where that is the IUT."""
        definition = self._target.definition
        kernel = definition.upper_tester == "kernel"
        return linux.told(definition.timers["reassembly"], definition.kernel_defaults) if kernel else []

    def close(self) -> None:
        instance, self._instance = self._instance, None
        if instance:
            instance.close()
        if self._stderr_file:  # it may have said something in the end
            with suppress(OSError):
                self.stderr(self._stderr_file)


def _frames(instance: Instance) -> Iterator[bytes]:
    """What waits to be received, within the budget of the link."""
    left = HELD_FRAMES
    with suppress(LinkClosed):
        while (got := instance.link.receive()) and (left := left - 1):
            yield got[1]


def started(start: Callable[[], Instance]) -> Instance:
    """An instance; a start that fails is tried once more: it may have been the system's moment, or the lab that died."""
    try:
        instance = start()
    except IutHangs:
        raise
    except (EnvironmentUnusable, IutFailed, LabDied):
        instance = start()
    if instance.upper and SKELETON in instance.upper.caps:
        instance.close()
        raise IutFailed(f"its upper tester says {SKELETON}: nothing answers frames yet (docs/iut.md)")
    return instance
