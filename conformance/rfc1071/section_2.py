# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1071 section 2: checking. Who adds up sees all ones, whichever zero the sender chose; who computes anew does not."""

from postel.kit import *


@case("RFC1071-2-a", "RFC1624-5-a", kind=characteristic,
      violators=dict.fromkeys(("RFC1071-2-a", "RFC1624-5-a"), drops("echo-reply", nth=1)))  # fmt: skip
def both_zeros_in_the_header(lt):
    """Which zeros are taken in a header whose checksum is zero: 0x0000, as it is computed, or 0xffff as well."""
    taken = []
    for checksum in (0x0000, 0xFFFF):
        lt.send(probe(summing_to_zero(echo(seq=checksum), lt.me, lt.iut), checksum=checksum))
        taken += [f"{checksum:#06x}"] if lt.answer("echo-reply") else []
    return " and ".join(taken) or "neither"


@case("RFC1071-2-a", kind=characteristic, violator=drops("echo-reply", nth=1))
def both_zeros_in_a_message(lt):
    """Which zeros are taken in an ICMP message whose checksum is zero."""
    taken = []
    for checksum in (0x0000, 0xFFFF):
        lt.send(probe(echo_summing_to_zero(), icmp_checksum=checksum))
        taken += [f"{checksum:#06x}"] if lt.answer("echo-reply") else []
    return " and ".join(taken) or "neither"
