# SPDX-License-Identifier: BSD-2-Clause
"""RFC 894: the frame around a packet."""

from postel.kit import *


@case("RFC894-Frame-b", violator=changes("echo-reply", nth=3, padding=bytes(8) + b"heap"))
def short_packets_are_filled_with_zeros(lt):
    """What fills the frame of a short packet are zeros, not what was in memory: after longer ones that are not."""
    lt.send(echo(data=b"\xaa" * 200))
    lt.expect(echo_reply(data=b"\xaa" * 200))
    for size in range(18):
        lt.send(echo(seq=size, data=b"\xaa" * size))
        lt.expect(echo_reply(seq=size, data=b"\xaa" * size, padding=nothing_but_zeros))
