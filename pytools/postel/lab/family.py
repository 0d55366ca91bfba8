# SPDX-License-Identifier: BSD-2-Clause
"""The processes below one: who they are, what memory they hold, and their end."""

import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

_HELD = re.compile(r"^Rss(?:Anon|Shmem):\s*(\d+) kB$", re.MULTILINE)
_END_S = 5.0


def children(pid: int) -> list[int]:
    """What has ended meanwhile has none."""
    with suppress(OSError):
        tasks = [Path(f"/proc/{pid}/task/{task}/children") for task in os.listdir(f"/proc/{pid}/task")]
        return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]
    return []


def below(pid: int) -> list[int]:
    """The nearest first."""
    found = [pid]
    for each in found:
        found += children(each)
    return found[1:]


def memory(pids: list[int]) -> int:
    """The octets that they hold in memory, without those of files. Pages that a fork shares count for both."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
            total += sum(int(kilobytes) for kilobytes in _HELD.findall(status))
    return total << 10


def end(pid: int) -> None:
    """All below, also what starts meanwhile. Burying them is its own work, and done here when that is this process."""
    give_up = time.monotonic() + _END_S
    while (found := below(pid)) and time.monotonic() < give_up:
        for each in found:
            kill(each)
        if pid == os.getpid():
            with suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
        else:
            time.sleep(0.001)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
