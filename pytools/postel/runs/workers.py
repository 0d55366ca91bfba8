# SPDX-License-Identifier: BSD-2-Clause
"""IUTs side by side: a process for each, so that one that waits does not hold up the others.

Each worker tells its parent what happens; the parent alone writes files that are shared. A worker ends in good order on
SIGTERM and when its parent dies, and takes no notice of the terminal's Ctrl-C or end: the parent passes that on.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any

from postel.base import signals
from postel.base.exits import PostelError, how_it_ended

Tell = Callable[[str, Any], None]  # what happened, and the facts of it
Job = Callable[[Tell], None]
_PR_SET_PDEATHSIG = 1
_GRACE_S = 20.0  # for a worker to end its IUT when the time is over


class Workers:
    """Runs jobs inside a `with`, a process each, and hands on what they tell as (number of the job, what, facts).

    The last thing that a job is heard of is `gone`, with None or the words of what ended it. No more than `at_once` run at a
    time. When the clock (time.monotonic) has come to `deadline`, they are asked to end and `overdue` says so. A signal does
    not cut into what the parent does: the first asks the workers to end, the second ends them, and `interrupted` is its number."""

    def __init__(self, jobs: Sequence[Job], *, at_once: int = 1 << 30, deadline: float | None = None) -> None:
        self._waiting = list(enumerate(jobs))
        self._count, self._at_once, self._deadline = len(jobs), at_once, deadline
        self._pipes: dict[Connection, int] = {}
        self._processes: dict[int, ForkProcess] = {}
        self.interrupted = 0
        self.stopped = self.overdue = False

    def __enter__(self) -> Workers:
        self._signals = signals.heeded(self._interrupt)
        self._signals.__enter__()
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)  # a signal just before a wait must not wait too
        self._wake = wake, signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._fill()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        for pipe in self._pipes:  # a worker that still tells something must not wait for us
            pipe.close()
        for process in self._processes.values():
            process.join()
        signal.set_wakeup_fd(self._wake[1])
        self._signals.__exit__(None, None, None)
        for fd in (self._woken, self._wake[0]):
            os.close(fd)

    def add(self, job: Job) -> int:
        """One job more; its number."""
        self._count += 1
        self._waiting.append((self._count - 1, job))
        return self._count - 1

    def stop(self) -> None:
        """Asks the workers to end, and starts no more; what they still tell comes out of heard()."""
        self.stopped = True
        for process in self._processes.values():
            if process.is_alive():
                process.terminate()

    def heard(self) -> Iterator[tuple[int, str, Any]]:
        self._fill()
        while self._pipes:
            for ready in multiprocessing.connection.wait([*self._pipes, self._woken], self._left()):
                if isinstance(ready, Connection):
                    yield self._next(ready)
                else:
                    os.read(self._woken, 4096)
            if self._left() == 0:
                self._late()
            self._fill()

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _late(self) -> None:
        if self.overdue:
            for process in self._processes.values():
                process.kill()
        self.overdue, self._deadline = True, time.monotonic() + _GRACE_S
        self.stop()

    def _fill(self) -> None:
        while self._waiting and len(self._pipes) < self._at_once and not self.stopped:
            self._start(*self._waiting.pop(0))

    def _start(self, number: int, job: Job) -> None:
        context = multiprocessing.get_context("fork")
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, signals.NUMBERS)  # until the worker has its own handlers
        try:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(job, theirs, [*self._pipes, ours], os.getpid(), unblocked))
            process.start()
            theirs.close()
            self._pipes[ours] = number
            self._processes[number] = process
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        if self.stopped:  # a signal came by another thread, which had not blocked it, before we knew of this process
            process.terminate()

    def _next(self, pipe: Connection) -> tuple[int, str, Any]:
        number = self._pipes[pipe]
        try:
            what, facts = pipe.recv()
            return number, what, facts
        except (EOFError, OSError):  # the latter: it ended in the middle of a message
            del self._pipes[pipe]
            pipe.close()
        self._processes[number].join()
        code = self._processes[number].exitcode or 0
        return number, "gone", f"its worker ended: {how_it_ended(code)}" if code else None

    def _interrupt(self, number: int) -> None:
        if self.interrupted:
            for process in self._processes.values():
                process.kill()
        self.interrupted = self.interrupted or number
        self.stop()


def _work(job: Job, pipe: Connection, others: Sequence[Connection], parent: int, unblocked: set[signal.Signals]) -> None:
    for other in others:
        other.close()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return

    def tell(what: str, facts: Any) -> None:
        try:
            pipe.send_bytes(pickle.dumps((what, facts)))  # send() would leave half-closed buffers to whom a signal interrupts in it
        except BrokenPipeError:
            _stop()

    with suppress(KeyboardInterrupt):
        try:
            job(tell)
        except PostelError as error:
            tell("refused", error)
        except Exception:
            tell("crashed", traceback.format_exc())
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the process ends: nothing is left to be stopped


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: closing the IUT must not be cut short
    raise KeyboardInterrupt
