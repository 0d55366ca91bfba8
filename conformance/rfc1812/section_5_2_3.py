# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.3: What is for the router, for others, or both."""

from postel.kit import *

HOP = {"role": "router", "needs": "source-route", "stands_on": "takes-source-routes"}


@case("RFC1812-5.2.3-a", **HOP, violator=changes("echo-request", options=patched(2, 12)))
def own_hops_of_a_route(lt):
    """Hops of a source route that are the router's own are passed one after the other, and the packet goes on to the next that is not."""
    lt.set("source-route", 1)
    for first in lt.each({"the address it came to": lt.iut, "the other one": lt.right.iut}, "then"):
        lt.send(probe(echo(), options=lsrr(first, lt.right.iut, lt.right.lt) + NOP))
        passed = lt.expect(Expectation("echo-request", {"src": lt.me, "dst": lt.right.lt}), on=1)
        lt.check("pointer", passed["options"][2], 16)


@case("RFC1812-5.2.3-a", role="router", needs=("source-route", "udp"), stands_on="takes-source-routes", violator=loses("udp.recv"))
def route_that_ends_at_the_router(lt):
    """Where no other hop is left the packet is for the router itself."""
    lt.set("source-route", 1)
    sock = bind(lt)
    lt.send(probe(udp(dport=USER_PORT), options=lsrr(lt.right.iut, lt.iut) + NOP))
    lt.expect_event("udp.recv", sock=sock, src=lt.me)


STAYS = "224.0.0.77"  # a group of the link
OWN = {"of the interface that it came by": LEFT.iut, "of the other one": RIGHT.iut, "all": "255.255.255.255", "all hosts": ALL_HOSTS, "a group of the link": STAYS}


@case("RFC1812-5.2.3-b", role="router", needs=("udp", "group"), violator=passes())
def what_is_for_the_router_alone(lt):
    """What is for an address of the router, for all on the link, or for a group that stays on it, is delivered and does not go on."""
    sock = bind(lt)
    lt.add("group", sock=sock, addr=STAYS)
    for dst in lt.each(OWN, "address"):
        lt.send(probe(udp(dport=USER_PORT), dst=dst, ttl=9))
        lt.expect_event("udp.recv", sock=sock)
        expect_silent_discard(lt, after=f"a datagram for {dst}")


DIRECTED = {"role": "router", "needs": ("udp", "directed-broadcast"), "profiles": ["rfc1812"]}


@case("RFC1812-5.2.3-c", **DIRECTED, violator=loses("udp.recv"))
def broadcast_on_another_network(lt):
    """What is for all on another network of the router is delivered, and goes on there."""
    lt.set("directed-broadcast", 1)
    sock = bind(lt)
    crosses(lt, probe(udp(dport=USER_PORT), dst=lt.right.broadcast), eth_dst=BROADCAST_MAC)
    lt.expect_event("udp.recv", sock=sock)


@case("RFC1812-5.2.3-e", **DIRECTED, violator=loses("udp.recv"))
def broadcast_on_the_network_that_it_came_by(lt):
    """What is for all on the network that it came by is delivered; where the frame was for the router alone it goes on there as well."""
    lt.set("directed-broadcast", 1)
    sock = bind(lt)
    for mac in lt.each({"all": BROADCAST_MAC, "the router": lt.iut_mac}, "in a frame to"):
        lt.send(probe(udp(dport=USER_PORT), dst=lt.left.broadcast, eth_dst=mac))
        lt.expect_event("udp.recv", sock=sock)
        if mac == lt.iut_mac:
            expect_passed(lt, out=0, eth_dst=BROADCAST_MAC)
        lt.expect_silence(after="it")


@case("RFC1812-5.2.3-d", role="router", needs=("udp", "group"), violator=loses("udp.recv"))
def group_that_the_router_is_in(lt):
    """What is for a group that the router is in on the link that it came by is delivered, though the router passes on other packets."""
    sock = member(lt)
    lt.send(probe(udp(dport=USER_PORT), dst=GROUP, ttl=9))
    lt.expect_event("udp.recv", sock=sock)


@case("RFC1812-5.2.3-f", role="router", needs="udp", violator=drops("udp"))
def what_is_for_others(lt):
    """What is for others goes on, and is delivered to no user of the router."""
    bind(lt)
    for dst in lt.each({"a neighbour": lt.right.lt, "another": lt.right.host(9)}, "for"):
        crosses(lt, probe(udp(dport=USER_PORT), dst=dst))
        lt.expect_no_event("udp.recv", after="a datagram for another")


@case("RFC1812-5.2.3-d", role="router", needs=OF_GROUPS | {"udp", "group"}, violator=drops("udp", nth=1))
def group_that_goes_on_as_well(lt):
    """What is for a group that the router is in, and that has a route, is delivered and goes on."""
    sock = member(lt)
    routes_groups(lt)
    for ttl in 16, 64:
        spreads(lt, for_group(udp(dport=USER_PORT), ttl=ttl))
        lt.expect_event("udp.recv", sock=sock)


@case("RFC1812-5.2.3-b", role="router", needs=OF_GROUPS | {"udp", "group"}, violator=passes(nth=1))
def group_of_the_link_never_goes_on(lt):
    """A group of the link does not go on where others do, whatever routes the router is told."""
    routes_groups(lt)
    sock = bind(lt)
    for group in lt.each((STAYS, "224.0.0.255"), "group"):
        lt.tried("add", kind="mroute", iface=0, addr=group, ttls="0,1,1")
        lt.add("group", sock=sock, addr=group)
        spreads(lt)
        lt.send(for_group(udp(dport=USER_PORT), group=group))
        lt.expect_event("udp.recv", sock=sock)
        expect_silent_discard(lt, after=f"a datagram for {group}")
