# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are right in their own way in what few have: frames of 802.3, masks, TCP."""

import struct

from postel.fakes.engine import Frame, Passed, World, raw, right
from postel.fakes.wrong_details import BOTH, OLD, SYN, flags, has_route, is_segment, is_snap, summed


@right("RFC 1042 (padding is no part of the packet)", "short frames of 802.3 are filled up to 64 octets")
def snap_filled_to_64(frame: Frame) -> Passed:
    short = is_snap(frame) and len(frame.octets) < 64
    return raw(frame, len(frame.octets), bytes(64 - len(frame.octets))) if short else frame


@right("RFC 1122 3.2.2.9 (retried a small number of times)", "each request for a mask is sent once more a fifth of a second later, unless a reply has come", BOTH, OLD)
def mask_asked_for_twice(frame: Frame, world: World) -> Passed:
    again: list[Frame] = world.memory.setdefault("again", [])
    if frame.kind == "mask-request" and not frame.incoming:
        again.append(frame)
        world.later(0.2, frame)
    if frame.kind == "mask-reply" and frame.incoming:
        for each in again:
            world.never(each)
    return frame


@right("RFC 1122 4.2.2.6 (at most)", "TCP offers to take 1000 octets at most")
def offers_1000(frame: Frame) -> Passed:
    offers = is_segment(frame) and flags(frame) & SYN and frame["payload"][20:22] == b"\2\4" and not has_route(frame)
    least = min(int.from_bytes(frame["payload"][22:24], "big"), 1000) if offers else 0
    return summed(frame, payload=frame["payload"][:22] + struct.pack(">H", least) + frame["payload"][24:]) if offers else frame


@right("RFC 2018 2, RFC 1122 4.2.2.5", "who asks for a connection says that it may be sent selective acknowledgements")
def offers_sack(frame: Frame) -> Passed:
    asks = is_segment(frame) and flags(frame) == SYN and frame["payload"][12] >> 4 == 6 and not has_route(frame) and len(frame.packet) < 1400
    head = frame["payload"][:12] + b"\x70" + frame["payload"][13:] if asks else b""
    return summed(frame, payload=head[:24] + b"\4\2\1\1" + head[24:]) if asks else frame


@right("RFC 793 3.3 (the window is the receiver's own affair)", "TCP has room for 1024 octets", role="host")
def window_of_1024(frame: Frame) -> Passed:
    return summed(frame, payload=frame["payload"][:14] + struct.pack(">H", 1024) + frame["payload"][16:]) if is_segment(frame) and not has_route(frame) else frame
