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

from postel.base.exits import EnvironmentUnusable
from postel.base.patience import Patience
from postel.iut import offload
from postel.lab import netdev

FRAME_MAX = 65_549  # an IPv4 packet of 65,535 octets and the Ethernet header
HELD_FRAMES, HELD_OCTETS = 50_000, 1 << 25  # that may wait to be received: who sends more sends without end
LINES, LINES_OCTETS = 100_000, 1 << 25  # and of the upper tester, in one answer
_AT_ONCE = 1000  # frames: an IUT that sends without end must not hold us up without end
_STUCK_S = 5.0  # an IUT that reads nothing for so long, with its link full, is treated as gone
_SIM_STUCK_S = 10.0
_AGAIN_S = 0.005  # between two tries to write into a TAP that nobody reads
_DYING_S = 1.0
_POLL_IN = select.POLLIN | select.POLLHUP | select.POLLERR


class LinkClosed(Exception):
    """The IUT is gone, or does not take part any more; the message says which."""


class Endless(LinkClosed):
    """The IUT sends more than anybody can keep; the message says how much, and of what."""


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


class Beside(Protocol):
    """What else an IUT says, by another descriptor: it may wait for us to read that before it answers here."""

    open: bool

    def fileno(self) -> int: ...
    def pump(self) -> None: ...


class Link(Protocol):
    """`send` and `receive` never wait for the IUT (but for one that does not read, see `LinkClosed`)."""

    name: str
    synchronous: bool  # a `receive` right after the `send` sees the whole answer
    mtu: int  # the longest IPv4 packet that the lower tester can send

    def send(self, iface: int, frame: bytes) -> None: ...
    def receive(self) -> tuple[int, bytes] | None: ...
    def wait(self, seconds: float) -> bool: ...  # until `receive` has something; False when the time is over
    def close(self) -> None: ...


class Held:
    """Frames that wait to be received, within a budget."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, bytes]] = deque()
        self._octets = 0

    def __bool__(self) -> bool:
        return bool(self._frames)

    def add(self, iface: int, frame: bytes) -> None:
        self._frames.append((iface, frame))
        self._octets += len(frame)
        self.check()

    def check(self) -> None:
        if len(self._frames) > HELD_FRAMES or self._octets > HELD_OCTETS:
            raise Endless(f"frames without end: {len(self._frames):,} of {self._octets:,} octets at once")

    def take(self) -> tuple[int, bytes] | None:
        if not self._frames:
            return None
        iface, frame = self._frames.popleft()
        self._octets -= len(frame)
        return iface, frame


class DescriptorLink:
    """One descriptor an interface. What differs between the kinds is `_read` and `_write`."""

    def __init__(self, name: str, fds: Sequence[int], life: Life, *, mtu: int, synchronous: bool = False,
                 patience: Patience | None = None) -> None:  # fmt: skip
        self.name, self.mtu, self.synchronous = name, mtu, synchronous
        self.beside: Beside | None = None
        self._fds, self._life, self._patience = list(fds), life, patience or Patience()
        for fd in fds:
            os.set_blocking(fd, False)
        self._waiting = Held()
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
        return self._waiting.take()

    def pump(self) -> None:
        """Takes in what the IUT has sent so far, so that it never waits for us to read; Endless when that is too much."""
        self._waiting.check()
        for iface, fd in enumerate(self._fds):
            for _ in range(_AT_ONCE):
                if (frame := self._read(fd)) is None:
                    break
                self._waiting.add(iface, frame)

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            self.pump()
            self._pump_beside()
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
            poll = select.poll()
            beside = [self.beside.fileno()] if self.beside and self.beside.open else []
            for fd in (*self._fds, self._life.fileno(), *beside):
                poll.register(fd, _POLL_IN)
            poll.poll(left * 1000)

    def listening(self) -> Sequence[int]:
        """The descriptors on which something may still come, for somebody else to wait on."""
        return () if self._ended else self._fds

    def close(self) -> None:
        while self._fds:
            os.close(self._fds.pop())

    def _pump_beside(self) -> None:
        if self.beside:
            self.beside.pump()

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

    def __init__(self, name: str, fds: Sequence[int], life: Life, *, mtu: int, synchronous: bool = False,
                 patience: Patience | None = None) -> None:  # fmt: skip
        super().__init__(name, [], life, mtu=mtu, synchronous=synchronous, patience=patience)
        self._sockets = {fd: socket.socket(fileno=fd) for fd in fds}
        self._fds = list(fds)
        self._names = {fd: sock.getsockname()[0] for fd, sock in self._sockets.items()}

    def close(self) -> None:
        self._fds.clear()
        for sock in self._sockets.values():
            sock.close()

    def without_carrier(self) -> list[str]:
        """The interfaces at whose other end there is nobody."""
        return [self._names[fd] for fd, sock in self._sockets.items() if not netdev.has_carrier(sock, self._names[fd])]

    def _read(self, fd: int) -> bytes | None:
        try:
            octets, ancillary, _, _ = self._sockets[fd].recvmsg(1 << 17, offload.ANCILLARY)
            frame, unfinished = offload.as_on_the_wire(octets, ancillary)
        except BlockingIOError:
            return None
        except offload.Aggregate:
            raise EnvironmentUnusable(offload.AGGREGATE) from None
        except OSError as error:
            if error.errno == errno.EINVAL:  # an aggregate of a kind for which this kernel has no words
                raise EnvironmentUnusable(offload.AGGREGATE) from None
            if error.errno != errno.ENETDOWN:
                raise
            self._ended = True
            return None
        if unfinished:
            self._patience.remark(offload.UNFINISHED)
        return frame

    def _write(self, fd: int, frame: bytes) -> None:
        deadline = time.monotonic() + self._patience.of(_STUCK_S)
        while True:
            try:
                self._sockets[fd].send(offload.NOTHING + frame)
                return
            except OSError as error:
                if error.errno not in (errno.ENOBUFS, errno.ENETDOWN, errno.ENXIO):
                    raise
                gone = error.errno != errno.ENOBUFS  # which it also is as long as the IUT has not opened its TAP
            if not self._life.alive():
                raise LinkClosed("the IUT ended")
            if gone or time.monotonic() > deadline:
                raise self._closed()
            self.pump()
            self._pump_beside()
            poll = select.poll()
            poll.register(self._life.fileno(), select.POLLIN)
            poll.poll(_AGAIN_S * 1000)

    def _closed(self) -> LinkClosed:
        if self.name == "iface":
            return LinkClosed(f"the interface {' or '.join(self._names.values())} is down or has gone")
        return LinkClosed("the IUT ended" if ends(self._life) else "the IUT does not read its link (or has closed it)")


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
        deadline = time.monotonic() + self._patience.of(_STUCK_S)
        while True:
            try:
                os.write(fd, frame)
                return
            except BlockingIOError:
                self.pump()
                self._pump_beside()
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

    def __init__(self, fd: int, life: Life, settings: str, interfaces: int = 1, patience: Patience | None = None) -> None:
        self._socket = socket.socket(fileno=fd)
        self._life, self._interfaces, self._patience = life, interfaces, patience or Patience()
        self._waiting = Held()
        self._lost: LinkClosed | None = None  # an exchange that was cut short: what comes now is not the answer to the next
        self._told: list[bytes] | None = None
        self._exchange(b"S" + settings.encode(), _SIM_STUCK_S)

    def keep(self, told: list[bytes]) -> None:
        """From now on every message to the IUT is put there too."""
        self._told = told

    def send(self, iface: int, frame: bytes) -> None:
        self._exchange(b"F" + bytes([iface]) + frame, self._patience.of(_SIM_STUCK_S))

    def line(self, line: str, seconds: float = _SIM_STUCK_S) -> list[str]:
        """One line of the upper tester's protocol, without LF; the lines of the answer."""
        return self._exchange(b"L" + line.encode("latin-1"), seconds)

    def receive(self) -> tuple[int, bytes] | None:
        return self._waiting.take()

    def wait(self, seconds: float) -> bool:
        """Never waits: without a stimulus or `advance` nothing can happen here."""
        if not self._waiting and not self._life.alive():
            raise LinkClosed("the IUT ended")
        return bool(self._waiting)

    def pump(self) -> None:
        """Nothing to do: answers were taken in with the message that caused them."""

    def close(self) -> None:
        self._socket.close()

    def _exchange(self, request: bytes, seconds: float) -> list[str]:
        """One message and its whole answer, within its time and its budgets, however the IUT deals it out."""
        if self._lost:
            raise self._lost
        if self._told is not None:
            self._told.append(request)
        lines: list[str] = []
        try:
            self._take(request, lines, time.monotonic() + seconds)
        except TimeoutError:
            self._lost = LinkClosed(f"the IUT has not come back for {seconds:g} s: it hangs")
        except (BrokenPipeError, ConnectionResetError):
            self._lost = LinkClosed("the IUT ended" if ends(self._life) else "the IUT closed its link")
        except LinkClosed as error:
            self._lost = error
        if self._lost:
            raise self._lost
        return lines

    def _take(self, request: bytes, lines: list[str], deadline: float) -> None:
        self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
        self._socket.send(request)
        octets = 0
        while (answer := self._socket.recv(1 << 18)) != b".":
            if not answer:
                raise ConnectionResetError
            kind, body = answer[:1], answer[1:]
            if kind == b"f" and body and body[0] < self._interfaces:
                self._waiting.add(body[0], body[1:])
            elif kind == b"l":
                lines.append(body.decode("latin-1"))
                octets += len(body)
            else:
                raise LinkClosed(f"the IUT sends {answer[:8].hex()}..., which is no frame of an interface and no line")
            if len(lines) > LINES or octets > LINES_OCTETS:
                raise Endless(f"lines without end: {len(lines):,} of {octets:,} octets in answer to one message")
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)


def _hung_up(fd: int) -> bool:
    poll = select.poll()
    poll.register(fd, 0)
    return bool(poll.poll(0))
