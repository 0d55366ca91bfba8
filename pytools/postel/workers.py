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
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any

from postel import signals
from postel.exits import PostelError, how_it_ended
from postel.plugin import Tell

Job = Callable[[Tell], None]
_PR_SET_PDEATHSIG = 1


class Workers:
    """Runs jobs inside a `with`, a process each, and hands on what they tell as (number of the job, what, facts).

    The last thing that a job is heard of is `gone`, with None or the words of what ended it. A signal does not cut into what
    the parent does: the first asks the workers to end, the second ends them, and `interrupted` is its number."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._pipes: dict[Connection, int] = {}
        self._processes: list[ForkProcess] = []
        self.interrupted = 0

    def __enter__(self) -> Workers:
        self._signals = signals.heeded(self._interrupt)
        self._signals.__enter__()
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)  # a signal just before a wait must not wait too
        self._wake = wake, signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for job in self._jobs:
            self._start(job)
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        for pipe in self._pipes:  # a worker that still tells something must not wait for us
            pipe.close()
        for process in self._processes:
            process.join()
        signal.set_wakeup_fd(self._wake[1])
        self._signals.__exit__(None, None, None)
        for fd in (self._woken, self._wake[0]):
            os.close(fd)

    def _start(self, job: Job) -> None:
        context = multiprocessing.get_context("fork")
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, signals.NUMBERS)  # until the worker has its own handlers
        try:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(job, theirs, [*self._pipes, ours], os.getpid(), unblocked))
            process.start()
            theirs.close()
            self._pipes[ours] = len(self._processes)
            self._processes.append(process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)

    def stop(self) -> None:
        """Asks the workers to end; what they still tell comes out of heard()."""
        for process in self._processes:
            if process.is_alive():
                process.terminate()

    def heard(self) -> Iterator[tuple[int, str, Any]]:
        while self._pipes:
            for ready in multiprocessing.connection.wait([*self._pipes, self._woken]):
                if isinstance(ready, Connection):
                    yield self._next(ready)
                else:
                    os.read(self._woken, 4096)

    def _next(self, pipe: Connection) -> tuple[int, str, Any]:
        number = self._pipes[pipe]
        try:
            what, facts = pipe.recv()
            return number, what, facts
        except (EOFError, OSError):  # the latter: it ended in the middle of a message
            del self._pipes[pipe]
        self._processes[number].join()
        code = self._processes[number].exitcode
        return number, "gone", None if code == 0 else f"its worker ended: {how_it_ended(code or 0)}"

    def _interrupt(self, number: int) -> None:
        if self.interrupted:
            for process in self._processes:
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
            pipe.send((what, facts))
        except BrokenPipeError:
            raise KeyboardInterrupt from None

    with suppress(KeyboardInterrupt):
        try:
            job(tell)
        except PostelError as error:
            tell("refused", error)
        except Exception:
            tell("crashed", traceback.format_exc())


def _stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: closing the IUT must not be cut short
    raise KeyboardInterrupt
