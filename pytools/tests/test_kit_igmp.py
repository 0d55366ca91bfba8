# SPDX-License-Identifier: BSD-2-Clause
"""IGMP as cases ask and read it, to the octet, and what the passive checker says of who speaks it right."""

from collections.abc import Mapping
from typing import Any

import pytest
from postel.kit import GROUP, checker, cut_to, igmp, neighbours_report, query, record, wire
from postel.kit.igmp import said
from postel.kit.packets import Stimulus, framed
from postel.kit.seen import Seen
from postel.lab.addresses import LEFT

ALERT = bytes.fromhex("94040000")
REPORTS: Mapping[str, Mapping[str, Any]] = {  # each as its version has it
    "version 1": {"dst": GROUP, "igmp_type": 0x12},
    "version 1 with an option": {"dst": GROUP, "igmp_type": 0x12, "options": ALERT},
    "version 2": {"dst": GROUP, "igmp_type": 0x16, "options": ALERT},
    "a leave": {"dst": "224.0.0.2", "igmp_type": 0x17, "options": ALERT},
    "version 3": {"dst": "224.0.0.22", "igmp_type": 0x22, "options": ALERT, "tos": 0xC0, "igmp_group": "0.0.0.1", "igmp_rest": record(4, GROUP)},
    "precedence alone": {"dst": "224.0.0.22", "igmp_type": 0x22, "options": ALERT, "tos": 0xC8, "igmp_group": "0.0.0.1", "igmp_rest": record(5, GROUP, LEFT.lt)},
    "no address yet": {"dst": "224.0.0.22", "igmp_type": 0x22, "options": ALERT, "tos": 0xC0, "src": "0.0.0.0", "igmp_group": "0.0.0.0"},
    "a querier": {"dst": "224.0.0.1", "igmp_type": 0x11, "options": ALERT, "igmp_code": 100, "igmp_group": "0.0.0.0"},
}  # fmt: skip


def message(stimulus: Stimulus) -> bytes:
    return bytes(wire.parse_packet(stimulus.octets(LEFT.lt, LEFT.iut, 1))["payload"])


@pytest.mark.parametrize("stimulus, octets", [
    (query(1), "1100eeff00000000"), (query(2, within=1.0), "110aeef500000000"), (query(2, GROUP, code=0xFF), "11ff0503e9fc0001"),
    (query(3), "110aec780000000002" "7d0000"), (query(3, GROUP, ["192.0.2.1"], interval=10, flags=11), "110a39ebe9fc00010b0a0001c0000201"),
    (neighbours_report(GROUP, 1), "12000402e9fc0001"), (neighbours_report(GROUP), "16000002e9fc0001"),
    (neighbours_report(GROUP, 3), "2200f10000000001" "02000000e9fc0001"), (cut_to(query(2), 7), "110aeef5000000"),
])  # fmt: skip
def test_messages(stimulus: Stimulus, octets: str) -> None:
    made = message(stimulus)
    assert made.hex()[:4] + made.hex()[8:] == octets[:4] + octets[8:]
    assert wire.ones_sum(made) == 0xFFFF


def test_octets_that_do_not_count() -> None:
    assert wire.ones_sum(message(cut_to(query(3), 12, b"postel"))[:12]) == 0xFFFF != wire.ones_sum(message(cut_to(query(3), 12, b"postel")))


def test_a_fault_is_the_only_one() -> None:
    right, wrong = message(query(3)), message(Stimulus(dict(query(3).packet), {"igmp_checksum": 0x1234}))
    assert (wrong[2:4], wrong[:2] + wrong[4:]) == (b"\x12\x34", right[:2] + right[4:])


def test_what_reports_say() -> None:
    rest = record(6, GROUP, "192.0.2.9", "192.0.2.10", "192.0.2.1") + record(1, "233.252.0.2") + record(77, GROUP)
    fields = wire.parse_packet(igmp(0x22, "224.0.0.22", group="0.0.0.3", rest=rest).octets(LEFT.iut, "", 1))
    assert [(each.words, each.group, each.version) for each in said(fields)] == [
        ("block 192.0.2.1 192.0.2.9 192.0.2.10", GROUP, 3), ("is in", "233.252.0.2", 3), ("record of type 77", GROUP, 3),
    ]  # fmt: skip
    cut = fields | {"payload": fields["payload"][:-1]}
    assert len(list(said(cut))) == 2
    assert [each.words for each in said(wire.parse_packet(igmp(0x17, "224.0.0.2", group=GROUP).octets(LEFT.iut, "", 1)))] == ["leave"]
    assert list(said(wire.parse_packet(query(3).octets(LEFT.lt, "", 1)))) == []


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_nobody_is_accused_of_igmp(report: Mapping[str, Any]) -> None:
    stimulus = igmp(**{"type_": report["igmp_type"], "group": GROUP} | {"src": LEFT.iut, "eth_src": LEFT.iut_mac} | {k: v for k, v in report.items() if k != "igmp_type"})
    fields = wire.parse(framed(stimulus.octets(LEFT.iut, "", 1), LEFT, **stimulus.ethernet()))
    assert [rule.requirement for rule in checker.violations(fields | {"iface": 0}, Seen())] == []
