# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are right in a way that RFC 1812 leaves them, and that few choose."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, is_broadcast, is_own, right
from postel.fakes.wrong_routers_own import ERRORS, forwards


@right("RFC 1812 4.3.2.5", "a router's errors have the precedence of network control, 7", (SENT, ASKED))
def router_reports_under_network_control(what: Frame | Call, world: World) -> Passed:
    if not forwards(what, world) or not isinstance(what, Frame):
        return what
    return edit(what, tos=what["tos"] | 0xE0) if what.kind in ERRORS and is_own(what["src"]) else what


@right("RFC 1812 4.3.3.2", "a router follows no Redirects", (RECEIVED, ASKED))
def router_follows_no_redirects(what: Frame | Call, world: World) -> Passed:
    return None if forwards(what, world) and isinstance(what, Frame) and what.kind == "redirect" and is_own(what["dst"]) else what


@right("RFC 1812 4.3.3.8", "a router answers no timestamp requests", (SENT, ASKED))
def router_answers_no_timestamps(what: Frame | Call, world: World) -> Passed:
    return None if forwards(what, world) and isinstance(what, Frame) and what.kind == "timestamp-reply" and is_own(what["src"]) else what


@right("RFC 1812 4.3.3.6", "a router answers echo requests to broadcasts as if they were for it alone", (RECEIVED, SENT, ASKED))
def router_answers_echo_to_all(what: Frame | Call, world: World) -> Passed:
    if not forwards(what, world) or not isinstance(what, Frame) or not what.incoming:
        return what
    plain = what.kind == "echo-request" and what["ihl"] == 5 and not what.is_fragment  # of the others there may be something to report
    asks = plain and is_broadcast(what["dst"]) and what["dst"] in (what.lab.broadcast, "255.255.255.255")
    return edit(what, dst=what.lab.iut, eth_dst=what.lab.iut_mac) if asks else what
