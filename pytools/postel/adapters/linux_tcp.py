# SPDX-License-Identifier: BSD-2-Clause
"""This kernel's TCP as the operations `tcp.*` have it (docs/upper-tester.md).

The kernel tells the user of an open connection what an ICMP error comes to (EHOSTUNREACH, ...), and neither its type nor its code: these
are those of the message that was heard beside it and quotes the connection's ends."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from postel.adapters.linux_config import Keys, Refused

_IP_OPTIONS, _IP_RECVERR, _MSG_ERRQUEUE = 4, 11, 0x2000
_TCP_INFO, _TCP_REPAIR = 11, 19
_ESTABLISHED, _CLOSED = 1, 7  # states that TCP_INFO tells
_BACKLOG, _IP_MIN = 8, 20
_REASONS = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EPIPE: "reset", errno.ETIMEDOUT: "timeout"}

Heard = list[tuple[str, bytes]]  # ICMP errors: source, message


@dataclass
class _Socket:
    sock: socket.socket
    listens: bool = False
    opened: bool = False  # its user has been told
    hears: bool = True  # its user has not closed it, nor been told of its end


class Tcp:
    """The sockets, by the numbers that all kinds of them share."""

    def __init__(self) -> None:
        self._sockets: dict[int, _Socket] = {}

    def reset(self) -> None:
        """Silently: what a connection that is given up says would fall into the next case."""
        for each in self._sockets.values():
            if not each.listens:
                with suppress(OSError):
                    each.sock.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
            each.sock.close()
        self._sockets.clear()

    def named(self, number: int) -> socket.socket | None:
        each = self._sockets.get(number)
        return each.sock if each and each.hears else None

    def listen(self, keys: Keys, number: int) -> None:
        sock = self._made(keys, keys.get("addr", "0.0.0.0"), int(keys["port"]))
        sock.listen(_BACKLOG)
        self._sockets[number] = _Socket(sock, listens=True)

    def connect(self, keys: Keys, number: int) -> None:
        sock = self._made(keys, keys.get("addr", "0.0.0.0"), int(keys.get("port", 0)))
        failed = sock.connect_ex((keys["dst"], int(keys["dport"])))
        if failed != errno.EINPROGRESS:
            sock.close()
            raise OSError(failed, os.strerror(failed))
        self._sockets[number] = _Socket(sock)

    def send(self, keys: Keys) -> None:
        each = self._open(keys)
        try:
            sent = each.sock.send(data := bytes.fromhex(keys["data"]))
        except BlockingIOError:
            raise Refused("ENOBUFS") from None
        if sent < len(data):
            raise Refused("ENOBUFS")

    def close(self, keys: Keys) -> None:
        """Its end is sent; the socket stays until `reset`, which gives up what is still under way."""
        each = self._open(keys)
        each.hears = False
        if each.listens:
            each.sock.close()
            del self._sockets[int(keys["sock"])]
        else:
            with suppress(OSError):
                each.sock.shutdown(socket.SHUT_WR)

    def events(self, heard: Heard, number: int) -> Iterator[str]:
        """What has happened since the last look; `number` is the one before that of the next socket that is accepted."""
        for listener, each in list(self._sockets.items()):
            while each.listens and (sock := _accepted(each.sock)):
                number += 1
                self._sockets[number] = _Socket(sock, opened=True)
                yield f"tcp.open sock={number} {_ends(sock)} listen={listener}"
        for own, each in list(self._sockets.items()):
            if each.hears and not each.listens:
                yield from _told(own, each, heard)

    def last(self) -> int:
        return max(self._sockets, default=0)

    def _open(self, keys: Keys) -> _Socket:
        each = self._sockets.get(int(keys["sock"]))
        if not each or not each.hears:
            raise Refused("EBADF")
        return each

    def _made(self, keys: Keys, addr: str, port: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)  # who is accepted has what his listener has
            for key, option in (("ttl", socket.IP_TTL), ("tos", socket.IP_TOS)):
                if key in keys:
                    sock.setsockopt(socket.IPPROTO_IP, option, int(keys[key]))
            if keys.get("options"):
                sock.setsockopt(socket.IPPROTO_IP, _IP_OPTIONS, bytes.fromhex(keys["options"]))
            sock.bind((addr, port))
        except OSError:
            sock.close()
            raise
        return sock


def _accepted(listener: socket.socket) -> socket.socket | None:
    try:
        sock, _ = listener.accept()
    except OSError:  # nobody, or somebody who has gone again
        return None
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
    return sock


def _told(number: int, each: _Socket, heard: Heard) -> Iterator[str]:
    """Its opening, errors, data and its end, in this order."""
    state = each.sock.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, 1)[0]
    reports = each.sock.getsockopt(socket.IPPROTO_IP, _IP_RECVERR)  # else to ask would be to want them
    failed = each.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if reports or state == _CLOSED else 0
    if not each.opened and state == _ESTABLISHED:
        each.opened = True
        yield f"tcp.open sock={number} {_ends(each.sock)}"
    _forget_queued(each.sock)
    reported = _quoting(each.sock, heard) if failed else []
    for source, message in reported if reports else []:
        yield f"tcp.error sock={number} type={message[0]} code={message[1]} src={source}"
    ended = ""
    each.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # what comes is acknowledged at once
    while data := _received(each.sock):
        yield f"tcp.recv sock={number} data={data.hex()}"
    if state == _CLOSED:
        ended = "unreachable" if reported else _REASONS.get(failed, "reset")
    elif data == b"":
        ended = "peer"
        with suppress(OSError):
            each.sock.shutdown(socket.SHUT_WR)
    if ended:
        each.hears = False
        yield f"tcp.closed sock={number} reason={ended}"


def _received(sock: socket.socket) -> bytes | None:
    """None: nothing is there."""
    try:
        return sock.recv(1 << 16)
    except OSError:
        return None


def _forget_queued(sock: socket.socket) -> None:
    """The same errors once more, for a connection that is being opened."""
    with suppress(OSError):
        while sock.recvmsg(1 << 16, 1024, _MSG_ERRQUEUE):
            pass


def _ends(sock: socket.socket) -> str:
    (dst, dport), (src, sport) = sock.getsockname(), sock.getpeername()
    return f"src={src} sport={sport} dst={dst} dport={dport}"


def _quoting(sock: socket.socket, heard: Heard) -> Heard:
    """The errors about what this connection has sent, which are taken out."""
    port = sock.getsockname()[1]
    found = [each for each in heard if _quoted_port(each[1][8:]) == port]
    for each in found:
        heard.remove(each)
    return found


def _quoted_port(quote: bytes) -> int | None:
    header = (quote[0] & 15) * 4 if quote else 0
    if len(quote) < header + 2 or header < _IP_MIN or quote[9] != socket.IPPROTO_TCP:
        return None
    return int(struct.unpack_from(">H", quote, header)[0])
