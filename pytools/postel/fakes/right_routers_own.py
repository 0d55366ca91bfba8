# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are right in a way that RFC 1812 leaves them, and that few choose."""

from postel.fakes.engine import RECEIVED, Frame, Passed, edit, is_broadcast, is_own, right
from postel.fakes.wrong_routers_own import ERRORS


@right("RFC 1812 4.3.2.5", "a router's errors have the precedence of network control, 7", role="router")
def router_reports_under_network_control(frame: Frame) -> Passed:
    return edit(frame, tos=frame["tos"] | 0xE0) if frame.kind in ERRORS and is_own(frame["src"]) else frame


@right("RFC 1812 4.3.3.2", "a router follows no Redirects", RECEIVED, role="router")
def router_follows_no_redirects(frame: Frame) -> Passed:
    return None if frame.kind == "redirect" and is_own(frame["dst"]) else frame


@right("RFC 1812 4.3.3.8", "a router answers no timestamp requests", role="router")
def router_answers_no_timestamps(frame: Frame) -> Passed:
    return None if frame.kind == "timestamp-reply" and is_own(frame["src"]) else frame


@right("RFC 1812 4.3.3.6", "a router answers echo requests to broadcasts as if they were for it alone", RECEIVED, role="router")
def router_answers_echo_to_all(frame: Frame) -> Passed:
    plain = frame.kind == "echo-request" and frame["ihl"] == 5 and not frame.is_fragment  # of the others there may be something to report
    asks = plain and is_broadcast(frame["dst"]) and frame["dst"] in (frame.lab.broadcast, "255.255.255.255")
    return edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac) if asks else frame
