# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.4.2: What is on a link of the router, and what is not."""

from postel.kit import *

INSIDE = {"behind the first": 3, "another": 9, "the last": 62}  # of the 64 addresses of the right one


@case("RFC1812-5.2.4.2-a", role="router", violator=changes("echo-request", eth_dst=OTHER_MAC))
def who_is_on_the_link(lt):
    """Who has the prefix of a link is sent to there directly; who differs from it in its last bit, or is beside it, is not."""
    for number in lt.each(INSIDE, "host"):
        lt.neighbours[lt.right.host(number)] = PEER_MAC
        crosses(lt, probe(echo(), dst=lt.right.host(number)), eth_dst=PEER_MAC)
    for number in lt.each({"before its first": -1, "behind its last": 64}, "address"):
        crosses(lt, probe(echo(), src=FAR, dst=lt.right.host(number)), out=0, eth_dst=lt.mac)


@case("RFC1812-5.2.4.2-b", role="router", needs="route", violator=changes("echo-request", eth_dst=OTHER_MAC))
def links_come_before_routes(lt):
    """Who is on a link of the router is sent to there, whatever routes lead to networks that hold it."""
    for length in 18, 15:
        lt.add("route", net=str(RIGHT.network.supernet(new_prefix=length).network_address), len=length, gateway=PEER)
    crosses(lt, probe(echo(), dst=lt.right.lt), eth_dst=lt.right.lt_mac)


@case("RFC1812-5.2.4.2-b", role="router", kind=characteristic, needs="route", violator=drops("echo-request"))
def route_to_a_host_on_a_link(lt):
    """Whether a route to one host by a gateway comes before the link on which the host is."""
    somebody = lt.right.host(9)
    lt.neighbours[somebody] = PEER_MAC
    lt.add("route", net=somebody, len=32, gateway=PEER)
    lt.send(probe(echo(), src=FAR, dst=somebody))
    passed = lt.answer("echo-request")
    return "by neither" if passed is None else "by the link" if passed["iface"] else "by the gateway"
