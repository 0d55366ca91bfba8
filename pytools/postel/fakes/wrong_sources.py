# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong about which of their addresses they speak from: RFC 1122 3.2.1.3, 3.3.4, 4.1.3.5 and 4.1.3.6, RFC 1112 6.2."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, is_broadcast, is_own, other_address, wrong
from postel.lab.addresses import INTERFACES, LEFT, RIGHT

BOTH = (SENT, RECEIVED)


def added(call: Call, world: World) -> None:
    """Notes the addresses beside the first one of each interface, and those that were removed."""
    if call.keys.get("kind") != "address" or call.op not in ("add", "del"):
        return
    address, on = call.keys.get("addr", ""), int(call.keys.get("iface", "0"))
    world.memory.setdefault("more", {}).pop(address, None)
    if call.op == "add" and not is_own(address):
        world.memory["more"][address] = on


def second(frame: Frame, world: World) -> str | None:
    """Another address of this interface, if it has one."""
    return next((address for address, on in world.memory.get("more", {}).items() if on == frame.iface), None)


@wrong(("RFC1122-3.3.4.2-a", "RFC1122-3.2.2.6-e"), "what was sent to a second address of an interface is answered from its first one", (SENT, ASKED))
def second_address_answers_as_first(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        added(what, world)
        return what
    answer = what.kind == "echo-reply" or what.is_error
    return edit(what, src=what.lab.iut) if answer and what["src"] in world.memory.get("more", {}) else what


@wrong(("RFC1122-3.3.4.2-a", "RFC1122-3.2.2.6-e"), "since an interface has a second address its answers come from that", (SENT, ASKED))
def first_address_answers_as_second(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        added(what, world)
        return what
    answer = what.kind == "echo-reply" or what.is_error
    return edit(what, src=second(what, world) or what["src"]) if answer and what["src"] == what.lab.iut else what


@wrong(("RFC1122-3.3.4.2-a", "RFC1122-3.2.2.8-e"), "a Timestamp Reply comes from the address of the interface by which it leaves, whichever was asked")
def timestamp_from_the_interface(frame: Frame) -> Passed:
    return edit(frame, src=frame.lab.iut) if frame["type"] == 14 else frame


@wrong(("RFC1122-3.2.2.6-e", "RFC1122-3.3.4.2-a"), "a reply to a broadcast echo comes from the broadcast address that was asked", BOTH)
def reply_from_the_broadcast(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        world.memory["asked"] = frame["dst"] if frame.kind == "echo-request" and is_broadcast(frame["dst"]) else None
        return frame
    return edit(frame, src=world.memory["asked"]) if frame.kind == "echo-reply" and world.memory.get("asked") else frame


@wrong("RFC1122-3.3.4.2-c", "where the user says no source UDP leaves from 0.0.0.0", (SENT, ASKED))
def no_source_chosen(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        if what.op == "udp.bind":
            world.memory["bound"] = world.memory.get("bound") or "addr" in what.keys
        if what.op == "udp.send":
            world.memory["chosen"] = "src" in what.keys or bool(world.memory.get("bound"))
        return what
    return edit(what, src="0.0.0.0") if what.is_udp and not world.memory.get("chosen", True) else what


@wrong(("RFC1122-3.3.4.2-c", "RFC1122-3.2.1.3-b"), "where the user says no source UDP leaves from its network's first address, the gateway's", (SENT, ASKED))
def first_of_the_network_chosen(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["chosen"] = "src" in what.keys if what.op == "udp.send" else world.memory.get("chosen", True)
        return what
    return edit(what, src=what.lab.host(1)) if what.is_udp and not world.memory.get("chosen", True) else what


@wrong(("RFC1122-3.3.4.2-b", "RFC1122-4.1.3.5-b"), "a user of UDP may choose the source only among those of the interface by which its datagram leaves")
def chosen_source_of_the_interface(frame: Frame) -> Passed:
    return edit(frame, src=frame.lab.iut) if frame.is_udp and frame["src"] == other_address(frame) else frame


@wrong(("RFC1122-3.3.4.2-b", "RFC1122-4.1.3.5-b"), "the source that a user chose once is that of all that its socket sends", ASKED)
def chosen_source_stays(call: Call, world: World) -> Passed:
    if call.op != "udp.send":
        return call
    first = world.memory.setdefault(("src", call.keys.get("sock")), call.keys.get("src"))
    return Call(call.op, call.keys | {"src": first}) if first else call


@wrong(("RFC1122-4.1.3.6-b", "RFC1122-3.2.1.3-b", "RFC791-3.3_Send-b"), "a user may choose any source, whether or not it is the host's", (SENT, ASKED))
def any_source_may_be_chosen(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Frame):
        said = world.memory.pop("src", None) if what.is_udp else None
        return edit(what, src=said) if said else what
    said = what.keys.get("src")
    if what.op != "udp.send" or said is None or is_own(said) or said in world.memory.setdefault("more", {}):
        added(what, world)
        return what
    world.memory["src"] = said
    return Call(what.op, {key: value for key, value in what.keys.items() if key != "src"})


@wrong(("RFC1122-3.2.1.3-b", "RFC1122-3.3.1.6-b", "RFC791-3.2_Addressing-a"), "an address that was removed is still spoken from", (SENT, ASKED))
def removed_address_spoken_from(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        if what.op == "del" and what.keys.get("kind") == "address":
            world.memory["gone", int(what.keys.get("iface", "0"))] = what.keys["addr"]
        return what
    gone = world.memory.get(("gone", what.iface))
    return edit(what, src=gone) if gone and what.is_udp and what["src"] != "0.0.0.0" else what


@wrong("RFC1112-6.2-c", "what goes to a group comes from the address that the host was given last, of whichever interface", (SENT, ASKED))
def group_from_the_last_address(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return what
    return edit(what, src=RIGHT.iut) if what.is_udp and (what["dst"] or "").startswith("233.") and what.iface == LEFT.index and what["src"] == LEFT.iut else what


@wrong("RFC1122-3.2.1.3-h", "what a user sends to its network's broadcast address comes from that")
def broadcast_from_itself(frame: Frame) -> Passed:
    return edit(frame, src=frame["dst"]) if frame.is_udp and frame["dst"] in {lab.broadcast for lab in INTERFACES} else frame
