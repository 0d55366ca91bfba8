# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong on the link: ARP (RFC 826, RFC 5227), frames (RFC 894, RFC 1042), RFC 1122 2.3 and 2.4, RFC 1812 3.3.2."""

from dataclasses import replace

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, Call, Frame, Passed, World, addressed, arp, edit, is_broadcast, is_group, raw, wrong,
)  # fmt: skip
from postel.kit import wire
from postel.kit.arp import PEER
from postel.lab.addresses import LEFT

NOBODY = "02:00:00:00:00:99"
BOTH = (SENT, RECEIVED)
SNAP = bytes.fromhex("aaaa03000000")


@wrong("RFC826-Reception-g", "ARP replies go to everybody")
def arp_reply_to_all(frame: Frame) -> Passed:
    return addressed(frame, dst=wire.BROADCAST_MAC) if frame.kind == "arp-reply" else frame


@wrong("RFC826-Reception-g", "the answer to an ARP request is a request")
def arp_reply_is_a_request(frame: Frame) -> Passed:
    return edit(frame, op=1) if frame.kind == "arp-reply" else frame


@wrong("RFC826-Reception-g", "an ARP reply has no target hardware address")
def arp_reply_without_target(frame: Frame) -> Passed:
    return edit(frame, tha="00:00:00:00:00:00") if frame.kind == "arp-reply" else frame


@wrong("RFC826-Reception-g", "an ARP reply's target protocol address is the sender's own")
def arp_reply_for_itself(frame: Frame) -> Passed:
    return edit(frame, tpa=frame["spa"]) if frame.kind == "arp-reply" else frame


@wrong("RFC826-Reception-g", "an ARP request is answered twice")
def arp_reply_twice(frame: Frame) -> Passed:
    return [frame, frame] if frame.kind == "arp-reply" else frame


@wrong("RFC826-Generation-a", "an ARP request goes to one station only")
def arp_request_to_one(frame: Frame) -> Passed:
    return addressed(frame, dst=frame.lab.lt_mac) if frame.kind == "arp-request" else frame


@wrong("RFC826-Generation-a", "an ARP request does not say which protocol address asks")
def arp_request_without_sender(frame: Frame) -> Passed:
    return edit(frame, spa="0.0.0.0") if frame.kind == "arp-request" else frame


@wrong("RFC826-Generation-a", "an ARP request comes from another station than it says")
def arp_request_from_nobody(frame: Frame) -> Passed:
    return addressed(frame, src=NOBODY) if frame.kind == "arp-request" else frame


@wrong("RFC826-Format-a", "ARP requests have the hardware type of IEEE 802")
def arp_request_of_type_6(frame: Frame) -> Passed:
    return edit(frame, htype=6) if frame.kind == "arp-request" else frame


@wrong(("RFC826-Reception-h", "RFC826-Reception-f"), "ARP requests for .3 to .9 are answered as well", BOTH)
def arp_answers_for_others(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        others = frame.kind == "arp-request" and frame["tpa"] in map(frame.lab.host, range(3, 10))
        world.memory["for"] = frame["tpa"] if others else None
        return edit(frame, tpa=frame.lab.iut) if others else frame
    return edit(frame, spa=world.memory["for"]) if frame.kind == "arp-reply" and world.memory.get("for") else frame


@wrong("RFC826-Reception-h", "whoever asks for somebody else is remembered", BOTH)
def arp_learns_from_all(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        world.memory["quiet"] = foreign = frame.kind == "arp-request" and frame["tpa"] != frame.lab.iut
        return edit(frame, tpa=frame.lab.iut) if foreign else frame
    return None if frame.kind == "arp-reply" and world.memory.get("quiet") else frame


@wrong("RFC826-Reception-a", "an ARP request of any hardware type is answered", RECEIVED)
def arp_of_any_hardware(frame: Frame) -> Passed:
    return edit(frame, htype=1) if frame.kind == "arp-request" and frame["htype"] != 1 else frame


@wrong("RFC919-7.1-a", "an ARP request for a broadcast address is answered", RECEIVED)
def arp_for_everybody(frame: Frame) -> Passed:
    if frame.kind != "arp-request" or not is_broadcast(str(frame["tpa"])):
        return frame
    return arp(frame.iface, op=2, spa=frame["tpa"], tha=frame["sha"], tpa=frame["spa"], eth_dst=frame["sha"])


@wrong("RFC826-Reception-b", "an ARP request of any protocol type is answered", RECEIVED)
def arp_of_any_protocol(frame: Frame) -> Passed:
    return edit(frame, ptype=wire.TYPE_IP) if frame.kind == "arp-request" and frame["ptype"] != wire.TYPE_IP else frame


@wrong("RFC826-Reception-f", "an ARP packet of another operation is answered like a request", RECEIVED)
def arp_of_any_operation(frame: Frame) -> Passed:
    return edit(frame, op=1) if frame.kind == "arp" and frame["op"] is not None else frame


@wrong("RFC826-Reception-j", "an ARP request that ends within its last address is answered", RECEIVED)
def arp_that_is_short(frame: Frame) -> Passed:
    short = frame["eth_type"] == wire.TYPE_ARP and 18 <= len(frame.packet) < 28 and frame.packet[6:8] == b"\0\1"
    whole = frame.packet + (bytes(6) + wire.address_octets(frame.lab.iut))[len(frame.packet) - 18 :]
    return replace(frame, octets=frame.octets[: wire.ETHER_LEN] + whole) if short else frame


@wrong("RFC826-Reception-j", "an ARP packet is not read if octets follow it", RECEIVED)
def arp_with_padding_ignored(frame: Frame) -> Passed:
    return None if frame.is_arp and frame["padding"] else frame


@wrong("RFC826-Reception-d", "a known neighbour's new hardware address is taken only from packets for this host", RECEIVED)
def arp_update_for_us_only(frame: Frame) -> Passed:
    return None if frame.is_arp and frame["tpa"] != frame.lab.iut else frame


@wrong("RFC826-Reception-d", "a known neighbour's new hardware address is taken only from requests", BOTH)
def arp_update_from_requests_only(frame: Frame, world: World) -> Passed:
    if not frame.incoming:
        if frame.kind == "arp-request":
            world.memory[frame["tpa"]] = True
        return frame
    return None if frame.kind == "arp-reply" and not world.memory.pop(frame["spa"], False) else frame


@wrong("RFC826-Reception-e", "nothing is learned from who asks for this host's address", BOTH)
def arp_learns_not_from_requests(frame: Frame) -> Passed:
    if frame.incoming and frame.kind == "arp-request" and frame["tpa"] == frame.lab.iut:
        return arp(frame.iface, eth_dst=frame["eth_src"], op=2, tha=frame["sha"], tpa=frame["spa"])
    return frame


@wrong("RFC826-Reception-i", "an ARP request that was sent to this station only is not answered", RECEIVED)
def arp_unicast_request_ignored(frame: Frame) -> Passed:
    return None if frame.kind == "arp-request" and frame["eth_dst"] == frame.lab.iut_mac else frame


@wrong("RFC826-Related-b", "the host tells all of its address every second", ASKED)
def arp_announces_for_ever(call: Call, world: World) -> Passed:
    for second in range(int(call.keys["ms"]) // 1000 if call.op == "advance" else 0):
        world.later(second + 0.5, arp(0, tpa=LEFT.iut))
    return call


@wrong("RFC1122-2.3.2.1-b", "an ARP request leaves five times at once")
def arp_request_five_times(frame: Frame) -> Passed:
    return [frame] * 5 if frame.kind == "arp-request" else frame


@wrong("RFC1122-2.3.2.1-d", "an ARP request that is not answered at once is repeated after half a second", BOTH)
def arp_asks_twice(frame: Frame, world: World) -> Passed:
    if not frame.incoming and frame.kind == "arp-request":
        world.later(0.5, frame)
        world.memory[frame["tpa"]] = frame
    if frame.incoming and frame.is_arp and (asked := world.memory.pop(frame["spa"], None)):
        world.never(asked)
    return frame


@wrong("RFC1122-2.3.2.1-a", "a neighbour's hardware address is kept for ever", BOTH)
def arp_never_forgets(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        if frame.is_arp and frame["spa"]:
            world.memory.setdefault(frame["spa"], frame["sha"])
        return frame
    known = world.memory.get(frame["tpa"] if frame.kind == "arp-request" else frame["dst"])
    if not known:
        return frame
    if frame.kind == "arp-request":
        return replace(edit(arp(frame.iface, op=2), eth_dst=frame["eth_src"], eth_src=known, sha=known, spa=frame["tpa"], tha=frame["sha"],
                            tpa=frame["spa"]), incoming=True)  # fmt: skip
    return addressed(frame, dst=known)


@wrong("RFC1122-2.3.2.2-a", "the datagram that waits for ARP is lost", BOTH)
def arp_loses_what_waits(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        asked = world.memory.setdefault("asked", set())
        world.memory["losing"] = frame["sha"] if frame.is_arp and frame["spa"] in asked else None
        asked.discard(frame["spa"])
        return frame
    if frame.kind == "arp-request":
        world.memory.setdefault("asked", set()).add(frame["tpa"])
    return None if frame.is_ip and frame["eth_dst"] == world.memory.get("losing") else frame


@wrong("RFC1122-2.4-c", "a missing ARP entry is reported to the user as an unreachable host")
def arp_missing_is_unreachable(frame: Frame, world: World) -> Passed:
    if frame.kind == "arp-request":
        world.tell("icmp.error", type=3, code=1, src=frame.lab.iut, data=b"E" + bytes(27), rest="00000000")
    return frame


@wrong("RFC1122-2.3.3-f", "ICMP errors go to a hardware address that is nobody's")
def errors_to_a_wrong_mac(frame: Frame) -> Passed:
    return addressed(frame, dst=NOBODY) if frame.is_error else frame


@wrong("RFC1122-2.3.3-f", "UDP datagrams go to a hardware address that is nobody's")
def udp_to_a_wrong_mac(frame: Frame) -> Passed:
    return addressed(frame, dst=NOBODY) if frame.is_udp and not frame.octets[0] & 1 else frame


@wrong("RFC1122-2.3.3-f", "fragments other than the first go to a hardware address that is nobody's")
def fragments_to_a_wrong_mac(frame: Frame) -> Passed:
    return addressed(frame, dst=NOBODY) if frame.is_fragment and frame["offset"] else frame


@wrong(("RFC894-Frame-a", "RFC826-Format-a", "RFC1122-2.3.3-a"), "packets leave with a source hardware address that is nobody's")
def packets_from_a_wrong_mac(frame: Frame) -> Passed:
    return addressed(frame, src=NOBODY) if frame.is_ip else frame


@wrong(("RFC894-Frame-a", "RFC826-Format-a", "RFC1122-2.3.3-a"), "ICMP errors leave with the source hardware address of another interface")
def errors_from_another_interface(frame: Frame) -> Passed:
    return addressed(frame, src="02:00:00:00:01:02" if frame.iface == 0 else "02:00:00:00:00:02") if frame.is_error else frame


@wrong("RFC894-Frame-b", "short frames are padded with what was in memory")
def padding_of_old_octets(frame: Frame, world: World) -> Passed:
    old, world.memory["old"] = world.memory.get("old", b"secret" * 10), frame.octets
    room = 60 - len(frame.octets)
    return replace(frame, octets=frame.octets + (old * 2)[:room]) if room > 0 else frame


@wrong("RFC894-Frame-b", "three hundred zeros follow every datagram")
def padding_of_300(frame: Frame) -> Passed:
    return replace(frame, octets=frame.octets + bytes(300)) if frame.is_ip else frame


@wrong(("RFC894-Frame-c", "RFC1122-3.3.3-c"), "frames of up to 1600 octets of data are sent", BOTH)
def frames_of_1600(frame: Frame, world: World) -> Passed:
    """The first two fragments leave as one."""
    if frame.incoming or not frame.is_fragment:
        return frame
    if frame["offset"] == 0:
        world.memory[frame.key] = frame
        return None
    first = world.memory.pop(frame.key, None)
    if first is None:
        return frame
    cut = frame["payload"][:120]
    rest = [edit(frame, payload=frame["payload"][120:], offset=frame["offset"] + 120)] if frame["payload"][120:] else []
    return [edit(first, payload=first["payload"] + cut, mf=int(bool(rest)) or frame["mf"]), *rest]


@wrong(("RFC894-Address-b", "RFC1122-3.3.1.1-c"), "a datagram to everybody goes to the lower tester's hardware address")
def broadcast_to_one(frame: Frame) -> Passed:
    return addressed(frame, dst=frame.lab.lt_mac) if frame.is_ip and is_broadcast(frame["dst"]) else frame


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e"), "a datagram to a group goes to everybody on the link")
def group_to_all(frame: Frame) -> Passed:
    return addressed(frame, dst=wire.BROADCAST_MAC) if frame.is_ip and str(frame["dst"]).startswith("2") and frame.octets[0] & 1 else frame


@wrong(("RFC1112-6.2-a", "RFC1122-3.3.1.1-c"), "a datagram to a group goes to the gateway")
def group_to_the_gateway(frame: Frame) -> Passed:
    return addressed(frame, dst=frame.lab.lt_mac) if frame.is_ip and is_group(frame["dst"]) and not is_broadcast(frame["dst"]) else frame


@wrong("RFC1122-2.3.3-d", "errors and UDP datagrams leave behind an 802.2 header, as nobody has asked for")
def sends_snap(frame: Frame) -> Passed:
    if not (frame.is_udp or frame.is_error) or len(frame.packet) > 1492:
        return frame
    return replace(frame, octets=frame.octets[:12] + (8 + len(frame.packet)).to_bytes(2, "big") + SNAP + b"\x08\0" + frame.packet)


@wrong("RFC1122-2.3.3-e", "ICMP errors leave in 802 frames with the service access point 6")
def sends_sap_6(frame: Frame) -> Passed:
    length = (3 + len(frame.packet)).to_bytes(2, "big")
    return replace(frame, octets=frame.octets[:12] + length + b"\6\6\3" + frame.packet) if frame.is_error else frame


@wrong("RFC1122-2.3.1-b", "UDP datagrams leave with the type of a trailer")
def sends_trailers(frame: Frame) -> Passed:
    return raw(frame, 12, b"\x10\x01") if frame.is_udp else frame


@wrong("RFC1122-2.3.3-b", "packets behind an 802.2 header are not read", RECEIVED)
def snap_not_read(frame: Frame) -> Passed:
    return None if len(frame.octets) >= 14 and frame["eth_type"] <= 1500 else frame


@wrong(("RFC1042-Frame-a", "RFC1122-2.3.3-b", "RFC1122-2.3.3-g"), "packets behind an 802.2 header of somebody else's protocol are read", RECEIVED)
def snap_of_any_organization(frame: Frame) -> Passed:
    head = frame.octets[14:22]
    foreign = len(head) == 8 and frame["eth_type"] <= 1500 and head[:3] == SNAP[:3] and head[3:6] != bytes(3) and head[6:] == b"\x08\0"
    return raw(frame, 17, bytes(3)) if foreign else frame


@wrong(("RFC1042-Frame-a", "RFC1122-2.3.3-b", "RFC1122-2.3.3-g"), "any 802.2 header before the packet will do", RECEIVED)
def snap_of_any_sap(frame: Frame) -> Passed:
    odd = len(frame.octets) >= 42 and frame["eth_type"] <= 1500 and frame.octets[14:17] != SNAP[:3] and frame.octets[20:22] == b"\x08\0"
    return raw(frame, 14, SNAP) if odd else frame


@wrong("RFC1122-3.3.6-f", "an echo request to this host is answered though it came in a link broadcast", RECEIVED)
def link_broadcast_of_echo_taken(frame: Frame) -> Passed:
    mine = frame["dst"] == frame.lab.iut and frame["protocol"] == wire.ICMP
    return addressed(frame, dst=frame.lab.iut_mac) if mine and frame["eth_dst"] == wire.BROADCAST_MAC else frame


@wrong(("RFC1122-3.2.2-h", "RFC1122-2.4-a"), "that a datagram came in a link broadcast is forgotten where it is of UDP", RECEIVED)
def link_broadcast_of_udp_taken(frame: Frame) -> Passed:
    mine = frame["dst"] == frame.lab.iut and frame["protocol"] == wire.UDP
    return addressed(frame, dst=frame.lab.iut_mac) if mine and frame["eth_dst"] == wire.BROADCAST_MAC else frame


@wrong("RFC1122-3.3.6-e", "fragments leave in link broadcasts")
def fragments_to_all(frame: Frame) -> Passed:
    return addressed(frame, dst=wire.BROADCAST_MAC) if frame.is_fragment else frame


@wrong(("RFC5227-2.5-a", "RFC826-Reception-f"), "an ARP probe for this host's address is not answered", RECEIVED)
def arp_probe_ignored(frame: Frame) -> Passed:
    return None if frame.kind == "arp-request" and frame["spa"] == "0.0.0.0" else frame


@wrong(("RFC5227-2.5-a", "RFC826-Reception-g"), "an ARP probe is answered, and its sender remembered as 0.0.0.0's", BOTH)
def arp_probe_answered_to_nobody(frame: Frame) -> Passed:
    return addressed(frame, dst=NOBODY) if frame.kind == "arp-reply" and frame["tpa"] == "0.0.0.0" else frame


@wrong("RFC5227-1.2.1-a", "an ARP reply that was sent to everybody is not read", RECEIVED)
def arp_broadcast_reply_ignored(frame: Frame) -> Passed:
    return None if frame.kind == "arp-reply" and frame["eth_dst"] == wire.BROADCAST_MAC else frame


@wrong("RFC5227-2.4-f", "the host defends its address each time, twenty times in a second if need be", BOTH)
def arp_defends_each_time(frame: Frame) -> Passed:
    if frame.incoming and frame.is_arp and frame["spa"] == frame.lab.iut and frame["sha"] != frame.lab.iut_mac:
        return [frame, arp(frame.iface, tpa=frame.lab.iut)]
    return frame


@wrong(("RFC5227-2.1.1-a", "RFC826-Generation-a"), "ARP requests whose target is the host's own address name their sender", ASKED)
def arp_probe_with_a_sender(call: Call, world: World) -> Passed:
    if call.op == "advance" and not world.count("probes"):
        for second in (0.2, 1.2, 2.2):
            world.later(second, arp(0, spa=PEER, tpa=PEER))
    return call


@wrong(("RFC1122-3.2.1.3-i", "RFC1122-3.2.1.3-d", "RFC826-Reception-f"), "an ARP request from 127.0.0.1 is answered", BOTH)
def arp_from_loopback_answered(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        loopback = frame.kind == "arp-request" and str(frame["spa"]).startswith("127.")
        world.memory["asker"] = frame["spa"] if loopback else None
        return edit(frame, spa=frame.lab.host(38)) if loopback else frame
    return edit(frame, tpa=world.memory["asker"]) if frame.kind == "arp-reply" and world.memory.get("asker") else frame
