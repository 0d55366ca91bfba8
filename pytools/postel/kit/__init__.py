# SPDX-License-Identifier: BSD-2-Clause
"""The kit: what cases are written with. `from postel.kit import *` at the top of a section's file."""

from postel.kit.abilities import Abilities
from postel.kit.allen import overlap_matrix, overlap_names
from postel.kit.as_router import as_router
from postel.kit.arp import NO_MAC, OTHER_MAC, PEER, PEER_MAC, REPLY, REQUEST, arp
from postel.kit.case import Case, case, cases, characteristic, robustness
from postel.kit.checker_extensions import EXTENSIONS, OBJECT, extended
from postel.kit.claims import (
    GRAIN, HELD, NEW, TESTED, candidate, chooses, chosen, claims, contest, gives, holds_address, is_link_local, leaves, uses, watched,
)  # fmt: skip
from postel.kit.counted import by_how_much, counted_as, counters, expect_logged, risen, taken, told_by
from postel.kit.expect import (
    Expectation, anything, arp_reply, arp_request, at_least, at_most, at_most_one_of, echo_reply, having,
    header_verifies, holding, message_verifies, nothing_but_zeros, one_of, only_copied, other_than, padded_with_zeros, parameter_problem, protocol,
    quoting, recorded, saying, sound_options, stamped, time_exceeded, timestamp_reply, udp_datagram, unreachable, with_option, without_option,
)  # fmt: skip
from postel.kit.groups import (
    A, AT_ONCE, B, C, D, LATE, answer_that_waits, asked, is_asked, is_reported, joins, kinds, listened, member, misses, receives, said_all, says,
    says_nothing, sent_to, speaks, usual_robustness, wants,
)  # fmt: skip
from postel.kit.igmp import ALERT, ALL_HOSTS, ALL_REPORTS, ALL_ROUTERS, CONTROL, GROUP, OTHER_GROUP, cut_to, group_mac, igmp, neighbours_report, query, record, records
from postel.kit.hops import OTHER, asked_for, expect_no_question, first_hop, peer_is_known, redirect, redirected, replies_to, resolved, two_gateways, without_gateway
from postel.kit.passing import crosses, expect_kept, expect_passed, expect_silent_discard, passed, passed_on, transit
from postel.kit.judge import judge
from postel.kit.llc import MOST, SNAP_IP, command, reads_802, response, says_so
from postel.kit.lower import LowerTester, Recorded
from postel.kit.outcome import Outcome
from postel.kit.packets import (
    BAD_OPTIONS, EOL, ICMP, IP, NOP, SECURITY, STREAM_ID, TCP, UDP, UNKNOWN, Stimulus, block, blocks, counting, cut, echo,
    echo_summing_to_zero, ethernet, fragments, header_sum, icmp, letters, lsrr, one_fault, patched, probe, record_route, split, ssrr,
    summing_to, summing_to_zero, timestamp, udp,
)  # fmt: skip
from postel.kit.overlap import overlap_policy
from postel.kit.paths import FAR, FAR_TOO, LEAST, narrowed, only_packet, packets_of, refusal, too_big, too_long
from postel.kit.steps import (
    LARGE, a_bad_option, bad_option, bad_options_are_reported, echoed, expect_discard, expect_if_reported, expect_once,
    expect_refusal, gathered, holds, in_pieces, joined, large_echo, large_reply, reassembles, returned, seconds_until, unfinished,
)  # fmt: skip
from postel.base.verdict import Verdict, worse
from postel.iut.upper import UpperError
from postel.kit.queriers import (
    HIGHER, LOWER, MEMBER, it_asks, it_asks_nothing, known, leaves_group, oldest, other_asks, querier, queries, reported_by_itself, reports, reports_older,
    tells_routers,
)  # fmt: skip
from postel.kit.sweeps import all_links, differing, differing_addresses, links, message, ping, reported, short_headers, to_all, unreported
from postel.kit.user import OUR_PORT, USER_PORT, bind, source_chosen, timestamp_answer, timestamp_request, user_of_icmp, user_sends
from postel.kit.multicasts import OF_GROUPS, ends_in_silence, expect_copies, for_group, leaves_of, route_to_group, routes_groups, spreads
from postel.kit.crossing import SLOW, processes, stays, tells_its_mac, waited
from postel.kit.trying import codes, switches, told_as_set
from postel.kit.connection import ACK, FIN, RST, SYN, asks, data_of, flagged, knocks, opens, segment_of, sum_of, waits
from postel.kit.tcp import expect_an_answer_to_a_syn, syn
from postel.kit.violator import AS_FIRST, ASKED, Violator, accepts, adds, alters, answers, changes, delivers, drops, ignores, keeps, loses, passes, replies
from postel.kit.wire import BROADCAST_MAC, address_octets, edit_packet, summary
from postel.lab.addresses import LEFT, RIGHT, THIRD

__all__ = [
    "GRAIN", "HELD", "NEW", "TESTED", "candidate", "chooses", "chosen", "claims", "contest", "gives", "holds_address", "is_link_local", "leaves", "uses", "watched",
    "ACK", "FIN", "RST", "SYN", "asks", "data_of", "flagged", "knocks", "opens", "segment_of", "sum_of", "waits",
    "A", "AT_ONCE", "B", "C", "D", "GROUP", "LATE", "OTHER_GROUP", "answer_that_waits", "asked", "is_asked", "is_reported", "joins", "kinds", "listened", "member", "misses",
    "receives", "said_all", "says", "says_nothing", "sent_to", "speaks", "usual_robustness", "wants",
    "ALERT", "ALL_HOSTS", "ALL_REPORTS", "ALL_ROUTERS", "CONTROL", "cut_to", "group_mac", "igmp", "neighbours_report", "query", "record", "records",
    "HIGHER", "LOWER", "MEMBER", "it_asks", "it_asks_nothing", "known", "leaves_group", "oldest", "other_asks", "querier", "queries", "reported_by_itself", "reports", "reports_older",
    "tells_routers",
    "OTHER", "two_gateways", "without_gateway",
    "crosses", "expect_kept", "expect_passed", "expect_silent_discard", "passed", "passes", "transit",
    "OF_GROUPS", "ends_in_silence", "expect_copies", "for_group", "leaves_of", "route_to_group", "routes_groups", "spreads",
    "SLOW", "processes", "stays", "tells_its_mac", "waited",
    "MOST", "SNAP_IP", "command", "reads_802", "response", "says_so",
    "FAR", "FAR_TOO", "LEAST", "narrowed", "only_packet", "packets_of", "refusal", "too_big", "too_long",
    "all_links", "differing", "differing_addresses", "links", "message", "ping", "reported", "short_headers", "to_all", "unreported",
    "AS_FIRST", "ASKED", "Abilities", "BAD_OPTIONS", "BROADCAST_MAC", "Case", "EOL", "EXTENSIONS", "Expectation", "ICMP", "IP", "LARGE", "LEFT", "LowerTester", "NOP",
    "NO_MAC", "OBJECT", "OTHER_MAC", "OUR_PORT", "Outcome", "PEER", "PEER_MAC", "REPLY", "REQUEST", "RIGHT", "Recorded", "SECURITY",
    "STREAM_ID", "Stimulus", "TCP", "THIRD", "UDP", "UNKNOWN", "USER_PORT", "UpperError", "Verdict", "Violator",
    "a_bad_option", "accepts", "address_octets", "adds", "alters", "answers", "anything", "arp", "arp_reply", "arp_request", "as_router", "asked_for", "at_least",
    "at_most", "at_most_one_of", "bad_option", "bad_options_are_reported", "bind", "block", "blocks", "by_how_much", "case", "cases", "changes",
    "characteristic", "codes", "counters", "counting", "cut", "delivers", "drops", "echo", "echo_reply", "echo_summing_to_zero", "edit_packet",
    "counted_as", "echoed", "ethernet", "expect_an_answer_to_a_syn", "expect_discard", "expect_if_reported", "expect_logged", "expect_no_question", "expect_once",
    "expect_refusal", "extended", "first_hop",
    "fragments", "gathered", "having", "header_sum", "header_verifies", "holding", "holds", "icmp", "ignores", "in_pieces", "joined", "judge",
    "keeps", "large_echo", "large_reply", "letters", "loses", "lsrr", "message_verifies", "nothing_but_zeros", "one_fault", "one_of", "only_copied", "other_than",
    "overlap_matrix", "overlap_names", "overlap_policy", "padded_with_zeros", "parameter_problem", "passed_on", "patched", "peer_is_known", "probe", "protocol", "quoting",
    "reassembles", "record_route", "recorded", "redirect", "redirected", "replies", "replies_to", "resolved", "returned", "risen", "robustness", "saying",
    "seconds_until", "source_chosen", "sound_options", "split", "ssrr", "stamped", "summary", "summing_to", "summing_to_zero", "syn", "taken", "time_exceeded", "switches",
    "timestamp", "timestamp_answer", "timestamp_reply", "timestamp_request", "told_as_set", "told_by", "udp", "udp_datagram",
    "unfinished", "unreachable", "user_of_icmp", "user_sends", "with_option", "without_option", "worse",
]  # fmt: skip
