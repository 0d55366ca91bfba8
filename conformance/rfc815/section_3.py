# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 3: what the holes that are left say."""

from postel.kit import *


@case("RFC791-3.2_Reassembly-c", violator=answers("echo-reply", nth=1))
def hole_after_the_end(lt):
    """The hole that reaches to infinity is closed by the last fragment and by nothing else."""
    for seq, (spec, end) in enumerate((("HA@0+ B@2+", 3), ("B@2+ HA@0+ C@3+", 4), ("HABCD@0+", 5))):
        lt.send(*fragments(spec, seq=seq, id=800 + seq))
        lt.expect_silence(after="a datagram without its end")
        lt.send(*fragments(f"E@{end}", id=800 + seq))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABCD"[: end - 1] + "E")))


@case("RFC1122-3.3.2-a", violator=drops("echo-reply"))
def more_holes_than_can_be_held(lt):
    """However many holes are opened, a host lives on and still puts together the next datagram."""
    for ident in range(900, 920):
        lt.send(*(cut(block("A"), 16 * n, True, id=ident) for n in range(200)))
    lt.advance(lt.timers.reassembly)
    lt.expect_life()
    lt.send(*fragments("B@2 HA@0+"))
    lt.expect(echo_reply(ident=7, seq=1, data=blocks("AB")))
