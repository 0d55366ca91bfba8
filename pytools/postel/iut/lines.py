# SPDX-License-Identifier: BSD-2-Clause
"""How lines reach an upper tester and come back: within their time, and within a budget of lines and octets."""

import os
import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from postel.base.keys import LINE_MAX
from postel.base.patience import Patience
from postel.iut.links import LINES, LINES_OCTETS, Endless, Life, LinkClosed, ends

_PUMP_S = 0.02  # how often somebody looks whether the IUT lives
_AT_ONCE = 64  # reads: one who speaks without end must not hold us up without end


class UpperClosed(Exception):
    """The upper tester is gone, does not answer, or says what is not of the protocol: it is not believed any more.

    Whatever an adapter does wrong ends in this, and nothing that it has said gets past the checks."""


class NoAnswer(UpperClosed):
    """It lives, and does not answer in time."""


class Lines(Protocol):
    """Carries one request line (without LF) and yields the lines of the answer until `last` says that one is the reply."""

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]: ...


def shown(line: str) -> str:
    """A line of an adapter as words of ours hold it."""
    return repr(line[:80]) + (f"... ({len(line):,} octets)" if len(line) > 80 else "")


def within_budget(lines: int, octets: int) -> None:
    if lines > LINES or octets > LINES_OCTETS:
        raise UpperClosed(f"it speaks without end: {lines:,} lines of {octets:,} octets")


class OtherWay(Protocol):
    """The IUT's link, which is emptied while we wait."""

    def pump(self) -> None: ...
    def listening(self) -> Sequence[int]: ...


class DescriptorLines:
    """Lines over a pair of descriptors. The IUT's link is emptied while we wait, and its `wait` calls our `pump`: an IUT that
    writes to one of them before it reads the other never waits for us."""

    def __init__(self, requests: int, replies: int, life: Life, link: OtherWay, patience: Patience | None = None) -> None:
        self._requests, self._replies, self._life, self._link = requests, replies, life, link
        self._patience = patience or Patience()
        self._whole: deque[str] = deque()
        self._octets = 0  # of the whole lines
        self._part = bytearray()  # the beginning of the next
        self.open = True
        os.set_blocking(requests, False)
        os.set_blocking(replies, False)

    def fileno(self) -> int:
        return self._replies

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        deadline = time.monotonic() + self._patience.of(seconds)
        try:
            self._write(line.encode("latin-1") + b"\n", line, deadline)
            lines = [self._line(line, deadline)]
            octets = len(lines[0])
            while not last(lines[-1]):
                lines.append(self._line(line, deadline))
                octets += len(lines[-1])
                within_budget(len(lines), octets)
        except Endless as error:
            raise UpperClosed(f"instead of an answer to `{line[:60]}` the IUT sends {error}") from error
        return lines

    def pump(self) -> None:
        """Takes in what was said so far, so that nobody waits for us to read; UpperClosed when that is too much."""
        for _ in range(_AT_ONCE):
            if not self.open or not self._read():
                return

    def close(self) -> None:
        for fd in {self._requests, self._replies}:
            os.close(fd)

    def _read(self) -> bool:
        """Reads once; False when there is nothing now."""
        try:
            got = os.read(self._replies, 1 << 16)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            got = b""
        self.open = bool(got)
        first, *more = got.split(b"\n")
        self._part += first
        for each in more:
            self._keep()
            self._part += each
        if len(self._part) >= LINE_MAX:
            raise UpperClosed("it says a line of more than 140,000 octets")
        return True

    def _keep(self) -> None:
        """A line is whole."""
        if len(self._part) >= LINE_MAX:
            raise UpperClosed("it says a line of more than 140,000 octets")
        self._whole.append(self._part.decode("latin-1"))
        self._octets += len(self._part)
        self._part.clear()
        within_budget(len(self._whole), self._octets)

    def _write(self, octets: bytes, line: str, deadline: float) -> None:
        while octets:
            try:
                octets = octets[os.write(self._requests, octets) :]
            except BlockingIOError:
                self._wait(line, deadline, writing=True)
            except (BrokenPipeError, ConnectionResetError):
                raise self._ended() from None

    def _line(self, line: str, deadline: float) -> str:
        while not self._whole:
            if not self.open:
                raise self._ended()
            self._wait(line, deadline)
        said = self._whole.popleft()
        self._octets -= len(said)
        return said

    def _ended(self) -> UpperClosed:
        said = f"; its last line, {shown(self._part.decode('latin-1'))}, has no end" if self._part else ""
        return UpperClosed(("it has ended" if ends(self._life) else "it has closed its standard output or input") + said)

    def _wait(self, line: str, deadline: float, *, writing: bool = False) -> None:
        """Until it has said something (or has room for us), or a moment has passed; what it says is taken in."""
        left = deadline - time.monotonic()
        if left <= 0:
            said = f"; it has said {shown(self._part.decode('latin-1'))} without the end of the line" if self._part else ""
            raise NoAnswer(f"no answer to `{line[:60]}` in time{said}")
        alive = self._life.alive()
        poll = select.poll()
        if self.open:
            poll.register(self._replies, select.POLLIN)
        if writing:
            poll.register(self._requests, select.POLLOUT | (select.POLLIN if self._requests == self._replies else 0))
        self._link.pump()
        for fd in self._link.listening():
            poll.register(fd, select.POLLIN)
        ready = poll.poll(min(left, _PUMP_S) * 1000)
        if not ready and not alive:
            raise self._ended()
        self.pump()


class SimLines:
    """Lines through postel-sim, whose answer is whole when the exchange is over."""

    def __init__(self, line: Callable[[str, float], list[str]], patience: Patience | None = None) -> None:
        self._line, self._patience = line, patience or Patience()

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        try:
            lines = self._line(line, self._patience.of(seconds))
        except LinkClosed as error:
            raise UpperClosed(str(error)) from error  # not the adapter's fault: it is in the IUT
        if not lines or not last(lines[-1]) or any(map(last, lines[:-1])):
            raise UpperClosed(f"it answers `{line[:60]}` with {len(lines)} lines, of which the last must be the one reply")
        return lines
