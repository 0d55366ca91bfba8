# SPDX-License-Identifier: BSD-2-Clause
"""The processes below one: who they are, what memory they hold, and their end."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_END_S = 5.0


def below(pid: int) -> list[int]:
    """The nearest first. What has ended meanwhile has none."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in os.listdir(f"/proc/{each}/task"):
                found += map(int, Path(f"/proc/{each}/task/{task}/children").read_text(encoding="ascii").split())
    return found[1:]


def resident(pids: list[int]) -> int:
    """The octets of memory that are theirs alone; what they share with files is not."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            _, all_of_it, shared, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
            total += int(all_of_it) - int(shared)
    return total * _PAGE


def end(pid: int) -> None:
    """All below, also what starts meanwhile; not itself, whose work it is to bury them."""
    give_up = time.monotonic() + _END_S
    while (found := below(pid)) and time.monotonic() < give_up:
        for each in found:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        time.sleep(0.001)
