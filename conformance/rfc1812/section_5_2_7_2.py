# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.7.2: Redirect."""

from postel.kit import *

NEAR = [LEFT.host(number) for number in range(90, 110)]  # neighbours who take the router for the way to everywhere
STANDS = {"role": "router", "stands_on": "sends-redirects"}
NET = "203.0.113.0"


def better(code=1, gateway=anything, **said):
    """A Redirect about what was sent last; who says `gateway` is about which one it names."""
    return Expectation("redirect", {"code": code, "gateway": gateway, "src": anything} | said)


def by_two_gateways(lt):
    """Which of two neighbours is the gateway to a network depends on the type of service: OTHER of 8, else PEER."""
    lt.neighbours[OTHER] = OTHER_MAC
    lt.add("route", net=NET, len=24, gateway=PEER)
    lt.add("route", net=NET, len=24, gateway=OTHER, tos=8)


@case("RFC1812-5.2.7.2-b", role="router", ability="sends-redirects", violator=drops("redirect"))
def better_way_is_told(lt):
    """Who sends by the router what goes back to his own network is told whom to send it to: a Redirect for the host, and the packet goes on."""
    lt.send(probe(udp(), src=NEAR[0], dst=FAR))
    expect_passed(lt, out=0)
    lt.expect(better())


@case("RFC1812-5.2.7.2-a", **STANDS, needs="route", violator=changes("redirect", nth=1, code=0))
def redirects_are_for_hosts(lt):
    """A Redirect is never for a network, be it by its class, by its route, or by its type of service."""
    lt.add("route", net="10.0.0.0", len=8, gateway=PEER)
    lt.add("route", net="203.0.113.7", len=32, gateway=PEER)
    to = {"a network of class A": "10.1.2.3", "a host": "203.0.113.7", "far away": FAR, "a neighbour": PEER}
    for number, (dst, tos) in enumerate(lt.each({f"{name}, TOS {tos}": (dst, tos) for name, dst in to.items() for tos in (0, 8)}, "to")):
        lt.send(probe(udp(), src=NEAR[number], dst=dst, tos=tos))
        expect_passed(lt, out=0, eth_dst=anything)
        lt.expect(better(one_of(1, 3), gateway=dst if dst == PEER else PEER if dst != FAR else lt.me))


@case("RFC1812-5.2.7.2-d", **STANDS, needs="address", violator=changes("redirect", nth=1, src=LEFT.iut))
def source_of_redirects(lt):
    """A Redirect comes from the address that the router has on the network of who is told."""
    lt.send(probe(udp(), src=NEAR[0], dst=FAR))
    expect_passed(lt, out=0)
    lt.expect(better(src=lt.iut))
    lt.add("address", iface=0, addr="203.0.113.1", len=24)
    lt.send(probe(udp(), src="203.0.113.7", dst="203.0.113.8"))
    expect_passed(lt, out=0)
    lt.expect(better(gateway="203.0.113.8", src="203.0.113.1"))


@case("RFC1812-5.2.7.2-f", role="router", stands_on=["sends-redirects", "takes-source-routes"], violator=adds("redirect", to="udp", nth=1, code=1))
def source_routes_are_not_redirected(lt):
    """Of what has a source route nobody is told a better way."""
    processes(lt, 131)
    for number, options in enumerate(lt.each({"not followed here": lsrr(PEER) + NOP, "used up": lsrr(lt.right.iut, pointer=8) + NOP}, "a route")):
        lt.send(probe(udp(), src=NEAR[2 * number], dst=FAR))
        expect_passed(lt, out=0)
        lt.expect(better())
        lt.send(probe(udp(), src=NEAR[2 * number + 1], dst=FAR, options=options))
        expect_passed(lt, out=0)
        lt.expect_silence(after="a packet with a source route")


@case("RFC1812-5.2.7.2-f", role="router", stands_on=["sends-redirects", "takes-source-routes"], needs="source-route", violator=adds("redirect", to="echo-request", code=1))
def hops_are_not_redirected(lt):
    """Nor of what has the router for a hop, and goes on by the link that it came by."""
    lt.set("source-route", 1)
    lt.send(probe(echo(), src=NEAR[0], options=lsrr(PEER) + NOP))
    lt.expect(Expectation("echo-request", {"src": NEAR[0], "dst": PEER}))
    lt.expect_silence(after="a packet that the router was a hop of")


@case("RFC1812-5.2.7.2-g", **STANDS, needs="route", violator=adds("redirect", to="udp", nth=1, code=1))
def other_links_are_no_better_way(lt):
    """Of what leaves by another link than it came by nobody is told a better way."""
    lt.add("route", net=NET, len=24, gateway=lt.right.lt)
    for dst in lt.each({"a host there": lt.right.lt, "a network behind it": "203.0.113.9"}, "to"):
        crosses(lt, probe(udp(), src=NEAR[0], dst=dst))
        lt.expect_silence(after="what leaves by another link")


@case("RFC1812-5.2.7.2-h", **STANDS, needs=("address", "route"), violator=adds("redirect", to="udp", nth=2, code=1))
def only_neighbours_of_the_gateway_are_told(lt):
    """Who is not on the network of the gateway is told of none: somebody far away, and who is on another network of that link."""
    lt.add("address", iface=0, addr="203.0.113.1", len=24)
    lt.add("route", net="198.51.100.0", len=24, gateway="203.0.113.7")
    to = {"from far away": (FAR_TOO, FAR, lt.me), "from another network of the link": (NEAR[0], "198.51.100.9", "203.0.113.7")}
    for src, dst, gateway in lt.each(to):
        lt.send(probe(udp(), src=NEAR[1] if gateway == lt.me else "203.0.113.8", dst=dst))
        expect_passed(lt, out=0, eth_dst=anything)
        lt.expect(better(gateway=gateway))
        lt.send(probe(udp(), src=src, dst=dst))
        expect_passed(lt, out=0, eth_dst=anything)
        lt.expect_silence(after="a packet of who is not on the gateway's network")


BY_TOS = {**STANDS, "profiles": ["rfc1812"]}


@case("RFC1812-5.2.7.2-j", **BY_TOS, needs="route", violator=changes("redirect", code=2))
def redirects_where_the_way_depends_on_tos(lt):
    """Where the way depends on the type of service, and nobody has asked for more, a Redirect is for the host: code 1."""
    by_two_gateways(lt)
    for number, (tos, gateway) in enumerate(lt.each({"0": (0, PEER), "8": (8, OTHER)}, "TOS")):
        lt.send(probe(udp(), src=NEAR[number], dst="203.0.113.9", tos=tos))
        expect_passed(lt, out=0, via=gateway)
        lt.expect(better(gateway=gateway))


@case("RFC1812-5.2.7.2-i", **BY_TOS, needs=("route", "redirect-by-tos"), violator=changes("redirect", code=3))
def redirects_for_hosts_are_the_default(lt):
    """A router that can send Redirects for host and type of service sends those for the host at first, and again when it is told so."""
    by_two_gateways(lt)
    for value, code in (None, 1), (1, 3), (0, 1):
        if value is not None:
            lt.set("redirect-by-tos", value)
        lt.send(probe(udp(), src=NEAR[code + (value or 0)], dst="203.0.113.9", tos=8))
        expect_passed(lt, out=0, via=OTHER)
        lt.expect(better(code, OTHER))


@case("RFC1812-5.2.7.2-m", **BY_TOS, needs="route", demands="redirect-by-tos", violator=changes("redirect", code=1))
def redirects_by_tos(lt):
    """A router can be told to send Redirects for host and type of service, where the way depends on that, and there alone."""
    by_two_gateways(lt)
    lt.set("redirect-by-tos", 1)
    for number, (dst, tos, code, gateway) in enumerate(lt.each({"on TOS": ("203.0.113.9", 8, 3, OTHER), "on nothing": (FAR, 8, 1, lt.me)}, "the way depends")):
        lt.send(probe(udp(), src=NEAR[number], dst=dst, tos=tos))
        expect_passed(lt, out=0, via=gateway)
        lt.expect(better(code, gateway))


@case("RFC1812-5.2.7.2-k", role="router", kind=characteristic, needs="accept-redirects", violator=drops("echo-request", nth=1))
def redirects_to_a_router(lt):
    """Whether a router that is told of a better way sends by it what it passes on, with the switch off and on."""
    found = []
    for value, far in (0, FAR), (1, FAR_TOO):
        lt.set("accept-redirects", value)
        went = crosses(lt, probe(echo(), dst=far), on=1, out=0)
        lt.send(icmp(5, 1, rest=address_octets(PEER), data=went["packet"][:28]))
        lt.send(probe(echo(seq=2), dst=far), on=1)
        later = lt.answer("echo-request")
        found.append("lost" if later is None else "followed" if later["eth_dst"] == PEER_MAC else "not followed")
    return "off: {}, on: {}".format(*found)


@case("RFC1812-5.2.7.2-l", role="router", stands_on="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=LEFT.lt_mac))
def redirects_to_and_from_who_is_no_router(lt):
    """While it is no router a host's rules hold: it passes nothing on and redirects nobody, and heeds the Redirects of its gateway."""
    crosses(lt)
    lt.set("forwarding", 0)
    lt.send(probe(udp(), src=NEAR[0], dst=FAR))
    expect_silent_discard(lt, after="a packet for another")
    peer_is_known(lt)
    redirect(lt, FAR)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
