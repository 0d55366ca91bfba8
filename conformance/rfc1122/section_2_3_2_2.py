# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.3.2.2: ARP packet queue."""

from postel.kit import *


@case("RFC1122-2.3.2.2-a", ability="keeps-datagrams", violator=drops("echo-reply"))
def datagram_waits_for_the_reply(lt):
    """A datagram for an address that is being resolved is kept, and sent when the reply is there."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo())
    lt.send(arp(REPLY))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    while lt.answer("echo-reply"):
        pass  # where it was sent again before the IUT asked


@case("RFC1122-2.3.2.2-a", stands_on="keeps-datagrams", violator=drops("echo-reply", where={"seq": 40}))
def newest_datagram_waits_for_the_reply(lt):
    """While an address is being resolved the newest datagram for it is kept, and sent when the reply is there."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo(seq=1))
        lt.send(*(IP(src=PEER) / echo(seq=seq) for seq in range(2, 41)))
    lt.send(arp(REPLY))
    lt.expect(echo_reply(seq=40, eth_dst=PEER_MAC))
    while lt.answer("echo-reply"):
        pass  # older ones may be kept as well


@case("RFC1122-2.3.2.2-a", stands_on="keeps-datagrams", violator=drops("echo-reply", nth=3))
def datagrams_of_every_size_wait(lt):
    """A datagram is kept whatever its size, up to the longest that the link carries in a packet."""
    for last, size in enumerate((0, lt.room // 2, lt.room - 1, lt.room), 40):
        near = LEFT.host(last)
        with lt.mute_arp():
            asked_for(lt, near, IP(src=near) / echo(data=counting(size)))
        lt.send(arp(REPLY, spa=near))
        lt.expect(echo_reply(data=counting(size), eth_dst=PEER_MAC))
        while lt.answer("echo-reply"):
            pass  # where it was sent again before the IUT asked


@case("RFC1122-2.3.2.2-a", kind=characteristic, needs=["udp", "vtime"], stands_on="waits-for-neighbours", violator=loses("icmp.error", nth=1))
def who_is_told_that_a_neighbour_is_silent(lt):
    """How many of three users are told whose datagrams wait in vain for the same neighbour."""
    with lt.mute_arp():
        for port in range(USER_PORT, USER_PORT + 3):
            lt.call("udp.send", sock=bind(lt, port), dst=PEER, dport=OUR_PORT, data=b"postel")
        lt.advance(30)
        told = len(list(iter(lambda: lt.delivered("icmp.error"), None)))
    return f"{told} of 3"
