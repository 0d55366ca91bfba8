# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are wrong in what RFCs other than 1812 ask of what they pass on."""

from postel.fakes.engine import RECEIVED, Frame, Passed, World, edit, is_own, raw, wrong
from postel.fakes.wrong_hosts import kinds
from postel.kit import wire
from postel.lab.addresses import INTERFACES, LEFT, RIGHT

EXPERIMENTS = {30, 94, 158, 222}
CHECKSUM_AT = wire.ETHER_LEN + 10


def passing(frame: Frame) -> bool:
    """Is it somebody else's, on its way through?"""
    return frame.is_ip and not is_own(frame["src"]) and not is_own(frame["dst"])


def let_through(frame: Frame) -> Frame:
    """As a router passes on what came by one interface by the other one, whatever is wrong with it."""
    out = INTERFACES[0 if frame.iface else 1]
    return Frame(out.index, edit(frame, eth_dst=out.lt_mac, eth_src=out.iut_mac, ttl=max(frame["ttl"] - 1, 0)).octets)


def beyond(frame: Frame) -> bool:
    """Has it come for the network on the other side?"""
    return passing(frame) and INTERFACES[0 if frame.iface else 1].is_near(str(frame["dst"]))


@wrong("RFC3168-5-d", "of the two codepoints of capable transports the router knows one, and clears the other")
def other_capable_cleared(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0xFC) if passing(frame) and frame["tos"] & 3 == 1 else frame


@wrong("RFC3168-5.1-a", "of packets that come at once the router marks those behind the sixteenth")
def marked_for_a_moment(frame: Frame, world: World) -> Passed:
    if not passing(frame) or frame["tos"] & 3 not in (1, 2):
        return frame
    return edit(frame, tos=frame["tos"] | 3) if world.count(world.now) >= 16 else frame


@wrong("RFC2474-3-b", "on its way through the router a packet loses a codepoint that is none of the eight classes")
def codepoint_lost_in_transit(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0xE3) if passing(frame) and frame["tos"] & 0x1C else frame


@wrong("RFC1191-4-a", "Fragmentation Needed has the MTU in front of where it belongs")
def mtu_in_the_upper_half(frame: Frame) -> Passed:
    about = frame.kind == "unreachable" and frame["code"] == 4
    return edit(frame, rest=frame["rest"][2:] + frame["rest"][:2]) if about else frame


@wrong("RFC1624-3-a", "the checksum of what passes is brought up to date as RFC 1141 has it, so that zero becomes ones")
def other_zero_in_transit(frame: Frame) -> Passed:
    return raw(frame, CHECKSUM_AT, b"\xff\xff") if passing(frame) and frame["checksum"] == 0 else frame


@wrong("RFC3927-7-a", "what is for a link-local address goes where the default route leads", RECEIVED)
def link_local_passes(frame: Frame) -> Passed:
    return [frame, let_through(frame)] if passing(frame) and str(frame["dst"]).startswith("169.254.") and frame.iface == 0 else frame


@wrong("RFC7126-4.6-a", "what has a Stream Identifier passes", RECEIVED)
def stream_ids_pass(frame: Frame) -> Passed:
    return let_through(frame) if beyond(frame) and 136 in kinds(frame) else frame


@wrong("RFC7126-4.22-a", "options for experiments pass", RECEIVED)
def experiments_pass(frame: Frame) -> Passed:
    return let_through(frame) if beyond(frame) and EXPERIMENTS.intersection(kinds(frame)) else frame


@wrong("RFC7126-4.12-a", "a label of security is taken out on the way")
def labels_taken_out(frame: Frame) -> Passed:
    return edit(frame, options=b"") if passing(frame) and 130 in kinds(frame) else frame


@wrong(("RFC2644-3-b", "RFC3021-3.3-b"), "what is a broadcast to one of its networks a router hears as one to everybody", RECEIVED)
def directed_broadcasts_heard(frame: Frame) -> Passed:
    directed = passing(frame) and frame["dst"] in (LEFT.broadcast, RIGHT.broadcast)
    return edit(frame, dst="255.255.255.255", eth_dst=wire.BROADCAST_MAC) if directed else frame


@wrong(("RFC2113-2.1-d", "RFC7126-4.8-a"), "a Router Alert does not survive the router")
def alert_taken_out(frame: Frame) -> Passed:
    return edit(frame, options=b"") if passing(frame) and 148 in kinds(frame) else frame


@wrong("RFC792-redirect-c", "a Redirect names the router itself as the better gateway")
def redirects_to_itself(frame: Frame) -> Passed:
    return edit(frame, gateway=frame.lab.iut) if frame.kind == "redirect" and is_own(frame["src"]) else frame


@wrong("RFC2474-5-a", "every other packet of a flow changes its place with the one before")
def order_lost_in_transit(frame: Frame, world: World) -> Passed:
    if not passing(frame) or frame.kind != "echo-request":
        return frame
    held = world.memory.pop("held", None)
    if held is None and frame["seq"] and frame["seq"] % 2 == 0:
        world.memory["held"] = frame
        return None
    return [frame, held] if held else frame
