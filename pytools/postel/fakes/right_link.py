# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that are unusual on the link: padding, ARP of other habits, other MTUs, other ways to fragment."""

import random
from collections.abc import Callable
from dataclasses import replace

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, Call, Frame, Passed, World, addressed, arp, edit, fragmented, is_own, other_address, pieces, raw, right,
)  # fmt: skip
from postel.iut.upper import UpperError
from postel.kit import wire
from postel.kit.expect import header_verifies
from postel.lab.addresses import INTERFACES, LEFT, Interface

BOTH = (SENT, RECEIVED)


@right("RFC 894", "short frames are padded with zeros to 60 octets")
def pads_frames(frame: Frame) -> Passed:
    return replace(frame, octets=frame.octets.ljust(60, b"\0"))


@right("RFC 826, IEEE 802.3", "ARP packets are padded with something else than zero")
def pads_arp(frame: Frame) -> Passed:
    return replace(frame, octets=frame.octets.ljust(60, b"\x5a")) if frame.is_arp else frame


@right("RFC 894 (no frame has more than 1514 octets)", "a frame is not read if octets follow the datagram beyond the 1514th", RECEIVED)
def long_frame_refused(frame: Frame) -> Passed:
    return None if len(frame.octets) > 1514 and frame["padding"] else frame


@right("RFC 1042", "behind an 802.2 header the destination's access point says whose a frame is, whatever the source's", RECEIVED)
def snap_of_any_source(frame: Frame) -> Passed:
    snap = frame.octets[12:14] <= b"\x05\xdc" and frame.octets[14:15] == frame.octets[17:18].replace(b"\0", b"\xaa") == b"\xaa"
    return raw(frame, 15, b"\xaa") if snap else frame


@right("RFC 826", "the target hardware address of ARP requests is that of everybody")
def arp_target_all_ones(frame: Frame) -> Passed:
    about_us = frame["spa"] in ("0.0.0.0", frame["tpa"])  # a probe or an announcement, in which RFC 5227 wants zeros
    return edit(frame, tha=wire.BROADCAST_MAC) if frame.kind == "arp-request" and not about_us else frame


@right("RFC 1122 2.3.2.1 (2)", "neighbours are polled by unicast ARP requests every thirty seconds", (RECEIVED, ASKED))
def arp_polls(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Frame):
        if what.is_arp and what["spa"] not in (None, "0.0.0.0") and what.iface == 0 and not int(what["sha"][:2], 16) & 1:
            world.memory[what["spa"]] = what["sha"]
        return what
    known = {address: mac for address, mac in world.memory.items() if isinstance(address, str) and LEFT.is_near(address)}
    for second in range(30, int(what.keys["ms"]) // 1000 + 1, 30) if what.op == "advance" else ():
        for address, mac in known.items():
            world.later(second - 0.4, arp(0, eth_dst=mac, tpa=address))
    return what


@right("RFC 826 (am I the target), RFC 1122 3.3.4.2", "ARP requests for the other interface's address are answered too", BOTH)
def arp_answers_for_both(frame: Frame, world: World) -> Passed:
    other = other_address(frame)
    if frame.incoming:
        if frame.is_arp:
            world.memory["other"] = frame.kind == "arp-request" and frame["tpa"] == other
        return edit(frame, tpa=frame.lab.iut) if frame.kind == "arp-request" and frame["tpa"] == other else frame
    return edit(frame, spa=other) if frame.kind == "arp-reply" and world.memory.get("other") else frame


@right("RFC 826", "an ARP packet whose lengths are not those of Ethernet and IPv4 is not read", RECEIVED)
def arp_checks_lengths(frame: Frame) -> Passed:
    return None if frame.is_arp and frame["hlen"] is not None and (frame["hlen"], frame["plen"]) != (6, 4) else frame


@right("RFC 5227 2.3", "the address is announced twice when the host has started")
def announces_at_start(frame: Frame, world: World) -> Passed:
    if world.count("frames"):
        return frame
    world.later(2, arp(0, tpa=LEFT.iut))
    return [arp(0, tpa=LEFT.iut), frame]


# MTU


def of_mtu(what: Frame | Call, world: World, mtu: int) -> Passed:
    """Longer packets are not taken, leave in more pieces, and are refused if they must not."""
    if isinstance(what, Call):
        refuse_too_long(what, mtu)
        if what.op in ("get", "set") and what.keys.get("name") in ("mms-s", "mtu", "pmtu"):
            raise UpperError(what.op, "EOPNOTSUPP", "it is as it is, and nobody is told")
        return what
    if what.incoming:
        return None if what.is_ip and what["length"] > mtu else what
    if not what.is_ip or len(what.packet) <= mtu:
        return what
    return fragmented(what if what.is_fragment else edit(what, id=world.count("cut") * 7 + 1 & 0xFFFF), mtu)


def refuse_too_long(call: Call, mtu: int) -> None:
    """What a user sends that must not be cut."""
    room = mtu - 20 - len(call.keys.get("options", "")) // 2 - 8 * (call.op != "ip.send")
    if call.op.endswith(".send") and call.keys.get("df") == "1" and len(call.keys.get("data", "")) // 2 > room:
        raise UpperError(call.op, "EMSGSIZE", "it must not be fragmented")


@right("RFC 1042, RFC 791 3.2", "the MTU is 1492", (*BOTH, ASKED))
def mtu_1492(what: Frame | Call, world: World) -> Passed:
    return of_mtu(what, world, 1492)


@right("RFC 791 3.2", "the MTU is 1006", (*BOTH, ASKED))
def mtu_1006(what: Frame | Call, world: World) -> Passed:
    return of_mtu(what, world, 1006)


@right("RFC 791 3.2, RFC 1122 3.3.3", "the MTU is 576", (*BOTH, ASKED))
def mtu_576(what: Frame | Call, world: World) -> Passed:
    return of_mtu(what, world, 576)


def is_near(address: str | None, lab: Interface) -> bool:
    """On its network; what a user names may be no address at all."""
    try:
        return bool(address) and lab.is_near(str(address))
    except ValueError:
        return False


def sent_in_pieces(what: Frame | Call, world: World, most: int, applies: Callable[[str], bool]) -> Passed:
    """Whoever it applies to gets packets of so many octets at most, unless a user probes the path; what must not be fragmented is refused."""
    if isinstance(what, Call):
        world.memory["probes"] = what.keys.get("df") == "2"
        if applies(what.keys.get("dst", "")):
            refuse_too_long(what, most)
        if what.op == "get" and what.keys.get("name") in ("mms-s", "pmtu"):
            raise UpperError(what.op, "EOPNOTSUPP", "nobody is told")
        return what
    concerned = what.is_ip and is_own(what["src"]) and applies(what["dst"]) and not world.memory.get("probes")
    return fragmented(what, most) if concerned and len(what.packet) > most else what


@right("RFC 791 3.2", "packets leave in pieces of at most 1400 octets", (SENT, ASKED))
def sends_1400_at_most(what: Frame | Call, world: World) -> Passed:
    return sent_in_pieces(what, world, 1400, bool)


# Fragments


def gathered(frame: Frame, world: World) -> list[Frame] | None:
    """All fragments of a datagram once the last has left; None before."""
    held: list[Frame] = world.memory.setdefault(("out", frame.key), [])
    held.append(frame)
    if frame["mf"]:
        return None
    del world.memory[("out", frame.key)]
    return held


@right("RFC 4821 8 (a SHOULD; RFC 791 alone forbids it)", "Don't Fragment is set in every fragment, where the user does not want it otherwise", (SENT, ASKED))
def fragments_with_df(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["may be cut"] = what.keys.get("df") == "0"
        return what
    return edit(what, df=1) if what.is_fragment and not world.passes_on(what) and not world.memory.get("may be cut") else what


@right("RFC 791 3.2", "fragments leave last first", role="host")
def fragments_last_first(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    held = gathered(frame, world)
    return held[::-1] if held else None


def recut(frame: Frame, world: World, sizes: list[int]) -> Passed:
    """The fragments of a datagram of its own in other pieces: the first sizes as said, the last takes the rest."""
    if not frame.is_fragment or world.passes_on(frame):
        return frame
    held = gathered(frame, world)
    if not held or len(held) > 3 or any(piece["options"] for piece in held):
        return held
    whole = edit(held[0], payload=b"".join(piece["payload"] for piece in held), mf=0)
    left = len(whole["payload"]) - sum(sizes)
    return fragmented(whole, 1500, lambda size, room: [*sizes, left]) if 0 < left <= 1480 else held


@right("RFC 791 3.2, RFC 1812 4.2.2.7", "the first fragment is the small one")
def first_fragment_small(frame: Frame, world: World) -> Passed:
    return recut(frame, world, [64, 1480])


@right("RFC 791 3.2", "fragments are of about equal length")
def fragments_of_equal_length(frame: Frame, world: World) -> Passed:
    return recut(frame, world, [1000, 1000])


@right("RFC 791 3.2 (its procedure is an example)", "a block of each full fragment follows in one of its own")
def fragments_one_block_short(frame: Frame) -> Passed:
    whole = frame.is_fragment and frame["mf"] and len(frame["payload"]) == 1480
    return fragmented(frame, 1500, lambda size, room: [1472, size - 1472]) if whole else frame


@right("RFC 1122 3.3.3 (b) and 3.2.2.6, RFC 1191 3", "the host does not fragment: what is too long for link or path is refused, a reply is cut", BOTH + (ASKED,), role="host")
def does_not_fragment(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        heeds(what, world)
        if what.op == "set" and what.keys.get("name") == "mtu":
            world.memory["mtu", what.keys.get("iface", "0")] = int(what.keys["value"])
        if what.op.endswith(".send") and what.op != "tcp.send" and len(what.keys.get("data", "")) // 2 > room_of(what, world) and what.keys.get("df") != "2":
            raise UpperError(what.op, "EMSGSIZE", "the host does not fragment")
        return what
    learns(what, world)
    if what.incoming or not what.is_ip or not is_own(what["src"]):
        return what
    held = gathered(what, world) if what.is_fragment else None
    whole = edit(held[0], payload=b"".join(piece["payload"] for piece in held), mf=0) if held else what
    if what.is_fragment and held and len(whole.packet) > 1500:
        return edit(edit(held[0], mf=0)) if what["protocol"] == wire.ICMP else None
    return whole if held or not what.is_fragment else None


def learns(frame: Frame, world: World) -> None:
    """What a path carries, from who cannot send on what this host has sent."""
    if not frame.incoming:
        world.memory[frame.packet[:28]] = True
        return
    said = int.from_bytes(frame["rest"][2:], "big") if (frame["type"], frame["code"]) == (3, 4) else None
    if said is not None and frame["quoted"][:28] in world.memory:
        dst, length = frame.quoted["dst"], frame.quoted["length"]
        most, at = world.memory.get(("path", dst), (65_535, 0.0))
        world.memory["path", dst] = (min(most, max(68, said or length - 1)), world.now) if not said or said < length else (most, at)


def is_fresh(at: float, world: World) -> bool:
    """What a path carries holds for ten minutes, or as long as the user has set."""
    return bool(world.now - at < world.memory.get("age", 600))


def heeds(call: Call, world: World) -> None:
    if call.op == "set" and call.keys.get("name") == "pmtu-age":
        world.memory["age"] = int(call.keys["value"]) or float("inf")


def room_of(call: Call, world: World) -> int:
    """How much data a datagram of the user takes, on this link and along a path that is not known to be narrow."""
    dst = call.keys.get("dst", "")
    iface = next((lab.index for lab in INTERFACES if is_near(dst, lab)), 0)
    most, at = world.memory.get(("path", dst), (65_535, 0.0))
    path = most if call.keys.get("df") != "0" and is_fresh(at, world) else 65_535
    return int(min(path, world.memory.get(("mtu", str(iface)), 1500))) - 20 - len(call.keys.get("options", "")) // 2 - 8 * (call.op != "ip.send")


# Reassembly


def limited(frame: Frame, world: World, most: int) -> Passed:
    """Nothing longer than this is put together."""
    if not frame.is_fragment or frame["options"][:1] in (b"\x83", b"\x89"):  # what has a source route may be for another
        return frame
    known = pieces(frame, world)
    known.refused |= most - 20 < known.seen[-1][1] <= 65_515  # what is longer than any datagram is refused, and counted, by the IUT
    return None if known.refused else frame


@right("RFC 1122 3.3.2 (b, d)", "no more than 1500 octets are put together", RECEIVED)
def reassembles_1500(frame: Frame, world: World) -> Passed:
    return limited(frame, world, 1500)


@right("RFC 1122 3.3.2 (b, d)", "no more than 9180 octets are put together", RECEIVED)
def reassembles_9180(frame: Frame, world: World) -> Passed:
    return limited(frame, world, 9180)


@right("RFC 791 3.2, RFC 6274 4.1", "four datagrams may be incomplete at a time, one of them is given up for a fifth", RECEIVED)
def four_incomplete_datagrams(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment:
        return frame
    known: dict[object, bool] = world.memory.setdefault("datagrams", {})
    known.setdefault(frame.key, True)
    while len(held := [key for key, kept in known.items() if kept and key != frame.key]) > 3:
        known[random.Random(len(known)).choice(held)] = False
    if not known[frame.key]:
        return None
    if pieces(frame, world).whole:
        del known[frame.key], world.memory["pieces", frame.key]
    return frame


@right("RFC 791 3.2, RFC 815, RFC 6864 4.2", "where fragments overlap the octets that came first stay", RECEIVED)
def first_octets_stay(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment or not header_verifies(frame.packet) or (world.forwards and not is_own(frame["dst"])):
        return frame
    begun, held = world.memory.setdefault(("blocks", frame.key), (world.now, set()))
    if world.now - begun >= 60:  # by then the IUT has forgotten them
        begun, held = world.memory[("blocks", frame.key)] = world.now, set()
        world.memory.pop(("pieces", frame.key), None)
    payload, first = frame["payload"], frame["offset"] // 8
    blocks = range(first, first + -(-len(payload) // 8))
    new = [block for block in blocks if block not in held]
    held.update(blocks)
    if pieces(frame, world).whole:
        del world.memory["blocks", frame.key], world.memory["pieces", frame.key]
    if len(new) == len(blocks) or not blocks:
        return frame
    last = blocks[-1]
    return [edit(frame, offset=block * 8, payload=payload[(block - first) * 8 : (block - first + 1) * 8],
                 mf=frame["mf"] if block == last else 1) for block in new]  # fmt: skip


@right("RFC 3168 5.3", "a datagram is thrown away if one of its fragments met congestion", RECEIVED)
def congested_fragments_dropped(frame: Frame) -> Passed:
    return None if frame.is_fragment and frame["tos"] & 3 == 3 else frame


@right("RFC 1122 3.3.2", "a time-out of reassembly is reported half a second late")
def timeout_half_a_second_late(frame: Frame, world: World) -> Passed:
    if (frame["type"], frame["code"]) == (11, 1):
        world.later(0.5, frame)
        return None
    return frame


@right("RFC 1122 3.3.2 (60 to 120 seconds)", "timers are looked at once a second: a time-out of reassembly is reported a second late")
def timeout_a_second_late(frame: Frame, world: World) -> Passed:
    if (frame["type"], frame["code"]) == (11, 1):
        world.later(1.0, frame)
        return None
    return frame


@right("RFC 1122 3.3.4.2 (strong model)", "what comes for the other interface's address is not read", RECEIVED)
def strong_end_system(frame: Frame) -> Passed:
    return None if frame.is_ip and is_own(frame["dst"]) and frame["dst"] != frame.lab.iut else frame


@right("RFC 826, RFC 1122 2.3.2.1", "an answer to a datagram is preceded by an ARP request of its own, to the neighbour alone")
def asks_before_each_error(frame: Frame) -> Passed:
    near = frame.is_error and frame["dst"] == frame.lab.lt
    return [addressed(arp(frame.iface, tpa=frame["dst"]), dst=frame["eth_dst"]), frame] if near else frame


@right("RFC 826; only RFC 1812 3.3.2 forbids it, to routers", "an ARP packet whose sender has a group's hardware address is believed", BOTH, role="host")
def arp_group_mac_believed(frame: Frame, world: World) -> Passed:
    group = frame.is_arp and frame["sha"] and int(frame["sha"][:2], 16) & 1 and frame["sha"] != wire.BROADCAST_MAC
    if frame.incoming and group:
        world.memory["02:00:00:00:00:98"] = frame["sha"]
        return edit(frame, sha="02:00:00:00:00:98", eth_src="02:00:00:00:00:98")
    known = None if frame.incoming else world.memory.get(frame["eth_dst"])
    if known and frame.is_arp:
        return edit(frame, tha=known, eth_dst=known)
    return addressed(frame, dst=known) if known else frame


@right("RFC 826 (am I the target)", "an ARP request from a group's address is answered", BOTH)
def arp_from_a_group_answered(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        group = frame.kind == "arp-request" and 224 <= int(frame["spa"].split(".")[0]) <= 239
        world.memory["asker"] = frame["spa"] if group else None
        return edit(frame, spa=frame.lab.host(38)) if group else frame
    return edit(frame, tpa=world.memory["asker"]) if frame.kind == "arp-reply" and world.memory.get("asker") else frame
