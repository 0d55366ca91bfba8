# SPDX-License-Identifier: BSD-2-Clause
"""Captures, as anybody's tools write them: pcap and pcapng of either byte order, gzip around them, read into packets.

Everything is read by offsets into octets that are there, so the time is linear and nothing claims more than the file holds.
A file that ends within a record gives what came before, and says so; one that contradicts itself is refused (docs/decisions.md:
why not a library)."""

import gzip
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from postel.base.exits import UsageError

LIMIT = 64 << 20  # octets of a file, also after gunzip
PACKETS = 250_000  # of a file
LONGEST = 1 << 18  # octets of a packet: more than any tool captures
INTERFACES = 4096  # of a file
CUT_IT = "; cut it first: editcap -r IN OUT 1-10000"

GZIP = b"\x1f\x8b\x08"
PCAPNG = b"\x0a\x0d\x0d\x0a"
PCAP = {  # magic -> byte order, parts of a second, octets of a record's header
    b"\xa1\xb2\xc3\xd4": (">", 10**6, 16), b"\xd4\xc3\xb2\xa1": ("<", 10**6, 16),
    b"\xa1\xb2\x3c\x4d": (">", 10**9, 16), b"\x4d\x3c\xb2\xa1": ("<", 10**9, 16),
    b"\xa1\xb2\xcd\x34": (">", 10**6, 24), b"\x34\xcd\xb2\xa1": ("<", 10**6, 24),  # libpcap with Kuznetzov's patches
}  # fmt: skip
OTHERS = {  # what begins so cannot be read, but something else turns it into what can
    b"\x28\xb5\x2f\xfd": "it is compressed with zstd: unzstd it first", b"\xfd7zXZ\0": "it is compressed with xz: unxz it first",
    b"BZh": "it is compressed with bzip2: bunzip2 it first", b"\x04\x22\x4d\x18": "it is compressed with lz4: unlz4 it first",
    b"PK\x03\x04": "it is a zip archive: unpack it first", b"snoop\0\0\0": "it is a snoop capture: editcap IN OUT.pcapng makes one",
    b"\x1c\x00\x01\xac": "it is an IXIA capture: editcap IN OUT.pcapng makes one",
}  # fmt: skip

SECTION, INTERFACE, OBSOLETE_PACKET, SIMPLE_PACKET, PACKET = 0x0A0D0D0A, 1, 2, 3, 6  # types of blocks
COMMENT, FLAGS, IF_TSRESOL, IF_FCSLEN, IF_TSOFFSET = 1, 2, 9, 13, 14  # options
INBOUND, OUTBOUND = 1, 2
BYTE_ORDER = 0x1A2B3C4D
SECOND = 10**9


@dataclass(frozen=True, slots=True)
class Packet:
    """`octets` as they were captured, with the header of their link type and without FCS."""

    link: int
    iface: int  # counts through all sections
    time: int  # nanoseconds, from whenever the file counts
    outbound: bool | None  # None: it does not say
    octets: bytes
    missing: int  # octets that were on the wire and are not here
    comment: str = ""


class Ends(ValueError):
    """The file ends where more should follow."""


@dataclass
class Capture:
    form: str  # pcap or pcapng
    packets: list[Packet] = field(default_factory=list)
    cut: str = ""  # how the file ends too soon


def is_one(octets: bytes) -> bool:
    """Does it begin like a capture?"""
    return octets[:4] in PCAP or octets[:4] == PCAPNG


def read(octets: bytes, where: str) -> Capture:
    """The packets of a file that is_one(); UsageError when it contradicts itself."""
    capture = Capture("pcapng" if octets[:4] == PCAPNG else "pcap")
    try:
        for packet in packets(octets):
            capture.packets.append(packet)
            if len(capture.packets) > PACKETS:
                raise UsageError(f"{where} holds more than {PACKETS:,} packets, which is all that is read{CUT_IT}")
    except Ends as end:
        capture.cut = str(end)
    except (ValueError, struct.error) as error:
        raise UsageError(f"{where} is a damaged {capture.form} file: {error}") from error
    return capture


def packets(octets: bytes) -> Iterator[Packet]:
    """The packets one by one; ValueError when the file contradicts itself, Ends when it ends too soon."""
    return _pcapng(octets) if octets[:4] == PCAPNG else _pcap(octets)


def unpacked(octets: bytes, where: str) -> tuple[bytes, str]:
    """What a gzip file holds, and how it ends too soon, if it does; any other octets as they are."""
    if not octets.startswith(GZIP):
        return octets, ""
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(octets)) as file:
            while part := file.read1(1 << 20):
                parts.append(part)
                size += len(part)
                if size > LIMIT:
                    raise UsageError(f"{where} holds more than {LIMIT:,} octets, which is all that is read{CUT_IT}")
    except EOFError:
        return b"".join(parts), "gzip's end is missing"
    except (OSError, zlib.error) as error:
        raise UsageError(f"{where} is a damaged gzip file: {error}") from error
    return b"".join(parts), ""


# pcap


def _pcap(data: bytes) -> Iterator[Packet]:
    order, parts, head = PCAP[data[:4]]
    if len(data) < 24:
        raise Ends("within the file's header")
    major, _, _, _, _, link = struct.unpack_from(f"{order}HHIIII", data, 4)
    if major != 2:
        raise ValueError(f"it is of version {major}, not 2")
    fcs = (link >> 28) * 2 if link & 0x04000000 else 0
    at, number = 24, 0
    while at < len(data):
        number += 1
        if len(data) - at < head:
            raise Ends(f"within the header of record {number}")
        seconds, fraction, captured, length = struct.unpack_from(f"{order}IIII", data, at)
        if captured > LONGEST:
            raise ValueError(f"record {number} at octet {at} claims {captured:,} octets")
        at += head
        if len(data) - at < captured:
            raise Ends(f"within record {number}")
        time = seconds * SECOND + fraction * (SECOND // parts)
        yield _packet(link & 0xFFFF, 0, time, None, data[at : at + captured], length, fcs)
        at += captured


def _packet(link: int, iface: int, time: int, outbound: bool | None, octets: bytes, length: int, fcs: int, comment: str = ""
            ) -> Packet:
    missing = max(0, length - len(octets))
    if fcs:  # at the end of what was on the wire, so perhaps not captured
        octets = octets[: len(octets) - max(0, fcs - missing)]
        missing = max(0, missing - fcs)
    return Packet(link, iface, time, outbound, octets, missing, comment)


# pcapng


@dataclass(frozen=True, slots=True)
class _Interface:
    number: int
    link: int
    snaplen: int
    parts: int  # of a second
    offset: int  # seconds
    fcs: int


def _pcapng(data: bytes) -> Iterator[Packet]:
    known: list[_Interface] = []  # of this section
    time = count = 0
    order = "<"
    for order, kind, start, end in _blocks(data):
        if kind == SECTION:
            known = []
        elif kind == INTERFACE:
            if count >= INTERFACES:
                raise ValueError(f"it has more than {INTERFACES:,} interfaces")
            known.append(_interface(data, start, end, order, count))
            count += 1
        elif kind in (PACKET, OBSOLETE_PACKET, SIMPLE_PACKET):
            packet = _packet_of(kind, data, start, end, order, known, time)
            time = packet.time
            yield packet


def _blocks(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Byte order, type, and where the body begins and ends."""
    at, order = 0, ""
    while at < len(data):
        if len(data) - at < 12:
            raise Ends("within a block")
        if data[at : at + 4] == PCAPNG:
            order = {0x4D3C2B1A: "<", 0x1A2B3C4D: ">"}.get(int.from_bytes(data[at + 8 : at + 12], "big"), "")
            if not order:
                raise ValueError(f"the section at octet {at} has no byte order")
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if size < 12 or size % 4 or (kind == SECTION and size < 28):
            raise ValueError(f"the block at octet {at} claims {size:,} octets")
        if len(data) - at < size:
            raise Ends("within a block")
        if data[at + size - 4 : at + size] != data[at + 4 : at + 8]:
            raise ValueError(f"the block at octet {at} has two lengths")
        if kind == SECTION and (major := struct.unpack_from(f"{order}H", data, at + 12)[0]) != 1:
            raise ValueError(f"its section is of version {major}, not 1")
        yield order, kind, at + 8, at + size - 4
        at += size


def _interface(data: bytes, start: int, end: int, order: str, number: int) -> _Interface:
    if end - start < 8:
        raise ValueError(f"the interface at octet {start} is too short")
    link, _, snaplen = struct.unpack_from(f"{order}HHI", data, start)
    options = _options(data, start + 8, end, order)
    resolution = (options.get(IF_TSRESOL, b"") or b"\6")[0]
    parts = 2 ** (resolution & 127) if resolution & 128 else 10**resolution
    offset = int.from_bytes(options.get(IF_TSOFFSET, b"")[:8], "little" if order == "<" else "big", signed=True)
    fcs = (options.get(IF_FCSLEN, b"") or b"\0")[0]  # in bits, it is written; in octets, as it is used
    return _Interface(number, link, snaplen, parts, offset, fcs // 8 if fcs >= 8 else fcs)


def _packet_of(kind: int, data: bytes, start: int, end: int, order: str, known: list[_Interface], before: int) -> Packet:
    fixed = 4 if kind == SIMPLE_PACKET else 20
    if end - start < fixed:
        raise ValueError(f"the packet at octet {start} is too short")
    which = high = low = captured = 0
    if kind == PACKET:
        which, high, low, captured, length = struct.unpack_from(f"{order}IIIII", data, start)
    elif kind == OBSOLETE_PACKET:
        which, _, high, low, captured, length = struct.unpack_from(f"{order}HHIIII", data, start)
    else:
        [length] = struct.unpack_from(f"{order}I", data, start)
    if which >= len(known):
        raise ValueError(f"the packet at octet {start} is of interface {which}, which is not described before it")
    interface = known[which]
    time = before
    if kind == SIMPLE_PACKET:
        captured = min(length, interface.snaplen or length, end - start - fixed)
    else:
        time = (high << 32 | low) * SECOND // interface.parts + interface.offset * SECOND
    if captured > LONGEST or captured > end - start - fixed:
        raise ValueError(f"the packet at octet {start} claims {captured:,} octets")
    at = start + fixed
    options = {} if kind == SIMPLE_PACKET else _options(data, at + captured + -captured % 4, end, order)
    direction = (options.get(FLAGS, b"")[::1 if order == "<" else -1] or b"\0")[0] & 3
    return _packet(interface.link, interface.number, time, {INBOUND: False, OUTBOUND: True}.get(direction),
                   data[at : at + captured], length, interface.fcs, options.get(COMMENT, b"").decode(errors="replace"))


def _options(data: bytes, at: int, end: int, order: str) -> dict[int, bytes]:
    """By code; what does not fit ends them."""
    found: dict[int, bytes] = {}
    while end - at >= 4:
        code, size = struct.unpack_from(f"{order}HH", data, at)
        if code == 0 or size > end - at - 4:
            break
        found.setdefault(code, data[at + 4 : at + 4 + size])
        at += 4 + size + -size % 4
    return found
