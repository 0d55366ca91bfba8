# SPDX-License-Identifier: BSD-2-Clause
"""Frames as fields and back, on octets alone.

The receive path, the passive checker and the violators use this and not Scapy: it costs microseconds, and what judges an
answer should not be what wrote the question. `parse` never raises: what cannot be read ends the fields, and `kind` says how far
it came.
"""

import socket
import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

Fields = dict[str, Any]

RECENT = 64  # frames that are known still: each is looked at in several places
ETHER_LEN = 14
IP_MIN = 20
TYPE_IP, TYPE_ARP, TYPE_IPV6 = 0x0800, 0x0806, 0x86DD
LONGEST_802 = 1500  # a type up to here is a length
ICMP, IGMP, UDP = 1, 2, 17
OPTION_END, OPTION_NOP = 0, 1  # the two that are a single octet
BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"

ICMP_KINDS = {
    0: "echo-reply", 3: "unreachable", 4: "source-quench", 5: "redirect", 8: "echo-request", 11: "time-exceeded",
    12: "parameter-problem", 13: "timestamp-request", 14: "timestamp-reply", 15: "information-request",
    16: "information-reply", 17: "mask-request", 18: "mask-reply",
}  # fmt: skip
QUERY, REPORT_1, REPORT_2, LEAVE, REPORT_3 = 0x11, 0x12, 0x16, 0x17, 0x22
IGMP_KINDS = {QUERY: "IGMP query", REPORT_1: "IGMPv1 report", REPORT_2: "IGMPv2 report", LEAVE: "IGMP leave", REPORT_3: "IGMPv3 report"}
LLC_KINDS = {0xAF: "llc-xid", 0xE3: "llc-test"}  # by the control octet without its poll bit
SNAP = bytes.fromhex("aaaa03000000")  # and the EtherType follows

ICMP_ERRORS = (3, 4, 5, 11, 12)
EXTENSIBLE, WORD = (3, 11, 12), 4  # by RFC 4884
LEAST_QUOTE, EXTENSION_VERSION = 128, 2

# What follows from other fields: recomputed by build() unless it is given.
DERIVED = ("ihl", "length", "checksum", "icmp_checksum", "igmp_checksum", "udp_length", "udp_checksum")


def ones_sum(octets: bytes) -> int:
    """The ones-complement sum of 16-bit words (RFC 1071), folded, not complemented."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def checksum(octets: bytes) -> int:
    """The Internet checksum of `octets`, whose own checksum field is zero."""
    return ~ones_sum(octets) & 0xFFFF


def mac_text(octets: bytes) -> str:
    return octets.hex(":")


def mac_octets(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def address_text(octets: bytes) -> str:
    return socket.inet_ntoa(octets)


def address_octets(text: str) -> bytes:
    return socket.inet_aton(text)


def pseudo_header(src: str, dst: str, protocol: int, length: int) -> bytes:
    return address_octets(src) + address_octets(dst) + struct.pack(">BBH", 0, protocol, length & 0xFFFF)


def parse(frame: bytes) -> Fields:
    """The fields of an Ethernet frame; `kind` names what it is in the field's own words."""
    return dict(_frame(frame))


@lru_cache(RECENT)
def _frame(frame: bytes) -> Fields:
    fields: Fields = {"kind": "other", "frame": frame}
    if len(frame) < ETHER_LEN:
        return fields
    fields["eth_dst"], fields["eth_src"] = mac_text(frame[:6]), mac_text(frame[6:12])
    fields["eth_type"] = int.from_bytes(frame[12:14], "big")
    body = frame[ETHER_LEN:]
    if fields["eth_type"] == TYPE_ARP:
        _parse_arp(body, fields)
    if fields["eth_type"] == TYPE_IP:
        fields.update(_packet(body))
    if fields["eth_type"] <= LONGEST_802:
        _parse_llc(body[: fields["eth_type"]], fields)
    return fields


def _parse_llc(body: bytes, fields: Fields) -> None:
    """XID and TEST, commands and responses."""
    if len(body) >= 3 and body[2] & ~0x10 in LLC_KINDS:
        fields["kind"] = LLC_KINDS[body[2] & ~0x10]
        fields["dsap"], fields["ssap"], fields["control"], fields["info"] = *body[:3], body[3:]


def opened(frame: bytes) -> bytes:
    """A frame of 802.3 whose length holds IP or ARP behind a SNAP header as one of Ethernet II; any other as it is."""
    length = int.from_bytes(frame[12:14], "big")
    if length > LONGEST_802 or frame[14:20] != SNAP or frame[20:22] not in (b"\x08\x00", b"\x08\x06"):
        return frame
    inner = frame[:12] + frame[20:]
    return inner if length >= _length_802(inner) else frame


def _length_802(frame: bytes) -> int:
    """What a frame of 802.3 with the packet of this one says: what is in it without padding."""
    return len(frame) - 12 - len(parse(frame).get("padding", b"")) + len(SNAP)


def snapped(frame: bytes) -> bytes:
    """A frame of Ethernet II as one of 802.3."""
    return frame[:12] + _length_802(frame).to_bytes(2, "big") + SNAP + frame[12:]


def _parse_arp(body: bytes, fields: Fields) -> None:
    if len(body) < 28:
        return
    names = ("htype", "ptype", "hlen", "plen", "op")
    fields.update(zip(names, struct.unpack(">HHBBH", body[:8]), strict=True))
    fields["sha"], fields["spa"] = mac_text(body[8:14]), address_text(body[14:18])
    fields["tha"], fields["tpa"] = mac_text(body[18:24]), address_text(body[24:28])
    fields["kind"] = {1: "arp-request", 2: "arp-reply"}.get(fields["op"], "arp")
    fields["padding"] = body[28:]


def parse_packet(packet: bytes) -> Fields:
    """The fields of an IPv4 packet, which may be quoted, cut or wrong."""
    return dict(_packet(packet))


@lru_cache(RECENT)
def _packet(packet: bytes) -> Fields:
    fields: Fields = {"kind": "other", "packet": packet}
    if len(packet) < IP_MIN:
        return fields
    fields["version"], fields["ihl"] = packet[0] >> 4, packet[0] & 15
    fields["tos"], fields["length"], fields["id"], frag = struct.unpack(">BHHH", packet[1:8])
    fields["reserved"], fields["df"], fields["mf"] = frag >> 15, frag >> 14 & 1, frag >> 13 & 1
    fields["offset"] = (frag & 0x1FFF) * 8
    fields["ttl"], fields["protocol"], fields["checksum"] = struct.unpack(">BBH", packet[8:12])
    fields["src"], fields["dst"] = address_text(packet[12:16]), address_text(packet[16:20])
    header_len = fields["ihl"] * 4
    if fields["version"] != 4 or header_len < IP_MIN or fields["length"] < header_len or len(packet) < header_len:
        return fields
    fields["options"] = packet[IP_MIN:header_len]
    payload = packet[header_len : fields["length"]]
    fields["payload"], fields["padding"] = payload, packet[fields["length"] :]
    fields["kind"] = "fragment" if fields["offset"] or fields["mf"] else f"protocol-{fields['protocol']}"
    if fields["kind"] == "fragment":
        return fields
    if fields["protocol"] == ICMP and len(payload) >= 8:
        _parse_icmp(payload, fields)
    if fields["protocol"] == IGMP:
        fields["kind"] = "igmp"
        if len(payload) >= 8:
            fields["igmp_type"], fields["igmp_code"], fields["igmp_checksum"] = struct.unpack(">BBH", payload[:4])
            fields["igmp_group"], fields["igmp_rest"] = address_text(payload[4:8]), payload[8:]
    if fields["protocol"] == UDP and len(payload) >= 8:
        fields["kind"] = "udp"
        names = ("sport", "dport", "udp_length", "udp_checksum")
        fields.update(zip(names, struct.unpack(">HHHH", payload[:8]), strict=True))
        fields["data"] = payload[8:]
    return fields


def _parse_icmp(payload: bytes, fields: Fields) -> None:
    fields["type"], fields["code"], fields["icmp_checksum"] = struct.unpack(">BBH", payload[:4])
    fields["rest"], fields["data"] = payload[4:8], payload[8:]
    fields["kind"] = ICMP_KINDS.get(fields["type"], f"icmp-{fields['type']}")
    fields["ident"], fields["seq"] = struct.unpack(">HH", payload[4:8])
    if fields["type"] in ICMP_ERRORS:
        fields["quoted"], fields["unused"] = payload[8:], fields["rest"]
        if fields["type"] in EXTENSIBLE and payload[5] and len(payload) >= 8 + payload[5] * WORD + WORD:
            _parse_extension(payload, fields)
        elif fields["type"] in EXTENSIBLE and not payload[5]:
            _parse_unmarked(payload[8:], fields)
    if fields["type"] == 12:
        fields["pointer"] = payload[4]
    if fields["type"] == 5:
        fields["gateway"] = address_text(payload[4:8])


def _parse_extension(payload: bytes, fields: Fields) -> None:
    """RFC 4884: the length of the quote in words stands in an octet that was unused, and an extension follows the quote, which is
    filled up where the offender was shorter."""
    whole = payload[8 : 8 + payload[5] * WORD]
    there = whole[: int.from_bytes(whole[2:4], "big")]
    end = max(min((whole[0] & 15) * WORD + 8, len(there)), len(there.rstrip(b"\0")))  # zeros that end it may be the offender's own
    fields["quoted"], fields["filling"], fields["extension"] = whole[:end], whole[end:], payload[8 + len(whole) :]
    fields["unused"] = fields["rest"][:1] + b"\0" + fields["rest"][2:]


def _parse_unmarked(quote: bytes, fields: Fields) -> None:
    """An extension behind 128 octets that hold the whole of the datagram, and nothing tells where the quote ends (RFC 4884 5.5)."""
    length = int.from_bytes(quote[2:4], "big")
    if length <= LEAST_QUOTE and is_extension(quote[LEAST_QUOTE:]):
        fields["quoted"], fields["unmarked"] = quote[:length], quote[LEAST_QUOTE:]


def is_extension(octets: bytes) -> bool:
    """Beyond doubt: of the version that there is, with a checksum that verifies."""
    return len(octets) >= WORD and octets[0] >> 4 == EXTENSION_VERSION and any(octets[2:4]) and ones_sum(octets) == 0xFFFF


def records(message: bytes) -> Iterator[tuple[int, int, str, list[str], bytes]]:
    """Of a report of version 3: type, words of auxiliary data, group, sources, and what stands behind it. Ends where one is cut off."""
    count, at = int.from_bytes(message[6:8], "big"), 8
    while count and len(message) >= at + 8:
        kind, extra, number = struct.unpack_from(">BBH", message, at)
        end = at + 8 + 4 * number + 4 * extra
        if len(message) < end:
            return
        sources = [address_text(message[place : place + 4]) for place in range(at + 8, at + 8 + 4 * number, 4)]
        yield kind, extra, address_text(message[at + 4 : at + 8]), sources, message[end:]
        count, at = count - 1, end


def split_options(octets: bytes) -> tuple[list[bytes], bytes]:
    """The options of a header, each with its type and length (No Operations are left out), and what follows the last: End of
    Option List and the padding, or what cannot be read."""
    found: list[bytes] = []
    at = 0
    while at < len(octets) and octets[at] != OPTION_END:
        length = 1 if octets[at] == OPTION_NOP else octets[at + 1] if at + 1 < len(octets) else 0
        if at + length > len(octets) or (length < 2 and octets[at] != OPTION_NOP):
            break
        if octets[at] != OPTION_NOP:
            found.append(octets[at : at + length])
        at += length
    return found, octets[at:]


def build_packet(fields: Mapping[str, Any]) -> bytes:
    """An IPv4 packet of `fields`; what is derived and missing is computed, what is given is believed."""
    options: bytes = fields.get("options", b"")
    options += bytes(-len(options) % 4)
    payload = _payload(fields)
    ihl = fields.get("ihl", (IP_MIN + len(options)) // 4)
    length = fields.get("length", IP_MIN + len(options) + len(payload))
    if fields.get("offset", 0) // 8 > 0x1FFF:  # it would run into the flags
        raise ValueError(f"no fragment begins at octet {fields['offset']}: the field has 13 bits")
    frag = fields.get("reserved", 0) << 15 | fields.get("df", 0) << 14 | fields.get("mf", 0) << 13
    header = struct.pack(
        ">BBHHHBBH4s4s",
        fields.get("version", 4) << 4 | ihl, fields.get("tos", 0), length, fields.get("id", 1),
        frag | fields.get("offset", 0) // 8, fields.get("ttl", 64), fields["protocol"], 0,
        address_octets(fields["src"]), address_octets(fields["dst"]),
    )  # fmt: skip
    packet = header + options + payload
    covered = ihl * 4 if ihl >= 3 else IP_MIN  # a header of three or four words has its own right checksum too
    value = fields.get("checksum", checksum(packet[:covered]))
    return packet[:10] + struct.pack(">H", value) + packet[12:]


def _payload(fields: Mapping[str, Any]) -> bytes:
    if "type" in fields:
        rest = struct.pack(">HH", fields["ident"], fields["seq"]) if "ident" in fields else fields.get("rest", bytes(4))
        if "gateway" in fields:
            rest = address_octets(fields["gateway"])
        if "pointer" in fields:
            rest = bytes([fields["pointer"]]) + rest[1:]
        data = fields.get("quoted", fields.get("data", b"")) + fields.get("filling", b"") + fields.get("extension", b"")
        message: bytes = struct.pack(">BBH", fields["type"], fields["code"], 0) + rest + data
        value = fields.get("icmp_checksum", checksum(message))
        return message[:2] + struct.pack(">H", value) + message[4:]
    if "igmp_type" in fields:
        said: bytes = struct.pack(">BBH", fields["igmp_type"], fields["igmp_code"], 0) + address_octets(fields["igmp_group"]) + fields["igmp_rest"]
        value = fields.get("igmp_checksum", checksum(said))
        return said[:2] + struct.pack(">H", value) + said[4:]
    if "sport" in fields:
        data = fields.get("data", b"")
        length = fields.get("udp_length", 8 + len(data))
        datagram: bytes = struct.pack(">HHHH", fields["sport"], fields["dport"], length, 0) + data
        sum_over = pseudo_header(fields["src"], fields["dst"], UDP, length) + datagram
        value = fields.get("udp_checksum", checksum(sum_over) or 0xFFFF)
        return datagram[:6] + struct.pack(">H", value) + datagram[8:]
    return bytes(fields.get("payload", b""))


def build(fields: Mapping[str, Any]) -> bytes:
    """An Ethernet frame of `fields`: ARP if they hold an ARP operation, IPv4 otherwise."""
    ether = mac_octets(fields["eth_dst"]) + mac_octets(fields["eth_src"])
    if "control" in fields:
        said: bytes = bytes([fields["dsap"], fields["ssap"], fields["control"]]) + bytes(fields["info"])
        return ether + struct.pack(">H", len(said)) + said
    if "op" in fields:
        names = ("htype", "ptype", "hlen", "plen", "op")
        body = struct.pack(">HHBBH", *(fields[name] for name in names))
        body += mac_octets(fields["sha"]) + address_octets(fields["spa"])
        body += mac_octets(fields["tha"]) + address_octets(fields["tpa"])
    else:
        body = build_packet(fields)
    frame = ether + struct.pack(">H", fields.get("eth_type", TYPE_IP)) + body
    return frame + bytes(fields.get("padding", b""))


def edit(frame: bytes, **changes: Any) -> bytes:
    """`frame` with some fields changed (a value, or a function of the old one) and all that follows from them repaired.

    A derived field that is named stays as it was given: that is the one fault."""
    old = parse(frame)
    return build(_changed(old, changes))


def edit_packet(packet: bytes, **changes: Any) -> bytes:
    """The same for a packet without its Ethernet header."""
    return build_packet(_changed(parse_packet(packet), changes))


def _changed(old: Fields, changes: Mapping[str, Any]) -> Fields:
    new = {name: value for name, value in old.items() if name not in DERIVED}
    if old.get("udp_checksum") == 0:
        new["udp_checksum"] = 0
    if "payload" in changes:  # octets instead of a message
        for name in ("type", "sport", "igmp_type"):
            new.pop(name, None)
    if "rest" in changes:
        for name in ("ident", "seq", "pointer", "gateway"):
            new.pop(name, None)
    for name in ("quoted", "filling", "extension") if "data" in changes else ():
        new.pop(name, None)
    if new.get("type") in ICMP_ERRORS:  # the identifier's octets are something else there
        new.pop("ident", None)
        new.pop("seq", None)
    for name, value in changes.items():
        new[name] = value(old.get(name)) if callable(value) else value
    return new


def summary(fields: Mapping[str, Any]) -> str:
    """One line for people: what kind of frame, from where to where, and the number that tells it from others."""
    kind = fields["kind"]
    if kind.startswith("arp"):
        if "spa" not in fields:
            return "a short ARP packet"
        words = kind.replace("arp-", "ARP ")
        return f"{words} {fields['spa']} is {fields['sha']} > {fields['tpa']}"
    if kind.startswith("llc"):
        return f"{kind[4:].upper()} from access point {fields['ssap']:#04x} to {fields['dsap']:#04x}, {len(fields['info'])} octets of information"
    if "src" not in fields:
        return f"a frame of type {fields.get('eth_type', 0):#06x}, {len(fields.get('frame', b''))} octets"
    if kind == "other":
        return f"a malformed packet {fields['src']} > {fields['dst']}: version {fields['version']}, header of {fields['ihl']} words, " \
               f"length {fields['length']}"  # fmt: skip
    words = kind.replace("-", " ")
    if kind == "unreachable":
        words = f"destination unreachable code {fields['code']}"
    if kind == "time-exceeded":
        words = f"time exceeded code {fields['code']}"
    if kind == "parameter-problem":
        words = f"parameter problem code {fields['code']} pointer {fields['pointer']}"
    if kind == "igmp" and "igmp_type" in fields:
        words = IGMP_KINDS.get(fields["igmp_type"], f"IGMP {fields['igmp_type']:#04x}")
        words += f" of {fields['igmp_group']}" if fields["igmp_type"] != REPORT_3 else f" with {int.from_bytes(fields['payload'][6:8], 'big')} records"
    if kind == "udp":
        words = f"UDP {fields['sport']} > {fields['dport']}"
    if kind == "fragment":
        words = f"fragment id {fields['id']} offset {fields['offset']} MF {fields['mf']}"
    if kind == "protocol-6" and len(fields["payload"]) >= 14:
        sport, dport, flags = struct.unpack(">HH9xB", fields["payload"][:14])
        words = f"TCP {sport} > {dport} {''.join(name for bit, name in enumerate('FSRPAU') if flags >> bit & 1) or '-'}"
    extra = f" id {fields['ident']} seq {fields['seq']}" if kind.startswith(("echo", "timestamp-r")) else ""
    size = f", {len(fields['data'])} octets of data" if kind in ("echo-reply", "echo-request", "udp") else ""
    return f"{words} {fields['src']} > {fields['dst']}{extra}{size}"
