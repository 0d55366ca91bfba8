# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: Related issue."""

from postel.kit import *


@case("RFC826-Related-b", needs=["vtime"], violator=answers("arp-request", tpa="198.18.0.2"))
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
