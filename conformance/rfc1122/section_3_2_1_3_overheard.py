# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.3: whose datagrams a host takes when its interface is promiscuous and hears those of others."""

from postel.kit import *


@case("RFC1122-3.2.1.3-c", needs="promiscuous", violator=answers("echo-reply"))
def datagrams_of_others_that_are_overheard(lt):
    """A datagram from one neighbour to another that the host overhears is silently discarded, whatever it is."""
    lt.set("promiscuous", 1, iface=0)
    for message in echo(), udp(), IP(proto=253) / b"postel", probe(echo(), options=b"\x07\x03"):
        lt.send(one_fault(echo(), dst=PEER, eth_dst=PEER_MAC), probe(message, dst=PEER, eth_dst=PEER_MAC))
        lt.expect_silence(after="a datagram of others")


@case("RFC1122-3.2.1.3-c", needs=["promiscuous", "udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def datagrams_of_others_reach_no_user(lt):
    """Nor does a user get it."""
    lt.set("promiscuous", 1, iface=0)
    bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    lt.send(probe(udp(USER_PORT), dst=PEER, eth_dst=PEER_MAC))
    lt.expect_no_event("udp.recv", after="a datagram of others")


@case("RFC1122-3.2.1.3-c", kind=characteristic, needs="promiscuous", violator=answers("echo-reply"))
def frame_to_another_station(lt):
    """Whether a datagram for the host is taken by a promiscuous interface from a frame to another station, of which no RFC speaks."""
    lt.set("promiscuous", 1, iface=0)
    lt.send(probe(echo(), eth_dst=PEER_MAC))
    return "taken" if lt.answer("echo-reply") else "discarded"
