# SPDX-License-Identifier: BSD-2-Clause
"""Rules of the passive checker about IGMP, each for messages of the version whose rule it is: who speaks an older one, or none, breaks
none of the others."""

from postel.kit import wire
from postel.kit.igmp import ALERT, ALL_HOSTS, ALL_REPORTS, ALL_ROUTERS, CONTROL, GROUP, OTHER_GROUP, record, records, said
from postel.kit.rule import Rule, Test
from postel.kit.seen import Seen, is_multicast
from postel.kit.violator import changes
from postel.kit.wire import LEAVE, REPORT_1, REPORT_2, REPORT_3, Fields

PRECEDENCE = 0xE0
VERSION_2 = (REPORT_2, LEAVE)
EMPTY_WORD = bytes([4, 1, 0, 0]) + wire.address_octets(GROUP) + bytes(4)  # a record with auxiliary data


def _of(*types: int, broken: Test) -> Test:
    return lambda f, seen: f.get("igmp_type") in types and broken(f, seen)


def _far(f: Fields) -> bool:
    """More than a hop, or nothing that routers would look at."""
    return bool(f["ttl"] != 1 or ALERT not in wire.split_options(f.get("options", b""))[0])


def _bad_sum(f: Fields, seen: Seen) -> bool:
    return wire.ones_sum(f["payload"]) != 0xFFFF


def _elsewhere(f: Fields, seen: Seen) -> bool:
    return bool(f["dst"] != (ALL_ROUTERS if f["igmp_type"] == LEAVE else f["igmp_group"]))


def _all_hosts(f: Fields, seen: Seen) -> bool:
    return any(each.group == ALL_HOSTS for each in said(f))


def _no_group(f: Fields, seen: Seen) -> bool:
    return any(not is_multicast(each.group) for each in said(f))


def _auxiliary(f: Fields, seen: Seen) -> bool:
    return any(words for _, words, *_ in records(f["payload"]))


def _no_records(f: Fields, seen: Seen) -> bool:
    """Another number of records than it says, or octets behind the last."""
    found = list(records(f["payload"]))
    return len(found) != int.from_bytes(f["payload"][6:8], "big") or bool(found and found[-1][-1])


IGMP = (
    Rule("RFC2236-2.3-b", "an IGMP checksum that verifies", _of(REPORT_1, *VERSION_2, REPORT_3, broken=_bad_sum),
         changes("igmp", igmp_checksum=0x1234), stimulus="join"),
    Rule("RFC1112-App.I-f", "no report of the group of all hosts by version 1", _of(REPORT_1, broken=_all_hosts),
         changes("igmp", igmp_group=ALL_HOSTS, dst=ALL_HOSTS, eth_dst="01:00:5e:00:00:01"), stimulus="join-1"),
    Rule("RFC2236-6-a", "no message about the group of all hosts by version 2", _of(*VERSION_2, broken=_all_hosts),
         changes("igmp", igmp_group=ALL_HOSTS, dst=ALL_HOSTS, eth_dst="01:00:5e:00:00:01"), stimulus="join-2"),
    Rule("RFC3376-5-a", "no record of the group of all hosts", _of(REPORT_3, broken=_all_hosts),
         changes("igmp", igmp_rest=record(4, ALL_HOSTS)), stimulus="join"),
    Rule("RFC1112-App.I-d", "a report of version 1 to its group, by one hop",
         _of(REPORT_1, broken=lambda f, seen: f["ttl"] != 1 or f["dst"] != f["igmp_group"]), changes("igmp", ttl=2), stimulus="join-1"),
    Rule("RFC1112-App.I-a", "a zero in a report of version 1", _of(REPORT_1, broken=lambda f, seen: f["igmp_code"]),
         changes("igmp", igmp_code=1), stimulus="join-1"),
    Rule("RFC2236-2-b", "a message of version 2 by one hop, with Router Alert", _of(*VERSION_2, broken=lambda f, seen: _far(f)),
         changes("igmp", options=b""), stimulus="join-2"),
    Rule("RFC2236-2.2-a", "no time in a report or a leave", _of(*VERSION_2, broken=lambda f, seen: f["igmp_code"]),
         changes("igmp", igmp_code=1), stimulus="join-2"),
    Rule("RFC2236-9-a", "a report of version 2 to its group, a leave to all routers", _of(*VERSION_2, broken=_elsewhere),
         changes("igmp", igmp_group=OTHER_GROUP), stimulus="join-2"),
    Rule("RFC2236-2.4-a", "a group in each report and leave", _of(REPORT_1, *VERSION_2, REPORT_3, broken=_no_group),
         changes("igmp", igmp_rest=record(4, "192.0.2.1")), stimulus="join"),
    Rule("RFC3376-4-a", "a report of version 3 by one hop, as control of the network, with Router Alert",
         _of(REPORT_3, broken=lambda f, seen: _far(f) or f["tos"] & PRECEDENCE != CONTROL), changes("igmp", tos=0), stimulus="join"),
    Rule("RFC3376-4.2.14-a", "a report of version 3 to 224.0.0.22", _of(REPORT_3, broken=lambda f, seen: f["dst"] != ALL_REPORTS),
         changes("igmp", dst=ALL_HOSTS, eth_dst="01:00:5e:00:00:01"), stimulus="join"),
    Rule("RFC9776-4.2-a", "a zero in the reserved octet of a report of version 3", _of(REPORT_3, broken=lambda f, seen: f["igmp_code"]),
         changes("igmp", igmp_code=1), stimulus="join"),
    Rule("RFC3376-4.2.10-c", "no auxiliary data", _of(REPORT_3, broken=_auxiliary), changes("igmp", igmp_rest=EMPTY_WORD), stimulus="join"),
    Rule("RFC3376-4.2.11-a", "as many records as a report says, and nothing behind them", _of(REPORT_3, broken=_no_records),
         changes("igmp", igmp_rest=record(4, GROUP) + bytes(4)), stimulus="join"),
)  # fmt: skip
