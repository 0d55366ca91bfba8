# SPDX-License-Identifier: BSD-2-Clause
"""Right as routers of IGMP, and otherwise than most (RFC 3376 6 and 8, RFC 2236)."""

from postel.fakes.engine import SENT, Frame, Passed, World, edit, right
from postel.fakes.memberships import QUERY, is_igmp
from postel.fakes.wrong_askers import asks


@right("RFC 3376 4 (of every message that it describes)", "queries of versions 1 and 2 have the precedence of version 3", SENT)
def older_queries_with_precedence(frame: Frame) -> Passed:
    return edit(frame, tos=0xC0) if not frame.incoming and is_igmp(frame, QUERY) else frame


@right("RFC 3376 8.8 (the time is a value of the router's)", "specific queries come a twentieth of a second later", SENT)
def specific_queries_a_moment_later(frame: Frame, world: World) -> Passed:
    if not asks(frame, of_all=False):
        return frame
    world.later(0.05, frame)
    return None
