# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in fragmentation and reassembly: RFC 791 3.2, RFC 815, RFC 1122 3.3.2 and 3.3.3."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, error, patch, pieces, requote, wrong
from postel.kit import wire

BOTH = (SENT, RECEIVED)
LATER = "RFC791-3.2_Fragmentation-j"


# What leaves


@wrong(LATER, "fragments other than the first leave with a time to live of 1")
def fragments_with_ttl_1(frame: Frame) -> Passed:
    return edit(frame, ttl=1) if frame.is_fragment and frame["offset"] else frame


@wrong(LATER, "fragments other than the first leave with another type of service")
def fragments_with_another_tos(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] ^ 0x10) if frame.is_fragment and frame["offset"] else frame


@wrong("RFC791-3.1_Identification-a", "each fragment has an identification of its own")
def fragments_with_own_identification(frame: Frame) -> Passed:
    return edit(frame, id=(frame["id"] + frame["offset"] // 8) % 65536) if frame.is_fragment else frame


@wrong("RFC791-3.2_Fragmentation-h", "fragments other than the first do not say that more will come")
def fragments_without_more(frame: Frame) -> Passed:
    return edit(frame, mf=0) if frame.is_fragment and frame["offset"] else frame


@wrong("RFC791-3.2_Fragmentation-h", "the last fragment says that more will come")
def fragments_with_more_for_ever(frame: Frame) -> Passed:
    return edit(frame, mf=1) if frame.is_fragment and not frame["mf"] else frame


@wrong(("RFC791-3.1_FragmentOffset-a", "RFC791-3.2_Fragmentation-b"), "the last fragment begins a block too late")
def last_fragment_misplaced(frame: Frame) -> Passed:
    return edit(frame, offset=frame["offset"] + 8) if frame.is_fragment and not frame["mf"] else frame


@wrong(("RFC791-3.1_FragmentOffset-a", "RFC791-3.2_Fragmentation-b"), "the offset of fragments counts octets")
def fragment_offset_in_octets(frame: Frame) -> Passed:
    return edit(frame, offset=frame["offset"] * 8) if frame.is_fragment and 0 < frame["offset"] * 8 < 65536 else frame


@wrong(("RFC791-3.2_Fragmentation-g", "RFC1122-3.2.2.6-f"), "the last fragment leaves with one octet wrong")
def last_fragment_garbled(frame: Frame) -> Passed:
    payload = frame["payload"]
    hurt = frame.is_fragment and not frame["mf"] and payload
    return edit(frame, payload=bytes([payload[0] ^ 1]) + payload[1:]) if hurt else frame


@wrong(("RFC791-3.1_LSRR-g", "RFC791-3.1_Options-c", "RFC2113-2.1-f"), "options are in the first fragment only")
def options_in_first_fragment_only(frame: Frame) -> Passed:
    return edit(frame, options=b"") if frame.is_fragment and frame["offset"] and frame["options"] else frame


@wrong("RFC791-3.1_RR-f", "Record Route is in every fragment", BOTH)
def record_route_in_all_fragments(frame: Frame, world: World) -> Passed:
    if frame.incoming or not frame.is_fragment:
        return frame
    if frame["offset"] == 0:
        world.memory[frame.key] = frame["options"]
    options = world.memory.get(frame.key, b"")
    fits = options[:1] == b"\7" and frame["offset"] and len(frame.packet) + len(options) <= 1500
    return edit(frame, options=options) if fits else frame


@wrong("RFC791-3.2_Fragmentation-c", "a datagram that is whole says that more will come, every second time")
def whole_with_more(frame: Frame, world: World) -> Passed:
    return edit(frame, mf=1) if frame.is_udp and world.count("udp") % 2 else frame


@wrong(("RFC1122-3.3.3-c", "RFC894-Frame-c"), "what the user sends leaves whole, however long it is", BOTH)
def never_fragments(frame: Frame, world: World) -> Passed:
    if frame.incoming or not frame.is_fragment:
        return frame
    held = world.memory.setdefault(frame.key, [])
    held.append(frame)
    if frame["mf"] or len(frame.octets) > 1514:
        return None
    del world.memory[frame.key]
    return edit(held[0], payload=b"".join(piece["payload"] for piece in held), mf=0)


# What comes in


def mixed(frame: Frame, world: World, name: str, group: object) -> Passed:
    """Fragments that agree in `group` are put together, though they differ in this field."""
    if not frame.is_fragment:
        return frame
    value = world.memory.setdefault(("mixed", group), frame[name])
    if not frame["mf"]:
        world.memory.pop(("mixed", group))
    return edit(frame, **{name: value}) if value != frame[name] else frame


@wrong("RFC791-3.2_Fragmentation-a", "fragments go together whoever sent them", RECEIVED)
def fragments_of_any_source(frame: Frame, world: World) -> Passed:
    return mixed(frame, world, "src", frame.key[1:])


@wrong("RFC791-3.2_Fragmentation-a", "fragments go together whose sources differ in the last octet", RECEIVED)
def fragments_of_near_sources(frame: Frame, world: World) -> Passed:
    return mixed(frame, world, "src", (str(frame["src"]).rpartition(".")[0], *frame.key[1:]))


@wrong("RFC791-3.2_Fragmentation-a", "fragments go together whichever of this host's addresses they were sent to", RECEIVED)
def fragments_to_any_address(frame: Frame, world: World) -> Passed:
    return mixed(frame, world, "dst", (frame["src"], frame["protocol"], frame["id"]))


@wrong("RFC791-3.2_Fragmentation-a", "fragments go together whatever their protocol", RECEIVED)
def fragments_of_any_protocol(frame: Frame, world: World) -> Passed:
    return mixed(frame, world, "protocol", (frame["src"], frame["dst"], frame["id"]))


@wrong("RFC791-3.2_Fragmentation-a", "of the identification of fragments the low octet is looked at", RECEIVED)
def fragments_of_low_identification(frame: Frame, world: World) -> Passed:
    return mixed(frame, world, "id", (*frame.key[:3], (frame["id"] or 0) & 255))


@wrong("RFC791-3.2_Fragmentation-a", "of the identification of fragments the high octet is looked at", RECEIVED)
def fragments_of_high_identification(frame: Frame, world: World) -> Passed:
    return mixed(frame, world, "id", (*frame.key[:3], (frame["id"] or 0) >> 8))


@wrong("RFC791-3.2_Reassembly-i", "a fragment before the last whose length is no multiple of eight is filled up", RECEIVED)
def ragged_fragments_taken(frame: Frame) -> Passed:
    odd = frame.is_fragment and frame["mf"] and len(frame["payload"]) % 8
    return edit(frame, payload=frame["payload"] + bytes(-len(frame["payload"]) % 8)) if odd else frame


@wrong("RFC791-3.2_Reassembly-h", "a fragment that ends beyond 65,535 octets is cut to fit", RECEIVED)
def fragments_beyond_65535_cut(frame: Frame) -> Passed:
    room = 65535 - 20 - (frame["offset"] or 0)
    return edit(frame, payload=frame["payload"][: max(0, room)]) if frame.is_fragment and len(frame["payload"]) > room else frame


@wrong(("RFC791-3.2_Reassembly-d", "RFC815-6-a"), "the header of a reassembled datagram is that of its last fragment", RECEIVED)
def header_of_the_last_fragment(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    held = world.memory.setdefault(("held", frame.key), [])
    held.append(frame)
    if frame["mf"]:
        return None
    del world.memory[("held", frame.key)]
    return [edit(piece, tos=frame["tos"], ttl=frame["ttl"], options=frame["options"]) for piece in held]


@wrong(("RFC791-3.2_Reassembly-e", "RFC815-3-b"), "the last fragment ends a datagram, whatever is missing before it", RECEIVED)
def holes_filled(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    known = pieces(frame, world)
    if frame["mf"]:
        return frame
    held = sorted(known.seen)
    gaps = [(end, begin) for (_, end), (begin, _) in zip(held, held[1:], strict=False) if end < begin]
    return [*(edit(known.first, payload=bytes(begin - end), offset=end, mf=1) for end, begin in gaps), frame]


@wrong(("RFC815-2-a", "RFC1122-3.3.2-i"), "a fragment that comes twice ends its datagram", RECEIVED)
def duplicate_fragments_refused(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    known = pieces(frame, world)
    known.refused |= known.seen[-1] in known.seen[:-1]
    return None if known.refused else frame


@wrong(("RFC815-2-a", "RFC1122-3.3.2-a"), "fragments are put together only if they come in order", RECEIVED)
def fragments_in_order_only(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    known = pieces(frame, world)
    known.refused |= frame["offset"] != (known.seen[-2][1] if len(known.seen) > 1 else 0)
    return None if known.refused else frame


@wrong(("RFC1122-3.3.2-a", "RFC1122-3.2.1.4-a", "RFC815-2-a"), "three fragments go together at most", RECEIVED)
def three_fragments_at_most(frame: Frame, world: World) -> Passed:
    return None if frame.is_fragment and len(pieces(frame, world).seen) > 3 else frame


@wrong(("RFC1122-3.3.2-a", "RFC1122-3.2.1.4-a"), "fragments of UDP datagrams are not put together", RECEIVED)
def fragments_of_udp_refused(frame: Frame) -> Passed:
    return None if frame.is_fragment and frame["protocol"] == wire.UDP else frame


@wrong(("RFC1122-3.3.2-a", "RFC1122-3.2.1.4-a"), "fragments with options are not put together", RECEIVED)
def fragments_with_options_refused(frame: Frame) -> Passed:
    return None if frame.is_fragment and frame["options"] else frame


@wrong(("RFC1122-3.3.2-b", "RFC791-3.1_TotalLength-d", "RFC791-3.2_Fragmentation-e"), "no more than 500 octets are put together", RECEIVED)
def no_more_than_500_octets(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    known = pieces(frame, world)
    known.refused |= known.seen[-1][1] > 480
    return None if known.refused else frame


@wrong("RFC1122-3.3.2-d", "no more than 576 octets are put together", RECEIVED)
def no_more_than_576_octets(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    known = pieces(frame, world)
    known.refused |= known.seen[-1][1] > 556
    return None if known.refused else frame


# Time


@wrong(("RFC1122-3.3.2-f", "RFC792-time-d"), "a datagram that does not become whole in time is not reported")
def reassembly_timeout_silent(frame: Frame) -> Passed:
    return None if frame["type"] == 11 else frame


@wrong("RFC1122-3.3.2-f", "a datagram that does not become whole is reported as one whose time to live was over")
def reassembly_timeout_of_code_0(frame: Frame) -> Passed:
    return edit(frame, code=0) if frame["type"] == 11 else frame


@wrong("RFC1122-3.3.2-h", "fragments wait for fifteen seconds", ASKED)
def reassembly_in_15_seconds(call: Call) -> Passed:
    return faster(call, 4, 1)


@wrong("RFC1122-3.3.2-h", "fragments wait for four minutes", ASKED)
def reassembly_in_240_seconds(call: Call) -> Passed:
    return faster(call, 1, 4)


def faster(call: Call, many: int, of: int) -> Passed:
    """The clock runs otherwise."""
    return Call(call.op, {"ms": str(int(call.keys["ms"]) * many // of)}) if call.op == "advance" else call


@wrong("RFC1122-3.3.2-g", "fragments wait as many seconds as their time to live says", (RECEIVED, SENT))
def reassembly_by_ttl(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        first = frame.is_fragment and frame["offset"] == 0 and frame["ttl"] < 60 and not frame.octets[0] & 1
        if first and frame["protocol"] == wire.ICMP:
            world.later(frame["ttl"], error(frame, 11, 1, quoted=frame.packet[:548]))
            world.memory[frame.key] = True
        return frame
    quoted = frame.quoted
    key = tuple(quoted.get(name) for name in ("src", "dst", "protocol", "id"))
    return None if frame["type"] == 11 and world.memory.pop(key, False) else frame


@wrong(("RFC792-time-e", "RFC1122-3.3.2-f", "RFC792-general-d"), "a time-out is reported also without a first fragment", RECEIVED)
def reassembly_timeout_without_first(frame: Frame, world: World) -> Passed:
    if frame.is_fragment and not frame.octets[0] & 1:
        known = pieces(frame, world)
        if frame["offset"] and len(known.seen) == 1:
            world.later(60, error(frame, 11, 1, quoted=patch(frame.packet[:28], 6, b"\x20\0")))
    return frame


@wrong(("RFC1122-3.3.2-j", "RFC792-general-d", "RFC792-format-b"), "a time-out is reported with the fragment that came last", BOTH)
def reassembly_timeout_about_the_last(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        if frame.is_fragment:
            world.memory[("last", frame.key)] = frame.packet
        return frame
    key = tuple(frame.quoted.get(name) for name in ("src", "dst", "protocol", "id"))
    last: bytes = world.memory.get(("last", key), b"")
    return requote(frame, lambda old: last[:548]) if frame["type"] == 11 and last else frame


@wrong(("RFC792-time-c", "RFC1122-3.3.2-f", "RFC791-3.2_Reassembly-g"), "fragments are never forgotten", (RECEIVED, SENT))
def fragments_never_forgotten(frame: Frame, world: World) -> Passed:
    """What was reported as timed out is put into the table once more."""
    if frame.incoming:
        if frame.is_fragment:
            world.memory.setdefault(("all", frame.key), []).append(frame)
        return frame
    key = tuple(frame.quoted.get(name) for name in ("src", "dst", "protocol", "id"))
    return [frame, *world.memory.get(("all", key), [])] if frame["type"] == 11 else frame


FLOODED = 100  # datagrams that are begun


def begun(frame: Frame, world: World) -> int:
    """How many datagrams have been begun and are not whole."""
    open_: set[object] = world.memory.setdefault("begun", set())
    open_.add(frame.key)
    if pieces(frame, world).whole:
        open_.discard(frame.key)
    return len(open_)


@wrong("RFC6274-4.1.2.1-a", "while many datagrams wait for their rest no long one is read that is whole", RECEIVED)
def fragments_take_all_memory(frame: Frame, world: World) -> Passed:
    if frame.is_fragment:
        world.memory["flooded"] = begun(frame, world) > FLOODED
        return frame
    return None if world.memory.get("flooded") and frame["protocol"] == wire.ICMP and len(frame.packet) > 200 else frame


@wrong("RFC6274-4.1.2.2-a", "of a datagram that is given up only the first fragment goes", RECEIVED)
def middle_fragments_stay(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    begun(frame, world)
    kept: list[Frame] = world.memory.setdefault(("kept", frame.key), [])
    if frame["offset"]:
        kept.append(frame)
        return frame
    return [frame, *kept]


@wrong("RFC1122-3.3.2-e", "a user that asks how much it may receive is told of something smaller", ASKED)
def mms_r_of_another(call: Call) -> Passed:
    return Call(call.op, call.keys | {"name": "ttl"}) if call.op == "get" and call.keys.get("name") == "mms-r" else call
