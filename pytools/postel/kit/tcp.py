# SPDX-License-Identifier: BSD-2-Clause
"""TCP, as far as a segment from nowhere shows it: who has TCP resets a connection to a port that nobody has, who has none reports the
protocol as unreachable."""

import struct

from scapy.layers.inet import IP
from scapy.packet import Raw

from postel.kit import wire
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, probe
from postel.lab.addresses import LEFT

TCP = 6
_PORT, _OURS, _SYN, _WORDS = 9, 40009, 2, 5  # port 9 is closed on every IUT


def syn(src: str = LEFT.lt, dst: str = LEFT.iut, **changes: str) -> Stimulus:
    """The first segment of a connection, right for these addresses."""
    segment = struct.pack(">HHIIBBHHH", _OURS, _PORT, 7, 0, _WORDS << 4, _SYN, 8192, 0, 0)
    ends = wire.address_octets(src) + wire.address_octets(dst) + struct.pack(">HH", TCP, len(segment))
    right = segment[:16] + struct.pack(">H", wire.checksum(ends + segment)) + segment[18:]
    return probe(IP(proto=TCP, src=src, dst=dst) / Raw(right), **changes)


def expect_an_answer_to_a_syn(lt: LowerTester) -> None:
    """From a host and to the IUT's own address: without it no silence about another proves anything."""
    lt.send(syn())
    if not lt.answer():
        lt.stands_on("reports-unknown-protocols")
        lt.not_applicable("neither a reset nor an error answers a SYN to a closed port")
