# SPDX-License-Identifier: BSD-2-Clause
"""Wrong stacks for rules that no other fake breaks: options and routes, addresses, fragments, ARP, identifications, what a host must survive."""

from ipaddress import ip_address

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, addressed, as_from, bad_option, edit, error, is_group, is_near, is_own, made, pieces,
    raw, wrong,
)  # fmt: skip
from postel.fakes.extensions import EXTENDED, MPLS, extended
from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.expect import header_verifies
from postel.lab.addresses import INTERFACES

BOTH = (SENT, RECEIVED)
KEPT_S = 60  # how long the IUT keeps fragments
LSRR, SSRR, RECORD, STAMP, ALERT, TRACEROUTE = 131, 137, 7, 68, 148, 82


def option(frame: Frame, *types: int) -> tuple[int, bytes]:
    """Where the first option of these types begins, and itself; -1 where there is none."""
    options = frame["options"] or b""
    for each in wire.split_options(options)[0]:
        if each[0] in types:
            return options.index(each), each
    return -1, b""


def with_option(frame: Frame, at: int, new: bytes) -> Frame:
    return edit(frame, options=frame["options"][:at] + new + frame["options"][at + len(new) :])


# Options and source routes


@wrong(("RFC1122-3.2.2.6-j", "RFC791-3.1_SSRR-a"), "a reply has a loose source route where the request had a strict one")
def strict_route_comes_back_loose(frame: Frame) -> Passed:
    at, found = option(frame, SSRR)
    return with_option(frame, at, bytes([LSRR]) + found[1:]) if at >= 0 else frame


@wrong("RFC1122-3.2.2.6-j", "the source route of a reply has its hops in the order of the request")
def source_route_not_reversed(frame: Frame) -> Passed:
    at, found = option(frame, LSRR, SSRR)
    hops = [frame["dst"], *(wire.address_text(found[place : place + 4]) for place in range(3, len(found) - 3, 4))] if at >= 0 else []
    if len(hops) < 3 or frame.is_error:
        return frame
    turned = [hops[-2], *hops[-3::-1], hops[-1]]
    return edit(with_option(frame, at, found[:3] + b"".join(wire.address_octets(hop) for hop in turned[1:])), dst=turned[0])


@wrong("RFC1122-3.2.1.8c-d", "a reply has its source route twice")
def source_route_twice(frame: Frame) -> Passed:
    at, found = option(frame, LSRR, SSRR)
    return edit(frame, options=found + found) if at >= 0 and len(found) <= 20 and len(frame.packet) <= 1480 else frame


@wrong(("RFC1122-3.2.1.8c-a", "RFC1122-3.2.1.8c-b", "RFC791-3.1_LSRR-c"), "a datagram whose source route ends here is not read", RECEIVED)
def end_of_source_route_refused(frame: Frame) -> Passed:
    at, found = option(frame, LSRR, SSRR)
    return None if at >= 0 and len(found) > 2 and found[2] > found[1] else frame


@wrong(("RFC1122-3.2.1.8c-b", "RFC1122-3.4-c", "RFC1122-4.1.3.2-a"), "the user is told all options but the route that a datagram took", TOLD)
def recorded_route_not_told(event: Event) -> Passed:
    options = bytes.fromhex(event.keys.get("options", ""))
    left = b"".join(each for each in wire.split_options(options)[0] if each[0] not in (LSRR, SSRR))
    return Event(event.name, event.keys | {"options": (left + bytes(-len(left) % 4)).hex()}) if "options" in event.keys else event


@wrong(("RFC791-3.1_RR-b", "RFC1122-3.2.2.6-i"), "the pointer of Record Route stays where it was though an address was put in")
def record_route_pointer_stays(frame: Frame) -> Passed:
    at, found = option(frame, RECORD)
    return with_option(frame, at, found[:2] + bytes([found[2] - 4]) + found[3:]) if at >= 0 and found[2] > 4 else frame


@wrong("RFC791-3.1_TS-k", "time stamp options are in every fragment")
def time_stamps_in_all_fragments(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    if frame["offset"] == 0:
        world.memory[frame.key] = option(frame, STAMP)[1]
    found = world.memory.get(frame.key, b"")
    fits = found and frame["offset"] and len(frame.packet) + len(found) <= 1500
    return edit(frame, options=found + bytes(-len(found) % 4)) if fits else frame


@wrong(("RFC791-3.1_SSRR-c", "RFC791-3.1_Options-c"), "a strict source route is in the first fragment only")
def strict_route_in_first_fragment_only(frame: Frame) -> Passed:
    return edit(frame, options=b"") if frame.is_fragment and frame["offset"] and option(frame, SSRR)[0] >= 0 else frame


@wrong(("RFC2113-2.1-e", "RFC2113-2.1-c"), "a Router Alert with another value than 0 is answered by a Parameter Problem", RECEIVED)
def router_alert_of_1_reported(frame: Frame) -> Passed:
    at, found = option(frame, ALERT)
    return error(frame, 12, pointer=20 + at + 2) if at >= 0 and found[2:4] not in (b"\0\0", b"") and is_own(frame["dst"]) else frame


@wrong(("RFC6918-2-3-f", "RFC6814-2-b"), "the option Traceroute is answered by the ICMP message of that name", RECEIVED)
def traceroute_answered(frame: Frame) -> Passed:
    asked = option(frame, TRACEROUTE)[0] >= 0 and is_own(frame["dst"])
    said = made(frame.iface, protocol=wire.ICMP, type=30, code=0, rest=b"\0\1\0\0", data=bytes(12))
    return [edit(said, dst=frame["src"], eth_dst=frame["eth_src"]), frame] if asked else frame


@wrong("RFC792-unreach-f", "that a source route failed is said by the code of an unreachable network")
def source_route_failed_as_network(frame: Frame) -> Passed:
    return edit(frame, code=0) if frame["type"] == 3 and frame["code"] == 5 else frame


# Addresses


@wrong("RFC1122-3.2.1.3-f", "what the user sends to everybody comes from {0, host}")
def from_net_zero_to_all(frame: Frame) -> Passed:
    host = int(ip_address(frame.lab.iut)) - int(ip_address(frame.lab.number))
    return edit(frame, src=str(ip_address(host))) if frame.is_udp and frame["dst"] == "255.255.255.255" else frame


@wrong("RFC1122-3.2.1.3-e", "what the user sends to everybody comes from 0.0.0.0")
def from_nowhere_to_all(frame: Frame) -> Passed:
    return edit(frame, src="0.0.0.0") if frame.is_udp and frame["dst"] == "255.255.255.255" else frame


@wrong(("RFC1122-3.2.1.3-h", "RFC1122-3.2.1.3-k", "RFC1122-3.2.2.6-e"), "an echo request to a broadcast is answered, from the broadcast", BOTH)
def echo_from_the_broadcast(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        asked = frame.kind == "echo-request" and frame["dst"] == frame.lab.broadcast
        world.memory["asked"] = frame["dst"] if asked and not bad_option(frame) else None
        return edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac) if world.memory["asked"] else frame
    return edit(frame, src=world.memory["asked"]) if frame.kind == "echo-reply" and world.memory.get("asked") else frame


@wrong(("RFC6274-3.12-a", "RFC1122-3.2.1.3-d"), "an echo request that seems to come from the host itself is answered onto the link", BOTH)
def from_itself_taken(frame: Frame, world: World) -> Passed:
    return as_from(frame, world, frame.lab.iut)


@wrong(("RFC3021-3.1-d", "RFC1122-3.2.2-g"), "a UDP datagram to the number of the network is reported as one to a closed port", RECEIVED)
def closed_port_of_the_network_reported(frame: Frame) -> Passed:
    return error(frame, 3, 3) if frame.is_udp and frame["dst"] == frame.lab.number else frame


@wrong(("RFC1122-3.3.1.2-b", "RFC1122-3.2.2.2-c"), "a Redirect moves all hosts whose addresses have the same first three octets", BOTH)
def redirect_moves_neighbours(frame: Frame, world: World) -> Passed:
    moved: dict[str, str] = world.memory.setdefault("moved", {})
    macs: dict[str, str] = world.memory.setdefault("macs", {})
    if frame.incoming:
        if frame.is_arp and frame["spa"]:
            macs[frame["spa"]] = frame["sha"]
        if frame["type"] == 5 and frame.is_error and frame["src"] == frame.lab.lt and "dst" in frame.quoted and is_near(frame, frame["gateway"]):
            moved[frame.quoted["dst"].rpartition(".")[0]] = frame["gateway"]
        return frame
    gateway = moved.get(frame["dst"].rpartition(".")[0]) if frame.is_ip else None
    return addressed(frame, dst=macs[gateway]) if gateway in macs and not is_near(frame, frame["dst"]) else frame


@wrong(("RFC1122-3.3.1.1-d", "RFC1122-3.3.1.1-c"), "what is sent to another network's broadcast goes to everybody on this link")
def far_broadcast_to_all(frame: Frame) -> Passed:
    far = frame.is_ip and str(frame["dst"]).endswith(".255") and frame["dst"] != "255.255.255.255"
    return addressed(frame, dst=wire.BROADCAST_MAC) if far and not any(lab.is_near(frame["dst"]) for lab in INTERFACES) else frame


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e"), "the hardware address of a group has twenty-four bits of it")
def group_mac_of_24_bits(frame: Frame) -> Passed:
    group = frame.is_ip and 224 <= int(frame["dst"].split(".")[0]) <= 239
    return addressed(frame, dst="01:00:5e:" + wire.mac_text(wire.address_octets(frame["dst"])[1:])) if group else frame


@wrong("RFC1112-6.2-b", "a member does not hear what it sends to its group", TOLD)
def own_group_not_heard(event: Event) -> Passed:
    own = event.name in ("udp.recv", "ip.recv") and event.keys.get("src") in {lab.iut for lab in INTERFACES}
    return None if own and is_group(event.keys.get("dst")) else event


@wrong("RFC768-Fields-f", "of the destination port of a datagram the low octet is looked at", (RECEIVED, ASKED))
def ports_of_8_bits(what: Frame | Call, world: World) -> Passed:
    ports: set[int] = world.memory.setdefault("ports", set())
    if isinstance(what, Call):
        if what.op == "udp.bind":
            ports.add(int(what.keys["port"]))
        return what
    like = [port for port in ports if what.is_udp and port & 255 == what["dport"] & 255 and port != what["dport"]]
    return edit(what, dport=like[0]) if like and what["dport"] not in ports else what


@wrong(("RFC1122-3.2.1.3-j", "RFC1122-3.4-g"), "the user is told a broadcast as the address of this host that was meant", TOLD)
def specific_destination_of_all(event: Event) -> Passed:
    return Event(event.name, event.keys | {"specdst": event.keys["dst"]}) if "specdst" in event.keys and is_group(event.keys["dst"]) else event


# Datagrams, fragments, messages


@wrong(("RFC791-3.1_Flags-c", "RFC791-3.1_Flags-a"), "the user's Don't Fragment leaves as the reserved flag")
def dont_fragment_as_reserved(frame: Frame) -> Passed:
    return edit(frame, df=0, reserved=1) if frame.is_ip and frame["df"] else frame


@wrong("RFC3168-5.2-a", "UDP datagrams leave as of a transport that takes note of congestion")
def udp_with_ecn(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] | 2) if frame.is_udp and not frame["tos"] & 3 else frame


@wrong(("RFC6864-4.2-a", "RFC6864-4.3-a"), "a datagram in fragments that is sent again keeps its identification")
def copies_keep_the_identification(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    if frame["offset"] == 0:
        world.memory[frame.key] = world.memory.setdefault((frame["dst"], frame["payload"]), frame["id"])
    return edit(frame, id=world.memory.get(frame.key, frame["id"]))


@wrong(("RFC791-3.1_NOP-b", "RFC791-3.1_EOL-c"), "a fragment whose options are not those of the first that came is thrown away", RECEIVED)
def fragments_of_other_options_refused(frame: Frame, world: World) -> Passed:
    return None if frame.is_fragment and world.memory.setdefault(frame.key, frame["options"]) != frame["options"] else frame


@wrong(("RFC791-3.2_Reassembly-k", "RFC791-3.2_Reassembly-c"), "an empty fragment ends its datagram at the next block", RECEIVED)
def empty_fragment_filled(frame: Frame) -> Passed:
    return edit(frame, payload=bytes(8), mf=0) if frame.is_fragment and not frame["payload"] and frame["offset"] else frame


@wrong(("RFC1122-3.3.2-a", "RFC791-3.2_Fragmentation-e"), "sixteen fragments go together at most", RECEIVED)
def sixteen_fragments_at_most(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment or not header_verifies(frame.packet):
        return frame
    if world.now - world.memory.setdefault(("begun", frame.key), world.now) >= KEPT_S:
        world.memory["begun", frame.key] = world.now
        world.memory.pop(("pieces", frame.key), None)
    known = pieces(frame, world)
    known.refused |= len(known.seen) > 16
    if known.whole and not known.refused:
        del world.memory["pieces", frame.key], world.memory["begun", frame.key]
    return None if known.refused else frame


@wrong(("RFC1122-3.2.1.7-e", "RFC1122-3.2.1.7-a"), "an echo reply has the time to live of its request", BOTH)
def replies_with_the_requests_ttl(frame: Frame, world: World) -> Passed:
    of = "echo", frame["ident"], frame["seq"]
    if frame.incoming and frame.kind == "echo-request":
        world.memory[of] = frame["ttl"]
    known = None if frame.incoming or frame.kind != "echo-reply" else world.memory.get(of)
    return frame if known is None else edit(frame, ttl=known)


@wrong("RFC792-timestamp-d", "a Timestamp Reply has the sequence number 0")
def timestamp_sequence_lost(frame: Frame) -> Passed:
    return edit(frame, seq=0) if frame["type"] == 14 else frame


@wrong(("RFC4884-4.1-a", "RFC4884-3-b"), "extensions say that they are of version 1")
def extension_of_version_1(frame: Frame) -> Passed:
    if frame["type"] not in EXTENDED:
        return frame
    said = b"\x10\0\0\0" + MPLS
    quote = extended(frame)["payload"][8 : -len(said)]
    return edit(extended(frame), data=quote + said[:2] + wire.checksum(said).to_bytes(2, "big") + MPLS)


# ARP


@wrong(("RFC826-Generation-b", "RFC826-Reception-f"), "an ARP request that names a target hardware address is not answered", RECEIVED)
def arp_request_with_a_target_refused(frame: Frame) -> Passed:
    return None if frame.kind == "arp-request" and frame["tha"] != "00:00:00:00:00:00" else frame


@wrong(("RFC826-Format-b", "RFC791-App.B-a", "RFC826-Reception-g"), "the operation of ARP replies has its octets exchanged")
def arp_operation_swapped(frame: Frame) -> Passed:
    return raw(frame, wire.ETHER_LEN + 6, b"\2\0") if frame.kind == "arp-reply" else frame


# What a host must survive: it falls silent, until it is started anew


def dies(frame: Frame, world: World, of: bool) -> Passed:
    if frame.incoming and of:
        world.memory["dead"] = True
    return None if world.memory.get("dead") else frame


@wrong(("RFC6274-3.12-a", "RFC1122-1.2.2-a", "RFC1122-3.2.1.3-d"), "a UDP datagram from the host's own address and port is its end", BOTH)
def dies_of_land(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame.is_udp and frame["src"] == frame["dst"])


@wrong(("RFC6274-4.1-b", "RFC1122-1.2.2-a", "RFC791-3.2_Reassembly-j"), "a fragment that lies within another is the host's end", BOTH)
def dies_of_teardrop(frame: Frame, world: World) -> Passed:
    if not frame.incoming or not frame.is_fragment or not is_own(frame["dst"]):
        return dies(frame, world, False)
    held: list[tuple[int, int]] = world.memory.setdefault(("held", frame.key), [])
    begin, end = frame["offset"], frame["offset"] + len(frame["payload"])
    inside = any(old_begin < begin and end < old_end for old_begin, old_end in held)
    held.append((begin, end))
    return dies(frame, world, inside)


@wrong(("RFC1122-1.2.2-a", "RFC6274-3.13-a", "RFC1122-3.2.1.8-d"), "an option of length 0 is the host's end", BOTH)
def dies_of_option_length_0(frame: Frame, world: World) -> Passed:
    rest = wire.split_options(frame["options"] or b"")[1]
    return dies(frame, world, len(rest) > 1 and rest[0] > 1 and rest[1] == 0)


@wrong(("RFC1122-1.2.2-a",), "an IGMP message of less than eight octets is the host's end", BOTH)
def dies_of_short_igmp(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame["protocol"] == wire.IGMP and not frame.is_fragment and len(frame["payload"]) < 8)


@wrong(("RFC1122-1.2.2-a",), "an error whose quote is shorter than a header is the host's end", BOTH)
def dies_of_short_quotes(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame["type"] in (3, 11, 12) and len(frame["data"] or b"") < 20)


@wrong(("RFC1122-1.2.2-a", "RFC768-Fields-a"), "a UDP datagram of less than eight octets is the host's end", BOTH)
def dies_of_short_udp(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame["protocol"] == wire.UDP and not frame.is_fragment and len(frame["payload"] or b"") < 8)


@wrong(("RFC1122-1.2.2-a", "RFC826-Reception-j"), "an ARP packet of hardware addresses of 255 octets is the host's end", BOTH)
def dies_of_long_arp(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame.is_arp and frame["hlen"] == 255)


@wrong(("RFC1122-1.2.2-a", "RFC791-3.1_TotalLength-b"), "a packet without data is the host's end", BOTH)
def dies_of_nothing(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame.is_ip and not frame["payload"])


@wrong(("RFC1122-1.2.2-a",), "a protocol number of 255 is the host's end", BOTH)
def dies_of_protocol_255(frame: Frame, world: World) -> Passed:
    return dies(frame, world, frame["protocol"] == 255)


@wrong(("RFC1122-1.2.2-a", "RFC6274-4.1-a"), "the two hundredth incomplete datagram is the host's end", BOTH)
def dies_of_many_datagrams(frame: Frame, world: World) -> Passed:
    if not frame.incoming or not frame.is_fragment:
        return dies(frame, world, False)
    keys: set[object] = world.memory.setdefault("keys", set())
    keys.add(frame.key)
    return dies(frame, world, len(keys) >= 200)


@wrong("RFC6274-4.3.6-a", "nothing is taken from networks whose number would have been all zeros or all ones, as long as there were classes", RECEIVED)
def numbered_zero_or_ones_refused(frame: Frame) -> Passed:
    old = ("128.0.", "191.255.", "192.0.0.", "223.255.255.")
    return None if str(frame["src"]).startswith(old) else frame
