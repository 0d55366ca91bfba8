# SPDX-License-Identifier: BSD-2-Clause
"""Pacing (pytools/postel/kit/pace.py): what a limit leaves by our count, and what of TCP is of the IUT's own accord."""

import pytest
from postel.iut.traits import ECHOES, ERRORS, Limit
from postel.kit import wire
from postel.kit.pace import Bucket, Pace, provoked
from postel.kit.packets import Stimulus, echo, framed, probe, udp
from postel.kit.tcp import syn
from postel.kit.unasked import Spoken, unasked
from postel.lab.addresses import LEFT, RIGHT


def frame(**fields: object) -> bytes:
    own = {"eth_dst": LEFT.lt_mac, "eth_src": LEFT.iut_mac, "src": LEFT.iut, "dst": LEFT.lt}
    return wire.build(own | fields)


def test_replies_that_nobody_asked_for_one_by_one_count_from_when_they_came() -> None:
    pace = Pace({ECHOES: Bucket(Limit(10, 4), 4.0, 0.0)})
    reply = wire.parse(frame(protocol=wire.ICMP, type=0, code=0, ident=1, seq=1, data=b""))
    for _ in range(10):
        pace.heard(reply, now=100.0)
    asked = framed(probe(echo()).octets(LEFT.lt, LEFT.iut, 1), LEFT)
    assert pace.wait(asked, now=100.0) > 0.6


@pytest.mark.parametrize("stimulus, snap, may_come", [
    (probe(echo()), False, [ECHOES]), (probe(echo()), True, [ECHOES]), (probe(echo(), dst=RIGHT.lt), False, [ECHOES, ERRORS]),
    (probe(echo(), options=b"\1\1\1\1"), False, [ECHOES, ERRORS]), (probe(udp()), False, [ERRORS]),
    (probe(echo(data=bytes(32)), mf=1), False, [ECHOES, ERRORS]), (probe(echo(), offset=64), False, [ERRORS]),
])  # fmt: skip
def test_what_may_come_of_a_frame(stimulus: Stimulus, snap: bool, may_come: list[str]) -> None:
    sent = framed(stimulus.octets(LEFT.lt, LEFT.iut, 1), LEFT)
    assert provoked(wire.snapped(sent) if snap else sent) == may_come


def test_segments_between_other_ports_are_another_users() -> None:
    spoken = Spoken()
    spoken.stimulus(framed(syn().octets(LEFT.lt, LEFT.iut, 1), LEFT))
    ports = {"answer": (9, 40009), "another": (49153, 80)}
    said = {name: wire.parse(frame(protocol=6, payload=b"".join(port.to_bytes(2, "big") for port in of) + bytes(16))) for name, of in ports.items()}
    assert {name: unasked(fields, spoken, {LEFT.iut}) for name, fields in said.items()} == {"answer": False, "another": True}


def test_a_fragment_without_ports_makes_all_of_tcp_matter() -> None:
    spoken = Spoken()
    spoken.stimulus(wire.edit(frame(protocol=6, payload=b"of"), offset=24))
    assert not unasked(wire.parse(frame(protocol=6, payload=bytes.fromhex("c0010050") + bytes(16))), spoken, {LEFT.iut})
