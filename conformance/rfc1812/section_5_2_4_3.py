# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.4.3: The next hop."""

from postel.kit import *

HOP = {"role": "router", "needs": ("source-route", "route"), "stands_on": "takes-source-routes"}
WAYS = {RIGHT.host(20): "02:00:00:00:01:20", RIGHT.host(21): "02:00:00:00:01:21", RIGHT.host(22): "02:00:00:00:01:22"}  # gateways and their MACs
FIRST, SECOND, THIRD = WAYS
REFUSED = {"unreachable": "203.0.113.0", "prohibit": "198.51.100.0", "blackhole": "192.0.2.0"}  # by a route of this type


def routes(lt, *said):
    """There are these routes: network, length, gateway, and what else; each gateway has a MAC of its own."""
    lt.neighbours |= WAYS
    for net, length, gateway, *more in said:
        lt.add("route", net=net, len=length, gateway=gateway, **dict(*more))


def goes_by(lt, dst, gateway, **said):
    """What is for `dst` leaves for this gateway."""
    crosses(lt, probe(udp(), dst=dst, **said), eth_dst=WAYS[gateway])


@case("RFC1812-5.2.4.3-a", **HOP, violator=changes("unreachable", code=0))
def strict_hop_that_is_no_neighbour(lt):
    """A strict source route to who is on no link of the router is not followed, though a route leads there, and reported as failed."""
    lt.set("source-route", 1)
    lt.add("route", net="203.0.113.0", len=24, gateway=lt.right.lt)
    lt.send(probe(echo(), options=ssrr(lt.right.lt) + NOP))
    lt.expect(Expectation("echo-request", {"src": lt.me, "dst": lt.right.lt}), on=1)
    for far in lt.each({"by the default route": FAR, "by a route": "203.0.113.9"}, "away"):
        lt.send(probe(echo(), options=ssrr(far) + NOP))
        lt.expect(unreachable(5))
        lt.expect_silence(after="a strict source route to who is no neighbour")


@case("RFC1812-5.2.4.3-e", **HOP, violator=changes("unreachable", code=0))
def strict_hop_is_looked_at_before_routes(lt):
    """That is so whatever routes say of it: where there is none, or one that refuses."""
    lt.set("source-route", 1)
    without_gateway(lt)
    for kind, net in REFUSED.items():
        lt.add("route", net=net, len=24, type=kind)
    for far in lt.each({"none": "203.0.114.9"} | {kind: net[:-1] + "9" for kind, net in REFUSED.items()}, "route:"):
        lt.send(probe(echo(), options=ssrr(far) + NOP))
        lt.expect(unreachable(5))


@case("RFC1812-5.2.4.3-b", role="router", needs="route", violator=changes("udp", nth=1, eth_dst=OTHER_MAC))
def longest_match(lt):
    """Of all routes that lead to a destination the one with the longest prefix is taken, in whatever order they came."""
    of_all = [("203.0.112.0", 20, FIRST), ("203.0.113.0", 24, SECOND), ("203.0.113.9", 32, THIRD)]
    for order in lt.each({"the longest last": of_all, "the longest first": of_all[::-1]}):
        routes(lt, *order)
        for dst, gateway in ("203.0.113.9", THIRD), ("203.0.113.10", SECOND), ("203.0.113.255", SECOND), ("203.0.112.9", FIRST), ("203.0.127.255", FIRST):
            goes_by(lt, dst, gateway)
        for net, length, gateway in of_all:
            lt.remove("route", net=net, len=length, gateway=gateway)


@case("RFC1812-5.2.4.3-b", role="router", needs="route", violator=changes("udp", nth=1, eth_dst=OTHER_MAC))
def least_metric_of_the_longest(lt):
    """Only among those whose prefix is as long the better metric decides."""
    routes(lt, ("203.0.113.0", 24, FIRST, {"preference": 30}), ("203.0.113.0", 24, SECOND, {"preference": 20}), ("203.0.112.0", 20, THIRD, {"preference": 10}))
    goes_by(lt, "203.0.113.9", SECOND)
    goes_by(lt, "203.0.112.9", THIRD)


@case("RFC1812-5.2.4.3-b", role="router", needs="route", profiles=["rfc1812"], violator=changes("unreachable", code=0))
def type_of_service_of_the_longest(lt):
    """The type of service is looked at among the longest alone: where it fits none of them no shorter one is taken."""
    routes(lt, ("203.0.113.0", 24, FIRST, {"tos": 8}), ("203.0.112.0", 20, SECOND))
    goes_by(lt, "203.0.113.9", FIRST, tos=8)
    goes_by(lt, "203.0.112.9", SECOND, tos=8)
    lt.send(probe(udp(), dst="203.0.113.9", tos=16))
    lt.expect(unreachable(one_of(11, 12), src=anything))


@case("RFC1812-5.2.4.3-c", role="router", needs="route", violator=changes("udp", nth=1, eth_dst=OTHER_MAC))
def default_route(lt):
    """The default route is taken where no other leads to the destination, and only there."""
    without_gateway(lt)
    routes(lt, ("0.0.0.0", 0, FIRST), ("128.0.0.0", 1, SECOND))
    goes_by(lt, "203.0.113.9", SECOND)
    goes_by(lt, "100.64.0.9", FIRST)
    crosses(lt, probe(udp(), dst=lt.right.lt), eth_dst=lt.right.lt_mac)


@case("RFC1812-5.2.4.3-d", role="router", needs="route", violator=changes("unreachable", code=3))
def no_route(lt):
    """What no route leads to is discarded, and reported as a network or a host that is unreachable."""
    without_gateway(lt)
    lt.add("route", net="203.0.113.0", len=24, gateway=lt.right.lt)
    crosses(lt, probe(udp(), dst="203.0.113.9"))
    for dst in lt.each((FAR, "203.0.112.255", "203.0.114.0"), "destination"):
        lt.send(probe(udp(), dst=dst))
        lt.expect(unreachable(one_of(0, 1), src=anything))
        lt.expect_silence(after="what no route leads to")


@case("RFC1812-5.2.4.3-d", **HOP, violator=changes("unreachable", code=0))
def no_route_to_the_next_hop(lt):
    """Where the destination came from a source route that has failed."""
    lt.set("source-route", 1)
    without_gateway(lt)
    for route in lt.each({"loose": lsrr, "strict": ssrr}):
        lt.send(probe(echo(), options=route(FAR) + NOP))
        lt.expect(unreachable(5))
