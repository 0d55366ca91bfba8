# SPDX-License-Identifier: BSD-2-Clause
"""Wrong as routers of IGMP: in what they ask, whom they give way to, and which reports they heed (RFC 2236 3 and 4, RFC 3376 4, 6, 7.3 and 8)."""

from dataclasses import replace

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, wrong
from postel.fakes.memberships import IS_EX, LEAVE, QUERY, REPORT_3, TO_EX, Record, changed, is_igmp, is_query
from postel.kit import wire
from postel.lab.addresses import INTERFACES

S, NOBODY, SHORT, MINUTE = 8, "0.0.0.0", 5.0, 60.0  # the flag; no group; seconds within which a query is said again, and a router begins
BOTH = (SENT, RECEIVED)


def asks(frame: Frame, *, of_all: bool) -> bool:
    """A query of the IUT's."""
    return not frame.incoming and is_igmp(frame, QUERY) and (frame["igmp_group"] == NOBODY) == of_all


def flags(frame: Frame, octet: int) -> Frame:
    """A query of version 3 with other flags."""
    return edit(frame, igmp_rest=bytes([octet]) + frame["igmp_rest"][1:]) if frame["igmp_rest"] and wire.ones_sum(frame["payload"]) == 0xFFFF else frame


@wrong(("RFC3376-8.6-a", "RFC3376-8.7-a", "RFC2236-3-j"), "a router begins with one query, and asks again when its interval is over", (SENT, ASKED))
def one_query_at_first(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        if what.keys.get("name") == "igmp-querier":
            world.memory["begun"] = None
        return what
    if not asks(what, of_all=True):
        return what
    if world.memory.get("begun") is None:
        world.memory["begun"] = world.now
    return None if 0 < world.now - world.memory["begun"] < MINUTE else what


@wrong(("RFC2236-3-g", "RFC2236-3-i", "RFC3376-8.5-a"), "a router does not hear that others ask", RECEIVED)
def deaf_to_other_routers(frame: Frame) -> Passed:
    return None if is_query(frame) and frame["igmp_group"] == NOBODY else frame


@wrong("RFC3376-6.6-a", "a router gives way to any other, whatever its address", RECEIVED)
def gives_way_to_any(frame: Frame) -> Passed:
    return edit(frame, src=INTERFACES[frame.iface].lt) if is_query(frame) else frame


@wrong("RFC3376-6.6.3-a", "what has been reported again is asked for without the flag S", SENT)
def never_with_s(frame: Frame) -> Passed:
    return flags(frame, frame["igmp_rest"][0] & ~S) if asks(frame, of_all=False) and frame["igmp_rest"] else frame


@wrong(("RFC3376-6.6.3-a", "RFC3376-8.9-a", "RFC2236-3-k"), "a specific query is sent once", SENT)
def specific_query_once(frame: Frame, world: World) -> Passed:
    if not asks(frame, of_all=False):
        return frame
    what = ("asked", frame.iface, frame["igmp_group"])
    if world.now - world.memory.get(what, -SHORT) >= SHORT:
        world.memory[what] = world.now
    return None if world.now > world.memory[what] else frame


@wrong("RFC3376-7.3.1-d", "queries of version 2 have twelve octets", SENT)
def version_2_of_twelve_octets(frame: Frame) -> Passed:
    return edit(frame, igmp_rest=bytes(4)) if asks(frame, of_all=True) and not frame["igmp_rest"] and frame["igmp_code"] else frame


@wrong(("RFC3376-7.3.1-c", "RFC2236-4-f"), "queries of version 1 have a time", SENT)
def version_1_with_a_time(frame: Frame) -> Passed:
    return edit(frame, igmp_code=100) if asks(frame, of_all=True) and not frame["igmp_code"] else frame


@wrong("RFC3376-4.1.10-b", "queries have four octets behind their sources", SENT)
def more_than_a_query(frame: Frame) -> Passed:
    return edit(frame, igmp_rest=frame["igmp_rest"] + bytes(4)) if not frame.incoming and is_igmp(frame, QUERY) and frame["igmp_rest"] else frame


@wrong("RFC3376-8.8-a", "specific queries leave ten seconds for answers", SENT)
def specific_queries_take_their_time(frame: Frame) -> Passed:
    return edit(frame, igmp_code=100) if asks(frame, of_all=False) else frame


@wrong("RFC3376-8.2-a", "queries say that the next one comes in a minute", SENT)
def says_another_interval(frame: Frame) -> Passed:
    rest = frame["igmp_rest"] if asks(frame, of_all=True) else b""
    return edit(frame, igmp_rest=rest[:1] + b"\x3c" + rest[2:]) if rest else frame


@wrong(("RFC3376-4.2.13-b", "RFC3376-9.2-a", "RFC3376-9.3-a"), "who has no address is no member", RECEIVED)
def reports_from_nobody_dropped(frame: Frame) -> Passed:
    return None if is_igmp(frame) and frame["src"] == NOBODY else frame


@wrong("RFC3376-4.2.11-b", "a report with octets behind its records is dropped", RECEIVED)
def long_reports_dropped(frame: Frame) -> Passed:
    found = list(wire.records(frame["payload"])) if is_igmp(frame, REPORT_3) else []
    return None if found and found[-1][-1] else frame


@wrong("RFC3376-4.2.10-b", "a report with auxiliary data is dropped", RECEIVED)
def auxiliary_data_dropped(frame: Frame) -> Passed:
    found = list(wire.records(frame["payload"])) if is_igmp(frame, REPORT_3) else []
    return None if any(words for _, words, *_ in found) else frame


@wrong("RFC2236-3-l", "a leave that goes to its group is not heard", RECEIVED)
def leaves_to_the_group_dropped(frame: Frame) -> Passed:
    return None if is_igmp(frame, LEAVE) and frame["dst"] == frame["igmp_group"] else frame


@wrong(("RFC3376-6.1-b", "RFC3376-6.4.1-a"), "what a member excludes is taken for a change: others are asked", RECEIVED)
def current_state_is_a_change(frame: Frame) -> Passed:
    return changed(frame, lambda record: replace(record, kind=TO_EX) if record.kind == IS_EX else record)


@wrong("RFC3376-6.4.2-a", "a member that excludes from now on is taken for one that did: nobody is asked", RECEIVED)
def change_is_current_state(frame: Frame) -> Passed:
    return changed(frame, _as_it_was)


def _as_it_was(record: Record) -> Record:
    return replace(record, kind=IS_EX) if record.kind == TO_EX else record


@wrong("RFC3376-4.1.6-a", "what another querier says of its robustness is not read", RECEIVED)
def robustness_not_read(frame: Frame) -> Passed:
    return flags(frame, frame["igmp_rest"][0] & S | 2) if is_query(frame) and frame["igmp_rest"] else frame


@wrong("RFC3376-6.6.1-a", "the flag S of another querier is not read", RECEIVED)
def s_not_read(frame: Frame) -> Passed:
    return flags(frame, frame["igmp_rest"][0] & ~S) if is_query(frame) and frame["igmp_rest"] else frame


@wrong(("RFC3376-7.3.2-a", "RFC3376-7.3.2-c", "RFC2236-5-b"), "a report of version 1 is taken for one of version 2", RECEIVED)
def version_1_is_version_2(frame: Frame) -> Passed:
    return edit(frame, igmp_type=wire.REPORT_2) if frame.incoming and is_igmp(frame, wire.REPORT_1) else frame
