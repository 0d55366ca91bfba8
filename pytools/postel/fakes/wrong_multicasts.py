# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are wrong in what they make of multicasts, where they pass on such at all."""

from postel.fakes.engine import ASKED, RECEIVED, TOLD, Call, Frame, Passed, World, edit, error, is_group, wrong
from postel.iut.upper import Event
from postel.kit.wire import IGMP
from postel.lab.addresses import INTERFACES

ALL = (RECEIVED, ASKED)
TOLD_TOO = (TOLD, ASKED)
LINK = "224.0.0."


def is_route(call: Call) -> bool:
    return call.op == "add" and call.keys.get("kind") == "mroute"


def heeds(call: Call, world: World) -> Call:
    """Remembers whether multicasts are passed on now."""
    if call.op == "set" and call.keys.get("name") == "multicast-forwarding" and "iface" not in call.keys:
        world.memory["passes"] = call.keys.get("value") == "1"
    if call.op == "reset":
        world.memory["passes"] = False
    return call


def for_a_group(frame: Frame, world: World) -> bool:
    """Has it come for a group while multicasts are passed on?"""
    return bool(world.memory.get("passes") and frame.incoming and frame.is_ip and is_group(frame["dst"]))


def copied(frame: Frame) -> Frame:
    """As it would leave on the right, or on the left where it has come by that."""
    out = INTERFACES[0 if frame.iface else 1]
    return Frame(out.index, edit(frame, eth_src=out.iut_mac, ttl=max(frame["ttl"] - 1, 0)).octets)


@wrong("RFC1812-5.3.10-a", "routes of multicasts are taken and do nothing", ASKED)
def multicast_routes_do_nothing(call: Call) -> Passed:
    return None if is_route(call) else call


@wrong("RFC1812-5.3.10-a", "of a route of multicasts the source does not matter", ASKED)
def multicast_routes_of_any_source(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "src"}) if is_route(call) else call


@wrong("RFC1812-5.3.10-a", "a route of multicasts that is not used stays", ASKED)
def multicast_routes_for_good(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "expiry"}) if is_route(call) else call


@wrong("RFC1812-5.3.10-a", "multicasts are passed on, whether or not its user wants that", ASKED)
def multicasts_pass_unasked(call: Call) -> Passed:
    return [Call("set", {"name": "multicast-forwarding", "value": "1"}), call] if is_route(call) else call


@wrong("RFC1812-5.3.10-a", "of multicasts those of administrations are not passed on")
def scoped_multicasts_stay(frame: Frame) -> Passed:
    return None if frame.is_ip and str(frame["dst"]).startswith("239.") and frame["protocol"] != IGMP else frame


@wrong("RFC1812-5.2.3-d", "what is for a group is passed on and not received, where multicasts are passed on", TOLD_TOO)
def multicasts_pass_alone(what: Event | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return heeds(what, world)
    return None if world.memory.get("passes") and is_group(what.keys.get("dst")) else what


@wrong("RFC1812-5.2.3-b", "what is for a group of the link goes on as others do", ALL)
def link_groups_pass(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return heeds(what, world)
    passes = for_a_group(what, world) and what["dst"].startswith(LINK) and what["protocol"] != IGMP
    return [what, copied(what)] if passes else what


@wrong("RFC3927-2.7-b", "what comes from a link-local address goes on if it is for a group", ALL)
def link_local_multicasts_pass(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return heeds(what, world)
    return [what, copied(what)] if for_a_group(what, world) and what["src"].startswith("169.254.") else what


@wrong("RFC3376-9.1-a", "queries go on to who is in the group elsewhere", ALL)
def queries_go_on(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return heeds(what, world)
    return [what, copied(what)] if for_a_group(what, world) and what["protocol"] == IGMP and what["ttl"] > 1 else what


@wrong(("RFC1122-3.2.2-g", "RFC1812-4.3.2.7-c"), "the end of a multicast is reported", ALL)
def ends_of_multicasts_reported(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return heeds(what, world)
    return [what, error(what, 11)] if for_a_group(what, world) and what["ttl"] == 1 and what["protocol"] != IGMP else what


@wrong("RFC1812-5.3.1-b", "a multicast leaves with no time to live", ALL)
def multicasts_leave_with_nothing(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return heeds(what, world)
    return [what, copied(what)] if for_a_group(what, world) and what["ttl"] == 1 and what["protocol"] != IGMP else what
