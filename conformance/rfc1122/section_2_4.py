# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.4: Interface between link and Internet layer."""

from postel.kit import *


@case("RFC1122-2.4-c", violator=answers("unreachable"))
def missing_arp_entry_is_not_an_error(lt):
    """A neighbour whose address is yet to be resolved is not reported as unreachable."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo(seq=1))
        lt.send(IP(src=PEER) / echo(seq=2))
        lt.expect_silence(after="a datagram for an unresolved neighbour")


@case("RFC1122-2.4-a", kind=characteristic, violator=answers("unreachable"))
def link_broadcast_is_told_apart(lt):
    """Whether IP is seen to know of link broadcasts. Who reports what came in one (RFC1122-3.2.2-h) may still be told."""
    lt.send(udp())
    expect_if_reported(lt, unreachable(code=3))
    lt.send(probe(udp(), eth_dst=BROADCAST_MAC))
    return "treated alike" if lt.answer("unreachable") else "told apart"


@case("RFC1122-2.4-c", needs=["udp", "icmp-errors"], ability="waits-for-neighbours", violator=drops("udp"))
def missing_arp_entry_is_no_error_to_a_user(lt):
    """Nor is it to the user whose datagram waits for it."""
    lt.hosts.strangers.add(PEER)
    sock = bind(lt)
    user_sends(lt, sock)
    with lt.mute_arp():
        lt.call("udp.send", sock=sock, dst=PEER, dport=OUR_PORT, data=b"postel")
        lt.answer("arp-request")
        lt.expect_no_event("icmp.error", after="a datagram for an unresolved neighbour")


@case("RFC1122-2.4-c", kind=characteristic, needs=["udp", "icmp-errors", "vtime"], stands_on="waits-for-neighbours", violator=loses("icmp.error"))
def silence_of_a_neighbour_is_told(lt):
    """What the user is told whose datagram waited for a neighbour that did not answer in a minute."""
    lt.hosts.strangers.add(PEER)
    sock = bind(lt)
    with lt.mute_arp():
        lt.call("udp.send", sock=sock, dst=PEER, dport=OUR_PORT, data=b"postel")
        lt.advance(60)
        while lt.answer("arp-request"):
            pass
    told = lt.delivered("icmp.error")
    return f"an error of type {told['type']} and code {told['code']}" if told else "nothing"
