# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong about who is in which group, and about what is sent to groups and comes to them: RFC 1112 4 to 7, RFC 3376 2 and 3,
RFC 4604, RFC 4607."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, addressed, arp, edit, error, is_own, wrong
from postel.fakes.memberships import (
    ALL_HOSTS, IS_EX, IS_IN, NONE, TO_IN, Filter, Record, asked, by, changed, filters, group_mac, is_class_d, is_group_data, is_igmp, is_to_group, members, note,
    report_3, wanted, wants,
)  # fmt: skip
from postel.iut.upper import Event, UpperError
from postel.lab.addresses import INTERFACES

# What is sent


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e"), "the bit of a group's Ethernet address that is always zero is always one")
def group_mac_with_a_one(frame: Frame) -> Passed:
    return addressed(frame, dst="01:00:5e:80:" + group_mac(frame["dst"])[12:]) if is_group_data(frame) else frame


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e"), "a group's Ethernet address has its last sixteen bits")
def group_mac_of_sixteen_bits(frame: Frame) -> Passed:
    return addressed(frame, dst="01:00:5e:00:" + group_mac(frame["dst"])[12:]) if is_group_data(frame) else frame


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e", "RFC1112-6.1-f"), "the Ethernet address of a group is asked for by ARP, and what is sent waits for the answer")
def group_asked_for_by_arp(frame: Frame) -> Passed:
    return arp(frame.iface, tpa=frame["dst"]) if is_group_data(frame) else frame


@wrong(("RFC1122-3.2.1.7-a", "RFC1112-6.1-a"), "what its user wants to keep on the host, by a time to live of 0, leaves with it", (ASKED, SENT))
def group_ttl_of_0_leaves(what: Call | Frame, world: World) -> Passed:
    if isinstance(what, Frame):
        zero = is_class_d(what["dst"]) and what.is_udp and what["data"] in world.memory.get("zero", [])
        return edit(what, ttl=0) if zero else what
    keys = what.keys
    if what.op == "set" and keys.get("name") == "multicast-ttl":
        world.memory["ttl", keys.get("sock")] = keys["value"]
        return Call(what.op, keys | {"value": "1"}) if keys["value"] == "0" else what
    if what.op == "udp.send" and is_class_d(keys["dst"]) and keys.get("ttl", world.memory.get(("ttl", keys.get("sock")))) == "0":
        world.memory.setdefault("zero", []).append(bytes.fromhex(keys["data"]))
        return Call(what.op, keys | {"ttl": "1"})
    return what


@wrong("RFC1112-6.1-a", "the time to live that a user sets for groups is that of the first it was set to", ASKED)
def group_ttl_is_set_once(call: Call, world: World) -> Passed:
    if call.op != "udp.send" or not is_class_d(call.keys["dst"]) or "ttl" not in call.keys:
        return call
    return Call(call.op, call.keys | {"ttl": world.memory.setdefault(("ttl", call.keys.get("sock")), call.keys["ttl"])})


@wrong(("RFC1112-6.1-c", "RFC1112-7.1-e"), "by which interface a user wants to send to groups is not heeded", ASKED)
def group_interface_ignored(call: Call) -> Passed:
    return None if call.op == "set" and call.keys.get("name") == "multicast-iface" else call


@wrong("RFC1112-6.1-d", "what is sent to a group leaves by every interface")
def group_sent_by_all_interfaces(frame: Frame) -> Passed:
    other = INTERFACES[frame.iface == 0]
    return [frame, by(edit(frame, eth_src=other.iut_mac, src=other.iut), other.index)] if is_group_data(frame) and not frame.is_fragment else frame


@wrong("RFC1112-6.1-e", "a user who wants no copy of its own gets one all the same", ASKED)
def group_loop_ignored(call: Call) -> Passed:
    return None if call.op == "set" and call.keys.get("name") == "multicast-loop" else call


@wrong("RFC1112-6.2-c", "what leaves by the second interface for a group comes from the first one's address")
def group_from_the_first_address(frame: Frame) -> Passed:
    return edit(frame, src=INTERFACES[0].iut) if frame.iface == 1 and is_class_d(frame["dst"]) and frame.is_udp else frame


@wrong("RFC1112-7.3-a", "who is in a group hears what it sends there twice: from IP, and from the link", TOLD)
def group_copy_comes_twice(event: Event) -> Passed:
    return [event, event] if is_to_group(event) and is_own(event.keys["src"]) else event


# What comes in


@wrong(("RFC1112-7.2-b", "RFC1112-7.2-e"), "the host takes what comes to any group, for its Ethernet takes all of them", (RECEIVED, ASKED, TOLD))
def all_groups_taken(what: Frame | Call | Event, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    if isinstance(what, Event):
        meant = world.memory.get(("meant", what.keys.get("data")))
        return Event(what.name, what.keys | {"dst": meant}) if is_to_group(what) and meant else what
    if is_group_data(what) and what["dst"] not in members(world, what.iface):
        world.memory["meant", what["data"].hex()] = what["dst"]
        return edit(what, dst=ALL_HOSTS, eth_dst=group_mac(ALL_HOSTS))
    return what


@wrong("RFC1112-7.2-c", "what comes to a group by an interface on which it was not joined is taken for the one where it was", (RECEIVED, ASKED))
def groups_of_all_interfaces(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    other = 1 - what.iface
    there = is_group_data(what) and what["dst"] in members(world, other) and what["dst"] not in members(world, what.iface)
    return by(what, other) if there else what


@wrong("RFC1112-7.2-d", "what comes to a group with a time to live of 1 is thrown away", RECEIVED)
def group_ttl_of_1_refused(frame: Frame) -> Passed:
    return None if is_group_data(frame) and frame["ttl"] == 1 else frame


@wrong("RFC1112-7.2-e", "what comes from a group is taken", (RECEIVED, TOLD))
def group_as_source_taken(what: Frame | Event, world: World) -> Passed:
    if isinstance(what, Event):
        said = world.memory.pop("from", None) if is_to_group(what) else None
        return Event(what.name, what.keys | {"src": said}) if said else what
    if is_group_data(what) and is_class_d(what["src"]):
        world.memory["from"] = what["src"]
        return edit(what, src=what.lab.lt)
    return what


@wrong("RFC1112-7.2-i", "who leaves a group leaves that of all hosts too", (RECEIVED, ASKED))
def all_hosts_left_too(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["left"] = world.memory.get("left") or (what.op == "del" and what.keys.get("kind") == "group")
        return what
    return None if what.is_udp and what["dst"] == ALL_HOSTS and world.memory.get("left") else what


@wrong("RFC1112-7.2-i", "only the first interface is in the group of all hosts", RECEIVED)
def all_hosts_on_the_first_interface(frame: Frame) -> Passed:
    return None if frame.iface == 1 and frame["dst"] == ALL_HOSTS and frame.is_udp else frame


@wrong(("RFC1112-7.4-b", "RFC1112-7.4-a", "RFC1112-7.1-b"), "the link receives the group that was joined last, in place of the one before", (RECEIVED, ASKED))
def link_takes_one_group(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        found = note(what, world)
        if found and found[1] != ("include", NONE):
            world.memory["mac", found[0][1]] = found[0][2]
        return what
    return None if is_group_data(what) and what["dst"] != world.memory.get(("mac", what.iface), what["dst"]) else what


@wrong("RFC1112-7.4-a", "the link's table of groups has eight places, and what is joined beyond them is not received", (RECEIVED, ASKED))
def link_takes_eight_groups(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Frame):
        return None if is_group_data(what) and what["dst"] in world.memory.get("late", []) else what
    found = note(what, world)
    if found and len({group for _, _, group in wanted(world)}) > 8:
        world.memory.setdefault("late", []).append(found[0][2])
    return what


@wrong("RFC1122-3.2.2-g", "a datagram to a group that the host is in, and to a port that nobody has, is answered by Port Unreachable", (RECEIVED, ASKED))
def port_of_a_group_unreachable(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        world.memory.setdefault("ports", []).append(what.keys.get("port")) if what.op == "udp.bind" else None
        return what
    open_ = world.memory.get("ports", [])
    nobody = is_group_data(what) and not what.is_fragment and what["dst"] in members(world, what.iface) and str(what["dport"]) not in open_
    return [what, error(what, 3, 3)] if nobody else what


# Who is a member


@wrong("RFC1112-7.1-b", "of two users of a group the one who came last hears it", (ASKED, TOLD))
def last_user_of_a_group_hears_it(what: Call | Event, world: World) -> Passed:
    if isinstance(what, Event):
        last = world.memory.get(("last", what.keys.get("dst")), what.keys.get("sock"))
        return None if is_to_group(what) and what.keys.get("sock") != last else what
    found = note(what, world)
    if found and found[1] != ("include", NONE):
        world.memory["last", found[0][2]] = found[0][0]
    return what


@wrong(("RFC1112-7.2-g", "RFC1112-7.1-b"), "the host leaves a group when the first of its users does", (ASKED, TOLD))
def first_user_leaves_for_all(what: Call | Event, world: World) -> Passed:
    if isinstance(what, Event):
        return None if is_to_group(what) and what.keys.get("dst") in world.memory.get("left", []) else what
    found = note(what, world)
    if found:
        left = [group for group in world.memory.get("left", []) if group != found[0][2]]
        world.memory["left"] = left + ([found[0][2]] if what.op == "del" else [])
    return what


@wrong(("RFC1112-7.2-g", "RFC3376-5.1-a", "RFC2236-3-f"), "when one of its users leaves a group the host says so, though another is still in it", ASKED)
def departure_said_too_soon(call: Call, world: World) -> Passed:
    found = note(call, world)
    if found and call.op == "del" and filters(world, found[0][1], found[0][2]):
        world.later(0.001, report_3(found[0][1], Record(TO_IN, found[0][2])))
    return call


@wrong("RFC1112-7.1-c", "who leaves a group that it is not in is told that it has left", ASKED)
def any_departure_is_well(call: Call, world: World) -> Passed:
    key = asked(call)
    there = bool(key) and key is not None and key[0] in wanted(world)
    note(call, world)
    return None if call.op == "del" and key and not there else call


@wrong("RFC1112-7.1-c", "who leaves is told so, and stays in the group", ASKED)
def nobody_leaves(call: Call) -> Passed:
    return None if call.op == "del" and call.keys.get("kind") == "group" else call


@wrong("RFC1112-4-b", "who joins an address that is no group is told that it has joined", ASKED)
def no_group_joined(call: Call) -> Passed:
    return None if call.op == "add" and call.keys.get("kind") == "group" and not is_class_d(call.keys["addr"]) else call


@wrong("RFC1112-4-a", "239/8 is no group: who joins one is refused", ASKED)
def groups_of_239_refused(call: Call) -> Passed:
    if call.op == "add" and call.keys.get("kind") == "group" and call.keys["addr"].startswith("239."):
        raise UpperError(call.op, "EINVAL")
    return call


@wrong(("RFC3376-3.2-c", "RFC1112-7.4-a"), "whoever joins a group for which there is no room, beyond the sixteenth, is told that it has joined", ASKED)
def no_room_is_not_told(call: Call, world: World) -> Passed:
    found = asked(call)
    if found and call.op == "add" and found[0][2] not in members(world, found[0][1]) and len(members(world, found[0][1])) >= 16:
        return None
    note(call, world)
    return call


# Filters


def filtered(call: Call, filter_: Filter) -> Call:
    return Call(call.op, call.keys | {"value": ",".join([filter_[0], *filter_[1]])})


@wrong("RFC3376-2-d", "sources that a user asks for are added to those that it asked for before", ASKED)
def filters_add_up(call: Call, world: World) -> Passed:
    found = asked(call)
    if not found or call.op != "set" or found[1] == ("include", NONE):
        note(call, world)
        return call
    before = wanted(world).get(found[0], (found[1][0], NONE))
    both = before[1] + found[1][1] if before[0] == found[1][0] else found[1][1]
    new = filtered(call, (found[1][0], tuple(dict.fromkeys(both))))
    note(new, world)
    return new


@wrong("RFC3376-2-d", "the mode that a user asked for first stays", ASKED)
def mode_stays(call: Call, world: World) -> Passed:
    found = asked(call)
    before = wanted(world).get(found[0]) if found else None
    new = filtered(call, (before[0], found[1][1])) if found and before and call.op == "set" and found[1] != ("include", NONE) else call
    note(new, world)
    return new


@wrong("RFC3376-2-e", "a user may name thirty-two sources", ASKED)
def thirty_two_sources(call: Call) -> Passed:
    found = asked(call)
    if found and len(found[1][1]) > 32:
        raise UpperError(call.op, "ENOBUFS")
    return call


@wrong("RFC3376-2-c", "of more sources than a user may name it is given the first sixty-four, and is not told", ASKED)
def sources_cut_off(call: Call) -> Passed:
    found = asked(call)
    return filtered(call, (found[1][0], found[1][1][:64])) if found and call.op == "set" else call


@wrong("RFC3376-2-c", "a filter that is refused, for it has too many sources, is gone all the same", (ASKED, TOLD))
def refused_filter_is_gone(what: Call | Event, world: World) -> Passed:
    if isinstance(what, Event):
        return None if is_to_group(what) and (what.keys["sock"], what.keys["dst"]) in world.memory.get("gone", []) else what
    found = asked(what)
    if found and len(found[1][1]) > 64:
        world.memory.setdefault("gone", []).append((found[0][0], found[0][2]))
        raise UpperError(what.op, "ENOBUFS")
    return what


@wrong("RFC3376-3.1-a", "who wants no source any more stays in the group with what it wanted", ASKED)
def empty_filter_ignored(call: Call) -> Passed:
    found = asked(call)
    return None if found and call.op == "set" and found[1] == ("include", NONE) else call


@wrong(("RFC3376-3.2-d", "RFC3376-2-a", "RFC4607-4.2-b"), "sources are told to routers, and every socket of the group hears all", (RECEIVED, ASKED, TOLD))
def sockets_hear_all_sources(what: Frame | Call | Event, world: World) -> Passed:
    """What nobody wants comes as from one that somebody wants."""
    if isinstance(what, Call):
        note(what, world)
        return what
    if isinstance(what, Event):
        said = world.memory.pop("from", None) if is_to_group(what) else None
        return Event(what.name, what.keys | {"src": said}) if said else what
    found = filters(world, what.iface, what["dst"]) if is_group_data(what) else []
    included = [source for mode, sources in found if mode == "include" for source in sources]
    if not found or any(wants(each, what["src"]) for each in found):
        return what
    world.memory["from"] = what["src"]
    return edit(what, src=included[0] if included else what.lab.host(250))


def merged(frame: Frame, world: World, merge: object) -> Passed:
    """With what an interface has of its groups merged in another way, in answers and in changes of its mode."""
    def new(record: Record) -> Record | None:
        found = filters(world, frame.iface, record.group)
        if record.kind not in (IS_EX, IS_IN) or len(found) < 2:
            return record
        mode, sources = merge(found)  # type: ignore[operator]
        return Record(IS_EX if mode == "exclude" else IS_IN, record.group, tuple(sources))

    return changed(frame, new)


def excluded(found: list[Filter]) -> list[set[str]]:
    return [set(sources) for mode, sources in found if mode == "exclude"]


def included(found: list[Filter]) -> list[set[str]]:
    return [set(sources) for mode, sources in found if mode == "include"]


@wrong("RFC3376-3.2-a", "an interface has the filter of the socket that came last", (SENT, ASKED))
def last_filter_is_the_interface_s(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    return merged(what, world, lambda found: found[-1])


@wrong("RFC3376-3.2-a", "an interface excludes what any of its sockets does", (SENT, ASKED))
def all_exceptions_excluded(what: Frame | Call, world: World) -> Passed:
    def merge(found: list[Filter]) -> Filter:
        return ("exclude", tuple(sorted(set.union(*excluded(found)) - set().union(*included(found))))) if excluded(found) else ("include", tuple(sorted(set().union(*included(found)))))

    if isinstance(what, Call):
        note(what, world)
        return what
    return merged(what, world, merge)


@wrong("RFC3376-3.2-a", "an interface excludes a source that one of its sockets includes", (SENT, ASKED))
def included_sources_excluded(what: Frame | Call, world: World) -> Passed:
    def merge(found: list[Filter]) -> Filter:
        return ("exclude", tuple(sorted(set.intersection(*excluded(found))))) if excluded(found) else ("include", tuple(sorted(set().union(*included(found)))))

    if isinstance(what, Call):
        note(what, world)
        return what
    return merged(what, world, merge)


@wrong(("RFC3376-3.2-a", "RFC3376-3.2-b"), "where all sockets include the interface includes what they have in common", (SENT, ASKED))
def common_sources_included(what: Frame | Call, world: World) -> Passed:
    def merge(found: list[Filter]) -> Filter:
        if not excluded(found):
            return "include", tuple(sorted(set.intersection(*included(found))))
        return "exclude", tuple(sorted(set.intersection(*excluded(found)) - set().union(*included(found))))

    if isinstance(what, Call):
        note(what, world)
        return what
    return merged(what, world, merge)


@wrong(("RFC3376-3.2-b", "RFC3376-3.2-a"), "where two sockets include different sources the interface wants all", (SENT, ASKED))
def two_filters_want_all(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    return merged(what, world, lambda found: found[0] if len(set(found)) == 1 else ("exclude", NONE))


@wrong("RFC3376-3.2-e", "a query from a source that no socket wants is not heard", (RECEIVED, ASKED))
def queries_are_filtered(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    found = [each for (_, on, _), each in wanted(world).items() if on == what.iface]
    return None if is_igmp(what) and found and not any(wants(each, what["src"]) for each in found) else what


# Source-specific groups


@wrong("RFC4604-2-b", "source-specific are 232.0.0.0 to 239.255.255.255", ASKED)
def too_many_groups_are_source_specific(call: Call) -> Passed:
    if call.op == "add" and call.keys.get("kind") == "group" and 233 <= int(call.keys["addr"].split(".")[0]) <= 239 and not call.keys["addr"].startswith("233.252.0."):
        raise UpperError(call.op, "EINVAL")
    return call


@wrong(("RFC4607-4.2-a", "RFC4607-4.1-a"), "a source is heard by the socket that subscribed to it first", (ASKED, TOLD))
def first_subscriber_hears(what: Call | Event, world: World) -> Passed:
    if isinstance(what, Event):
        first = world.memory.get(("first", what.keys.get("dst"), what.keys.get("src")), what.keys.get("sock"))
        return None if is_to_group(what) and what.keys.get("sock") != first else what
    found = note(what, world)
    for source in found[1][1] if found and found[1][0] == "include" else ():
        world.memory.setdefault(("first", found[0][2], source), found[0][0])  # type: ignore[index]
    return what


@wrong(("RFC4607-4.2-c", "RFC3376-5.1-a", "RFC3376-3.2-a"), "when one of two subscribers has gone the routers are told that the source is not wanted", ASKED)
def unsubscribed_too_soon(call: Call, world: World) -> Passed:
    key = asked(call)
    before = wanted(world).get(key[0], ("include", NONE)) if key else ("include", NONE)
    found = note(call, world)
    if found and found[1] == ("include", NONE) and before[0] == "include" and before[1] and filters(world, found[0][1], found[0][2]):
        world.later(0.001, report_3(found[0][1], Record(6, found[0][2], before[1])))
    return call
