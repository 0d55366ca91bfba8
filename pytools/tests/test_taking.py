# SPDX-License-Identifier: BSD-2-Clause
"""Answers that come in fragments, and what another user of the host sends, in fragments too."""

from typing import Any

import pytest
from postel.fakes.engine import Frame, fragmented, made
from postel.kit import wire
from postel.kit.taking import together
from postel.kit.unasked import Spoken, called, unasked
from postel.lab.addresses import INTERFACES

REPLY = made(0, protocol=wire.ICMP, type=0, code=0, ident=7, seq=1, data=bytes(range(200)))
OWN = {lab.iut for lab in INTERFACES}


def heard(*frames: Frame) -> list[wire.Fields]:
    return [wire.parse(frame.octets) | {"iface": 0, "frame_number": number} for number, frame in enumerate(frames)]


def test_a_datagram_that_no_packet_carries_is_put_together() -> None:
    cut = heard(*fragmented(REPLY, 68))
    found = together([*cut[::-1], *heard(REPLY)], 68)
    assert [fields["kind"] for fields in found] == ["echo-reply"] * 2
    assert found[0]["data"] == REPLY["data"] and found[0]["frame_number"] == cut[-1]["frame_number"]


@pytest.mark.parametrize("left", [slice(1, None), slice(0, -1), slice(0, None, 2)])
def test_what_lacks_a_piece_is_not(left: slice) -> None:
    cut = heard(*fragmented(REPLY, 68))[left]
    assert together(cut, 68) == cut


def test_nor_is_what_there_was_room_for() -> None:
    cut = heard(*fragmented(REPLY, 68))
    assert together(cut, 1500) == cut


def stimulus() -> Spoken:
    spoken = Spoken()
    lab = INTERFACES[0]
    said = {"eth_dst": lab.iut_mac, "eth_src": lab.lt_mac, "src": lab.lt, "dst": lab.iut, "protocol": wire.UDP, "sport": 40_000, "dport": 9}
    spoken.stimulus(wire.build(said | {"data": b"x"}))
    return spoken


@pytest.mark.parametrize(
    ("said", "apart"),
    [({"protocol": 6, "payload": bytes(20)}, True), ({"protocol": wire.UDP, "sport": 43_210, "dport": 33_435, "data": b""}, True),
     ({"protocol": wire.UDP, "sport": 9, "dport": 1, "data": b""}, False), ({"protocol": wire.UDP, "sport": 1, "dport": 40_000, "data": b""}, False),
     ({"protocol": wire.ICMP, "type": 41, "code": 0, "data": b""}, False)],
)  # fmt: skip
def test_a_datagram_to_one_host_is_an_answer_if_the_case_has_spoken_of_it(said: dict[str, Any], apart: bool) -> None:
    assert unasked(heard(made(0, **said))[0], stimulus(), OWN) == apart


@pytest.mark.parametrize(("port", "apart"), [(514, True), (9, False)])
def test_so_are_its_fragments(port: int, apart: bool) -> None:
    spoken = stimulus()
    cut = heard(*fragmented(made(0, protocol=wire.UDP, sport=1514, dport=port, data=bytes(2000)), 576))
    assert {unasked(fields, spoken, OWN) for fields in cut} == {apart}
    assert called(cut[0]) == "UDP in fragments"


def test_of_a_fragment_whose_first_was_not_seen_nobody_knows_the_ports() -> None:
    cut = heard(*fragmented(made(0, protocol=wire.UDP, sport=1514, dport=514, data=bytes(2000)), 576))
    assert not unasked(cut[1], stimulus(), OWN)
