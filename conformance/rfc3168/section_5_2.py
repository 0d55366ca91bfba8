# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3168 section 5.2: Dropped or corrupted packets."""

from postel.kit import *

ECN = 0x03


def not_capable(tos):
    """without ECT or CE"""
    return not tos & ECN


@case("RFC3168-5.2-a", violator=changes("echo-reply", nth=1, tos=0x02))
def answers_are_not_ecn_capable(lt):
    """Nobody takes the loss of an ICMP message for congestion, so it is not ECN-capable, whatever it answers."""
    for ecn in (0, 1, 2, 3):
        lt.send(probe(echo(seq=ecn), tos=ecn))
        lt.expect(echo_reply(tos=not_capable))
        lt.send(probe(udp(), tos=ecn))
        if error := lt.answer("unreachable"):
            lt.check("TOS of an error", error["tos"], not_capable)


@case("RFC3168-5.2-a", needs=["udp"], violator=changes("udp", tos=0x02))
def datagrams_of_a_user_are_not_ecn_capable(lt):
    """Nor does the IUT know whether the user of a UDP datagram, who has not asked for it, would."""
    lt.check("TOS", user_sends(lt, bind(lt))["tos"], not_capable)
