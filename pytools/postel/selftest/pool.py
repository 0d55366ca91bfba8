# SPDX-License-Identifier: BSD-2-Clause
"""Work that is shared out to processes, each a fork that has all that its parent knows, and results as they come."""

from __future__ import annotations

import ctypes
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_PR_SET_PDEATHSIG = 1

_at_work: tuple[Callable[[Any], Any], Sequence[Any]] | None = None  # which a fork takes along: cases are not to be sent


def _one(number: int) -> Any:
    assert _at_work
    work, items = _at_work
    return work(items[number])


def _begin() -> None:
    """A fork ends with its parent, whatever ends that."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def each(work: Callable[[T], R], items: Sequence[T], jobs: int, seconds: float | None = None) -> Iterator[R]:
    """What `work` makes of each item, in the order in which it is done. When the time is over no more is begun."""
    global _at_work
    _at_work = work, items
    give_up = None if seconds is None else time.monotonic() + seconds
    numbers = iter(range(len(items)))
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_begin) as pool:
        running: set[Future[R]] = set()
        while True:
            while len(running) < jobs and (give_up is None or time.monotonic() < give_up):
                number = next(numbers, None)
                if number is None:
                    break
                running.add(pool.submit(_one, number))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
