# SPDX-License-Identifier: BSD-2-Clause
"""Stacks whose messages of IGMP are wrong: RFC 1112 appendix I, RFC 2236 2 and 9, RFC 3376 4."""

from postel.fakes.engine import RECEIVED, SENT, Frame, Passed, World, addressed, edit, wrong
from postel.fakes.memberships import (
    ALL_HOSTS, ALL_ROUTERS, ALLOW, BLOCK, CURRENT, IS_EX, IS_IN, LEAVE, QUERY, REPORT_1, REPORT_2, REPORT_3, TO_EX, TO_IN, Record, about, changed, group_mac, is_igmp,
    is_query, kinds, records, report_3, to_group, version, with_records,
)  # fmt: skip
from postel.kit import wire
from postel.lab.addresses import LEFT

BOTH = (SENT, RECEIVED)
OLD = (REPORT_1, REPORT_2)


# Where messages go, and how


@wrong("RFC2236-9-a", "a report of version 2 goes to all routers, as a leave does")
def report_2_to_all_routers(frame: Frame) -> Passed:
    return to_group(frame, ALL_ROUTERS) if is_igmp(frame, REPORT_2) else frame


@wrong("RFC2236-9-a", "a leave goes to the group that is left, as in drafts of version 2")
def leave_to_its_group(frame: Frame) -> Passed:
    return to_group(frame, frame["igmp_group"]) if is_igmp(frame, LEAVE) else frame


@wrong("RFC1112-App.I-d", "a report of version 1 goes to all hosts")
def report_1_to_all_hosts(frame: Frame) -> Passed:
    return to_group(frame, ALL_HOSTS) if is_igmp(frame, REPORT_1) else frame


@wrong("RFC3376-4.2.14-a", "a report of version 3 goes to all routers, as it was in drafts")
def report_3_to_all_routers(frame: Frame) -> Passed:
    return to_group(frame, ALL_ROUTERS) if is_igmp(frame, REPORT_3) else frame


@wrong("RFC3376-4.2.14-a", "a report of version 3 about one group goes to that group, as in the versions before")
def report_3_to_its_group(frame: Frame) -> Passed:
    return to_group(frame, records(frame)[0].group) if len(records(frame)) == 1 else frame


@wrong("RFC3376-4.2.14-a", "what answers a query of version 3 goes to who has asked")
def answer_to_the_querier(frame: Frame, world: World) -> Passed:
    return edit(frame, dst=frame.lab.lt, eth_dst=frame.lab.lt_mac) if kinds(frame) & set(CURRENT) else frame


@wrong(("RFC1112-App.I-d", "RFC2236-2-b", "RFC3376-4-a"), "messages of IGMP have the time to live of all else, 64")
def igmp_of_ttl_64(frame: Frame) -> Passed:
    return edit(frame, ttl=64) if is_igmp(frame) else frame


@wrong("RFC2236-2-b", "a leave has a time to live of 2, to be heard by the next router but one")
def leave_of_ttl_2(frame: Frame) -> Passed:
    return edit(frame, ttl=2) if is_igmp(frame, LEAVE) else frame


@wrong(("RFC3376-4-a", "RFC2236-2-b"), "no message has the Router Alert")
def igmp_without_router_alert(frame: Frame) -> Passed:
    return edit(frame, options=b"") if is_igmp(frame) and frame["options"] else frame


@wrong("RFC2236-2-b", "leaves have no Router Alert, for only reports were thought of")
def leave_without_router_alert(frame: Frame) -> Passed:
    return edit(frame, options=b"") if is_igmp(frame, LEAVE) else frame


@wrong("RFC3376-4-a", "the Router Alert of answers is of four octets that say they are three")
def router_alert_of_three_octets(frame: Frame) -> Passed:
    return edit(frame, options=b"\x94\3\0\0") if kinds(frame) & set(CURRENT) else frame


@wrong("RFC3376-4-a", "reports of version 3 have the precedence of routine")
def report_3_of_routine(frame: Frame) -> Passed:
    return edit(frame, tos=0) if is_igmp(frame, REPORT_3) else frame


@wrong("RFC3376-4.2.13-a", "messages come from 0.0.0.0 though the interface has an address")
def igmp_from_nobody(frame: Frame) -> Passed:
    return edit(frame, src="0.0.0.0") if is_igmp(frame) else frame


@wrong("RFC3376-4.2.13-a", "messages of the second interface come from the first one's address")
def igmp_from_the_first_interface(frame: Frame) -> Passed:
    return edit(frame, src=LEFT.iut) if is_igmp(frame) and frame.iface == 1 else frame


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e"), "frames of IGMP go to the Ethernet address of all hosts, whatever group is meant")
def igmp_to_the_mac_of_all_hosts(frame: Frame) -> Passed:
    return addressed(frame, dst=group_mac(ALL_HOSTS)) if is_igmp(frame) else frame


@wrong(("RFC1112-6.4-a", "RFC1122-3.3.7-e"), "frames of IGMP go to everybody on the link")
def igmp_in_broadcasts(frame: Frame) -> Passed:
    return addressed(frame, dst=wire.BROADCAST_MAC) if is_igmp(frame) else frame


# Their fields


@wrong("RFC2236-2.3-b", "the checksum of a report of version 3 covers the first eight octets, as before")
def checksum_of_eight_octets(frame: Frame) -> Passed:
    return edit(frame, igmp_checksum=wire.checksum(frame["payload"][:2] + bytes(2) + frame["payload"][4:8])) if is_igmp(frame, REPORT_3) else frame


@wrong("RFC2236-2.3-b", "a leave has a checksum of zero")
def leave_without_checksum(frame: Frame) -> Passed:
    return edit(frame, igmp_checksum=0) if is_igmp(frame, LEAVE) else frame


@wrong("RFC2236-2.3-b", "the checksum of a leave is that of the report that was sent before")
def leave_with_the_sum_of_a_report(frame: Frame) -> Passed:
    sum_ = wire.checksum(bytes([REPORT_2, 0, 0, 0]) + frame["payload"][4:8]) if is_igmp(frame, LEAVE) else 0
    return edit(frame, igmp_checksum=sum_) if is_igmp(frame, LEAVE) else frame


@wrong("RFC2236-2.2-a", "a report of version 2 has the time of the query that it answers, for it is made in its place", BOTH)
def time_of_the_query_in_the_report(frame: Frame, world: World) -> Passed:
    if is_query(frame) and version(frame) == 2:
        world.memory["code"] = frame["igmp_code"]
    return edit(frame, igmp_code=world.memory.pop("code", 0)) if is_igmp(frame, REPORT_2) and not frame.incoming else frame


@wrong("RFC1112-App.I-a", "a report of version 1 has a one where nothing is used")
def report_1_with_a_time(frame: Frame) -> Passed:
    return edit(frame, igmp_code=1) if is_igmp(frame, REPORT_1) else frame


@wrong("RFC2236-2.4-a", "a leave says no group")
def leave_of_no_group(frame: Frame) -> Passed:
    return edit(frame, igmp_group="0.0.0.0") if is_igmp(frame, LEAVE) else frame


@wrong("RFC2236-2-a", "a report of version 2 has twelve octets")
def report_2_of_twelve_octets(frame: Frame) -> Passed:
    return edit(frame, igmp_rest=bytes(4)) if is_igmp(frame, REPORT_2) else frame


@wrong("RFC9776-4.2-a", "an answer of version 3 has the time of its query in its reserved octet", BOTH)
def time_of_the_query_in_the_answer(frame: Frame, world: World) -> Passed:
    if is_query(frame) and version(frame) == 3:
        world.memory["code"] = frame["igmp_code"]
    return edit(frame, igmp_code=world.memory.pop("code", 0)) if kinds(frame) & set(CURRENT) and not frame.incoming else frame


@wrong("RFC3376-4.2.11-a", "a report of several records says that it has one")
def one_record_is_said(frame: Frame) -> Passed:
    return edit(frame, igmp_group="0.0.0.1") if len(records(frame)) > 1 else frame


@wrong("RFC3376-4.2.11-a", "a report that leaves a group says one record more than it has")
def one_record_too_many_is_said(frame: Frame) -> Passed:
    return edit(frame, igmp_group="0.0.0.2") if kinds(frame) == {TO_IN} else frame


@wrong("RFC3376-4.2.10-c", "an answer of version 3 has a word of auxiliary data in each record")
def auxiliary_data_in_answers(frame: Frame) -> Passed:
    return changed(frame, lambda record: Record(record.kind, record.group, record.sources, b"auxi") if record.kind in CURRENT else record)


@wrong("RFC3376-4.2.11-a", "reports of version 3 are filled up to a multiple of sixteen octets")
def reports_that_are_filled_up(frame: Frame) -> Passed:
    rest = -len(frame["payload"]) % 16 if records(frame) else 0
    return edit(frame, igmp_rest=frame["igmp_rest"] + bytes(rest)) if rest else frame


@wrong(("RFC3376-4.2.12-a", "RFC3376-5.1-a"), "who joins says what it has, and not that it has changed")
def join_as_current_state(frame: Frame) -> Passed:
    return of_kinds(frame, {TO_EX: IS_EX})


@wrong(("RFC3376-4.2.12-a", "RFC3376-5.1-a"), "who leaves says that it wants no source, and not that it has changed")
def departure_as_current_state(frame: Frame) -> Passed:
    return of_kinds(frame, {TO_IN: IS_IN})


@wrong(("RFC3376-5.2-f", "RFC3376-4.2.12-a"), "queries are answered by what would be said of a change")
def answers_as_changes(frame: Frame) -> Passed:
    return of_kinds(frame, {IS_EX: TO_EX, IS_IN: TO_IN})


@wrong(("RFC3376-4.2.12-a", "RFC3376-5.2-i"), "that sources are included is said by the number of what is excluded")
def include_and_exclude_mixed_up(frame: Frame) -> Passed:
    return changed(frame, lambda record: Record(IS_EX, record.group, record.sources) if record.kind == IS_IN and record.sources else record)


@wrong(("RFC3376-5.1-a", "RFC3376-4.2.12-a"), "new sources are said to be gone, and those that are gone to be new")
def allow_and_block_mixed_up(frame: Frame) -> Passed:
    return of_kinds(frame, {ALLOW: BLOCK, BLOCK: ALLOW})


@wrong(("RFC3376-5.1-a", "RFC3376-4.2.12-a"), "in mode EXCLUDE new exceptions are allowed, and those that are none any more blocked")
def exceptions_the_other_way_round(frame: Frame, world: World) -> Passed:
    for record in records(frame):
        world.memory["mode", record.group] = record.kind if record.kind in (TO_EX, TO_IN, *CURRENT) else world.memory.get(("mode", record.group))
    turned = {ALLOW: BLOCK, BLOCK: ALLOW}
    return changed(frame, lambda record: Record(turned.get(record.kind, record.kind), record.group, record.sources)
                   if world.memory["mode", record.group] in (TO_EX, IS_EX) else record)  # fmt: skip


def of_kinds(frame: Frame, others: dict[int, int]) -> Passed:
    return changed(frame, lambda record: Record(others.get(record.kind, record.kind), record.group, record.sources))


@wrong(("RFC3376-5-a", "RFC1112-App.I-f"), "the group of all hosts is reported once, when the host begins to speak")
def all_hosts_reported_at_start(frame: Frame, world: World) -> Passed:
    return [report_3(frame.iface, Record(TO_EX, ALL_HOSTS)), frame] if not world.count(frame.iface) else frame


@wrong(("RFC3376-5-a", "RFC1112-App.I-f"), "an answer to a general query has the group of all hosts too")
def all_hosts_in_answers(frame: Frame) -> Passed:
    return with_records(frame, [*records(frame), Record(IS_EX, ALL_HOSTS)]) if IS_EX in kinds(frame) else frame


@wrong("RFC3376-4.2.16-a", "of what does not fit into one answer the rest is left out")
def rest_of_an_answer_left_out(frame: Frame, world: World) -> Passed:
    if not kinds(frame) & set(CURRENT):
        return frame
    again = world.memory.get("answered") == world.now and {record.group for record in records(frame)} == world.memory.get("groups")
    world.memory.update(answered=world.now, groups={record.group for record in records(frame)})
    return None if again else frame


# What comes in


@wrong(("RFC3376-4.1.2-a", "RFC2236-2.3-a"), "the checksum of a query is not looked at", RECEIVED)
def checksum_of_queries_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if is_query(frame) else frame


@wrong(("RFC3376-4.2.2-a", "RFC2236-2.3-a"), "the checksum of another host's report is not looked at", RECEIVED)
def checksum_of_reports_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if is_igmp(frame, *OLD) else frame


@wrong("RFC3376-4.1.2-a", "a query whose checksum is zero is believed: nobody has computed one", RECEIVED)
def checksum_of_zero_believed(frame: Frame) -> Passed:
    return edit(frame) if is_query(frame) and frame["igmp_checksum"] == 0 else frame


@wrong("RFC3376-4.1.10-a", "what stands behind the sources of a query does not count in its checksum", RECEIVED)
def octets_behind_a_query_not_summed(frame: Frame) -> Passed:
    if not is_query(frame) or version(frame) < 3:
        return frame
    end = 12 + 4 * len(about(frame)[1])
    known = frame["payload"][:end]
    return edit(frame, payload=known) if len(frame["payload"]) > end else frame


@wrong("RFC3376-4.1.10-c", "a query that has something behind its sources is thrown away", RECEIVED)
def octets_behind_a_query_refused(frame: Frame) -> Passed:
    return None if is_query(frame) and version(frame) == 3 and len(frame["payload"]) > 12 + 4 * len(about(frame)[1]) else frame


@wrong("RFC3376-4.1.8-a", "all that stands behind a query's header is taken for sources", RECEIVED)
def octets_behind_a_query_are_sources(frame: Frame) -> Passed:
    more = is_query(frame) and version(frame) == 3 and len(frame["payload"]) >= 16
    return edit(frame, igmp_rest=frame["igmp_rest"][:2] + (len(frame["igmp_rest"]) // 4 - 1).to_bytes(2, "big") + frame["igmp_rest"][4:]) if more else frame


@wrong("RFC2236-2.5-a", "a report of version 2 that is longer than eight octets is thrown away", RECEIVED)
def longer_reports_refused(frame: Frame) -> Passed:
    return None if is_igmp(frame, REPORT_2) and len(frame["payload"]) > 8 else frame


@wrong("RFC3376-7.1-b", "a query of nine to eleven octets is taken for one of version 2", RECEIVED)
def queries_of_odd_lengths_taken(frame: Frame) -> Passed:
    return short_query(frame, 9, 11)


def short_query(frame: Frame, least: int, most: int) -> Frame:
    """A query of such a length is one of version 3, with zeros for what is not there."""
    if not frame.incoming or frame["protocol"] != wire.IGMP or not least <= len(frame["payload"] or b"") <= most or frame["payload"][0] != QUERY:
        return frame
    whole = frame["payload"] + bytes(12 - len(frame["payload"]))
    return edit(frame, payload=whole[:2] + wire.checksum(whole[:2] + bytes(2) + whole[4:]).to_bytes(2, "big") + whole[4:])


@wrong(("RFC2236-6-c", "RFC1112-App.I-k", "RFC3376-7.1-b"), "a query of less than eight octets is a general one", RECEIVED)
def queries_of_seven_octets_taken(frame: Frame) -> Passed:
    if not frame.incoming or frame["protocol"] != wire.IGMP or not 2 <= len(frame["payload"] or b"") < 8 or frame["payload"][0] != QUERY:
        return frame
    whole = frame["payload"][:2] + bytes(6)
    return edit(frame, payload=whole[:2] + wire.checksum(whole).to_bytes(2, "big") + whole[4:])


@wrong(("RFC2236-2.1-a", "RFC1112-App.I-i", "RFC3376-4-c"), "messages of DVMRP, which are of type 0x13, are taken for queries", RECEIVED)
def other_types_taken_for_queries(frame: Frame) -> Passed:
    return edit(frame, igmp_type=QUERY) if is_igmp(frame, 0x13) else frame


@wrong("RFC3376-4.1.12-a", "a query to the host's own address is thrown away", RECEIVED)
def query_to_one_host_refused(frame: Frame) -> Passed:
    return None if is_query(frame) and frame["dst"] == frame.lab.iut else frame


@wrong("RFC3376-4.1.12-a", "a query is read only where it comes to all hosts, though it is for one group", RECEIVED)
def query_to_its_group_refused(frame: Frame) -> Passed:
    return None if is_query(frame) and frame["dst"] not in (ALL_HOSTS, frame.lab.iut) else frame


@wrong("RFC3376-4.2.14-b", "a report of version 2 counts only where it comes to its group", RECEIVED)
def report_to_another_address_refused(frame: Frame) -> Passed:
    return None if is_igmp(frame, REPORT_2) and frame["dst"] != frame["igmp_group"] else frame


@wrong("RFC1112-App.I-g", "a report of version 1 counts whatever group it came to", RECEIVED, profile="rfc1122")
def report_1_to_another_group_taken(frame: Frame) -> Passed:
    return edit(frame, dst=frame["igmp_group"], eth_dst=group_mac(frame["igmp_group"])) if is_igmp(frame, REPORT_1) and frame["dst"] != frame["igmp_group"] else frame


@wrong("RFC3376-9.1-c", "a general query is answered whatever group it came to", RECEIVED)
def general_query_to_any_group(frame: Frame) -> Passed:
    other = is_query(frame) and about(frame)[0] == "0.0.0.0" and frame["dst"] not in (ALL_HOSTS, frame.lab.iut)
    return edit(frame, dst=ALL_HOSTS, eth_dst=group_mac(ALL_HOSTS)) if other else frame
