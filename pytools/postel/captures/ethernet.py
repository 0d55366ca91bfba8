# SPDX-License-Identifier: BSD-2-Clause
"""The packets of a capture as Ethernet frames, whatever link they were seen on; VLAN tags can be taken off.

Where a link has no MACs they are zero, and whoever sends the frame gives it some (rewrite.py)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from postel.captures.capture import Packet
from postel.kit.wire import ETHER_LEN, TYPE_IP, TYPE_IPV6

NO_MAC = bytes(6)
TAGS = (0x8100, 0x88A8, 0x9100, 0x9200)  # 802.1Q, 802.1ad, and what was used for it before
SNAP = bytes.fromhex("aaaa03000000")
LENGTH_MAX = 1500  # a type up to that is a length (802.3)
ETHERNET_ADDRESS = 6  # octets of a cooked packet's address, where it is a MAC
AF_INET, AF_INET6 = 2, (10, 24, 28, 30)


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame of a capture; `missing` are the octets that were on the wire and were not captured."""

    time: int
    iface: int
    octets: bytes
    missing: int
    has_macs: bool


def frames(packets: Sequence[Packet], *, tags: bool = False) -> tuple[list[Seen], list[str]]:
    """The frames, with their VLAN tags or without, and what is to be said of them."""
    found: list[Seen] = []
    foreign: Counter[str] = Counter()
    tagged: Counter[str] = Counter()
    for packet in packets:
        name, read = LINKS.get(packet.link, (f"link type {packet.link}", None))
        octets = read(packet.octets) if read else None
        if octets is None:
            foreign[f"on {name}" if read is None else f"without a whole header of {name}"] += 1
            continue
        octets, vlans = (octets, []) if tags else untagged(octets)
        tagged[", ".join(map(str, vlans[:4]))] += bool(vlans)
        found.append(Seen(packet.time, packet.iface, octets, packet.missing, read is _ethernet))
    notes = [f"tags of VLAN {name} taken off: {count:,}" for name, count in tagged.items() if count]
    notes += [f"packets {what}, which cannot be read: {count:,}" for what, count in foreign.items()]
    return found, notes


def links_of(packets: Sequence[Packet]) -> str:
    return ", ".join(dict.fromkeys(LINKS.get(packet.link, (f"link type {packet.link}",))[0] for packet in packets))


def untagged(frame: bytes) -> tuple[bytes, list[int]]:
    """The frame without its VLAN tags, and their numbers."""
    vlans: list[int] = []
    at = 12
    while int.from_bytes(frame[at : at + 2], "big") in TAGS and len(frame) - at >= 6:
        vlans.append(int.from_bytes(frame[at + 2 : at + 4], "big") & 0xFFF)
        at += 4
    return (frame[:12] + frame[at:] if vlans else frame), vlans


def network_layer(frame: bytes) -> tuple[int, int]:
    """The type of what a frame holds, and where that begins: also behind a SNAP header (RFC 1042)."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind <= LENGTH_MAX and frame[14:20] == SNAP and len(frame) >= 22:
        return int.from_bytes(frame[20:22], "big"), 22
    return kind, ETHER_LEN


def _framed(kind: int, body: bytes, source: bytes = NO_MAC) -> bytes:
    return NO_MAC + source + kind.to_bytes(2, "big") + body


def _ethernet(octets: bytes) -> bytes | None:
    return octets


def _raw(octets: bytes) -> bytes | None:
    return _framed(TYPE_IPV6 if octets[0] >> 4 == 6 else TYPE_IP, octets) if octets else None


def _loopback(octets: bytes) -> bytes | None:
    """The address family in front is in the byte order of whichever machine wrote it, or in network order."""
    family = min(int.from_bytes(octets[:4], "big"), int.from_bytes(octets[:4], "little"))
    if len(octets) < 4 or family not in (AF_INET, *AF_INET6):
        return None
    return _framed(TYPE_IP if family == AF_INET else TYPE_IPV6, octets[4:])


def _cooked(octets: bytes) -> bytes | None:
    return _from_cooked(octets[14:16], octets[4:6], octets[6:14], octets[16:]) if len(octets) >= 16 else None


def _cooked_2(octets: bytes) -> bytes | None:
    return _from_cooked(octets[:2], octets[11:12], octets[12:20], octets[20:]) if len(octets) >= 20 else None


def _from_cooked(protocol: bytes, size: bytes, address: bytes, body: bytes) -> bytes:
    kind = int.from_bytes(protocol, "big")
    source = address[:6] if int.from_bytes(size, "big") == ETHERNET_ADDRESS else NO_MAC
    if kind in (1, 4):  # no type but Linux's word for 802.3, without an 802.2 header and with one
        kind = min(len(body), LENGTH_MAX)
    return _framed(kind, body, source)


LINKS: dict[int, tuple[str, Callable[[bytes], bytes | None]]] = {
    1: ("Ethernet", _ethernet),
    0: ("loopback", _loopback), 108: ("loopback", _loopback),
    12: ("raw IP", _raw), 14: ("raw IP", _raw), 101: ("raw IP", _raw),
    228: ("raw IPv4", lambda octets: _framed(TYPE_IP, octets)), 229: ("raw IPv6", lambda octets: _framed(TYPE_IPV6, octets)),
    113: ("Linux cooked", _cooked), 276: ("Linux cooked v2", _cooked_2),
}  # fmt: skip
