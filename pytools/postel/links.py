# SPDX-License-Identifier: BSD-2-Clause
"""How frames reach an IUT: `tap`, `fd`, `sim` and `iface` behind one interface, `Link`.

A frame is an Ethernet frame without FCS. What the IUT sends is kept in order until `receive` takes it; nobody else
reads the descriptors. A link knows whether its IUT lives (`Life`), so nobody waits for a dead one."""
import errno
import os
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

FRAME_MAX = 65_549  # an IPv4 packet of 65,535 octets and the Ethernet header
_AT_ONCE = 1000  # frames: an IUT that sends without end must not hold us up without end
_STUCK_S = 5.0  # an IUT that reads nothing for so long, with its link full, is treated as gone
_SIM_STUCK_S = 10.0
_DYING_S = 5.0
_POLL_IN = select.POLLIN | select.POLLHUP | select.POLLERR


class LinkClosed(Exception):
    """The IUT is gone, or does not take part any more; the message says which."""


class NotTaken(Exception):
    """A frame is too short or too long for the link: it was not sent, and the message says so."""

    def __init__(self, frame: bytes) -> None:
        super().__init__(f"the link takes no frame of {len(frame):,} octets")


class Life(Protocol):
    """The process behind a link."""

    def fileno(self) -> int: ...  # readable once the process has ended
    def alive(self) -> bool: ...


def ends(life: Life) -> bool:
    """Whether it has ended, or does so in a moment: a process that dies closes its descriptors first."""
    poll = select.poll()
    poll.register(life.fileno(), select.POLLIN)
    return not life.alive() or bool(poll.poll(_DYING_S * 1000))


class Link(Protocol):
    """`send` and `receive` never wait for the IUT (but for one that does not read, see `LinkClosed`)."""

    name: str
    synchronous: bool  # a `receive` right after the `send` sees the whole answer
    mtu: int  # the longest IPv4 packet that the lower tester can send

    def send(self, iface: int, frame: bytes) -> None: ...
    def receive(self) -> tuple[int, bytes] | None: ...
    def wait(self, seconds: float) -> bool: ...  # until `receive` has something; False when the time is over
    def close(self) -> None: ...


class DescriptorLink:
    """One descriptor an interface. What differs between the kinds is `_read` and `_write`."""

    def __init__(self, name: str, fds: Sequence[int], life: Life, *, mtu: int, synchronous: bool = False) -> None:
        self.name, self.mtu, self.synchronous = name, mtu, synchronous
        self._fds, self._life = list(fds), life
        for fd in fds:
            os.set_blocking(fd, False)
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._ended = False

    def send(self, iface: int, frame: bytes) -> None:
        if iface >= len(self._fds):
            raise ValueError(f"the link has interfaces 0 to {len(self._fds) - 1}, not {iface}")
        if not frame:  # as a message of nothing it would say that we have hung up
            raise NotTaken(frame)
        try:
            self._write(self._fds[iface], frame)
        except (BrokenPipeError, ConnectionResetError):
            raise self._closed() from None
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.EMSGSIZE):
                raise NotTaken(frame) from None
            raise

    def receive(self) -> tuple[int, bytes] | None:
        if not self._waiting:
            self.pump()
        return self._waiting.popleft() if self._waiting else None

    def pump(self) -> None:
        """Takes in what the IUT has sent so far, so that it never waits for us to read."""
        for iface, fd in enumerate(self._fds):
            for _ in range(_AT_ONCE):
                if (frame := self._read(fd)) is None:
                    break
                self._waiting.append((iface, frame))

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        poll = select.poll()
        for fd in (*self._fds, self._life.fileno()):
            poll.register(fd, _POLL_IN)
        while True:
            self.pump()
            if self._waiting:
                return True
            if self._ended or not self._life.alive():
                self.pump()  # what it said between our look and its end
                if self._waiting:
                    return True
                raise self._closed()
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            poll.poll(left * 1000)

    def close(self) -> None:
        while self._fds:
            os.close(self._fds.pop())

    def _closed(self) -> LinkClosed:
        return LinkClosed("the IUT ended" if ends(self._life) else "the IUT closed its link")

    def _read(self, fd: int) -> bytes | None:
        raise NotImplementedError

    def _write(self, fd: int, frame: bytes) -> None:
        raise NotImplementedError


class KernelTap(DescriptorLink):
    """Linux is the IUT and owns the interface; we hold the TAP. A write returns after the kernel has answered."""

    def _read(self, fd: int) -> bytes | None:
        try:
            return os.read(fd, FRAME_MAX)
        except BlockingIOError:
            return None

    def _write(self, fd: int, frame: bytes) -> None:
        os.write(fd, frame)


class PacketSocket(DescriptorLink):
    """The IUT holds the TAP, or is behind an interface of its own; we stand on the kernel's side of it."""

    def __init__(self, name: str, fds: Sequence[int], life: Life, *, mtu: int, synchronous: bool = False) -> None:
        super().__init__(name, [], life, mtu=mtu, synchronous=synchronous)
        self._sockets = [socket.socket(fileno=fd) for fd in fds]
        self._fds = [sock.fileno() for sock in self._sockets]

    def close(self) -> None:
        self._fds.clear()
        for sock in self._sockets:
            sock.close()

    def _read(self, fd: int) -> bytes | None:
        try:
            return os.read(fd, 1 << 17)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno == errno.ENETDOWN:
                self._ended = True
                return None
            raise

    def _write(self, fd: int, frame: bytes) -> None:
        try:
            os.write(fd, frame)
        except OSError as error:
            if error.errno not in (errno.ENOBUFS, errno.ENETDOWN, errno.ENXIO):
                raise
            if ends(self._life):
                raise LinkClosed("the IUT ended") from None
            raise LinkClosed("the IUT does not read its link (or has closed it)") from None


class SeqPacket(DescriptorLink):
    """The link `fd`: one message, one frame."""

    def _read(self, fd: int) -> bytes | None:
        if self._ended:
            return None
        try:
            frame = os.read(fd, FRAME_MAX + 1)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            self._ended = True
            return None
        if not frame:
            self._ended = _hung_up(fd)
            return None if self._ended else frame
        return frame

    def _write(self, fd: int, frame: bytes) -> None:
        deadline = time.monotonic() + _STUCK_S
        while True:
            try:
                os.write(fd, frame)
                return
            except BlockingIOError:
                self.pump()
                left = deadline - time.monotonic()
                if left <= 0:
                    raise LinkClosed("the IUT does not read its link") from None
                poll = select.poll()
                poll.register(fd, select.POLLOUT)
                poll.poll(min(left, 0.05) * 1000)


class Sim:
    """The link `sim`: the IUT is an object in a child, one message in, its answers out, in virtual time."""

    name = "sim"
    synchronous = True
    mtu = 65_535

    def __init__(self, fd: int, life: Life, settings: str) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.settimeout(_SIM_STUCK_S)
        self._life = life
        self._frames: deque[tuple[int, bytes]] = deque()
        self._exchange(b"S" + settings.encode())

    def send(self, iface: int, frame: bytes) -> None:
        self._exchange(b"F" + bytes([iface]) + frame)

    def line(self, line: str) -> list[str]:
        """One line of the upper tester's protocol, without LF; the lines of the answer."""
        return self._exchange(b"L" + line.encode())

    def receive(self) -> tuple[int, bytes] | None:
        return self._frames.popleft() if self._frames else None

    def wait(self, seconds: float) -> bool:
        """Never waits: without a stimulus or `advance` nothing can happen here."""
        if not self._frames and not self._life.alive():
            raise LinkClosed("the IUT ended")
        return bool(self._frames)

    def pump(self) -> None:
        """Nothing to do: answers were taken in with the message that caused them."""

    def close(self) -> None:
        self._socket.close()

    def _exchange(self, request: bytes) -> list[str]:
        lines = []
        try:
            self._socket.send(request)
            while (answer := self._socket.recv(1 << 18)) != b".":
                if not answer:
                    raise ConnectionResetError
                if answer[:1] == b"f":
                    self._frames.append((answer[1], answer[2:]))
                if answer[:1] == b"l":
                    lines.append(answer[1:].decode("ascii", "replace"))
        except TimeoutError:
            raise LinkClosed(f"the IUT has not come back for {_SIM_STUCK_S:.0f} s: it hangs") from None
        except (BrokenPipeError, ConnectionResetError):
            raise LinkClosed("the IUT ended" if ends(self._life) else "the IUT closed its link") from None
        return lines


def _hung_up(fd: int) -> bool:
    poll = select.poll()
    poll.register(fd, 0)
    return bool(poll.poll(0))
