# SPDX-License-Identifier: BSD-2-Clause
"""RFC 5227 sections 1 and 2: what who looks for conflicts of addresses may count on."""

from postel.kit import *


@case("RFC5227-2.5-a", violator=drops("arp-reply", nth=1))
def every_request_is_answered(lt):
    """Requests for the address that a host uses are answered, by whichever frame they come. (Probes are RFC826-Reception-f's.)"""
    for said in {}, {"eth_dst": lt.iut_mac}:
        lt.send(arp(**said))
        if said and not lt.heard("arp-reply"):
            lt.lacks("answers-requests-to-it-alone")
        lt.expect(arp_reply(spa=lt.iut, tha=PEER_MAC, tpa=PEER))


@case("RFC5227-2.6-a", violator=changes("arp-reply", eth_dst=BROADCAST_MAC))
def replies_are_not_broadcast(lt):
    """The reply to a request goes to who asked, and not to all."""
    lt.send(arp())
    lt.check("Ethernet destination", lt.expect(arp_reply(tpa=PEER))["eth_dst"], PEER_MAC)


@case("RFC5227-1.2.1-a", violator=drops("echo-reply", where={"seq": 9}))
def broadcast_reply_is_processed(lt):
    """A reply in a broadcast frame tells its MAC like any other."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo())
        lt.send(arp(REPLY, eth_dst=BROADCAST_MAC))
        while lt.answer("echo-reply"):
            pass  # what waited may be sent now, or may be lost
        lt.send(IP(src=PEER) / echo(seq=9))
        lt.expect(echo_reply(eth_dst=PEER_MAC))


@case("RFC5227-2.4-f", needs=["vtime"], stands_on="defends-its-address", violator=answers("arp-request", every=True, tpa=LEFT.iut))
def defences_are_ten_seconds_apart(lt):
    """Whoever else claims the IUT's address, it answers that by no more than one announcement in ten seconds."""
    lt.advance(HELD)
    claims(lt, "announcement", lt.iut)  # at its start it may announce the address twice (2.3)
    began = lt.now()
    for _ in range(8):
        lt.send(arp(REPLY, spa=lt.iut, sha=OTHER_MAC, tpa=lt.iut))
        lt.advance(seconds=1)
    said = [frame for frame in lt.unasked + lt.leftovers() if frame.get("spa") == frame.get("tpa") == lt.iut]
    lt.check("announcements, one in ten seconds:", len(said), at_most(1 + int((lt.now() - began) / 10)))
    lt.forget()
