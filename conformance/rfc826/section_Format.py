# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: Packet format."""

from postel.kit import *


@case("RFC826-Format-a", violator=changes("arp-reply", plen=6))
def fields_of_a_reply(lt):
    """A reply names Ethernet, IPv4, the lengths of their addresses and the operation 2."""
    lt.send(arp())
    lt.expect(arp_reply(eth_type=0x0806, htype=1, ptype=0x0800, hlen=6, plen=4, op=2))


@case("RFC826-Format-a", violator=changes("arp-request", hlen=8))
def fields_of_a_request(lt):
    """A request names Ethernet, IPv4, the lengths of their addresses and the operation 1."""
    resolved(lt, eth_type=0x0806, htype=1, ptype=0x0800, hlen=6, plen=4, op=1)


@case("RFC826-Format-b", violator=changes("arp-reply", tpa="119.0.18.198"))
def addresses_follow_each_other(lt):
    """The four addresses follow each other without a gap, each in network order."""
    lt.send(arp())
    lt.expect(arp_reply(sha=lt.iut_mac, spa=lt.iut, tha=PEER_MAC, tpa=PEER))
