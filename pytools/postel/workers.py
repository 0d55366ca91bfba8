# SPDX-License-Identifier: BSD-2-Clause
"""IUTs side by side: a process for each, so that one that waits does not hold up the others.

Each worker tells its parent what happens; the parent alone writes files that are shared. A worker ends in good order on
SIGTERM and when its parent dies, and takes no notice of the terminal's Ctrl-C: the parent passes that on.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import multiprocessing.connection
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from postel.exits import PostelError
from postel.plugin import Tell

Job = Callable[[Tell], None]
_PR_SET_PDEATHSIG = 1


class Workers:
    """Runs jobs, a process each, and hands on what they tell as (number of the job, what, facts).

    The last thing that a job is heard of is `gone`, with None or the words of what ended it."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        context = multiprocessing.get_context("fork")
        self._pipes: dict[Connection, int] = {}
        self._processes = []
        for number, job in enumerate(jobs):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(job, theirs, [*self._pipes, ours], os.getpid()))
            process.start()
            theirs.close()
            self._pipes[ours] = number
            self._processes.append(process)

    def stop(self) -> None:
        """Asks the workers to end; what they still tell comes out of heard()."""
        for process in self._processes:
            if process.is_alive():
                process.terminate()

    def heard(self) -> Iterator[tuple[int, str, Any]]:
        while self._pipes:
            for ready in multiprocessing.connection.wait(list(self._pipes)):
                assert isinstance(ready, Connection)
                try:
                    yield self._pipes[ready], *ready.recv()
                except EOFError:
                    number = self._pipes.pop(ready)
                    self._processes[number].join()
                    code = self._processes[number].exitcode
                    yield number, "gone", None if code == 0 else f"its worker ended with code {code}"


def _work(job: Job, pipe: Connection, others: Sequence[Connection], parent: int) -> None:
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return

    def tell(what: str, facts: Any) -> None:
        try:
            pipe.send((what, facts))
        except BrokenPipeError:
            raise KeyboardInterrupt from None

    try:
        job(tell)
    except PostelError as error:
        tell("refused", error)
    except KeyboardInterrupt:
        pass
    except Exception:
        tell("crashed", traceback.format_exc())


def _stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: closing the IUT must not be cut short
    raise KeyboardInterrupt
