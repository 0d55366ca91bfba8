# SPDX-License-Identifier: BSD-2-Clause
"""What the upper tester's verbs reach of this kernel's multicasts (docs/upper-tester.md): who is in which group, with which sources, and
the version of IGMP. All by sockets' options and files below /proc, in the lab's namespace alone."""

from __future__ import annotations

import errno
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SOCK = ("multicast-ttl", "multicast-loop", "multicast-iface", "group-filter")
IFACE = ("igmp-version", "igmp-robustness")
QUERIES = ("igmp-mode",)
GROUP = "group"
CAPS = (*SOCK, *IFACE, *QUERIES, GROUP)
_MULTICAST_IF, _MULTICAST_TTL, _MULTICAST_LOOP, _ADD_MEMBERSHIP, _DROP_MEMBERSHIP = 32, 33, 34, 35, 36
_MCAST_JOIN_SOURCE_GROUP, _MCAST_MSFILTER = 46, 48
_MODES = {"exclude": 0, "include": 1}
_REFUSED = {errno.EADDRINUSE: "EEXIST", errno.EADDRNOTAVAIL: "ENOENT", errno.ENODEV: "EINVAL"}
_ROBUSTNESS = "/proc/sys/net/ipv4/igmp_qrv"
Place = tuple[str, int]  # a group, and the interface's index (0: that of the route)


class Groups:
    """What each socket was told: the kernel has no way to ask for its filter without telling it how long the list is."""

    def __init__(self) -> None:
        self._filters: dict[int, dict[Place, tuple[str, list[str]]]] = {}  # by socket's descriptor: mode and sources
        self._out: dict[int, int] = {}
        self.robust: dict[int, str] = {}  # by interface
        self.usual = ""  # the file's before it was touched

    def option(self, sock: socket.socket, name: str, place: Place) -> str:
        if name == "multicast-iface":
            return str(self._out.get(sock.fileno(), 0))
        if name == "group-filter":
            mode, sources = self._of(sock).get(place, ("include", []))
            return ",".join([mode, *sources])
        return str(sock.getsockopt(socket.IPPROTO_IP, _MULTICAST_TTL if name == "multicast-ttl" else _MULTICAST_LOOP))

    def set_option(self, sock: socket.socket, name: str, value: int) -> None:
        if name == "multicast-iface":
            index = socket.if_nametoindex(f"postel{value}")
            sock.setsockopt(socket.IPPROTO_IP, _MULTICAST_IF, struct.pack("4s4si", bytes(4), bytes(4), index))
            self._out[sock.fileno()] = value
        else:
            sock.setsockopt(socket.IPPROTO_IP, _MULTICAST_TTL if name == "multicast-ttl" else _MULTICAST_LOOP, value)

    def join(self, sock: socket.socket, place: Place) -> None:
        sock.setsockopt(socket.IPPROTO_IP, _ADD_MEMBERSHIP, _mreqn(place))
        self._of(sock)[place] = "exclude", []

    def leave(self, sock: socket.socket, place: Place) -> None:
        sock.setsockopt(socket.IPPROTO_IP, _DROP_MEMBERSHIP, _mreqn(place))
        self._of(sock).pop(place, None)

    def filter(self, sock: socket.socket, place: Place, mode: str, sources: list[str]) -> None:
        """The kernel filters for who has joined. It reports some ticks after the first call, so that this is one change all the same."""
        joined = place in self._of(sock)
        if mode == "include" and not sources:
            if joined:
                self.leave(sock, place)
            return
        if not joined and mode == "exclude":
            self.join(sock, place)
        elif not joined:
            sock.setsockopt(socket.IPPROTO_IP, _MCAST_JOIN_SOURCE_GROUP, struct.pack("I4x", place[1]) + _storage(place[0]) + _storage(sources[0]))
        head = struct.pack("I4x", place[1]) + _storage(place[0]) + struct.pack("II", _MODES[mode], len(sources))
        try:
            sock.setsockopt(socket.IPPROTO_IP, _MCAST_MSFILTER, head + b"".join(map(_storage, sources)))
        except OSError:
            if not joined:
                self.leave(sock, place)
            raise
        self._of(sock)[place] = mode, sources

    def closed(self, sock: socket.socket) -> None:
        self._filters.pop(sock.fileno(), None)
        self._out.pop(sock.fileno(), None)

    def reset(self) -> None:
        self._filters.clear()
        self._out.clear()

    def listed(self) -> list[dict[str, str]]:
        """The kernel tells groups and sources, not modes: those of groups that are none of ours are joined by the kernel itself."""
        sources = list(_sources())
        return [
            {"iface": number, "addr": group, "mode": mode, "sources": ",".join(sorted(self._merged(index, group, mode, sources)))}
            for number, index, group in _groups() for mode in [self._mode(index, group)]
        ]  # fmt: skip

    def _mode(self, index: int, group: str) -> str:
        held = [mode for mode, _ in self._held(index, group)]
        return "include" if held and "exclude" not in held else "exclude"

    def _merged(self, index: int, group: str, mode: str, sources: list[tuple[int, str, str, int, int]]) -> Iterator[str]:
        every = sum(each == "exclude" for each, _ in self._held(index, group))
        for on, of, source, including, excluding in sources:
            if (on, of) == (index, group) and (including if mode == "include" else excluding == every and not including):
                yield source

    def _held(self, index: int, group: str) -> Iterator[tuple[str, list[str]]]:
        for filters in self._filters.values():
            for (of, on), held in filters.items():
                if of == group and (on or _by_route()) == index:
                    yield held

    def _of(self, sock: socket.socket) -> dict[Place, tuple[str, list[str]]]:
        return self._filters.setdefault(sock.fileno(), {})

    def interface(self, number: int, name: str) -> str:
        if name == "igmp-mode":
            return next(version for of, version in _modes() if of == number)
        if name == "igmp-robustness":
            return self.robust.get(number, self.usual or Path(_ROBUSTNESS).read_text().strip())
        return str(int(_version(number).read_text()) or 3)

    def set_version(self, number: int, value: int) -> None:
        _version(number).write_text(str(value % 3))  # 0 lets the queriers decide


def robustness(value: int) -> int:
    """What interfaces take that come up from now on; it was that before."""
    before = int(Path(_ROBUSTNESS).read_text())
    Path(_ROBUSTNESS).write_text(str(value))
    return before


def is_address(value: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value)) and all(int(part) < 256 for part in value.split("."))


def refused(error: OSError) -> str:
    return _REFUSED.get(error.errno or 0, "")


def _mreqn(place: Place) -> bytes:
    return struct.pack("4s4si", socket.inet_aton(place[0]), bytes(4), place[1])


def _storage(address: str) -> bytes:
    """A `struct sockaddr_storage`."""
    return struct.pack("H2x4s120x", socket.AF_INET, socket.inet_aton(address))


def _version(number: int) -> Path:
    return Path(f"/proc/sys/net/ipv4/conf/postel{number}/force_igmp_version")


def _modes() -> Iterator[tuple[int, str]]:
    for line in Path("/proc/net/igmp").read_text().splitlines()[1:]:
        if found := re.match(r"\d+\s+postel(\d)\s*:\s+\d+\s+V(\d)", line):
            yield int(found[1]), found[2]


def _groups() -> Iterator[tuple[str, int, str]]:
    """The interface's number and index, and each of its groups."""
    number, index = "", 0
    for line in Path("/proc/net/igmp").read_text().splitlines()[1:]:
        if found := re.match(r"(\d+)\s+(\S+)\s*:", line):
            index, number = int(found[1]), found[2].removeprefix("postel")
        elif number.isdecimal() and (found := re.match(r"\s+([0-9A-F]{8})\s", line)):
            yield number, index, socket.inet_ntoa(int(found[1], 16).to_bytes(4, "little"))


def _sources() -> Iterator[tuple[int, str, str, int, int]]:
    """Index, group, source, and how many sockets include and exclude it."""
    for line in Path("/proc/net/mcfilter").read_text().splitlines()[1:]:
        index, _, group, source, including, excluding = line.split()
        yield int(index), *(socket.inet_ntoa(int(word, 16).to_bytes(4, "big")) for word in (group, source)), int(including), int(excluding)  # type: ignore[misc]


def _by_route() -> int:
    """The index of the interface that multicasts go out of."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("224.0.0.1", 9))
        mine = sock.getsockname()[0]
        for line in Path("/proc/net/route").read_text().splitlines()[1:]:
            name, net, _, _, _, _, _, mask = line.split()[:8]
            here = int.from_bytes(socket.inet_aton(mine), "little")
            if int(mask, 16) and here & int(mask, 16) == int(net, 16):
                return socket.if_nametoindex(name)
    return 0
