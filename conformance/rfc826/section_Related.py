# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: Related issue."""

from postel.kit import *


@case("RFC826-Related-b", needs=["vtime"], violator=answers("arp-request", tpa=LEFT.iut))
def mappings_are_not_broadcast_periodically(lt):
    """A host that nobody speaks to for ten minutes does not tell its mapping unasked."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))
    lt.advance(seconds=10)
    lt.unasked.clear()  # when it starts it may, twice by RFC 5227 2.3, and ask whether an address is somebody's
    lt.send(one_fault(echo(), checksum=1))
    lt.advance(seconds=600)
    lt.answer("arp")  # it may ask for whom it has forgotten, to answer the fence, or for whom it polls
    lt.check("addresses told unasked:", [told["spa"] for told in lt.unasked if "spa" in told], [])


@case("RFC826-Related-a", needs=["vtime"], kind=characteristic, violator=changes("echo-reply", nth=1, eth_dst=OTHER_MAC))
def mapping_of_a_minute_ago(lt):
    """Whether a MAC that was not heard of for a minute is still believed."""
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.neighbours[PEER] = OTHER_MAC
    lt.advance(seconds=60)
    return "still believed" if first_hop(lt, PEER) == PEER_MAC else "asked for again"


@case("RFC826-Generation-c", kind=characteristic, violator=drops("echo-reply"))
def announcement_of_who_is_asked_for(lt):
    """Whether what waits for a neighbour's MAC is sent when the neighbour tells it to all: RFC 826 knows no entry without one."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo())
        lt.send(arp(tpa=PEER))
        return "sent" if lt.answer("echo-reply") else "not sent"


@case("RFC1122-2.3.3-f", needs=["two-interfaces"], violator=changes("echo-reply", eth_dst=OTHER_MAC))
def neighbour_that_is_claimed_on_another_link(lt):
    """A MAC is one link's: what somebody claims on another moves no neighbour (NetBSD's CVE-1999-0763)."""
    near = RIGHT.host(37)
    lt.hosts.strangers.add(near)
    lt.neighbours[near] = PEER_MAC
    lt.send(arp(spa=near, tpa=lt.right.iut), on=1)
    lt.expect(arp_reply(sha=lt.right.iut_mac, spa=lt.right.iut, tpa=near), on=1)
    lt.send(arp(spa=near, sha=OTHER_MAC))
    lt.answer("arp")  # it may be answered, for RFC 826 knows no networks
    lt.send(probe(IP(src=near) / echo(), eth_src=PEER_MAC), on=1)
    lt.expect(echo_reply(eth_dst=PEER_MAC), on=1)
