# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.5.1: limited broadcasts."""

from postel.kit import *

ALL = "255.255.255.255"
FRAMES = {"in a frame to all": BROADCAST_MAC, "in a frame to the router": LEFT.iut_mac}


@case("RFC1812-5.3.5.1-a", role="router", violator=passes())
def limited_broadcast_stays_on_its_link(lt):
    """What is for all on a link is passed on to no other, whatever its time to live, and not back either."""
    crosses(lt)
    for mac in lt.each(FRAMES):
        for ttl in (255, 2):
            stays(lt, transit(dst=ALL, eth_dst=mac, ttl=ttl), after=f"a limited broadcast with TTL {ttl}")


@case("RFC1812-5.3.5.1-a", role="router", needs="directed-broadcast", violator=passes())
def limited_broadcast_stays_where_directed_ones_pass(lt):
    """The switch for broadcasts on other networks lets no limited one through."""
    lt.set("directed-broadcast", 1)
    crosses(lt)
    stays(lt, transit(dst=ALL, eth_dst=BROADCAST_MAC), after="a limited broadcast")


@case("RFC1812-5.3.5.1-b", role="router", needs="udp", violator=loses("udp.recv", nth=1))
def limited_broadcast_is_received(lt):
    """A router hands a limited broadcast to its user, as any host does, by whichever interface it comes."""
    sock = bind(lt)
    for on in (0, 1):
        lt.send(probe(udp(dport=USER_PORT, data=counting(9)), dst=ALL, eth_dst=BROADCAST_MAC), on=on)
        lt.expect_event("udp.recv", sock=sock, data=counting(9))


@case("RFC1812-5.3.5.1-c", kind=characteristic, role="router", needs=["udp", "broadcast"], violator=drops("udp"))
def who_sends_limited_broadcasts(lt):
    """Whether a user of the router may send to all on a link."""
    sock = bind(lt)
    lt.set("broadcast", 1, sock=sock)
    lt.call("udp.send", sock=sock, dst=ALL, dport=OUR_PORT, data=b"postel")
    return "sent" if lt.answer("udp") else "not sent"
