# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in what RFC 1122 asks of hosts beyond that: versions, checksums, addresses, options, routes (3.1, 3.2.1, 3.3)."""

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, Call, Frame, Passed, World, addressed, arp, edit, error, first_octet, is_broadcast, is_near, is_own, made, other_address, patch, wrong,
)  # fmt: skip
from postel.kit import wire
from postel.kit.arp import PEER
from postel.lab.addresses import INTERFACES, LEFT, RIGHT, Interface

BOTH = (SENT, RECEIVED)
KNOWN = (7, 68, 130, 131, 136, 137, 148)


def kinds(frame: Frame) -> list[int]:
    """Of the options of a packet."""
    return [option[0] for option in wire.split_options(frame["options"] or b"")[0]]


def readdressed(frame: Frame, world: World, mine: bool) -> Passed:
    """What is sent to somebody else is taken as this host's, and answered from there."""
    if frame.incoming:
        if frame.is_ip:
            world.memory["as"] = frame["dst"] if mine else None
        return edit(frame, dst=frame.lab.iut) if mine else frame
    answers = frame.is_ip and not frame.is_fragment and frame["src"] == frame.lab.iut and world.memory.get("as")
    return edit(frame, src=world.memory["as"]) if answers else frame


def resourced(frame: Frame, world: World, bad: bool, host: str = LEFT.host(211)) -> Passed:
    """What has an impossible source is answered like any other."""
    if frame.incoming:
        if bad:
            world.memory["source"] = frame["src"]
        return edit(frame, src=host) if bad else frame
    if frame.kind == "arp-request" and frame["tpa"] == host:
        said = arp(frame.iface, eth_dst=frame["eth_src"], eth_src=frame.lab.lt_mac, op=2, sha=frame.lab.lt_mac, spa=host, tha=frame["sha"],
                   tpa=frame["spa"])  # fmt: skip
        return Frame(frame.iface, said.octets, incoming=True)
    return edit(frame, dst=world.memory["source"]) if frame["dst"] == host and "source" in world.memory else frame


@wrong("RFC1122-3.2.1.1-a", "a packet of another version is read as one of version 4", RECEIVED)
def version_ignored(frame: Frame) -> Passed:
    return first_octet(frame, 4, frame["ihl"]) if frame["version"] not in (None, 4) and frame["ihl"] >= 5 else frame


@wrong("RFC1122-3.2.1.1-a", "a packet of another version is answered by a Parameter Problem", RECEIVED)
def version_reported(frame: Frame) -> Passed:
    return [error(frame, 12)] if frame["version"] not in (None, 4) and frame["ihl"] >= 5 else frame


def bad_sum(frame: Frame) -> bool:
    header = frame.packet[: frame["ihl"] * 4] if frame.is_ip else b""
    return frame.is_ip and wire.ones_sum(header) != 0xFFFF


@wrong("RFC1122-3.2.1.2-a", "the header checksum is not looked at", RECEIVED)
def checksum_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if bad_sum(frame) else frame


@wrong("RFC1122-3.2.1.2-a", "the header checksum of fragments is not looked at", RECEIVED)
def checksum_of_fragments_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if frame.is_fragment and bad_sum(frame) else frame


@wrong(("RFC1122-3.2.1.2-a", "RFC791-3.1_Checksum-b"), "the header checksum is not taken over the options", RECEIVED)
def checksum_without_options(frame: Frame) -> Passed:
    if not frame["options"]:
        return frame
    return edit(frame) if bad_sum(frame) else frame


@wrong("RFC1122-3.2.1.2-a", "a wrong header checksum is answered by a Parameter Problem", RECEIVED)
def checksum_reported(frame: Frame) -> Passed:
    return [error(frame, 12, pointer=10)] if bad_sum(frame) else frame


@wrong("RFC1122-3.2.1.3-c", "the host answers for .3 to .9 as well", BOTH)
def answers_for_others(frame: Frame, world: World) -> Passed:
    return readdressed(frame, world, frame.is_ip and frame["dst"] in map(frame.lab.host, range(3, 10)))


@wrong("RFC1122-3.2.1.3-c", "whatever comes in a frame for this host is taken as sent to it", BOTH)
def answers_for_all(frame: Frame, world: World) -> Passed:
    foreign = frame.is_ip and not is_own(frame["dst"]) and frame["eth_dst"] == frame.lab.iut_mac
    return readdressed(frame, world, foreign and int(frame["dst"].split(".")[0]) < 224)


@wrong("RFC1122-3.2.1.3-c", "what was sent to 240.0.0.1 is taken as sent to this host", BOTH)
def answers_for_class_e(frame: Frame, world: World) -> Passed:
    return readdressed(frame, world, frame.is_ip and 240 <= int(frame["dst"].split(".")[0]) and frame["dst"] != "255.255.255.255")


@wrong("RFC1122-3.2.1.3-c", "every group is taken for one that was joined", RECEIVED)
def every_group_taken(frame: Frame) -> Passed:
    return edit(frame, dst="224.0.0.1") if frame.is_ip and 224 <= int(frame["dst"].split(".")[0]) <= 239 else frame


@wrong("RFC1122-3.2.1.3-c", "raw users get what was sent to other hosts", RECEIVED)
def raw_users_get_others(frame: Frame) -> Passed:
    other = frame.is_ip and frame["protocol"] not in (wire.ICMP, wire.UDP) and not is_own(frame["dst"])
    foreign = other and int(frame["dst"].split(".")[0]) < 224 and not is_broadcast(frame["dst"])
    return edit(frame, dst=frame.lab.iut) if foreign else frame


@wrong("RFC1122-3.2.1.3-d", "a datagram from 255.255.255.255 is answered", BOTH)
def from_broadcast_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.is_ip and frame["src"] == "255.255.255.255")


@wrong("RFC1122-3.2.1.3-d", "a datagram from the broadcast address of this network is answered", BOTH)
def from_directed_broadcast_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.is_ip and frame["src"] == LEFT.broadcast)


@wrong("RFC1122-3.2.1.3-d", "a datagram from the number of this network is answered", BOTH)
def from_network_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.is_ip and frame["src"] == LEFT.number)


@wrong("RFC1122-3.2.1.3-d", "a datagram from a group is answered", BOTH)
def from_group_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.is_ip and 224 <= int(frame["src"].split(".")[0]) <= 239)


@wrong("RFC1122-3.2.1.3-d", "a datagram from 127/8 is answered", BOTH)
def from_loopback_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.is_ip and frame["src"].startswith("127."))


@wrong("RFC1122-3.2.1.3-d", "a datagram from {0, host} is answered", BOTH)
def from_net_zero_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.is_ip and frame["src"].startswith("0.") and frame["src"] != "0.0.0.0")


@wrong(("RFC1122-3.2.1.3-d", "RFC1812-4.2.2.11-b"), "an echo request from 0.0.0.0 is answered", BOTH)
def from_nowhere_taken(frame: Frame, world: World) -> Passed:
    return resourced(frame, world, frame.incoming and frame.kind == "echo-request" and frame["src"] == "0.0.0.0")


@wrong("RFC1122-3.2.1.3-b", "an ICMP error's source is the destination that it is about")
def errors_from_a_foreign_address(frame: Frame, world: World) -> Passed:
    return edit(frame, src=PEER) if frame.is_error and world.count("errors") % 3 == 2 else frame


@wrong("RFC1122-3.2.1.3-i", "what the user sends to 127.0.0.1 leaves", ASKED)
def loopback_leaves(call: Call, world: World) -> Passed:
    if call.op in ("udp.send", "echo.send") and call.keys.get("dst", "").startswith("127."):
        world.later(0, made(0, dst=call.keys["dst"], protocol=wire.UDP, sport=9, dport=9, data=b""))
    return call


@wrong("RFC1122-3.2.1.7-b", "a datagram for this host with a time to live of 0 or 1 is not read", RECEIVED)
def ttl_1_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["ttl"] <= 1 and not frame.octets[0] & 1 else frame


@wrong("RFC1122-3.2.1.7-b", "a datagram for this host with a time to live of 1 is answered by Time Exceeded", RECEIVED)
def ttl_1_reported(frame: Frame) -> Passed:
    return error(frame, 11) if frame.is_ip and frame["ttl"] <= 1 and is_own(frame["dst"]) else frame


@wrong("RFC1122-3.2.1.7-e", "datagrams leave with a time to live of 16")
def ttl_16(frame: Frame) -> Passed:
    return edit(frame, ttl=16) if frame.is_ip and frame["ttl"] == 64 else frame


@wrong("RFC1122-3.2.1.7-a", "the second of two fragments leaves with a time to live of 0")
def ttl_0_of_fragments(frame: Frame) -> Passed:
    return edit(frame, ttl=0) if frame.is_fragment and not frame["mf"] else frame


@wrong("RFC1122-3.2.1.8-c", "a packet with an option that nobody knows is not read", RECEIVED)
def unknown_option_refused(frame: Frame) -> Passed:
    return None if any(kind not in KNOWN for kind in kinds(frame)) else frame


@wrong(("RFC1122-3.2.1.8-c", "RFC2113-2.1-c"), "a packet with Router Alert is not read", RECEIVED)
def router_alert_refused(frame: Frame) -> Passed:
    return None if 148 in kinds(frame) else frame


@wrong("RFC1122-3.2.1.8b-b", "a Stream Identifier is answered by a Parameter Problem", RECEIVED)
def stream_id_reported(frame: Frame) -> Passed:
    return error(frame, 12, pointer=20) if 136 in kinds(frame) and is_own(frame["dst"]) else frame


@wrong(("RFC1122-3.2.1.8e-d", "RFC1122-3.2.1.8e-c", "RFC791-3.1_TS-f"), "IP time stamps are always 0")
def ip_timestamp_zero(frame: Frame) -> Passed:
    options = frame["options"] or b""
    stamped = options[:1] == b"\x44" and options[2] >= 9
    return edit(frame, options=patch(options, options[2] - 5, bytes(4))) if stamped else frame


@wrong(("RFC1122-3.2.1.8e-d", "RFC791-3.1_TS-f"), "IP time stamps count seconds")
def ip_timestamp_in_seconds(frame: Frame) -> Passed:
    options = frame["options"] or b""
    if options[:1] != b"\x44" or options[2] < 9:
        return frame
    value = int.from_bytes(options[options[2] - 5 : options[2] - 1], "big")
    return edit(frame, options=patch(options, options[2] - 5, (value // 1000).to_bytes(4, "big")))


@wrong(("RFC1122-3.2.2.6-i", "RFC791-3.1_RR-a"), "Record Route comes back with the address of another interface")
def record_route_of_another(frame: Frame) -> Passed:
    options = frame["options"] or b""
    written = options[:1] == b"\7" and options[2] >= 8
    return edit(frame, options=patch(options, options[2] - 5, wire.address_octets(other_address(frame)))) if written else frame


@wrong("RFC1122-3.2.2.6-i", "echo replies leave without the Record Route and the time stamps of the request")
def reply_without_options(frame: Frame) -> Passed:
    return edit(frame, options=b"") if frame.kind == "echo-reply" and frame["options"] else frame


@wrong("RFC1122-3.2.2.6-i", "Record Route comes back without an address of this host")
def record_route_untouched(frame: Frame) -> Passed:
    options = frame["options"] or b""
    written = options[:1] == b"\7" and options[2] >= 8
    return edit(frame, options=patch(patch(options, options[2] - 5, bytes(4)), 2, bytes([options[2] - 4]))) if written else frame


# RFC 1122 3.1 and 3.3


@wrong(("RFC1122-3.1-f", "RFC1122-3.1-g", "RFC1122-3.2.1.3-c"), "the host forwards between its interfaces", RECEIVED)
def forwards(frame: Frame) -> Passed:
    other = INTERFACES[frame.iface == 0]
    foreign = frame.is_ip and other.is_near(frame["dst"]) and not is_own(frame["dst"]) and frame["ttl"] > 1
    if not foreign or frame["eth_dst"] != frame.lab.iut_mac:
        return frame
    return Frame(other.index, edit(frame, ttl=frame["ttl"] - 1, eth_dst=other.lt_mac, eth_src=other.iut_mac).octets)


@wrong(("RFC1122-3.3.5-h", "RFC1122-3.3.5-j"), "the host passes on what has an unfinished source route", RECEIVED)
def forwards_source_routes(frame: Frame) -> Passed:
    options = frame["options"] or b""
    goes_on = options[:1] in (b"\x83", b"\x89") and len(options) > 6 and options[2] + 3 <= options[1] and is_own(frame["dst"])
    if not goes_on:
        return frame
    at = options[2] - 1
    new = patch(patch(options, at, wire.address_octets(frame["dst"])), 2, bytes([options[2] + 4]))
    return Frame(frame.iface, edit(frame, dst=wire.address_text(options[at : at + 4]), options=new, ttl=max(1, frame["ttl"] - 1),
                                   eth_dst=frame.lab.lt_mac, eth_src=frame.lab.iut_mac).octets)  # fmt: skip


@wrong("RFC1122-3.3.5-j", "an unfinished source route meets silence")
def source_route_failure_silent(frame: Frame) -> Passed:
    return None if frame["type"] == 3 and frame["code"] == 5 else frame


@wrong("RFC1122-3.3.1.1-a", "the host asks on its own link for hosts of other networks")
def everything_is_near(frame: Frame) -> Passed:
    far = frame.is_ip and not is_near(frame, frame["dst"]) and int(frame["dst"].split(".")[0]) < 224
    return arp(frame.iface, tpa=frame["dst"]) if far else frame


@wrong("RFC1122-3.3.1.1-a", "everything goes by the gateway, what is for its neighbours too")
def nothing_is_near(frame: Frame) -> Passed:
    near = frame.is_ip and is_near(frame, frame["dst"]) and not is_broadcast(frame["dst"])
    if near:
        return addressed(frame, dst=frame.lab.lt_mac)
    return None if frame.kind == "arp-request" and frame["tpa"] != frame.lab.lt else frame


def has_octets(lab: Interface, address: str | None) -> bool:
    """The first three that the host's address has there: under a mask of 24 bits, as class C has it, that is near."""
    return bool(address) and str(address).rpartition(".")[0] == lab.iut.rpartition(".")[0]


@wrong("RFC1122-3.3.1.1-a", "what has not the first three octets of the host's address goes by the gateway, whatever the mask")
def mask_of_the_class(frame: Frame) -> Passed:
    near = frame.kind == "arp-request" and is_near(frame, frame["tpa"]) and not has_octets(frame.lab, frame["tpa"])
    if not near:
        return frame
    said = arp(frame.iface, eth_dst=frame["eth_src"], eth_src=frame.lab.lt_mac, op=2, sha=frame.lab.lt_mac, spa=frame["tpa"], tha=frame["sha"],
               tpa=frame["spa"])  # fmt: skip
    return Frame(frame.iface, said.octets, incoming=True)


@wrong("RFC1122-3.3.1.1-a", "the host asks on its second link for all that has the first three octets of its address there")
def octets_are_near(frame: Frame) -> Passed:
    near = frame.is_ip and frame.iface != RIGHT.index and has_octets(RIGHT, frame["dst"]) and not RIGHT.is_near(frame["dst"])
    return arp(RIGHT.index, tpa=frame["dst"]) if near else frame


@wrong("RFC1122-3.2.1.3-c", "all ones in the last octet are the broadcast of the link, whatever the mask", RECEIVED)
def ones_of_an_octet_are_all(frame: Frame) -> Passed:
    ones = frame.is_ip and has_octets(frame.lab, frame["dst"]) and frame["dst"].endswith(".255")
    return edit(frame, dst=frame.lab.broadcast) if ones else frame


@wrong("RFC1122-3.3.6-d", "nothing but all ones in the last octet is the broadcast of the link, whatever the mask", RECEIVED)
def broadcast_of_half_an_octet_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["dst"] == frame.lab.broadcast and not frame["dst"].endswith(".255") else frame


@wrong("RFC1122-3.2.1.3-a", "a datagram from x.y.z.255 is dropped, though that is a host of the link", RECEIVED)
def ones_of_an_octet_are_no_source(frame: Frame) -> Passed:
    ones = frame.is_ip and is_near(frame, frame["src"]) and frame["src"].endswith(".255") and not is_broadcast(frame["src"])
    return None if ones else frame


@wrong(("RFC1122-3.2.1.3-a", "RFC1122-3.3.6-e"), "what is for x.y.z.0 leaves in a frame to all, though that is a host of the link")
def zeros_of_an_octet_are_all(frame: Frame) -> Passed:
    zeros = frame.is_ip and is_near(frame, frame["dst"]) and frame["dst"].endswith(".0")
    return addressed(frame, dst=wire.BROADCAST_MAC) if zeros else frame


@wrong("RFC1122-3.2.1.3-d", "a datagram from the broadcast address of the second link is answered", BOTH)
def from_the_other_broadcast_taken(frame: Frame, world: World) -> Passed:
    taken = frame.incoming and frame.is_ip and frame["src"] == RIGHT.broadcast
    return resourced(frame, world, taken, RIGHT.host(41)) if frame.iface == RIGHT.index else frame


@wrong("RFC1122-3.3.1.2-c", "what is for another network goes to nobody")
def no_default_gateway(frame: Frame) -> Passed:
    far = frame.is_ip and not is_near(frame, frame["dst"]) and int(frame["dst"].split(".")[0]) < 224
    return None if far and frame.is_udp else frame


@wrong("RFC1122-3.3.1.4-c", "the host pings its gateway every second", ASKED)
def pings_the_gateway(call: Call, world: World) -> Passed:
    for second in range(int(call.keys["ms"]) // 1000 if call.op == "advance" else 0):
        world.later(second + 0.5, made(0, protocol=wire.ICMP, type=8, code=0, ident=77, seq=second, data=b"are you there"))
    return call


@wrong(("RFC1122-3.3.4.2-b", "RFC1122-4.1.3.5-b"), "what leaves by the second interface comes from the first one's address")
def source_of_the_first(frame: Frame) -> Passed:
    return edit(frame, src=LEFT.iut) if frame.iface == 1 and frame.is_udp else frame


@wrong(("RFC1122-3.3.4.2-a", "RFC1122-3.2.2.6-e"), "an echo reply comes from the other interface's address")
def reply_from_the_other(frame: Frame) -> Passed:
    return edit(frame, src=other_address(frame)) if frame.kind == "echo-reply" and frame["seq"] % 2 else frame


@wrong("RFC1122-3.3.6-d", "a datagram to the broadcast address of this network is not read", RECEIVED)
def directed_broadcast_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["dst"] == frame.lab.broadcast else frame


@wrong("RFC1122-3.3.6-d", "a datagram to 255.255.255.255 is not read", RECEIVED)
def limited_broadcast_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["dst"] == "255.255.255.255" else frame


@wrong("RFC1122-3.3.7-c", "a datagram to 224.0.0.1 is not read", RECEIVED)
def all_hosts_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["dst"] == "224.0.0.1" else frame
