# SPDX-License-Identifier: BSD-2-Clause
"""What ends a command from outside: SIGINT, SIGTERM and SIGHUP are heeded alike, and the exit code is 128 and the number.

SIGHUP stays ignored where it was when the command began (`nohup`)."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """A command ends here because of a signal."""

    def __init__(self, number: int) -> None:
        super().__init__("interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}")
        self.number, self.exit = number, 128 + number


def end(number: int) -> None:
    raise Ended(number)


@contextmanager
def heeded(act: Callable[[int], None] = end) -> Iterator[None]:
    """Inside, `act` is called with the number of each that arrives. In a thread this is the main thread's affair."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in NUMBERS}
    heard = [number for number in NUMBERS if number != signal.SIGHUP or before[number] != signal.SIG_IGN]
    for number in heard:
        signal.signal(number, lambda number, frame: act(number))
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])


@contextmanager
def held() -> Iterator[list[int]]:
    """Inside, what must be brought to its end: the first is noted, the second ends it nevertheless."""
    seen: list[int] = []

    def note(number: int) -> None:
        seen.append(number)
        if len(seen) > 1:
            end(number)

    with heeded(note):
        yield seen
