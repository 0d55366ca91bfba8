# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT says on its standard error, kept in the helper: whole, up to a budget; of more, the beginning and the end.

A sanitizer's report begins with what matters, a log ends with it."""
import os
from collections import deque

OURS = "postel: "  # how a line begins that we have added
HEAD, TAIL = 1 << 19, 1 << 19  # octets
_READ, _AT_ONCE = 1 << 16, 16  # who writes without end must not hold us up without end


class Kept:
    """Of one process; `fd` is the end of the pipe that we read."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        os.set_blocking(fd, False)
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_octets = self._lost = 0

    def take(self) -> bool:
        """Takes what there is; False once the pipe has ended."""
        for _ in range(_AT_ONCE):
            try:
                said = os.read(self.fd, _READ)
            except BlockingIOError:
                return True
            if not said:
                return False
            self.keep(said)
        return True

    def keep(self, said: bytes) -> None:
        room = HEAD - len(self._head)
        self._head += said[:room]
        if rest := said[room:]:
            self._tail.append(rest)
            self._tail_octets += len(rest)
        while self._tail_octets - len(self._tail[0] if self._tail else b"") >= TAIL:
            first = self._tail.popleft()
            self._tail_octets -= len(first)
            self._lost += len(first)

    def file(self) -> int:
        """A descriptor of a file that holds it, for another process to read."""
        gap = [f"\n[postel: {self._lost:,} octets are left out here]\n".encode()] if self._lost else []
        fd = os.memfd_create("stderr")
        for part in (bytes(self._head), *gap, *self._tail):
            while part:
                part = part[os.write(fd, part) :]
        os.lseek(fd, 0, os.SEEK_SET)
        return fd
