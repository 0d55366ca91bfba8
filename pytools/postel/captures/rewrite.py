# SPDX-License-Identifier: BSD-2-Clause
"""Frames with other addresses: in the headers, in ARP packets, in options, in what ICMP errors quote.

A checksum changes by what the addresses change (RFC 1624), so one that was right is right again and one that was wrong is wrong
by as much: faults are what captures are replayed for. That needs no whole datagram, so it holds for fragments and cut packets."""

import struct

from postel.captures.ethernet import NO_MAC, Seen, network_layer
from postel.captures.hosts import BROADCAST, IUT, IUT_MAC, LOWER_TESTER, Hosts, ends
from postel.kit import wire
from postel.kit.wire import ICMP, ICMP_ERRORS, IP_MIN, UDP, ones_sum

TCP, DCCP, UDP_LITE = 6, 33, 136
CHECKSUM_AT = {TCP: 16, UDP: 6, DCCP: 6, UDP_LITE: 6}  # of those over a pseudo header
ROUTES, STAMPS = (7, 131, 137), 68  # options with addresses (RFC 791)
STAMPS_WITH_ADDRESSES = (1, 3)
ROUTER_ADVERTISEMENT, REDIRECT = 9, 5
QUOTES = 3  # of quotes of quotes: whoever nests deeper keeps the inner ones


def rewritten(seen: Seen, hosts: Hosts) -> bytes:
    """The frame as it would have been in the lab."""
    frame = seen.octets
    kind, at = network_layer(frame)
    body = frame[at:]
    if kind == wire.TYPE_IP:
        body = packet(body, hosts)
    if kind == wire.TYPE_ARP:
        body = arp(body, hosts)
    has_macs = seen.has_macs and frame[:12] != NO_MAC * 2  # Linux's loopback looks like Ethernet
    return macs(frame, hosts, has_macs=has_macs) + frame[12:at] + body


def addressed(seen: Seen) -> bytes:
    """As it is; one from a link without MACs has the lab's."""
    return macs(seen.octets, Hosts(set()), has_macs=seen.has_macs) + seen.octets[12:]


def macs(frame: bytes, hosts: Hosts, *, has_macs: bool) -> bytes:
    """Destination and source; where the link had none, those that belong to the packet's addresses."""
    destination, source = frame[:6], frame[6:12]
    if has_macs or len(frame) < wire.ETHER_LEN:
        return hosts.mac(destination) + hosts.mac(source)
    sender, receiver = ends(frame)
    if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\0\1":  # an ARP request asks everybody
        receiver = b"\xff" * 4
    sender, receiver = hosts.source(sender, receiver), hosts.address(receiver)
    by_iut = sender == IUT != receiver or source == (hosts.iut_mac or None)
    if source == NO_MAC:
        source = IUT_MAC if by_iut else _mac_of(sender, hosts)
    return (group_mac(receiver) or (_mac_of(receiver, hosts) if by_iut else IUT_MAC)) + hosts.mac(source)


def _mac_of(address: bytes, hosts: Hosts) -> bytes:
    known = hosts.neighbours.get(".".join(map(str, address)))
    return wire.mac_octets(known) if known else LOWER_TESTER[1]


def group_mac(address: bytes) -> bytes:
    """Where a packet to a broadcast or a group goes (RFC 1112 6.4); nothing for other addresses."""
    if address in (BROADCAST, b"\xff" * 4):
        return b"\xff" * 6
    return b"\x01\x00\x5e" + bytes([address[1] & 127]) + address[2:] if address and address[0] >> 4 == 14 else b""


def arp(body: bytes, hosts: Hosts) -> bytes:
    """Whatever its operation and types, if addresses have their usual lengths."""
    if len(body) < 28 or body[4:6] != b"\6\4":
        return body
    sender, target = hosts.mac(body[8:14]) + hosts.address(body[14:18]), hosts.mac(body[18:24]) + hosts.address(body[24:28])
    return body[:8] + sender + target + body[28:]


def packet(octets: bytes, hosts: Hosts, quotes: int = QUOTES) -> bytes:
    """A packet, which may be cut, quoted or wrong."""
    if len(octets) < IP_MIN or octets[0] >> 4 == 6:
        return octets
    source, destination = octets[12:16], octets[16:20]
    new = hosts.source(source, destination) + hosts.address(destination)
    size = header_length(octets)
    header = octets[:12] + new + options(octets[IP_MIN:size], hosts)
    covered = (octets[0] & 15) * 4 if octets[0] & 15 >= 3 else IP_MIN
    header = _carried(header, 10, octets[: min(covered, size)], header[: min(covered, size)])
    return header + _payload(octets, size, new, hosts, quotes)


def header_length(octets: bytes) -> int:
    """Where the data begin, by a length that can be believed; else after the fixed part."""
    said = (octets[0] & 15) * 4
    return min(said, len(octets)) if said > IP_MIN else IP_MIN


def options(octets: bytes, hosts: Hosts) -> bytes:
    """The addresses in routes and time stamps, filled in or not; what cannot be read ends them."""
    changed = bytearray(octets)
    at = 0
    while at < len(octets) and octets[at] != wire.OPTION_END:
        if octets[at] == wire.OPTION_NOP:
            at += 1
            continue
        size = octets[at + 1] if at + 1 < len(octets) else 0
        if size < 2 or at + size > len(octets):
            break
        first, step = at + 3, 4
        if octets[at] == STAMPS:
            first, step = at + 4, 8 if size > 3 and octets[at + 3] & 15 in STAMPS_WITH_ADDRESSES else 0
        elif octets[at] not in ROUTES:
            step = 0
        for place in range(first, at + size - 3, step) if step else ():
            changed[place : place + 4] = hosts.address(octets[place : place + 4])
        at += size
    return bytes(changed)


def _payload(octets: bytes, size: int, new: bytes, hosts: Hosts, quotes: int) -> bytes:
    """What follows the header, trailer and all."""
    total, fragment = struct.unpack_from(">H2xH", octets, 2)
    until = min(len(octets), total) if total > size else len(octets)
    data, trailer = octets[size:until], octets[until:]
    offset = (fragment & 0x1FFF) * 8
    protocol = octets[9]
    if protocol in CHECKSUM_AT:
        at = CHECKSUM_AT[protocol] - offset
        none = protocol == UDP and data[at : at + 2] == bytes(2)
        if at >= 0 and not none:
            data = _carried(data, at, octets[12:20], new, never_zero=protocol == UDP)
    if protocol == ICMP and offset == 0 and len(data) >= 8:
        message = icmp(data, hosts, quotes)
        data = _carried(message, 2, data, message)
    return data + trailer


def icmp(message: bytes, hosts: Hosts, quotes: int) -> bytes:
    """An ICMP message with its checksum as it was."""
    kind = message[0]
    if kind == REDIRECT:
        message = message[:4] + hosts.address(message[4:8]) + message[8:]
    if kind in ICMP_ERRORS and quotes:
        message = message[:8] + packet(message[8:], hosts, quotes - 1)
    if kind == ROUTER_ADVERTISEMENT and message[5] >= 1:
        changed = bytearray(message)
        for place in range(8, min(8 + message[4] * message[5] * 4, len(message) - 3), message[5] * 4):
            changed[place : place + 4] = hosts.address(message[place : place + 4])
        message = bytes(changed)
    return message


def _carried(octets: bytes, at: int, before: bytes, after: bytes, *, never_zero: bool = False) -> bytes:
    """`octets` with the checksum at `at` changed by what the octets under it have changed; as they are where it is cut off."""
    if at + 2 > len(octets) or before == after:
        return octets
    total = (~int.from_bytes(octets[at : at + 2], "big") & 0xFFFF) + (~ones_sum(before) & 0xFFFF) + ones_sum(after)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    value = ~total & 0xFFFF
    return octets[:at] + (value or 0xFFFF * never_zero).to_bytes(2, "big") + octets[at + 2 :]
