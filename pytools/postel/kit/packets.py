# SPDX-License-Identifier: BSD-2-Clause
"""Stimuli: what a case sends. Scapy writes the messages; one fault is put into the octets, and all else repaired."""

import logging
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

logging.getLogger("scapy").setLevel(logging.ERROR)  # its remarks on the host's own routes do not concern a namespace

from scapy.layers.inet import ICMP, IP, TCP, UDP  # noqa: E402
from scapy.packet import Packet, Raw  # noqa: E402

from postel.kit import wire  # noqa: E402
from postel.lab.addresses import LEFT, Interface  # noqa: E402

__all__ = [
    "BAD_OPTIONS", "EOL", "ICMP", "IP", "NOP", "SECURITY", "STREAM_ID", "Stimulus", "TCP", "UDP", "UNKNOWN", "block", "blocks", "counting", "cut",
    "echo", "echo_summing_to_zero", "ethernet", "fragments", "icmp", "letters", "lsrr", "one_fault", "patched", "probe",
    "record_route", "split", "ssrr", "header_sum", "summing_to", "summing_to_zero", "timestamp", "udp",
]  # fmt: skip

BLOCK = 8
EOL, NOP = b"\0", b"\1"
SECURITY = bytes([130, 11]) + bytes(9)  # RFC 791's: unclassified, and nothing else
STREAM_ID = bytes([136, 4, 0, 7])
UNKNOWN = bytes([0x5E, 4, 1, 2])  # class 2, number 30, to which RFC 4727 gives no more meaning than an experiment has
ECHO_ID = 7


def counting(size: int, start: int = 0) -> bytes:
    """`size` octets that count up, so that a lost or moved one shows."""
    return bytes((start + i) & 0xFF for i in range(size))


def echo(seq: int = 1, data: bytes = b"postel", ident: int = ECHO_ID, code: int = 0) -> Packet:
    """An ICMP echo request (RFC 792)."""
    return ICMP(type=8, code=code, id=ident, seq=seq) / Raw(data)


def udp(dport: int = 9, sport: int = 40000, data: bytes = b"postel") -> Packet:
    """A UDP datagram (RFC 768); port 9 is closed on every IUT."""
    return UDP(sport=sport, dport=dport) / Raw(data)


def icmp(type_: int, code: int = 0, rest: bytes = bytes(4), data: bytes = b"") -> Packet:
    """Any ICMP message: `rest` is octets 4 to 7, its checksum is right."""
    head = struct.pack(">BBH", type_, code, 0) + rest + data
    value = wire.checksum(head)
    return Raw(head[:2] + struct.pack(">H", value) + head[4:])


@dataclass(frozen=True)
class Stimulus:
    """A packet to send: a Scapy packet or fields of wire.parse(), changes to its octets, and whether its twin goes first."""

    packet: Packet | Mapping[str, Any]
    changes: dict[str, Any] = field(default_factory=dict)  # fields of wire.parse()
    fault: dict[str, Any] = field(default_factory=dict)  # the one fault, on top of the changes; flip= a bit and repair nothing
    size: int | None = None  # cut the packet to so many octets

    def octets(self, src: str, dst: str, ident: int) -> bytes:
        """The IPv4 packet, fault and all. Addresses and identification fill in what the packet does not say."""
        packet = self.twin_octets(src, dst, ident)
        if "flip" in self.fault:
            return _flipped(packet, self.fault["flip"])
        fault = _of_packet(self.fault)
        packet = wire.edit_packet(packet, **fault) if fault else packet
        return packet if self.size is None else packet[: self.size]

    def twin_octets(self, src: str, dst: str, ident: int) -> bytes:
        """The same without the fault."""
        changes = _of_packet(self.changes)
        if not isinstance(self.packet, Packet):
            return wire.build_packet({"src": src, "dst": dst, "id": ident} | dict(self.packet) | changes)
        layer = self.packet.copy() if isinstance(self.packet, IP) else IP(proto=_protocol(self.packet)) / self.packet
        for name, value in (("src", src), ("dst", dst), ("id", ident)):
            if name not in layer.fields:
                setattr(layer, name, value)
        return wire.edit_packet(bytes(layer), **changes)

    def ethernet(self) -> dict[str, Any]:
        """What is said of the frame around the packet: eth_dst, eth_src, eth_type, llc, padding."""
        both = self.changes | self.fault
        return {name: value for name, value in both.items() if name in FRAME_FIELDS}

    def twin_ethernet(self) -> dict[str, Any]:
        return {name: value for name, value in self.changes.items() if name in FRAME_FIELDS}


FRAME_FIELDS = ("eth_dst", "eth_src", "eth_type", "llc", "padding")


def _of_packet(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name not in FRAME_FIELDS}


def _flipped(packet: bytes, bit: int) -> bytes:
    octet, mask = bit // 8, 0x80 >> bit % 8
    return packet[:octet] + bytes([packet[octet] ^ mask]) + packet[octet + 1 :]


def _protocol(layer: Packet) -> int:
    if isinstance(layer, ICMP | Raw):
        return wire.ICMP
    return wire.UDP if isinstance(layer, UDP) else 253


def probe(packet: Packet | Stimulus, **changes: Any) -> Stimulus:
    """A packet with some header fields as given (names of wire.parse: tos, ttl, options, df, ...); the rest repaired."""
    stimulus = packet if isinstance(packet, Stimulus) else Stimulus(packet)
    return replace(stimulus, changes=stimulus.changes | changes)


def one_fault(packet: Packet | Stimulus, *, size: int | None = None, **fault: Any) -> Stimulus:
    """A packet with one fault: a field as given, `flip=` one bit of the header (counted from its first) with nothing repaired,
    or only the first `size` octets. Its twin goes first."""
    return replace(probe(packet), fault=fault, size=size)


def summing_to_zero(packet: Packet, src: str, dst: str) -> Stimulus:
    """`packet` with the identification that makes its right header checksum zero."""
    head = wire.parse_packet(Stimulus(packet).octets(src, dst, 0))
    return probe(packet, src=src, dst=dst, id=head["checksum"])


def summing_to(stimulus: Stimulus, value: int) -> Stimulus:
    """A datagram with the identification that makes this its right header checksum."""
    head = wire.parse_packet(stimulus.octets(LEFT.lt, LEFT.iut, 0))
    return probe(stimulus, id=(head["checksum"] - value) % 0xFFFF)


def header_sum(packet: bytes) -> int:
    """The checksum that the octets of a header give, added up anew."""
    return wire.checksum(packet[:10] + bytes(2) + packet[12 : (packet[0] & 15) * 4])


def echo_summing_to_zero(data: bytes = b"postel") -> Packet:
    """An echo request with the sequence number that makes its right ICMP checksum zero."""
    return echo(seq=wire.parse_packet(Stimulus(echo(seq=0, data=data)).octets("0.0.0.0", "0.0.0.0", 0))["icmp_checksum"], data=data)


def patched(at: int, value: int) -> Callable[[bytes], bytes]:
    """For violators: the octet at `at` becomes `value`."""
    return lambda octets: octets[:at] + bytes([value]) + octets[at + 1 :]


def ethernet(body: bytes, *, eth_dst: str, eth_src: str, eth_type: int = wire.TYPE_ARP) -> bytes:
    """A whole frame, for what is not IPv4."""
    return wire.mac_octets(eth_dst) + wire.mac_octets(eth_src) + struct.pack(">H", eth_type) + body


def framed(packet: bytes, lab: Interface, *, eth_dst: str = "", eth_src: str = "", eth_type: int | None = None, llc: bytes = b"",
           padding: bytes = b"") -> bytes:  # fmt: skip
    """`packet` in a frame to the IUT; `llc` is an 802.2 header, and the frame's type is then its length."""
    kind = eth_type if eth_type is not None else len(llc + packet) if llc else wire.TYPE_IP
    return ethernet(llc + packet + padding, eth_dst=eth_dst or lab.iut_mac, eth_src=eth_src or lab.lt_mac, eth_type=kind)


# Options (RFC 791 3.1); every length and pointer may be overridden to be wrong.


def _route(kind: int, slots: tuple[str, ...], room: int, pointer: int, length: int | None) -> bytes:
    body = b"".join(wire.address_octets(a) for a in slots) + bytes(4 * room)
    return bytes([kind, 3 + len(body) if length is None else length, pointer]) + body


def record_route(*slots: str, room: int = 0, pointer: int = 4, length: int | None = None) -> bytes:
    """Record Route: the slots already written, `room` empty ones after them."""
    return _route(7, slots, room, pointer, length)


def lsrr(*slots: str, pointer: int = 4, length: int | None = None) -> bytes:
    """Loose Source and Record Route."""
    return _route(131, slots, 0, pointer, length)


def ssrr(*slots: str, pointer: int = 4, length: int | None = None) -> bytes:
    """Strict Source and Record Route."""
    return _route(137, slots, 0, pointer, length)


def timestamp(body: bytes, *, flag: int = 0, pointer: int = 5, overflow: int = 0, length: int | None = None) -> bytes:
    """Internet Timestamp; `body` is its slots."""
    return bytes([68, 4 + len(body) if length is None else length, pointer, overflow << 4 | flag]) + body


# Options that no host can process, whichever it knows, by what is wrong with them; each with those of its octets that are at fault.
BAD_OPTIONS = {
    "a length of one": (UNKNOWN[:1] + bytes([1, 0, 0]), (0, 1)),
    "a length beyond the header": (UNKNOWN[:1] + bytes([40, 1, 2]), (0, 1)),
    "the pointer of a record route": (record_route(room=1, pointer=2) + NOP, (2,)),
    "the pointer of a timestamp": (timestamp(bytes(4), pointer=1), (2,)),
    "the pointer of a source route": (lsrr(LEFT.lt, pointer=3) + NOP, (2,)),
}  # fmt: skip


# Fragments. A letter stands for one block of 8 octets whose words add up to nothing in ones-complement, so the checksum
# of an echo holds whichever of two overlapping blocks wins; H is the echo header and must be there.


def block(letter: str) -> bytes:
    word = letter.encode() * 2
    return (word + bytes(0xFF - o for o in word)) * 2


def blocks(letters_: str) -> bytes:
    """The octets of these blocks, as an echo reply brings them back."""
    return b"".join(map(block, letters_))


def letters(data: bytes) -> str:
    """Which blocks these octets are; `?` for one that nobody sent."""
    known = {block(c): c for c in map(chr, range(ord("A"), ord("Z") + 1))}
    return "".join(known.get(data[i : i + BLOCK], "?") for i in range(0, len(data), BLOCK))


def fragments(spec: str, seq: int = 1, **changes: Any) -> list[Stimulus]:
    """Fragments of an echo request, in the order written: `H@0+ A@1+ BB@2` is the echo header at block 0 with MF, block A
    at 1 with MF, two blocks B at 2 as the last; `-@3` is an empty one. All have one identification, taken when they are sent
    together."""
    header = bytes(icmp(8, rest=struct.pack(">HH", ECHO_ID, seq)))
    made = []
    for item in spec.split():
        text, place = item.split("@")
        content = b"".join(header if c == "H" else block(c) for c in text if c != "-")
        made.append(cut(content, int(place.rstrip("+")) * BLOCK, place.endswith("+"), **changes))
    return made


def cut(content: bytes, offset: int, more: bool, protocol: int = wire.ICMP, **changes: Any) -> Stimulus:
    """One fragment: `content` at `offset` octets."""
    return Stimulus({"protocol": protocol, "payload": content, "offset": offset, "mf": int(more)}, changes)


def split(message: Packet | bytes, *sizes: int, protocol: int | None = None, **changes: Any) -> list[Stimulus]:
    """`message` as fragments of `sizes` octets each, the last takes the rest."""
    octets = bytes(message) if isinstance(message, bytes | Raw) else _message_octets(message, changes)
    protocol = protocol if protocol is not None else wire.ICMP if isinstance(message, bytes) else _protocol(message)
    made, at = [], 0
    for size in (*sizes, len(octets) - sum(sizes)):
        made.append(cut(octets[at : at + size], at, at + size < len(octets), protocol, **changes))
        at += size
    return made


def _message_octets(message: Packet, changes: Mapping[str, Any]) -> bytes:
    """A message alone, as it would stand behind an IP header from the lower tester to the IUT, or between those of `changes`: a
    UDP checksum covers them, and an IUT may refuse a datagram that has none (RFC1122-4.1.3.4-e)."""
    if not isinstance(message, UDP):
        return bytes(message)
    twin = Stimulus(message, {name: changes[name] for name in ("src", "dst") if name in changes})
    return twin.twin_octets(LEFT.lt, LEFT.iut, 0)[wire.IP_MIN :]
