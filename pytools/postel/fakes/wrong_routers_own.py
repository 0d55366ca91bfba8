# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are wrong in what is their own (RFC 1812 4 and 10), and right as long as they are hosts."""

from functools import partial

from postel.fakes.engine import RECEIVED, Frame, Passed, World, edit, is_broadcast, is_own, requote, wrong
from postel.kit import wire
from postel.lab.addresses import RIGHT

ERRORS = ("unreachable", "time-exceeded", "parameter-problem")
router = partial(wrong, role="router")


@router("RFC1812-4.3.2.4-a", "a router's errors come from its second address, by whichever interface they leave")
def router_reports_from_the_right(frame: Frame) -> Passed:
    return edit(frame, src=RIGHT.iut) if frame.kind in ERRORS and is_own(frame["src"]) else frame


@router("RFC1812-4.3.2.5-b", "a router's errors have the precedence of what they are about")
def router_reports_without_precedence(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0x1F) if frame.kind in ERRORS and is_own(frame["src"]) else frame


@router("RFC1812-4.3.2.5-a", "a router's errors have the type of service zero, under precedence 6")
def router_reports_with_type_0(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0xE0) if frame.kind in ERRORS and is_own(frame["src"]) else frame


@router("RFC1812-4.3.2.5-c", "a router's echo replies have precedence 0")
def router_replies_without_precedence(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0x1F) if frame.kind == "echo-reply" and is_own(frame["src"]) else frame


@router("RFC1812-4.3.2.3-a", "a router's errors quote 8 octets of data")
def router_quotes_little(frame: Frame) -> Passed:
    return requote(frame, lambda quoted: quoted[: (quoted[0] & 15) * 4 + 8]) if frame.kind in ERRORS and is_own(frame["src"]) else frame


@router("RFC1812-4.3.2.6-a", "a router's errors go back by a loose route where the datagram had a strict one")
def router_turns_strict_routes_into_loose_ones(frame: Frame) -> Passed:
    strict = frame.kind in ERRORS and is_own(frame["src"]) and (frame["options"] or b"")[:1] == b"\x89"
    return edit(frame, options=b"\x83" + frame["options"][1:]) if strict else frame


@router("RFC1812-4.3.3.1-a", "a router calls the host unreachable where it has no route at all")
def router_calls_the_host_unreachable(frame: Frame) -> Passed:
    return edit(frame, code=1) if frame.kind == "unreachable" and frame["code"] == 0 and is_own(frame["src"]) else frame


@router("RFC1812-4.2.2.3-b", "a router drops what has the reserved flag set", RECEIVED)
def router_drops_the_reserved_flag(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["reserved"] else frame


@router("RFC1812-4.2.2.9-a", "a router takes what comes for its other interface's address for something in transit, and drops it where its time is up", RECEIVED)
def router_counts_hops_to_itself(frame: Frame) -> Passed:
    other = is_own(frame["dst"]) and frame["dst"] != frame.lab.iut
    return None if frame.is_ip and other and frame["ttl"] < 2 else frame


@router("RFC1812-4.2.2.7-c", "a router sends the first fragment behind the second")
def router_sends_the_second_fragment_first(frame: Frame, world: World) -> Passed:
    if frame.kind != "fragment" or is_own(frame["src"]):
        return frame
    if frame["offset"] == 0 and frame["mf"]:
        world.memory["first"] = frame
        return None
    first = world.memory.pop("first", None)
    return [frame, first] if first else frame


@router("RFC1812-4.2.2.6-a", "a router drops what is for itself and has an option that it does not know", RECEIVED)
def router_drops_unknown_options(frame: Frame) -> Passed:
    kinds = {option[0] for option in wire.split_options(frame["options"] or b"")[0]}
    return None if frame.is_ip and is_own(frame["dst"]) and kinds - {0, 1, 7, 68, 130, 131, 133, 134, 136, 137, 148} else frame


@router("RFC1812-4.3.3.6-j", "a router's echo replies have no more than 200 octets of data")
def router_cuts_echoes(frame: Frame) -> Passed:
    return edit(frame, data=frame["data"][:200]) if frame.kind == "echo-reply" and is_own(frame["src"]) else frame


@router(("RFC1812-4.2.2.11-p", "RFC1812-4.2.3.1-g"), "a router hears no broadcasts", RECEIVED)
def router_hears_no_broadcasts(frame: Frame) -> Passed:
    return None if frame.is_ip and is_broadcast(frame["dst"]) else frame


@router("RFC1812-4.3.3.9-j", "a router answers mask requests from nobody to 255.255.255.255", profile="rfc1812")
def router_tells_masks_to_everybody(frame: Frame) -> Passed:
    return edit(frame, dst="255.255.255.255") if frame.kind == "mask-reply" and is_broadcast(frame["dst"]) else frame


@router("RFC1812-4.3.3.9-a", "a router tells no masks", profile="rfc1812")
def router_tells_no_masks(frame: Frame) -> Passed:
    return None if frame.kind == "mask-reply" else frame
