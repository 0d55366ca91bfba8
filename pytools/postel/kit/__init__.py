# SPDX-License-Identifier: BSD-2-Clause
"""The kit: what cases are written with. `from postel.kit import *` at the top of a section's file."""

from postel.kit.arp import NO_MAC, OTHER_MAC, PEER, PEER_MAC, REPLY, REQUEST, arp
from postel.kit.case import Case, case, cases, characteristic, robustness
from postel.kit.expect import (
    Expectation, anything, arp_reply, arp_request, at_least, echo_reply, one_of, parameter_problem, protocol, quoting, saying,
    time_exceeded, timestamp_reply, udp_datagram, unreachable,
)  # fmt: skip
from postel.kit.judge import Outcome, judge
from postel.kit.lower import LowerTester, Recorded
from postel.kit.packets import (
    ICMP, IP, UDP, Stimulus, block, counting, cut, echo, ethernet, fragments, icmp, letters, lsrr, one_fault, probe, record_route,
    split, ssrr, timestamp, udp,
)  # fmt: skip
from postel.kit.verdict import Verdict, worse
from postel.kit.violator import Violator, alters, answers, changes, delivers, drops, loses
from postel.kit.wire import BROADCAST_MAC, summary
from postel.upper import UpperError

__all__ = [
    "BROADCAST_MAC", "Case", "Expectation", "ICMP", "IP", "LowerTester", "NO_MAC", "OTHER_MAC", "Outcome", "PEER", "PEER_MAC",
    "REPLY", "REQUEST", "Recorded", "Stimulus", "UDP", "UpperError", "Verdict", "Violator", "alters", "answers", "anything", "arp",
    "arp_reply", "arp_request", "at_least", "block", "case", "cases", "changes",
    "characteristic", "counting", "cut", "delivers", "drops", "echo", "echo_reply", "ethernet", "fragments", "icmp", "judge",
    "letters", "loses", "lsrr", "one_fault", "one_of", "parameter_problem", "probe", "protocol", "quoting", "record_route",
    "robustness", "saying", "split", "ssrr", "summary", "time_exceeded", "timestamp", "timestamp_reply", "udp", "udp_datagram",
    "unreachable", "worse",
]  # fmt: skip
