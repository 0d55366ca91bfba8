# SPDX-License-Identifier: BSD-2-Clause
"""What of a capture is food for which fuzz target: packets as that target reads them (docs/fuzzing.md)."""

from collections.abc import Iterator, Sequence

from postel.base import script
from postel.base.script import Frame, Record
from postel.captures.ethernet import network_layer
from postel.fuzzing import fuzzing
from postel.kit import wire

TAKES = {
    "ip_header": "IPv4 packets", "ip_options": "IPv4 packets with a right header",
    "reass": "IPv4 packets with a right header", "host": "frames and calls", "arp": "frames", "icmp": "frames",
    "route": "frames, of which each is a step", "querier": "frames, of which each is a step", "forward": "frames, of which each is a step",
    "rules": "frames, of which each is a step", "mroute": "frames, of which each is a step",
    "frag": "IPv4 packets with a right header", "pmtu": "IPv4 packets with a right header",
    "udp": "datagrams of UDP", "upper_tester": "frames",
    "igmp": "frames and what is asked of groups, of which each is a step", "two_hosts": "scripts of what is asked of groups",
}  # fmt: skip
WHOLE = (fuzzing.HOST, "arp", "icmp", "route", "querier", "forward", "rules", "mroute", "upper_tester", "igmp")  # targets that read every frame
ASKED = ("igmp", "two_hosts", fuzzing.HOST)  # that judge scripts without a frame too
STEPS = ("route", "querier", "forward", "rules", "mroute")  # that read steps of their own, which may be shorter than a frame
HEADER = wire.ETHER_LEN  # octets of a frame before its packet
RECORDS = 200  # of an input: reass looks at 241
TABLES = 20  # of reass: a policy for overlaps each, with ample room and with little
FRAME_MAX = 0xFFFF  # of the binary form


def inputs(target: str, records: Sequence[Record]) -> list[bytes]:
    """All packets that reach the target, in as many inputs as that takes; into each of the tables of reass."""
    if target in WHOLE:
        return [script.to_binary(records[at : at + RECORDS]) for at in range(0, len(records), RECORDS)]
    packets = reaching(target, records)
    if target != "reass":
        return [script.to_binary(packets[at : at + RECORDS]) for at in range(0, len(packets), RECORDS)]
    return [script.to_binary([Frame(table, frame.octets) for frame in group]) for group in grouped(packets) for table in range(TABLES)]


def seeds(target: str, records: Sequence[Record]) -> tuple[list[bytes], int]:
    """Packets that are worth a search's while, one an input, fragments with the rest of their datagram, their data cut to what a
    search looks at; and how many do not fit even so."""
    packets = reaching(target, records)
    if target == "ip_options":
        packets = [frame for frame in packets if frame.octets[HEADER] & 15 > 5]
    room = fuzzing.TARGETS[target]
    if target == "reass":
        made = [script.to_binary(shortened(datagram)) for datagram in datagrams(packets) if len(datagram) > 1]
    else:
        made = [script.to_binary([Frame(0, fitting(frame.octets, room - 4))]) for frame in packets]
    fit = list(dict.fromkeys(octets for octets in made if len(octets) <= room))
    return fit, sum(len(octets) > room for octets in made)


def reaching(target: str, records: Sequence[Record]) -> list[Frame]:
    """The frames that get as far as what the target judges, their packets right behind 14 octets of Ethernet."""
    found: list[Frame] = []
    for record in records:
        if not isinstance(record, Frame):
            continue
        if target in WHOLE:
            found.append(record)
            continue
        kind, at = network_layer(record.octets)
        packet = record.octets[at:]
        if kind == wire.TYPE_IP and len(packet) + HEADER <= FRAME_MAX and (target == "ip_header" or is_right(packet)):
            if target == "udp" and packet[9] != wire.UDP:
                continue
            found.append(Frame(0, record.octets[:12] + b"\x08\x00" + packet))
    return found


def is_right(packet: bytes) -> bool:
    """Would a header be believed (RFC 1122 3.2.1)?"""
    size, total = (packet[0] & 15) * 4 if packet else 0, int.from_bytes(packet[2:4], "big")
    return (len(packet) >= wire.IP_MIN and packet[0] >> 4 == 4 and wire.IP_MIN <= size <= total <= len(packet)
            and wire.ones_sum(packet[:size]) == 0xFFFF)  # fmt: skip


def key_of(frame: Frame) -> bytes:
    """What fragments of one datagram have in common."""
    packet = frame.octets[HEADER :]
    return packet[12:20] + packet[9:10] + packet[4:6]


def grouped(packets: Sequence[Frame]) -> Iterator[list[Frame]]:
    """In order, in groups of some 200; fragments of one datagram stay together."""
    groups: list[list[Frame]] = []
    place: dict[bytes, int] = {}
    for frame in packets:
        if not groups or len(groups[-1]) >= RECORDS:
            groups.append([])
        number = place.setdefault(key_of(frame), len(groups) - 1)
        if len(groups[number]) >= RECORDS + 40:
            number = place[key_of(frame)] = len(groups) - 1
        groups[number].append(frame)
    yield from groups


def datagrams(packets: Sequence[Frame]) -> list[list[Frame]]:
    """The fragments by the datagram to which they belong."""
    found: dict[bytes, list[Frame]] = {}
    for frame in packets:
        if int.from_bytes(frame.octets[20:22], "big") & 0x3FFF:
            found.setdefault(key_of(frame), []).append(frame)
    return list(found.values())


def shortened(datagram: Sequence[Frame]) -> list[Frame]:
    """Fragments that begin, end, meet and overlap as these do, with as few octets as that takes."""
    spans = []
    for frame in datagram:
        packet = frame.octets[HEADER :]
        first = (int.from_bytes(packet[6:8], "big") & 0x1FFF) * 8
        spans.append((first, first + int.from_bytes(packet[2:4], "big") - (packet[0] & 15) * 4))
    blocks = {block: number for number, block in enumerate(sorted({edge // 8 for span in spans for edge in span}))}
    places = [tuple(blocks[edge // 8] * 8 + edge % 8 for edge in span) for span in spans]
    return [Frame(0, moved(frame.octets, first, end - first)) for frame, (first, end) in zip(datagram, places, strict=True)]


def moved(frame: bytes, first: int, size: int) -> bytes:
    """The frame of a fragment with another place and that many of its octets."""
    head = HEADER + (frame[HEADER] & 15) * 4
    made = bytearray(frame[: head + size])
    made[16:18] = (head - HEADER + size).to_bytes(2, "big")
    made[20:22] = (int.from_bytes(frame[20:22], "big") & 0xE000 | first // 8).to_bytes(2, "big")
    made[24:26] = bytes(2)
    made[24:26] = wire.checksum(bytes(made[HEADER : head])).to_bytes(2, "big")
    return bytes(made)


def fitting(frame: bytes, room: int) -> bytes:
    """The frame, or what of it fits: with fewer data and a right length where it has as many, else just cut."""
    if len(frame) <= room:
        return frame
    total = int.from_bytes(frame[16:18], "big") + HEADER
    frame = frame[:total] if is_right(frame[HEADER :]) else frame
    return fuzzing.cut_packet(frame, len(frame) - room) or frame[:room] if len(frame) > room else frame
