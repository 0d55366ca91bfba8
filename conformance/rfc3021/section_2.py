# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3021 section 2: links with a prefix of 31 bits, and the two hosts on them."""

from postel.kit import *

ENDS = {"the even one": (LEFT.host(200), LEFT.host(201)), "the odd one": (LEFT.host(203), LEFT.host(202))}  # the IUT, and who is at the other end
OURS, THEIRS = ENDS["the even one"]


def linked(lt, ours, theirs):
    """The IUT has one of the two addresses, and knows who has the other."""
    lt.neighbours[theirs] = OTHER_MAC
    lt.add("address", iface=0, addr=ours, len=31)
    lt.send(arp(spa=theirs, sha=OTHER_MAC, tpa=ours))
    lt.expect(arp_reply(spa=ours, tpa=theirs))


@case("RFC3021-2.1-a", needs="address", violator=drops("echo-reply", nth=1))
def both_addresses_are_those_of_hosts(lt):
    """Whichever of the two the host has, it takes what comes for it from the other and answers."""
    for ours, theirs in ENDS.values():
        linked(lt, ours, theirs)
        lt.send(IP(src=theirs, dst=ours) / echo())
        lt.expect(echo_reply(src=ours, dst=theirs, eth_dst=OTHER_MAC))


@case("RFC3021-2.2-a", needs=["udp", "address"], violator=changes("udp", nth=1, eth_dst=BROADCAST_MAC))
def neither_address_is_a_broadcast(lt):
    """What a user sends to the other end goes to that host alone, be its number zero or one."""
    sock = bind(lt)
    for ours, theirs in ENDS.values():
        linked(lt, ours, theirs)
        lt.call("udp.send", sock=sock, dst=theirs, src=ours, dport=OUR_PORT, data=b"postel")
        sent = lt.expect(udp_datagram(src=ours, dst=theirs, dport=OUR_PORT))
        lt.check("Ethernet destination", sent["eth_dst"], OTHER_MAC)


@case("RFC3021-2.2-b", needs=["udp", "address"], violator=drops("udp"))
def limited_broadcast_reaches_the_link(lt):
    """What the host sends to all on such a link it sends to 255.255.255.255, in a frame to all."""
    linked(lt, OURS, THEIRS)
    lt.call("udp.send", sock=bind(lt), dst="255.255.255.255", src=OURS, dport=OUR_PORT, data=b"postel")
    sent = lt.expect(udp_datagram(src=OURS, dst="255.255.255.255", dport=OUR_PORT))
    lt.check("Ethernet destination", sent["eth_dst"], BROADCAST_MAC)
