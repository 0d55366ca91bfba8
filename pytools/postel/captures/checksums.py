# SPDX-License-Identifier: BSD-2-Clause
"""The checksums of captured frames: which were left to a network card, and all of them made right.

Who captures on the machine that sends sees its packets before the card has finished them: the field holds the sum of the pseudo
header, or nothing. On the wire they were right."""

from collections import Counter
from collections.abc import Iterable, Iterator

from postel.captures.ethernet import network_layer
from postel.captures.rewrite import CHECKSUM_AT, TCP, header_length
from postel.kit import wire
from postel.kit.wire import ICMP, IGMP, IP_MIN, UDP

RIGHT, UNFINISHED, WRONG = "right", "unfinished", "wrong"


def repaired(frame: bytes) -> bytes:
    """The frame with the right checksums in its IPv4 header and, of a whole datagram, in its message."""
    kind, at = network_layer(frame)
    packet = frame[at:]
    if kind != wire.TYPE_IP or len(packet) < IP_MIN or packet[0] >> 4 != 4:
        return frame
    size = header_length(packet)
    header = packet[:10] + wire.checksum(packet[:10] + bytes(2) + packet[12:size]).to_bytes(2, "big") + packet[12:size]
    message, total = message_of(packet), int.from_bytes(packet[2:4], "big")
    if message:
        place = CHECKSUM_AT.get(packet[9], 2)
        value = wire.checksum(pseudo(packet, message) + message[:place] + bytes(2) + message[place + 2 :])
        message = message[:place] + (value or 0xFFFF * (packet[9] == UDP)).to_bytes(2, "big") + message[place + 2 :]
    return frame[:at] + header + (message + packet[total:] if message else packet[size:])


def message_of(packet: bytes) -> bytes:
    """The message of a whole datagram that has a checksum of a known kind; else nothing."""
    size, total = header_length(packet), int.from_bytes(packet[2:4], "big")
    place = CHECKSUM_AT.get(packet[9], 2 if packet[9] in (ICMP, IGMP) else None)
    fragment = int.from_bytes(packet[6:8], "big") & 0x3FFF
    if fragment or place is None or not size + place + 2 <= total <= len(packet):
        return b""
    message = packet[size:total]
    return b"" if packet[9] == UDP and message[6:8] == bytes(2) else message


def pseudo(packet: bytes, message: bytes) -> bytes:
    if packet[9] not in CHECKSUM_AT:
        return b""
    return packet[12:20] + bytes([0, packet[9]]) + (len(message) & 0xFFFF).to_bytes(2, "big")


def state(packet: bytes) -> str:
    """Of its header and of its TCP or UDP checksum, whichever is worse; nothing when there is none to judge."""
    if len(packet) < IP_MIN or packet[0] >> 4 != 4 or len(packet) < (packet[0] & 15) * 4:
        return ""
    if wire.ones_sum(packet[: header_length(packet)]) != 0xFFFF:
        return UNFINISHED if packet[10:12] == bytes(2) else WRONG
    message = message_of(packet)
    if packet[9] not in (TCP, UDP) or not message:
        return ""
    before = pseudo(packet, message)
    if wire.ones_sum(before + message) == 0xFFFF:
        return RIGHT
    place = CHECKSUM_AT[packet[9]]
    value = int.from_bytes(message[place : place + 2], "big")
    return UNFINISHED if value in (0, wire.ones_sum(before)) else WRONG


def offloaded(frames: Iterable[bytes]) -> Iterator[str]:
    """The hosts whose checksums look as if their card was to finish them, with words."""
    counted: dict[bytes, Counter[str]] = {}
    for frame in frames:
        kind, at = network_layer(frame)
        if kind == wire.TYPE_IP and (judged := state(frame[at:])):
            counted.setdefault(frame[at + 12 : at + 16], Counter())[judged] += 1
    for address, states in counted.items():
        if states[UNFINISHED] and not states[RIGHT]:
            yield (f"checksums of {wire.address_text(address)} look as if its network card was to finish them "
                   f"({states[UNFINISHED]} of {states.total()}): --fix-checksums does it")  # fmt: skip
