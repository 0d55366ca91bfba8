# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.6: Invalid addresses in UDP."""

from postel.kit import *


@case("RFC1122-4.1.3.6-a", needs=["udp"], violator=delivers("udp.recv", sock=1, src="224.0.0.1", data=b"postel"))
def invalid_source_reaches_no_user(lt):
    """A datagram from all hosts, of the link or everywhere, a group or a loopback address is discarded by UDP or IP."""
    bind(lt)
    others = ("255.255.255.255", "224.0.0.1", "239.1.2.3", "239.255.255.255", "127.0.0.1", "127.255.255.254")
    for src in lt.each({"the link's broadcast as source": LEFT.broadcast} | {f"source {each}": each for each in others}):
        lt.neighbours[src] = lt.mac
        lt.send(request := probe(echo(), src=src))
        lt.again(request)
        if lt.answer("echo-reply"):
            lt.not_applicable("an echo request from there is answered as well, which 3.2.1.3 is about")
        lt.send(one_fault(udp(USER_PORT), src=src))
        lt.expect_no_event("udp.recv", after=f"source {src}")


@case("RFC1122-4.1.3.6-a", kind=characteristic, needs=["udp"], violator=delivers("udp.recv", sock=1, src="0.0.0.0", data=b"postel"))
def datagram_from_nobody(lt):
    """Who learns its address sends from 0.0.0.0 (RFC 1122 3.2.1.3), and no receiver can see whether one does: it may come through, or not."""
    bind(lt)
    lt.send(one_fault(udp(USER_PORT), src="0.0.0.0"))
    return "delivered" if lt.delivered() else "discarded"


@case("RFC1122-4.1.3.6-b", needs=["udp"], violator=changes("udp", src=LEFT.broadcast))
def sources_are_valid(lt):
    """A datagram leaves with an address of the IUT, also one that answers a broadcast."""
    sock = bind(lt)
    lt.send(probe(udp(USER_PORT), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC))
    lt.delivered()
    lt.check("source", user_sends(lt, sock)["src"], lt.iut)
