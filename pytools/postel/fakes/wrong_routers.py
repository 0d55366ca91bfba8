# SPDX-License-Identifier: BSD-2-Clause
"""Wrong as routers: in what they pass on, in what they let pass, and in what they say of it (RFC 1812 5, and what later RFCs say)."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, error, is_broadcast, is_group, is_own, raw, wrong
from postel.fakes.right_link import gathered
from postel.kit import wire
from postel.kit.expect import header_verifies
from postel.kit.violator import passed_by
from postel.lab.addresses import INTERFACES

BOTH = SENT, RECEIVED
TIME_EXCEEDED, UNREACHABLE, REDIRECT = 11, 3, 5
ROUTE, STAMP = 7, 68
Act = Callable[[Frame, World], Passed]


def while_forwarding(act: Act) -> Act:
    """While the IUT forwards: what it passes on is found by came()."""

    @wraps(act)
    def each(frame: Frame, world: World) -> Passed:
        if not world.forwards:
            return frame
        if frame.incoming and frame.is_ip:
            world.memory["came", frame.key] = frame
        return act(frame, world)

    return each


def came(frame: Frame, world: World) -> Frame | None:
    """Of what is passed on: as it came."""
    before: Frame | None = None if frame.incoming or not frame.is_ip or is_own(frame["src"]) else world.memory.get(("came", frame.key))
    return before


def is_transit(frame: Frame) -> bool:
    """For one host elsewhere."""
    return frame.incoming and frame.is_ip and not is_own(frame["dst"]) and not is_group(frame["dst"]) and way(frame) != frame.iface


def way(frame: Frame) -> int:
    """By which interface a packet for somebody near leaves; the other one where it is for far away."""
    return next((lab.index for lab in INTERFACES if lab.is_near(frame["dst"])), int(frame.iface == 0))


def through(frame: Frame, out: int | None = None) -> Frame:
    """What comes in, passed on whatever it is."""
    to = way(frame) if out is None else out
    return Frame(to, passed_by(frame.octets, INTERFACES[to], {}))


def headed(frame: Frame, at: int, octets: bytes) -> Frame:
    """With other octets in the header, and its checksum repaired; all else as it is, right or wrong."""
    end = frame["ihl"] * 4
    header = frame.packet[:at] + octets + frame.packet[at + len(octets) : end]
    return raw(frame, wire.ETHER_LEN, header[:10] + wire.checksum(header[:10] + bytes(2) + header[12:]).to_bytes(2, "big") + header[12:])


# What is passed on


@wrong("RFC1812-5.3.1-a", "what is passed on has the time to live that it came with", BOTH)
@while_forwarding
def ttl_is_not_lowered(frame: Frame, world: World) -> Passed:
    before = came(frame, world)
    return headed(frame, 8, bytes([before["ttl"]])) if before else frame


@wrong("RFC791-3.1_Checksum-a", "what is passed on has the checksum that it came with", BOTH)
@while_forwarding
def checksum_of_before(frame: Frame, world: World) -> Passed:
    before = came(frame, world)
    return raw(frame, wire.ETHER_LEN + 10, before.packet[10:12]) if before else frame


@wrong("RFC1812-5.3.1-b", "what comes with a time to live of one is passed on with zero", BOTH)
@while_forwarding
def last_hop_passes_on(frame: Frame, world: World) -> Passed:
    sound = is_transit(frame) and frame["version"] == 4 and 5 <= frame["ihl"] <= frame["length"] // 4 and header_verifies(frame.packet)
    return through(frame) if sound and frame["ttl"] == 1 else frame


@wrong("RFC1812-5.3.1-c", "what comes with a time to live of two goes no further", BOTH)
@while_forwarding
def two_hops_are_too_few(frame: Frame, world: World) -> Passed:
    return headed(frame, 8, b"\1") if is_transit(frame) and frame["ttl"] == 2 else frame


@wrong("RFC6864-4.3-e", "Don't Fragment is cleared on the way", BOTH)
@while_forwarding
def df_is_cleared(frame: Frame, world: World) -> Passed:
    return headed(frame, 6, bytes([frame.packet[6] & 0xBF])) if came(frame, world) else frame


@wrong("RFC1812-5.2.5-b", "the reserved flag is cleared on the way", BOTH)
@while_forwarding
def reserved_flag_is_cleared(frame: Frame, world: World) -> Passed:
    return headed(frame, 6, bytes([frame.packet[6] & 0x7F])) if came(frame, world) else frame


@wrong("RFC1812-5.2.3-f", "what is passed on gets an identification of the router's own", BOTH)
@while_forwarding
def identification_of_its_own(frame: Frame, world: World) -> Passed:
    before = came(frame, world)
    return headed(frame, 4, (before["id"] ^ 0x5555).to_bytes(2, "big")) if before and not frame.is_fragment else frame


@wrong("RFC1812-5.2.3-f", "the last octet of what is passed on is lost on the way", BOTH)
@while_forwarding
def last_octet_is_zero(frame: Frame, world: World) -> Passed:
    return raw(frame, wire.ETHER_LEN + frame["length"] - 1, b"\0") if came(frame, world) else frame


@wrong("RFC2474-3-b", "the codepoint of what is passed on is cleared", BOTH)
@while_forwarding
def codepoint_is_cleared(frame: Frame, world: World) -> Passed:
    return headed(frame, 1, bytes([frame["tos"] & 3])) if came(frame, world) else frame


@wrong("RFC3168-5-a", "congestion marks are cleared on the way", BOTH)
@while_forwarding
def marks_are_cleared(frame: Frame, world: World) -> Passed:
    return headed(frame, 1, bytes([frame["tos"] & 0xFC])) if came(frame, world) else frame


@wrong("RFC1812-5.3.13.1-a", "options are taken out of what is passed on", BOTH)
@while_forwarding
def options_are_taken_out(frame: Frame, world: World) -> Passed:
    if not came(frame, world) or not frame["options"]:
        return frame
    packet = bytes([0x45]) + frame.packet[1:2] + (20 + len(frame["payload"])).to_bytes(2, "big") + frame.packet[4:20] + frame["payload"]
    return headed(replace(frame, octets=frame.octets[: wire.ETHER_LEN] + packet), 1, packet[1:2])


def without_own(kind: int, frame: Frame, world: World) -> Frame:
    """An option of what is passed on that is as it came."""
    before = came(frame, world)
    kinds = {option[0] for option in wire.split_options(before["options"])[0]} if before else set()
    return headed(frame, wire.IP_MIN, before["options"]) if before and kind in kinds and len(before["options"]) == len(frame["options"]) else frame


@wrong("RFC1812-5.3.13.5-a", "no route is recorded on the way", BOTH)
@while_forwarding
def route_is_not_recorded(frame: Frame, world: World) -> Passed:
    return without_own(ROUTE, frame, world)


@wrong("RFC1812-5.3.13.6-a", "no time is stamped on the way", BOTH)
@while_forwarding
def time_is_not_stamped(frame: Frame, world: World) -> Passed:
    return without_own(STAMP, frame, world)


@wrong("RFC1812-5.2.6-a", "fragments are put together on the way", BOTH)
@while_forwarding
def transit_is_reassembled(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment or not came(frame, world):
        return frame
    pieces = gathered(frame, world)
    return edit(pieces[0], payload=b"".join(piece["payload"] for piece in pieces), mf=0) if pieces else None


# Where it goes


@wrong(("RFC1812-5.2.4.2-a", "RFC1812-5.2.3-f"), "what is passed on leaves by the interface that it came by", BOTH)
@while_forwarding
def back_where_it_came_from(frame: Frame, world: World) -> Passed:
    before = came(frame, world)
    return Frame(before.iface, passed_by(before.octets, before.lab, {})) if before else frame


@wrong(("RFC1812-5.3.4-d", "RFC1122-3.3.6-e", "RFC1812-5.2.3-f"), "what is passed on goes to all on the link", BOTH)
@while_forwarding
def in_frames_to_all(frame: Frame, world: World) -> Passed:
    return raw(frame, 0, wire.mac_octets(wire.BROADCAST_MAC)) if came(frame, world) else frame


@wrong(("RFC1122-2.3.3-a", "RFC1812-5.2.3-f"), "what is passed on comes from the MAC that it came from", BOTH)
@while_forwarding
def in_frames_of_its_source(frame: Frame, world: World) -> Passed:
    before = came(frame, world)
    return raw(frame, 6, before.octets[6:12]) if before else frame


@wrong("RFC1812-5.2.4.3-b", "routes of more than 24 bits are not heard of", ASKED)
def routes_to_classes_only(call: Call) -> Passed:
    return None if call.keys.get("kind") == "route" and int(call.keys.get("len", 0)) > 24 else call


@wrong("RFC1812-5.3.11-c", "an interface that is not to forward does", ASKED)
def every_interface_forwards(call: Call) -> Passed:
    return None if call.op == "set" and call.keys.get("name") == "forwarding" and "iface" in call.keys else call


# What passes and should not


@wrong("RFC1122-3.1-g", "a host with two interfaces passes on what is for others", RECEIVED)
def host_that_forwards(frame: Frame) -> Passed:
    return [frame, through(frame)] if is_transit(frame) and frame["ttl"] > 1 and frame["eth_dst"] == frame.lab.iut_mac else frame


@wrong("RFC1812-5.3.5.1-a", "limited broadcasts are passed on", BOTH)
@while_forwarding
def limited_broadcasts_pass(frame: Frame, world: World) -> Passed:
    return [frame, through(frame)] if frame.incoming and frame["dst"] == "255.255.255.255" else frame


@wrong("RFC1812-5.3.4-a", "what comes in a broadcast of the link is passed on", BOTH)
@while_forwarding
def link_broadcasts_pass(frame: Frame, world: World) -> Passed:
    return [frame, through(frame)] if is_transit(frame) and frame["eth_dst"] == wire.BROADCAST_MAC else frame


@wrong("RFC1812-5.3.4-b", "what comes in a multicast of the link is passed on", BOTH)
@while_forwarding
def link_multicasts_pass(frame: Frame, world: World) -> Passed:
    to_some = frame.octets[0] & 1 and frame["eth_dst"] != wire.BROADCAST_MAC
    return [frame, through(frame)] if to_some and is_transit(frame) else frame


@wrong("RFC1812-5.3.7-b", "sources of 127/8 are passed on", BOTH)
@while_forwarding
def loopback_passes(frame: Frame, world: World) -> Passed:
    return through(frame) if is_transit(frame) and frame["src"].startswith("127.") else frame


@wrong("RFC1812-5.3.7-a", "sources that are no host's are passed on", BOTH)
@while_forwarding
def nobodys_packets_pass(frame: Frame, world: World) -> Passed:
    odd = is_transit(frame) and (frame["src"].startswith("0.") or int(frame["src"].split(".")[0]) >= 224)
    return through(frame) if odd else frame


@wrong("RFC1812-5.3.7-c", "what is for class E is passed on", BOTH)
@while_forwarding
def class_e_passes(frame: Frame, world: World) -> Passed:
    odd = frame.incoming and frame.is_ip and int(frame["dst"].split(".")[0]) >= 240 and not is_broadcast(frame["dst"])
    return through(frame) if odd else frame


@wrong("RFC1812-5.2.2-b", "what has a wrong header checksum is passed on with a right one", BOTH)
@while_forwarding
def checksum_is_repaired(frame: Frame, world: World) -> Passed:
    return headed(frame, 1, frame.packet[1:2]) if is_transit(frame) and wire.ones_sum(frame.packet[: frame["ihl"] * 4]) != 0xFFFF else frame


@wrong(("RFC1812-5.3.8-c", "RFC1812-5.3.8-a"), "sources are validated by no means", ASKED)
def sources_are_believed(call: Call) -> Passed:
    return None if call.op == "set" and call.keys.get("name") == "source-validation" else call


@wrong("RFC2644-3-a", "directed broadcasts are passed on, whatever the user wants", BOTH)
@while_forwarding
def directed_broadcasts_pass(frame: Frame, world: World) -> Passed:
    far = frame.incoming and any(frame["dst"] == lab.broadcast for lab in INTERFACES if lab.index != frame.iface)
    return [frame, through(frame)] if far else frame


# What is said of it


@wrong(("RFC1812-5.3.1-f", "RFC1812-5.2.7.3-a"), "nobody is told that a time to live has come to its end", BOTH)
@while_forwarding
def no_time_exceeded_in_transit(frame: Frame, world: World) -> Passed:
    return None if not frame.incoming and frame.is_error and (frame["type"], frame["code"]) == (TIME_EXCEEDED, 0) else frame


@wrong(("RFC1812-5.2.7.3-a", "RFC1812-5.3.1-f"), "the end of a time to live is reported as that of a reassembly", BOTH)
@while_forwarding
def time_exceeded_in_reassembly(frame: Frame, world: World) -> Passed:
    return edit(frame, code=1) if not frame.incoming and frame.is_error and (frame["type"], frame["code"]) == (TIME_EXCEEDED, 0) else frame


@wrong(("RFC1812-4.3.2.7-c", "RFC1122-3.2.2-g"), "the end of a multicast's time to live is reported", BOTH)
@while_forwarding
def multicasts_are_reported(frame: Frame, world: World) -> Passed:
    group = frame.incoming and frame.is_ip and 224 <= int(frame["dst"].split(".")[0]) < 240 and frame["ttl"] == 1 and frame["protocol"] != wire.IGMP
    return [frame, error(frame, TIME_EXCEEDED)] if group else frame


@wrong("RFC1812-5.2.7.1-f", "what is too long to be passed on whole is reported without the MTU", BOTH)
@while_forwarding
def mtu_is_not_told(frame: Frame, world: World) -> Passed:
    return edit(frame, rest=bytes(4)) if not frame.incoming and frame.is_error and (frame["type"], frame["code"]) == (UNREACHABLE, 4) else frame


@wrong("RFC1812-5.2.7.1-b", "a network without a route is unknown, by the code 6", BOTH)
@while_forwarding
def network_is_unknown(frame: Frame, world: World) -> Passed:
    return edit(frame, code=6) if not frame.incoming and frame.is_error and (frame["type"], frame["code"]) == (UNREACHABLE, 0) else frame


@wrong("RFC1812-5.2.7.1-e", "of a neighbour who does not answer nobody is told", BOTH)
@while_forwarding
def silent_neighbour_is_not_reported(frame: Frame, world: World) -> Passed:
    return None if not frame.incoming and frame.is_error and (frame["type"], frame["code"]) == (UNREACHABLE, 1) else frame


@wrong("RFC1812-5.2.7.1-c", "what is prohibited is reported as to a network, by the code 9", BOTH)
@while_forwarding
def prohibited_network(frame: Frame, world: World) -> Passed:
    return edit(frame, code=9) if not frame.incoming and frame.is_error and (frame["type"], frame["code"]) == (UNREACHABLE, 13) else frame


@wrong("RFC1812-5.2.7.2-a", "Redirects are for networks", BOTH)
@while_forwarding
def redirects_for_networks(frame: Frame, world: World) -> Passed:
    return edit(frame, code=0) if not frame.incoming and frame["type"] == REDIRECT and is_own(frame["src"]) else frame


@wrong("RFC1812-5.2.7.2-b", "nobody is told of a better way", BOTH)
@while_forwarding
def no_better_way_is_told(frame: Frame, world: World) -> Passed:
    return None if not frame.incoming and frame["type"] == REDIRECT and is_own(frame["src"]) else frame


@wrong("RFC1812-5.2.7.2-g", "who is passed on to another link is told of a better way, which is none", BOTH)
@while_forwarding
def redirects_to_another_link(frame: Frame, world: World) -> Passed:
    worth = is_transit(frame) and frame.kind == "echo-request" and frame.lab.is_near(frame["src"]) and frame["ttl"] > 1
    return [frame, error(frame, REDIRECT, 1, gateway=INTERFACES[way(frame)].lt)] if worth else frame
