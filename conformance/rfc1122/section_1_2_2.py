# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 1.2.2: Robustness principle."""

from itertools import product

from postel.kit import *


@case("RFC1122-1.2.2-a", kind=robustness)
def own_address_as_source(lt):
    """A datagram that claims to come from the IUT itself does no harm."""
    lt.send(*(probe(packet, src=lt.iut) for packet in (echo(), udp(), icmp(3, 3, data=bytes(28)))))
    lt.expect_life()


@case("RFC1122-1.2.2-a", kind=robustness)
def udp_length_that_is_wrong(lt):
    """A UDP length of nothing, of less than its header or of more than the datagram does no harm."""
    for length in (0, 7, 15, 9999, 65535):
        lt.send(one_fault(udp(), udp_length=length))
        lt.expect_life()


@case("RFC1122-1.2.2-a", kind=robustness)
def arp_for_its_own_address(lt):
    """A neighbour that claims the IUT's own address does no harm."""
    lt.send(arp(spa=lt.iut), arp(REPLY, spa=lt.iut))
    lt.expect_life()


@case("RFC1122-1.2.2-b", kind=robustness)
def values_that_nobody_has_defined(lt):
    """Types, codes and protocols that no specification has are no reason to break."""
    for type_, code in product((0, 3, 4, 5, 8, 11, 12, 13, 14, 17, 41, 200, 255), (1, 16, 99, 255)):
        lt.send(icmp(type_, code, data=counting(28)))
    for protocol in (0, 4, 61, 143, 254, 255):
        lt.send(IP(proto=protocol) / counting(28))
    lt.expect_life()
