# SPDX-License-Identifier: BSD-2-Clause
"""For how long this kernel believes what it has learned of neighbours and of paths: files below /proc/sys/net/ipv4 of the lab's namespace."""

import glob
from collections.abc import Callable

_NEIGH = "/proc/sys/net/ipv4/neigh/postel*/"
_FILES = {"neighbor-lifetime": ("base_reachable_time_ms", "delay_first_probe_time"), "neighbor-polls": ("ucast_solicit",)}  # each interface's
_EXPIRES = "/proc/sys/net/ipv4/route/mtu_expires"
TIMES = {"neighbor-lifetime": (1, 2**31 // 1000), "neighbor-polls": (0, 255), "pmtu-age": (1, 2**31 // 1000)}  # the least and the most


def get(name: str) -> str:
    if name == "pmtu-age":
        return _read(_EXPIRES)
    held = _read(min(_files(name)))
    return str(round(int(held) * 3 / 2000)) if name == "neighbor-lifetime" else held


def set_(name: str, value: int) -> None:
    """The kernel draws a neighbour's time between half of the file's and half as much again: that is the most that is asked for. And
    it would believe a neighbour in use for some seconds more before it asks."""
    if name == "pmtu-age":
        _write(_EXPIRES, str(value))
    for path in _files(name):
        times = {"base_reachable_time_ms": value * 2000 // 3, "delay_first_probe_time": 0}
        _write(path, str(times.get(path.rpartition("/")[2], value)))


def saved(name: str) -> Callable[[], None]:
    """Puts back what is there now."""
    held = {path: _read(path) for path in ([_EXPIRES] if name == "pmtu-age" else _files(name))}

    def restore() -> None:
        for path, value in held.items():
            _write(path, value)

    return restore


def _files(name: str) -> list[str]:
    return sorted(path for file in _FILES.get(name, ()) for path in glob.glob(_NEIGH + file))


def _read(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def _write(path: str, value: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(value)
