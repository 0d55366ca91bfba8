# SPDX-License-Identifier: BSD-2-Clause
"""Wrong in what they make of paths, routers and types of service: RFC 1122 3.3.1, 1112, 1191, 1256, 1349, 4821, 6274."""

from postel.fakes import noise
from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, edit, fragmented, is_group, is_own, made, wrong
from postel.fakes.right_link import gathered, learns
from postel.iut.upper import Event
from postel.kit import wire

BOTH = (SENT, RECEIVED)


def without(call: Call, *keys: str) -> Call:
    return Call(call.op, {key: value for key, value in call.keys.items() if key not in keys})


def path(frame: Frame, world: World) -> tuple[int, float]:
    """What the path to a frame's destination carries, as a router has said, and when he did."""
    known: tuple[int, float] = world.memory.get(("path", frame["dst"]), (65_535, 0.0))
    return known


def whole(frame: Frame, world: World) -> Passed:
    """What the host has cut, as if it had not."""
    pieces = gathered(frame, world) if frame.is_fragment else None
    joined = edit(pieces[0], payload=b"".join(piece["payload"] for piece in pieces), mf=0, df=1) if pieces else None
    return None if pieces is None else joined if joined and len(joined.packet) <= 1500 else pieces


# Paths


@wrong("RFC1191-6.2-a", "what one path carries is what all paths carry", BOTH)
def one_path_for_all(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        said = int.from_bytes(frame["rest"][2:], "big") if (frame["type"], frame["code"]) == (3, 4) else 0
        world.memory |= {"mtu": said} if 68 <= said < 1500 else {}
        return frame
    return fragmented(frame, world.memory["mtu"]) if "mtu" in world.memory and frame.is_udp and is_own(frame["src"]) else frame


@wrong("RFC1191-6.3-a", "a path is narrow for ever", BOTH)
def narrow_for_ever(frame: Frame, world: World) -> Passed:
    learns(frame, world)
    return frame if frame.incoming or not frame.is_udp else fragmented(frame, path(frame, world)[0])


@wrong(("RFC1191-3-f", "RFC1191-3-g"), "a path is wide again after two minutes", BOTH)
def wide_after_two_minutes(frame: Frame, world: World) -> Passed:
    learns(frame, world)
    known, at = (65_535, 0.0) if frame.incoming else path(frame, world)
    return whole(frame, world) if known < 1500 and frame.is_fragment and world.now - at > 120 else frame


@wrong("RFC1191-3-j", "a path is as wide as the last message says, wider than before or not", BOTH)
def wide_as_it_is_said(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        said = int.from_bytes(frame["rest"][2:], "big") if (frame["type"], frame["code"]) == (3, 4) else 0
        world.memory |= {frame.quoted.get("dst"): said} if said else {}
        return frame
    return whole(frame, world) if frame.is_fragment and world.memory.get(frame["dst"], 0) >= 1500 else frame


@wrong(("RFC1191-6.4-a", "RFC1191-3-b"), "what a router could not send on is sent once more as it was", BOTH)
def sent_once_more(frame: Frame, world: World) -> Passed:
    if not frame.incoming:
        world.memory |= {frame.packet[:28]: frame} if frame.is_udp else {}
        return frame
    sent = world.memory.get(frame["quoted"][:28]) if (frame["type"], frame["code"]) == (3, 4) else None
    return [frame, sent] if sent else frame


@wrong("RFC1191-6.1-a", "that a user wants no fragments is not heard", (SENT, ASKED))
def wish_for_df_not_heard(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["wanted"] = what.keys.get("df") == "1"
        return what
    return edit(what, df=0) if what.is_udp and world.memory.get("wanted") else what


@wrong(("RFC1191-6.5-a", "RFC1191-6.1-a"), "that a user allows fragments is not heard", (SENT, ASKED))
def wish_for_fragments_not_heard(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["allowed"] = what.keys.get("df") == "0"
        return what
    return edit(what, df=1) if what.is_ip and what["protocol"] == wire.UDP and world.memory.get("allowed") else what


@wrong("RFC1191-6.2-c", "nobody is told that a path is narrower, nor refused what is too long for it", (TOLD, ASKED))
def narrow_paths_not_told(what: Event | Call) -> Passed:
    if isinstance(what, Call):
        return without(what, "df")
    return None if what.name == "icmp.error" and (what.keys.get("type"), what.keys.get("code")) == ("3", "4") else what


@wrong("RFC4821-8-b", "what the host has cut may be cut again")
def fragments_without_df(frame: Frame) -> Passed:
    return edit(frame, df=0) if frame.is_fragment and is_own(frame["src"]) else frame


@wrong("RFC4821-8-c", "what is longer than 576 octets may be cut on its way")
def long_ones_without_df(frame: Frame) -> Passed:
    return edit(frame, df=0) if frame.is_udp and len(frame.packet) > 576 and is_own(frame["src"]) else frame


@wrong("RFC4821-9-a", "who probes a path gets his datagrams cut", ASKED)
def probes_of_paths_cut(call: Call) -> Passed:
    return without(call, "df") if call.keys.get("df") == "2" else call


@wrong("RFC6274-3.5-a", "datagrams that are cut are counted by one counter over all")
def fragments_counted_over_all(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment or not is_own(frame["src"]):
        return frame
    number = world.memory.setdefault(frame.key, world.count("all") + 1 if frame.key not in world.memory else 0)
    return edit(frame, id=number & 0xFFFF)


# Routers and routes


@wrong(("RFC1122-3.3.1.4-f", "RFC1122-3.3.1.5-a"), "advice that a gateway is dead is not heard", ASKED)
def advice_not_heard(call: Call) -> Passed:
    return None if call.op == "add" and call.keys.get("kind") == "advice" else call


@wrong("RFC1122-3.3.1.6-a", "of several gateways that with the greatest preference is taken, which is the last resort", ASKED)
def preferences_turned_round(call: Call) -> Passed:
    wanted = call.keys.get("preference") if call.op == "add" and call.keys.get("kind") == "route" else None
    return Call(call.op, call.keys | {"preference": str(100 - int(wanted))}) if wanted and int(wanted) <= 100 else call


@wrong("RFC1122-3.3.1.6-b", "routes that were entered by hand cannot be taken back", ASKED)
def routes_for_ever(call: Call) -> Passed:
    return None if call.op == "del" and call.keys.get("kind") == "route" else call


@wrong("RFC1256-5.3-f", "a router is known for eighteen hours, whatever his lifetime", RECEIVED)
def routers_live_long(frame: Frame) -> Passed:
    return edit(frame, rest=frame["rest"][:2] + b"\xff\xff") if frame["type"] == 9 and any(frame["rest"][2:]) else frame


@wrong("RFC1256-5.3-b", "routers are solicited where the user does not want that", ASKED)
def solicits_in_spite(call: Call, world: World) -> Passed:
    if call.op == "set" and call.keys.get("name") == "router-discovery" and call.keys.get("value") == "0":
        world.later(1, noise.router_solicitation(0))
    return call


@wrong(("RFC1256-5.3-d", "RFC1256-5.3-c"), "routers are solicited every three seconds, known or not")
def solicits_for_ever(frame: Frame, world: World) -> Passed:
    for number in range(1, 10) if frame["type"] == 10 and not world.count("solicited") else ():
        world.later(3 * number, frame)
    return frame


@wrong("RFC1256-4-a", "solicitations have a time to live of 64")
def solicitations_of_ttl_64(frame: Frame) -> Passed:
    return edit(frame, ttl=64) if frame["type"] == 10 else frame


@wrong(("RFC1256-5.2-b", "RFC1256-5.3-a"), "a solicitation is answered: the host is a router", RECEIVED)
def solicitations_answered(frame: Frame) -> Passed:
    if frame["type"] != 10:
        return frame
    said = wire.address_octets(frame.lab.iut) + bytes(4)
    return [frame, made(frame.iface, dst=frame["src"], protocol=wire.ICMP, type=9, code=0, rest=b"\1\2\x07\x08", data=said)]


@wrong("RFC1256-6.1-a", "an advertisement of any code is taken", RECEIVED)
def advertisements_of_any_code(frame: Frame) -> Passed:
    return edit(frame, code=0) if frame["type"] == 9 and frame["code"] else frame


@wrong("RFC1256-6.1-b", "a router that is none by default is taken as one", RECEIVED)
def routers_of_no_preference_taken(frame: Frame) -> Passed:
    return edit(frame, data=frame["data"].replace(b"\x80\0\0\0", bytes(4))) if frame["type"] == 9 else frame


# Types of service, and groups


@wrong(("RFC791-3.2_Fragmentation-j", "RFC1349-3-a"), "fragments but the first have no type of service")
def fragments_without_tos(frame: Frame) -> Passed:
    return edit(frame, tos=0) if frame.is_fragment and frame["offset"] else frame


@wrong("RFC1112-6.1-b", "what is for a group has a time to live of 64 where the user says nothing of it", (SENT, ASKED))
def groups_of_ttl_64(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["said"] = world.memory.get("said") or "ttl" in what.keys or what.keys.get("name") == "ttl"
        return what
    own = what.is_udp and what["ttl"] == 1 and is_group(what["dst"]) and str(what["dst"]).startswith("2")
    return edit(what, ttl=64) if own and not world.memory.get("said") else what
