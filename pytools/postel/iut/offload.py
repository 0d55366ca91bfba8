# SPDX-License-Identifier: BSD-2-Clause
"""Frames as a packet socket has them, made what they are on the wire.

Where Linux is at the other end, or a driver of ours, work may have been left to a device that is not there: a checksum that is
still to be computed, a VLAN tag beside the frame, several packets that go as one. Only the last cannot be mended."""

import socket
import struct

_PACKET_AUXDATA, _SOL_PACKET = 8, 263
_NEEDS_CHECKSUM, _ECN = 1, 0x80
_VLAN_VALID, _TPID_VALID = 1 << 4, 1 << 6
_TYPE_VLAN = 0x8100
_HEAD = struct.Struct("=BBHHHH")  # struct virtio_net_hdr: flags, kind of aggregate, length of headers, of pieces, start, offset
_AUXDATA = struct.Struct("=IIIHHHH")  # struct tpacket_auxdata
NOTHING = bytes(_HEAD.size)  # before a frame that we send: nothing is left to do
ANCILLARY = socket.CMSG_SPACE(_AUXDATA.size)

UNFINISHED = (
    "checksums that the IUT had left to a device were completed before they were judged, as the device would have done: "
    "to see its own, switch that off where it sends (ethtool -K INTERFACE tx off)"
)
AGGREGATE = (
    "the IUT's frames come several in one, for a device to cut up that is not there: switch that off where it sends "
    "(ethtool -K INTERFACE tso off gso off tx off)"
)


class Aggregate(Exception):
    """Not a frame, but several that were never cut up."""


def as_on_the_wire(octets: bytes, ancillary: list[tuple[int, int, bytes]]) -> tuple[bytes, bool]:
    """The frame, and whether its checksum was unfinished."""
    flags, kind, _, _, start, offset = _HEAD.unpack_from(octets)
    frame = octets[_HEAD.size :]
    if kind & ~_ECN:
        raise Aggregate
    unfinished = bool(flags & _NEEDS_CHECKSUM) and start + offset + 2 <= len(frame)
    if unfinished:
        frame = _finished(frame, start, start + offset)
    for level, what, value in ancillary:
        if (level, what) == (_SOL_PACKET, _PACKET_AUXDATA) and len(value) >= _AUXDATA.size:
            frame = _tagged(frame, *_AUXDATA.unpack_from(value))
    return frame, unfinished


def _finished(frame: bytes, start: int, place: int) -> bytes:
    """The sum from `start` on, over what the field holds already: that of a pseudo header, right or wrong."""
    covered = frame[start:] + bytes((len(frame) - start) % 2)
    total = sum(struct.unpack(f">{len(covered) // 2}H", covered))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    value = total ^ 0xFFFF or 0xFFFF  # only UDP and TCP leave it to a device; what comes to zero is sent as all ones
    return frame[:place] + value.to_bytes(2, "big") + frame[place + 2 :]


def _tagged(frame: bytes, status: int, *rest: int) -> bytes:
    tci, tpid = rest[-2:]
    if not status & _VLAN_VALID:
        return frame
    return frame[:12] + struct.pack(">HH", tpid if status & _TPID_VALID else _TYPE_VLAN, tci) + frame[12:]
