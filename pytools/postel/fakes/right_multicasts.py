# SPDX-License-Identifier: BSD-2-Clause
"""Routers that are right in what they make of multicasts, and unusual in what RFC 1812 leaves open."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, edit, is_group, is_own, right
from postel.fakes.wrong_multicasts import is_route
from postel.iut.upper import Event
from postel.kit.wire import IGMP

LEAST = 2  # what the next router would have nothing left of


@right("RFC 1812 5.3.1", "a multicast that would end at the next router is dropped", RECEIVED)
def early_end_of_multicasts(frame: Frame) -> Passed:
    early = frame.is_ip and is_group(frame["dst"]) and frame["protocol"] != IGMP and frame["ttl"] == LEAST
    return None if early and not str(frame["dst"]).startswith("224.0.0.") else frame


@right("RFC 1812 5.2.1.3", "the minimum of an interface has to be exceeded", ASKED)
def minimum_is_exceeded(call: Call) -> Passed:
    if not is_route(call):
        return call
    least = [int(each) for each in call.keys.get("ttls", "").split(",")]
    return Call(call.op, call.keys | {"ttls": ",".join(str(min(each + 1, 255) if each else 0) for each in least)})


@right("RFC 1812 5.2.1.3", "its user hears nothing of routes that are missing, and of wrong interfaces", TOLD)
def untold_of_multicasts(event: Event) -> Passed:
    return None if event.name.startswith("mroute.") else event


@right("RFC 1812 5.3.1", "of the time to live of a multicast two are taken", SENT)
def multicasts_age_by_two(frame: Frame) -> Passed:
    passes = frame.is_ip and is_group(frame["dst"]) and not is_own(frame["src"]) and frame["ttl"] > 1
    return edit(frame, ttl=frame["ttl"] - 1) if passes else frame
