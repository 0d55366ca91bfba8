# SPDX-License-Identifier: BSD-2-Clause
"""Captures written by hand, octet by octet, for the tests of what reads them."""

import gzip
import struct
from collections.abc import Iterable

MICRO, NANO, MODIFIED = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34


def zipped(octets: bytes) -> bytes:
    """The same octets whenever it is made, also as the name of a test."""
    return gzip.compress(octets, mtime=0)


def pcap(*packets: bytes, order: str = "<", magic: int = MICRO, link: int = 1, missing: int = 0) -> bytes:
    """One packet a second, and 5 parts of it; each lacks `missing` octets of what was on the wire."""
    octets = struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, 65535, link)
    for second, packet in enumerate(packets):
        octets += struct.pack(f"{order}IIII", second, 5, len(packet), len(packet) + missing)
        octets += bytes(8) * (magic == MODIFIED) + packet
    return octets


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def options(order: str, said: Iterable[tuple[int, bytes]]) -> bytes:
    packed = (struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4) for code, value in said)
    return b"".join(packed) + bytes(4)


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(order: str = "<", link: int = 1, snaplen: int = 0, said: Iterable[tuple[int, bytes]] = ()) -> bytes:
    return block(1, struct.pack(f"{order}HHI", link, 0, snaplen) + options(order, said), order)


def packet(octets: bytes, order: str = "<", iface: int = 0, time: int = 0, missing: int = 0,
           said: Iterable[tuple[int, bytes]] = ()) -> bytes:  # fmt: skip
    head = struct.pack(f"{order}IIIII", iface, time >> 32, time & 0xFFFFFFFF, len(octets), len(octets) + missing)
    return block(6, head + octets + bytes(-len(octets) % 4) + options(order, said), order)


def simple(octets: bytes, order: str = "<", missing: int = 0) -> bytes:
    return block(3, struct.pack(f"{order}I", len(octets) + missing) + octets + bytes(-len(octets) % 4), order)


def obsolete(octets: bytes, order: str = "<", iface: int = 0, time: int = 0) -> bytes:
    head = struct.pack(f"{order}HHIIII", iface, 0xFFFF, time >> 32, time & 0xFFFFFFFF, len(octets), len(octets))
    return block(2, head + octets + bytes(-len(octets) % 4), order)


def pcapng(*packets: bytes, order: str = "<", link: int = 1) -> bytes:
    """One packet a second."""
    written = (packet(octets, order, time=second * 10**6) for second, octets in enumerate(packets))
    return b"".join([section(order), interface(order, link), *written])
