# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in what later RFCs ask: RFC 2474, RFC 3168, RFC 6814, RFC 6864."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, error, is_own, wrong
from postel.fakes.wrong_hosts import kinds

BOTH = (SENT, RECEIVED)
OBSOLETE = (11, 12, 15, 82, 136, 142, 145, 147, 149, 151, 152)  # RFC 6814 2


@wrong("RFC2474-3-c", "a datagram with a codepoint that is no class selector is not read", RECEIVED)
def codepoint_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["tos"] >> 2 & 7 else frame


@wrong("RFC2474-3-c", "an echo with an odd codepoint comes back with one octet wrong", BOTH)
def codepoint_breaks_data(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        world.memory["odd"] = frame.is_ip and bool(frame["tos"] & 4)
        return frame
    hurt = frame.kind == "echo-reply" and frame["data"] and world.memory.get("odd")
    return edit(frame, data=bytes([frame["data"][0] ^ 1]) + frame["data"][1:]) if hurt else frame


@wrong("RFC3168-5.3-b", "that a fragment met congestion is forgotten", RECEIVED)
def congestion_of_fragments_forgotten(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0xFE) if frame.is_fragment and frame["tos"] & 3 == 3 else frame


@wrong("RFC3168-5.3-c", "fragments with and without ECN go together, and congestion stays", RECEIVED)
def congestion_beside_no_ecn(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] | 2) if frame.is_fragment and frame["tos"] & 3 == 0 else frame


@wrong("RFC3168-5.3-d", "the ECN field of what comes in fragments is lost", RECEIVED)
def ecn_of_fragments_lost(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] & 0xFC) if frame.is_fragment and frame["tos"] & 3 else frame


@wrong("RFC6814-2-b", "a packet with one of the options that RFC 6814 retired is not read", RECEIVED)
def obsolete_option_refused(frame: Frame) -> Passed:
    return None if any(kind in OBSOLETE for kind in kinds(frame)) else frame


@wrong("RFC6814-2-b", "a packet with an MTU Probe is answered by a Parameter Problem", RECEIVED)
def obsolete_option_reported(frame: Frame) -> Passed:
    return error(frame, 12, pointer=20) if 11 in kinds(frame) and is_own(frame["dst"]) else frame


@wrong(("RFC6814-2-a", "RFC1122-3.2.1.8b-a"), "UDP datagrams leave with a Stream Identifier")
def sends_stream_ids(frame: Frame) -> Passed:
    return edit(frame, options=b"\x88\4\0\7") if frame.is_udp and not frame["options"] and len(frame.packet) <= 1496 else frame


@wrong(("RFC6864-4.3-a", "RFC791-3.2_Identification-a"), "there are 64 identifications")
def identifications_64(frame: Frame) -> Passed:
    return edit(frame, id=frame["id"] % 64) if frame.is_ip else frame


@wrong(("RFC6864-4.3-a", "RFC791-3.2_Identification-a"), "all datagrams in fragments have the identification 0")
def identification_0_of_fragments(frame: Frame) -> Passed:
    return edit(frame, id=0) if frame.is_fragment else frame


@wrong(("RFC6864-4.3-a", "RFC791-3.2_Identification-a"), "two datagrams in a row have one identification, and may be cut on their way")
def identifications_in_pairs(frame: Frame, world: World) -> Passed:
    if not frame.is_ip:
        return frame
    given: dict[int, int] = world.memory.setdefault("given", {})
    if frame["id"] not in given:
        given[frame["id"]] = list(given.values())[-1] if len(given) % 2 else frame["id"]
    return edit(frame, id=given[frame["id"]], df=0)


@wrong("RFC6864-4.1-a", "a packet that is like one of the last sixteen, identification and all, is thrown away", RECEIVED)
def duplicates_refused(frame: Frame, world: World) -> Passed:
    recent: list[bytes] = world.memory.setdefault("recent", [])
    same = frame.is_ip and frame.packet in recent
    world.memory["recent"] = [*recent[-15:], frame.packet]
    return None if same else frame


@wrong("RFC6864-4.1-c", "an atomic datagram with the identification 0 is not read", RECEIVED)
def atomic_identification_0_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["df"] and frame["id"] == 0 and not frame.is_fragment else frame


@wrong(("RFC6864-4.3-d", "RFC791-3.2_Fragmentation-f"), "Don't Fragment of the user does not keep a datagram from being fragmented", ASKED)
def dont_fragment_ignored(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "df"})
