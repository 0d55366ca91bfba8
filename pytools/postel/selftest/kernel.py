# SPDX-License-Identifier: BSD-2-Clause
"""The policy `linux` of the reference against the kernel that runs here: the same fragments into both, and what comes back must be
the same octets. Every sequence of one to four fragments over four blocks of 8 octets, and longer ones that are drawn.

The datagram is an echo request. A block says which fragment brought it and adds nothing to the checksum; that of a fragment at 0 begins
with a header whose identifier says it. An empty fragment behind each sequence ends what is left of it in both."""

from __future__ import annotations

import ctypes
import random
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from postel.base.build import build
from postel.iut import iut
from postel.iut.definition import settings
from postel.kit import wire
from postel.lab.addresses import LEFT

BLOCKS, LONGEST = 4, 4  # of the sequences of which there are all
SAMPLE, DRAWN = 3000, 100_000
SEED = 815  # of those that are drawn
FRAME_MAX = 65_549


class Kind(NamedTuple):
    """A fragment: where it begins, in blocks, how many octets it has, and whether more are to come."""

    first: int
    octets: int
    more: bool


Script = tuple[Kind, ...]
Ask = Callable[[Sequence[bytes]], list[bytes]]  # frames in, the messages that came back


def kinds() -> list[Kind]:
    """Every place and length over four blocks, with More Fragments and without; a whole datagram is no fragment."""
    places = [(first, end) for first in range(BLOCKS) for end in range(first + 1, BLOCKS + 1)]
    return [Kind(first, 8 * (end - first), more) for first, end in places for more in (True, False) if more or first]


def every() -> Iterator[Script]:
    for length in range(1, LONGEST + 1):
        yield from product(kinds(), repeat=length)


def sample(count: int) -> list[Script]:
    """So many of them, spread evenly."""
    return [sequence for _, sequence in zip(range(count), list(every())[:: 69_904 // count], strict=False)]


def drawn(count: int, seed: int = SEED) -> Iterator[Script]:
    """Longer ones, with fragments that are empty, ragged, or end beyond what a datagram holds."""
    draw = random.Random(seed)
    for _ in range(count):
        yield tuple(_drawn(draw) for _ in range(draw.randint(5, 12)))


def _drawn(draw: random.Random) -> Kind:
    first, octets = draw.randrange(8), 8 * draw.choice((1, 1, 1, 2, 2, 3, 4, 8))
    if not draw.randrange(12):
        octets += draw.randint(-7, 7)
    if not draw.randrange(40):
        octets = 0
    if not draw.randrange(40):
        first = draw.choice((8188, 8189, 8190, 8191))
    return Kind(first, octets, bool(draw.randrange(4)))


def frames(sequence: Script, number: int) -> list[bytes]:
    """Its fragments in frames, and the empty one that ends what is left."""
    made = [_frame(kind, number, _data(kind, which, number)) for which, kind in enumerate(sequence)]
    return [*made, _frame(Kind(0, 0, True), number, b"")]


def _data(kind: Kind, which: int, number: int) -> bytes:
    whole = kind.octets // 8
    made = b"".join(bytes([which, at & 0xFF, 0xFF - which, 0xFF - (at & 0xFF)]) * 2 for at in range(kind.first, kind.first + whole))
    if kind.first == 0:
        head = struct.pack(">BBHHH", 8, 0, 0, which, number & 0xFFFF)
        made = head[:2] + struct.pack(">H", wire.checksum(head)) + head[4:] + made[8:]
    return (made + bytes(kind.octets % 8))[: kind.octets]


def _frame(kind: Kind, number: int, data: bytes) -> bytes:
    place = kind.first | (0x2000 if kind.more else 0)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), number & 0xFFFF, place, 64, 1, 0)
    head += wire.address_octets(LEFT.lt) + wire.address_octets(LEFT.iut)
    return ETHERNET + head[:10] + struct.pack(">H", wire.checksum(head)) + head[12:] + data


def _ethernet(type_: int) -> bytes:
    return wire.mac_octets(LEFT.iut_mac) + wire.mac_octets(LEFT.lt_mac) + struct.pack(">H", type_)


ETHERNET = _ethernet(wire.TYPE_IP)


def _arp(operation: int) -> bytes:
    ours, theirs = ((wire.mac_octets(mac), wire.address_octets(address)) for mac, address in ((LEFT.lt_mac, LEFT.lt), (LEFT.iut_mac, LEFT.iut)))
    return _ethernet(wire.TYPE_ARP) + struct.pack(">HHBBH", 1, wire.TYPE_IP, 6, 4, operation) + b"".join((*ours, *theirs))


def messages(came: Iterable[bytes], answer: Callable[[bytes], None]) -> list[bytes]:
    """The echo replies among frames; who asks for our MAC is told."""
    found = []
    for frame in came:
        fields = wire.parse(frame)
        if fields["kind"] == "arp-request":
            answer(_arp(2))
        elif fields["kind"] == "echo-reply":
            found.append(fields["payload"])
    return found


def kernel(instance: iut.Instance) -> Ask:
    """The kernel: it has answered when a write returns."""
    send, receive = instance.link.send, instance.link.receive

    def came() -> Iterator[bytes]:
        while got := receive():
            yield got[1]

    def ask(sent: Sequence[bytes]) -> list[bytes]:
        for frame in sent:
            send(0, frame)
        return messages(came(), lambda frame: send(0, frame))

    send(0, _arp(1))
    ask(())
    return ask


def reference(library: Path, policy: str = "linux") -> Ask:
    """The reference in this process. Nothing here is anybody else's."""
    calls = ctypes.CDLL(str(library))
    calls.postel_iut_open.restype, calls.postel_iut_open.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    calls.postel_iut_input.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]
    calls.postel_iut_output.restype, calls.postel_iut_output.argtypes = ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    emit = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)
    calls.postel_iut_line.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint64, emit, ctypes.c_void_p]
    it = calls.postel_iut_open(settings((LEFT,), "modern", 1).encode())
    room, iface, said = ctypes.create_string_buffer(FRAME_MAX), ctypes.c_uint(), list[bytes]()
    calls.postel_iut_line(it, f"1 set name=reassembly value={policy}".encode(), 0, emit(lambda _, line: said.append(line)), None)
    if said != [b"1 ok"]:
        raise AssertionError(f"the reference does not set its policy: {said}")

    def send(frame: bytes) -> None:
        calls.postel_iut_input(it, 0, frame, len(frame), 0)

    def came() -> Iterator[bytes]:
        while size := calls.postel_iut_output(it, ctypes.byref(iface), room):
            yield room.raw[:size]

    def ask(sent: Sequence[bytes]) -> list[bytes]:
        for frame in sent:
            send(frame)
        return messages(came(), send)

    send(_arp(1))
    ask(())
    return ask


class Compared(NamedTuple):
    asked: int
    delivered: int  # of how many something was
    differences: list[str]


def compare(sequences: Iterable[Script], one: Ask, other: Ask) -> Compared:
    """The sequences of which the two make something else."""
    asked = delivered = 0
    found = []
    for asked, sequence in enumerate(sequences, 1):
        sent = frames(sequence, asked)
        theirs, ours = one(sent), other(sent)
        delivered += bool(theirs)
        if theirs != ours:
            found.append(f"{words(sequence)}: kernel {_told(theirs)}, reference {_told(ours)}")
    return Compared(asked, delivered, found)


def words(sequence: Script) -> str:
    return " ".join(f"{kind.octets}@{kind.first}{'+' * kind.more}" for kind in sequence)


def _told(came: Sequence[bytes]) -> str:
    return " and ".join(message.hex() for message in came) or "nothing"


def compared(sequences: Iterable[Script], policy: str = "linux") -> Compared:
    """The kernel in a private namespace against the reference with this policy."""
    programs = build("release")
    instance = iut.start(iut.load("linux"), "tap", profile="modern", seed=1, build=programs)
    try:
        return compare(sequences, kernel(instance), reference(programs / "stack/port/libpostel_reference.so", policy))
    finally:
        instance.close()
