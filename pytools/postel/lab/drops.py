# SPDX-License-Identifier: BSD-2-Clause
"""Why the kernel discards packets: the tracepoint skb:kfree_skb, read through perf events.

The kernel runs its whole receive path inside the lower tester's write to the TAP, that is in our own process: so events of
this process alone are those of the IUT, whatever else the machine discards. What a timer discards is not among them.
The events end with the process. Needs root; elsewhere there are no reasons. The helper, which has mounts of its own,
reads what the kernel says about the tracepoint."""
import ctypes
import mmap
import os
import platform
import re
import struct
from pathlib import Path
from typing import Any

from postel.lab import client, system

_PLACE = Path("/sys/kernel/tracing")
_NUMBER_OF_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241, "riscv64": 241}
_TYPE_TRACEPOINT, _SAMPLE_RAW, _FLAG_CLOEXEC = 2, 1 << 10, 8
_RECORD_SAMPLE = 9
_PAGES = 64  # of the ring: some two thousand events between two looks
_HEAD, _TAIL = 1024, 1032  # where perf_event_mmap_page says how much was written and read
_libc = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """In words, why there are no reasons."""


class Reasons:
    def __init__(self, ring: mmap.mmap, names: dict[int, str], place: int) -> None:
        self._ring, self._names, self._place = ring, names, place
        self._size = len(ring) - mmap.PAGESIZE

    def taken(self) -> list[str]:
        """The reasons since the last call, in order."""
        found = []
        head, tail = (struct.unpack_from("Q", self._ring, at)[0] for at in (_HEAD, _TAIL))
        while tail < head:
            kind, size = struct.unpack("I2xH", self._octets(tail, 8))
            if kind == _RECORD_SAMPLE:
                number = struct.unpack_from("I", self._octets(tail, size), 12 + self._place)[0]
                found.append(self._names.get(number, str(number)))
            tail += size
        struct.pack_into("Q", self._ring, _TAIL, tail)
        return found

    def _octets(self, at: int, count: int) -> bytes:
        at %= self._size
        data = self._ring[mmap.PAGESIZE + at : mmap.PAGESIZE + min(at + count, self._size)]
        return data + self._ring[mmap.PAGESIZE : mmap.PAGESIZE + count - len(data)]


_opened: dict[int, Reasons | None] = {}  # by process: an event counts for the one that opened it


def reasons() -> Reasons | None:
    """Those of this process, None where they cannot be had."""
    if os.getpid() not in _opened:
        try:
            _opened[os.getpid()] = open_()
        except Unavailable:
            _opened[os.getpid()] = None
    return _opened[os.getpid()]


def open_() -> Reasons:
    described = client.tracepoint()
    if "error" in described:
        raise Unavailable(described["error"])
    names = {int(n): name for n, name in re.findall(r"\{\s*(\d+),\s*\"(\w+)\"\s*\}", described["format"])}
    field = re.search(r"\breason;\s*offset:(\d+);\s*size:4;", described["format"])
    if not names or not field:
        raise Unavailable("this kernel's skb:kfree_skb names no reason (Linux 5.17 and newer do)")
    fd = _perf_event_open(described["id"])
    try:
        ring = mmap.mmap(fd, (1 + _PAGES) * mmap.PAGESIZE)
    except OSError as error:
        raise Unavailable(f"the ring of perf events: {error.strerror}") from error
    return Reasons(ring, names, int(field[1]))


def described() -> dict[str, Any]:
    """In the helper: the tracepoint's number and format, or the error in words."""
    try:
        event = _PLACE / "events/skb/kfree_skb"
        if not event.exists():
            system.mount("tracefs", str(_PLACE))
        return {"id": int((event / "id").read_text()), "format": (event / "format").read_text()}
    except OSError as error:
        return {"error": f"the tracepoint skb:kfree_skb takes root: {error.strerror or error}"}


def _perf_event_open(tracepoint: int) -> int:
    number = _NUMBER_OF_PERF_EVENT_OPEN.get(platform.machine())
    if number is None:
        raise Unavailable(f"not known how to ask on {platform.machine()}")
    attributes = ctypes.create_string_buffer(128)
    struct.pack_into("IIQQQ", attributes, 0, _TYPE_TRACEPOINT, 128, tracepoint, 1, _SAMPLE_RAW)
    fd: int = _libc.syscall(number, attributes, 0, -1, -1, ctypes.c_ulong(_FLAG_CLOEXEC))
    if fd < 0:
        raise Unavailable(f"perf_event_open: {os.strerror(ctypes.get_errno())}")
    return fd
