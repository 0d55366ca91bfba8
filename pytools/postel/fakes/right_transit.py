# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are right, and unusual in what RFCs other than 1812 leave open."""

from postel.fakes.engine import ASKED, RECEIVED, Call, Frame, Passed, World, edit, is_broadcast, right
from postel.fakes.wrong_hosts import kinds
from postel.fakes.wrong_transit import passing
from postel.iut.upper import UpperError

A_SECOND = 32  # packets that alert routers, which are let through
QUEUE = 200  # packets of a second, after which a lasting queue is marked


@right("RFC 6398 5", "of packets with a Router Alert thirty-two a second pass", RECEIVED)
def few_alerts_pass(frame: Frame, world: World) -> Passed:
    alerts = passing(frame) and 148 in kinds(frame)
    return None if alerts and world.count(int(world.now)) >= A_SECOND else frame


@right("RFC 3168 5", "of the packets of capable transports that come in a second the two hundredth and all after it are marked")
def marked_under_load(frame: Frame, world: World) -> Passed:
    if not passing(frame) or frame["tos"] & 3 not in (1, 2):
        return frame
    return edit(frame, tos=frame["tos"] | 3) if world.count(int(world.now)) >= QUEUE else frame


@right("RFC 2644 3", "nobody on a router may send to all on one of its networks", ASKED, role="router")
def no_directed_broadcasts_sent(call: Call) -> Passed:
    dst = call.keys.get("dst", "")
    if call.op.endswith(".send") and is_broadcast(dst) and dst != "255.255.255.255":
        raise UpperError(call.op, "EACCES", "")
    return call
