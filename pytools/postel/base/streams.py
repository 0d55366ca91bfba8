# SPDX-License-Identifier: BSD-2-Clause
"""Standard output and error that do not end a command: whoever read them may be gone (`postel run | head`).

What can be written no more is left out; the command goes on, and its exit code is its own. Only where output is lost that
somebody still waits for (a disk is full) is that an error at the end.
"""

import errno
import io
import os
import select
import sys
from typing import Any

from postel.base.exits import Exit, worst

_GONE = (errno.EPIPE, errno.EIO, errno.ENXIO)  # nobody is there to read it: a closed pipe, a terminal that was hung up


class _Lasting(io.FileIO):
    def __init__(self, fd: int) -> None:
        super().__init__(fd, "w", closefd=False)
        self.lost: OSError | None = None

    def write(self, octets: Any) -> int:
        while True:
            try:
                written: int | None = super().write(octets)
            except OSError as error:
                if error.errno not in _GONE:
                    self.lost = self.lost or error
                return len(octets)
            if written is not None:
                return written
            select.select([], [self], [])  # somebody else who has it made it non-blocking


def open_all() -> None:
    """Makes descriptors 0, 1 and 2 and the streams on them last; those that were closed lead nowhere, so that no file of
    ours becomes one of them."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
            os.set_inheritable(fd, True)
    sys.stdout, sys.stderr = _lasting(1, sys.stdout), _lasting(2, sys.stderr)


def _lasting(fd: int, before: Any) -> io.TextIOWrapper:
    """`before` is None where the descriptor was closed."""
    return io.TextIOWrapper(
        io.BufferedWriter(_Lasting(fd)), encoding=getattr(before, "encoding", "utf-8"),
        errors=getattr(before, "errors", "replace"),
        line_buffering=fd == 2 or os.isatty(fd) or getattr(before, "write_through", False),  # PYTHONUNBUFFERED
    )  # fmt: skip


def close_all(code: int) -> int:
    """Writes what is left; the exit code, given the command's own."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        lost = getattr(getattr(stream, "buffer", None), "raw", None)
        if isinstance(lost, _Lasting) and lost.lost:
            print(f"postel: what was printed is not whole: {lost.lost.strerror}", file=sys.stderr, flush=True)
            code = worst([code, Exit.ENVIRONMENT]) if code in list(Exit) else code
    return code
