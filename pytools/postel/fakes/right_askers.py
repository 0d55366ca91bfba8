# SPDX-License-Identifier: BSD-2-Clause
"""Right as routers of IGMP, and otherwise than most (RFC 3376 6 and 8, RFC 2236)."""

from postel.fakes.engine import RECEIVED, SENT, Frame, Passed, World, edit, right
from postel.fakes.memberships import QUERY, is_igmp
from postel.fakes.wrong_askers import asks
from postel.kit import wire


@right("RFC 3376 4 (of every message that it describes)", "queries of versions 1 and 2 have the precedence of version 3", SENT)
def older_queries_with_precedence(frame: Frame) -> Passed:
    return edit(frame, tos=0xC0) if not frame.incoming and is_igmp(frame, QUERY) else frame


@right("RFC 3376 8.8 (the time is a value of the router's)", "specific queries come a twentieth of a second later", SENT)
def specific_queries_a_moment_later(frame: Frame, world: World) -> Passed:
    if not asks(frame, of_all=False):
        return frame
    world.later(0.05, frame)
    return None


@right("RFC 3376 4.1.12", "reports of older members are heard whatever their precedence is", RECEIVED)
def precedence_of_reports_not_looked_at(frame: Frame) -> Passed:
    sound = frame.incoming and is_igmp(frame) and wire.ones_sum(frame["payload"]) == 0xFFFF
    return edit(frame, tos=0) if sound and not is_igmp(frame, QUERY) else frame
