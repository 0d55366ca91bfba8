# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1071 section 2: checking; whoever adds up sees all ones, whichever zero the sender chose."""

from postel.kit import *


@case("RFC1071-2-a", violator=drops("echo-reply", nth=1))
def both_zeros_in_the_header(lt):
    """A header whose checksum is zero verifies with 0x0000 and with 0xffff in the field."""
    for checksum in (0x0000, 0xFFFF):
        lt.send(probe(summing_to_zero(echo(seq=checksum), lt.me, lt.iut), checksum=checksum))
        lt.expect(echo_reply())


@case("RFC1071-2-a", violator=drops("echo-reply", nth=1))
def both_zeros_in_a_message(lt):
    """An ICMP message whose checksum is zero verifies with 0x0000 and with 0xffff in the field."""
    for checksum in (0x0000, 0xFFFF):
        lt.send(probe(echo_summing_to_zero(), icmp_checksum=checksum))
        lt.expect(echo_reply())
