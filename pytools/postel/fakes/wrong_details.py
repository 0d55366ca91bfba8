# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in what few have: commands of 802.2 and frames of 802.3 (RFC 1042), address masks by ICMP (RFC 1122 3.2.2.9), what
TCP asks of IP (RFC 1122 4.2), security options (RFC 1108), links of 31 bits (RFC 3021)."""

import struct
from collections.abc import Callable
from dataclasses import replace

from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, edit, is_broadcast, is_group, patch, raw, wrong
from postel.fakes.wrong_hosts import kinds, resourced
from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.wire import BROADCAST_MAC, ETHER_LEN, SNAP
from postel.lab.addresses import LEFT

BOTH = (SENT, RECEIVED)
OLD = "rfc1122"  # the profile in which masks are told by ICMP (RFC 6918)
TCP, SYN, ACK = 6, 2, 16
BASIC, EXTENDED, UNCLASSIFIED = 130, 133, 0xAB
LEVELS = (0x3D, 0x5A, 0x96, 0xAB)  # RFC 1108 2.3


# 802.3


@wrong("RFC1042-LLC-a", "TEST is answered, and XID is not")
def xid_unanswered(frame: Frame) -> Passed:
    return None if frame.kind == "llc-xid" else frame


@wrong("RFC1042-LLC-a", "commands without the poll bit are not answered", RECEIVED)
def unpolled_unanswered(frame: Frame) -> Passed:
    return None if frame.kind.startswith("llc") and not frame["control"] & 0x10 else frame


@wrong("RFC1042-LLC-c", "a response never has the final bit")
def final_bit_never_set(frame: Frame) -> Passed:
    return edit(frame, control=frame["control"] & ~0x10) if frame.kind.startswith("llc") else frame


@wrong("RFC1042-LLC-d", "the response to XID says that connections are there too")
def xid_of_class_2(frame: Frame) -> Passed:
    return edit(frame, info=b"\x81\3\0") if frame.kind == "llc-xid" else frame


@wrong("RFC1042-LLC-e", "at most 64 octets of a TEST come back")
def test_of_64(frame: Frame) -> Passed:
    return edit(frame, info=frame["info"][:64]) if frame.kind == "llc-test" else frame


def is_snap(frame: Frame) -> bool:
    return int.from_bytes(frame.octets[12:14], "big") <= 1500 and frame.octets[14:20] == SNAP and len(frame.octets) > 22


@wrong("RFC1042-Frame-a", "frames of 802.3 leave with the organization code of somebody")
def framing_with_an_organization(frame: Frame) -> Passed:
    return raw(frame, 17, b"\0\0\xf8") if is_snap(frame) else frame


@wrong("RFC1042-Frame-c", "short frames of 802.3 are filled with ones")
def framing_filled_with_ones(frame: Frame) -> Passed:
    used = ETHER_LEN + int.from_bytes(frame.octets[12:14], "big")
    return raw(frame, used, b"\xff" * (60 - used)) if is_snap(frame) and used < 60 else frame


@wrong(("RFC1042-Ethernet-a", "RFC1122-2.3.3-d"), "every neighbour is sent the kind of frame that came last, whoever sent it", BOTH)
def framing_of_the_last(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        world.memory["snap"] = is_snap(frame)
        return frame
    if is_snap(frame) and not world.memory.get("snap"):
        return replace(frame, octets=wire.opened(frame.octets))
    readable = frame.is_ip or frame.is_arp
    return replace(frame, octets=wire.snapped(frame.octets)) if world.memory.get("snap") and readable and len(frame.packet) <= 1492 else frame


@wrong("RFC1122-2.3.3-b", "packets behind a header of SNAP are read if they are short", RECEIVED)
def snap_of_128_octets(frame: Frame) -> Passed:
    return None if is_snap(frame) and len(frame.octets) > 128 else frame


# Address masks


@wrong("RFC1122-3.2.2.9-e", "the mask is asked for once", SENT, OLD)
def mask_asked_for_once(frame: Frame, world: World) -> Passed:
    return None if frame.kind == "mask-request" and world.count(frame.iface) else frame


@wrong("RFC1122-3.2.2.9-e", "the gateway is asked for the mask, and nobody else", SENT, OLD)
def mask_asked_of_the_gateway(frame: Frame) -> Passed:
    return edit(frame, dst=frame.lab.lt, eth_dst=frame.lab.lt_mac) if frame.kind == "mask-request" else frame


@wrong("RFC1122-3.2.2.9-g", "the last reply about the mask counts, not the first", RECEIVED, OLD)
def mask_of_the_last_reply(frame: Frame, world: World) -> Passed:
    """The first that come are kept back until another does, or, if none does, for a while."""
    if frame.kind != "mask-reply":
        return frame
    held = world.memory.get(("held", frame.iface))
    if held is None:
        world.memory["held", frame.iface] = frame
        world.later(0.5, frame)
        return None
    world.never(held)
    return frame


@wrong("RFC1122-3.2.2.9-l", "an agent that begins to be one tells nobody the mask", SENT, OLD)
def mask_agent_says_nothing(frame: Frame) -> Passed:
    return None if frame.kind == "mask-reply" and is_group(frame["dst"]) else frame


@wrong(("RFC1122-3.2.2.9-l", "RFC950-App.I-a"), "the mask that an agent tells is that of the address's class", SENT, OLD)
def mask_of_the_class_told(frame: Frame) -> Passed:
    return edit(frame, data=b"\xff\xff\xff\0") if frame.kind == "mask-reply" else frame


@wrong("RFC950-App.I-a", "an agent's reply has the number 0", SENT, OLD)
def mask_reply_without_number(frame: Frame) -> Passed:
    return edit(frame, seq=0) if frame.kind == "mask-reply" else frame


# What TCP asks of IP


def is_segment(frame: Frame) -> bool:
    return frame.kind == "protocol-6" and len(frame["payload"]) >= 20


def summed(frame: Frame, dst: str = "", **changes: object) -> Frame:
    """A segment with some fields of its packet changed, and its sum made right again."""
    changed = edit(frame, **changes)
    payload = patch(changed["payload"], 16, b"\0\0")
    ends = wire.pseudo_header(changed["src"], dst or changed["dst"], TCP, len(payload))
    return edit(changed, payload=patch(payload, 16, struct.pack(">H", wire.checksum(ends + payload))))


def has_route(frame: Frame) -> bool:
    return bool({131, 137} & set(kinds(frame)))


def flags(frame: Frame) -> int:
    return int(frame["payload"][13]) & (SYN | ACK)


@wrong("RFC1122-4.2.2.7-a", "a segment is believed whatever its checksum is", RECEIVED)
def segments_unchecked(frame: Frame) -> Passed:
    return summed(frame) if is_segment(frame) and not has_route(frame) else frame


@wrong("RFC1122-4.2.2.7-a", "the checksum of a segment without data is one too many")
def acknowledgements_with_a_wrong_sum(frame: Frame) -> Passed:
    bare = is_segment(frame) and len(frame["payload"]) == 20
    return edit(frame, payload=patch(frame["payload"], 16, bytes([frame["payload"][16] ^ 1]))) if bare else frame


@wrong("RFC1122-4.2.2.6-b", "TCP offers to take 65,535 octets")
def offers_65535(frame: Frame) -> Passed:
    offers = is_segment(frame) and frame["payload"][20:22] == b"\2\4" and not has_route(frame)
    return summed(frame, payload=patch(frame["payload"], 22, b"\xff\xff")) if offers else frame


@wrong("RFC1122-4.2.2.6-c", "who offers no size is sent segments of 1460 octets", RECEIVED)
def takes_1460_where_none_is_offered(frame: Frame) -> Passed:
    bare = is_segment(frame) and flags(frame) & SYN and frame["payload"][12] >> 4 == 5 and not has_route(frame)
    head = patch(frame["payload"], 12, b"\x60") if bare else b""
    return summed(frame, payload=head[:20] + b"\2\4\x05\xb4" + head[20:]) if bare else frame


@wrong("RFC1122-4.2.2.19-a", "segments leave with a time to live of 64 whatever their user has said")
def segments_with_ttl_64(frame: Frame) -> Passed:
    return edit(frame, ttl=64) if is_segment(frame) else frame


@wrong("RFC1122-4.2.4.2-a", "only the first segment of a connection has the type of service that its user has said")
def tos_of_the_first_segment(frame: Frame) -> Passed:
    return edit(frame, tos=0) if is_segment(frame) and not flags(frame) & SYN else frame


def about_tcp(frame: Frame) -> bool:
    return frame.is_error and frame.quoted.get("protocol") == TCP


@wrong("RFC1122-4.2.3.9-c", "an unreachable network ends its connections", RECEIVED)
def network_ends_connections(frame: Frame) -> Passed:
    return edit(frame, code=2) if about_tcp(frame) and frame["type"] == 3 and frame["code"] == 0 else frame


@wrong("RFC1122-4.2.3.9-e", "an unreachable port is no worse for a connection than an unreachable host", RECEIVED)
def port_is_a_host(frame: Frame) -> Passed:
    return edit(frame, code=1) if about_tcp(frame) and frame["type"] == 3 and frame["code"] in (2, 3) else frame


@wrong("RFC1122-4.2.3.9-a", "an error is acted on by the last connection, whatever it quotes", BOTH)
def errors_to_the_last_connection(frame: Frame, world: World) -> Passed:
    if not frame.incoming and is_segment(frame):
        world.memory["last"] = frame.packet[: frame["ihl"] * 4 + 8]
    return edit(frame, quoted=world.memory["last"]) if frame.incoming and about_tcp(frame) and "last" in world.memory else frame


@wrong("RFC1122-4.2.3.10-b", "a SYN from the broadcast address of the link is answered", BOTH)
def syn_from_a_broadcast_answered(frame: Frame, world: World) -> Passed:
    bad = frame.incoming and is_segment(frame) and is_broadcast(frame["src"])
    passed = resourced(frame, world, bad)
    return summed(passed) if isinstance(passed, Frame) and is_segment(passed) and passed is not frame else passed


@wrong("RFC1122-4.2.3.10-c", "a SYN to the broadcast address of the link is answered", RECEIVED)
def syn_to_a_broadcast_answered(frame: Frame) -> Passed:
    asks = is_segment(frame) and flags(frame) == SYN and is_broadcast(frame["dst"])
    return summed(edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac)) if asks else frame


@wrong("RFC1122-4.2.3.10-a", "a connection to a broadcast is one to the gateway", ASKED)
def connects_to_broadcasts(call: Call) -> Passed:
    wants = call.op == "tcp.connect" and is_group(call.keys.get("dst"))
    return Call(call.op, {**call.keys, "dst": LEFT.lt}) if wants else call


@wrong("RFC1122-4.2.3.8-d", "the route that a SYN came by is not kept", RECEIVED)
def route_of_a_syn_forgotten(frame: Frame) -> Passed:
    return edit(frame, options=b"") if is_segment(frame) and has_route(frame) else frame


@wrong("RFC1122-4.2.3.8-c", "a user's own source route is left out of the segments of a connection", ASKED)
def route_of_a_connection_lost(call: Call) -> Passed:
    own = call.op == "tcp.connect" and call.keys.get("options", "")[:2] in ("83", "89")
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "options"}) if own else call


@wrong("RFC1122-4.2.4.1-a", "errors about a connection are told to nobody", TOLD)
def errors_of_connections_untold(event: Event) -> Passed:
    return None if event.name == "tcp.error" else event


@wrong("RFC1122-4.2.4.4-a", "the local address of a connection is always that of its interface", ASKED)
def local_address_ignored(call: Call) -> Passed:
    chosen = call.op in ("tcp.connect", "tcp.listen")
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "addr"}) if chosen else call


# Security options


def relabelled(frame: Frame, change: Callable[[bytes], bytes]) -> bytes:
    """The options of a packet with each Basic Security option changed; the others stay as they are."""
    found, _ = wire.split_options(frame["options"] or b"")
    options = b"".join(change(option) if option[0] == BASIC else option for option in found)
    return options + bytes(-len(options) % 4)


def labelled(frame: Frame) -> bool:
    return BASIC in kinds(frame)


@wrong("RFC1108-2.9-a", "a datagram with the Basic Security option is not read", RECEIVED)
def labels_refused(frame: Frame) -> Passed:
    return None if labelled(frame) else frame


@wrong("RFC1108-2.3-a", "a level that there is not is the lowest one", RECEIVED)
def unknown_levels_are_unclassified(frame: Frame) -> Passed:
    def level(option: bytes) -> bytes:
        return option if len(option) < 3 or option[2] in LEVELS else patch(option, 2, bytes([UNCLASSIFIED]))

    return edit(frame, options=relabelled(frame, level)) if labelled(frame) and relabelled(frame, level) != frame["options"] else frame


@wrong("RFC1108-2.4-b", "of the flags of authorities the first octet is looked at", RECEIVED)
def one_octet_of_flags(frame: Frame) -> Passed:
    def first(option: bytes) -> bytes:
        return bytes([BASIC, 4, option[2], option[3] & 0xFE]) if len(option) == 5 and option[3] & 1 else option

    return edit(frame, options=relabelled(frame, first)) if labelled(frame) and relabelled(frame, first) != frame["options"] else frame


@wrong("RFC1108-2.4-c", "labels end with an octet of flags that is zero")
def labels_end_in_zero(frame: Frame) -> Passed:
    def longer(option: bytes) -> bytes:
        return bytes([BASIC, len(option) + 1]) + option[2:] + b"\0"

    fits = labelled(frame) and len(frame.packet) <= 1492 and len(frame["options"]) <= 36
    return edit(frame, options=relabelled(frame, longer)) if fits else frame


@wrong("RFC1108-2-a", "the Basic Security option is in the first fragment alone")
def label_in_the_first_fragment(frame: Frame) -> Passed:
    return edit(frame, options=b"") if frame.is_fragment and frame["offset"] and labelled(frame) else frame


@wrong("RFC1108-2.8-b", "the report of a malformed label points at its header's end")
def label_pointed_at_wrongly(frame: Frame) -> Passed:
    about = frame.kind == "parameter-problem" and frame["code"] == 0 and frame["pointer"] >= 20
    options = frame.quoted.get("options") or b"" if about else b""
    return edit(frame, pointer=20 + len(options)) if options[:1] == bytes([BASIC]) else frame


@wrong("RFC1108-2.8-f", "errors about labels leave without one")
def errors_without_a_label(frame: Frame) -> Passed:
    return edit(frame, options=b"") if frame.is_error and labelled(frame) else frame


@wrong("RFC1108-3.6-a", "the Extended Security option is taken alone", RECEIVED)
def extended_security_alone(frame: Frame) -> Passed:
    alone = EXTENDED in kinds(frame) and not labelled(frame)
    return edit(frame, options=b"") if alone else frame


# Links of 31 bits


@wrong("RFC3021-2.1-a", "of two addresses that differ in their last bit alone the lower one is nobody's", (RECEIVED, ASKED))
def lower_end_is_nobody(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        remember_31(what, world)
        return what
    return None if what.is_ip and what["dst"] in world.memory.get("ends", {}) and not what["dst"].endswith(("1", "3", "5", "7", "9")) else what


def remember_31(call: Call, world: World) -> None:
    if call.op == "add" and call.keys.get("kind") == "address" and call.keys.get("len") == "31":
        own = call.keys.get("addr", "0.0.0.0")
        head, _, last = own.rpartition(".")
        world.memory.setdefault("ends", {})[own] = f"{head}.{int(last) ^ 1}" if last.isdecimal() else own


@wrong("RFC3021-2.2-a", "the other end of a link of 31 bits is sent frames to all stations", (SENT, ASKED))
def other_end_is_a_broadcast(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        remember_31(what, world)
        return what
    return edit(what, eth_dst=BROADCAST_MAC) if what.is_ip and what["dst"] in world.memory.get("ends", {}).values() else what


@wrong("RFC3021-2.2-b", "nothing to 255.255.255.255 leaves by a host with a link of 31 bits", (SENT, ASKED))
def no_broadcast_where_31_bits_are(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        remember_31(what, world)
        return what
    return None if what["dst"] == "255.255.255.255" and world.memory.get("ends") else what
