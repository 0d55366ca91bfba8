# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: Packet generation."""

from postel.kit import *


@case("RFC826-Generation-a", violator=changes("arp-request", eth_dst="02:00:00:00:00:01"))
def request_for_an_unknown_neighbour(lt):
    """A neighbour whose MAC is unknown is asked for by a broadcast with the IUT's own addresses as the sender's."""
    reply = resolved(lt, eth_dst=BROADCAST_MAC, eth_src=lt.iut_mac, sha=lt.iut_mac, spa=lt.iut)
    lt.check("Ethernet destination", reply["eth_dst"], PEER_MAC)


@case("RFC826-Generation-a", needs=["two-interfaces"], violator=changes("arp-request", spa=LEFT.iut))
def request_on_the_other_interface(lt):
    """Who asks on a link says which address it has there, and not that of another interface."""
    resolved(lt, RIGHT.host(37), on=1, sha=lt.right.iut_mac, spa=lt.right.iut)


@case(
    "RFC826-Generation-a", "RFC826-Generation-d",
    violators={
        "RFC826-Generation-a": changes("arp-request", eth_dst="02:00:00:00:00:01"),
        "RFC826-Generation-d": answers("arp-request", tpa=PEER),
    },
)  # fmt: skip
def no_request_for_a_known_neighbour(lt):
    """A neighbour whose MAC is unknown is asked for by a broadcast; once it is known it is not asked for again."""
    lt.check("Ethernet destination", resolved(lt, eth_dst=BROADCAST_MAC)["eth_dst"], PEER_MAC)
    with lt.judging("RFC826-Generation-d"):
        lt.send(IP(src=PEER) / echo(seq=2))
        lt.expect(echo_reply(eth_dst=PEER_MAC))
        lt.send(one_fault(IP(src=PEER) / echo(seq=3), checksum=1))
        expect_no_question(lt, PEER, after="three datagrams of one neighbour")


@case("RFC826-Generation-b", violator=drops("arp-reply", nth=2))
def target_mac_of_a_request_means_nothing(lt):
    """Whatever stands in the target hardware address of a request, it is answered."""
    for tha in (NO_MAC, BROADCAST_MAC, "02:00:00:00:00:99", lt.iut_mac):
        lt.send(arp(tha=tha))
        lt.expect(arp_reply(tpa=PEER))


@case("RFC826-Generation-c", kind=characteristic, violator=drops("echo-reply"))
def how_many_datagrams_wait_for_a_reply(lt):
    """How many of six datagrams for a neighbour are sent when its MAC is known at last."""
    with lt.mute_arp():
        asked_for(lt, PEER, *(IP(src=PEER) / echo(seq=seq) for seq in range(6)))
    lt.send(arp(REPLY))
    sent = 0
    while lt.answer("echo-reply"):
        sent += 1
    return f"{sent} of 6"


@case("RFC826-Generation-a", kind=characteristic, violator=changes("arp-request", tha=OTHER_MAC))
def target_mac_of_what_is_asked(lt):
    """What stands in a request for the address that it asks for, which RFC 826 leaves open."""
    with lt.mute_arp():
        lt.send(IP(src=PEER) / echo())
        request = lt.answer("arp-request")
    return request["tha"] if request else "nothing is asked for"
