# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.4.1: The destination of a packet that has a source route."""

from postel.kit import *


@case("RFC1812-5.2.4.1-a", role="router", stands_on="takes-source-routes", violator=drops("echo-request"))
def next_hop_of_a_route_of_others(lt):
    """A packet with a source route goes to the destination of its header, and not to where the route ends: neither does the route change."""
    processes(lt, 131)
    for last in lt.each({"on the link that it came by": PEER, "far away": FAR, "the router": lt.iut}, "the last hop is"):
        crosses(lt, probe(echo(), dst=lt.right.lt, options=lsrr(last) + NOP))


@case("RFC1812-5.2.4.1-a", role="router", needs="source-route", stands_on="takes-source-routes", violator=drops("echo-request"))
def next_hop_of_a_route_by_the_router(lt):
    """Where the router is a hop the packet goes to the one that is pointed at, and not to where the route ends."""
    lt.set("source-route", 1)
    for last in lt.each({"on the link that it came by": PEER, "far away": FAR, "the router": lt.iut}, "the last hop is"):
        lt.send(probe(echo(), options=lsrr(lt.right.lt, last) + NOP))
        lt.expect(Expectation("echo-request", {"src": lt.me, "dst": lt.right.lt}), on=1)


ROUTES = {"loose": lsrr, "strict": ssrr}


@case("RFC1812-5.2.4.1-b", role="router", stands_on="takes-source-routes", violator=changes("parameter-problem", pointer=20))
def two_source_routes(lt):
    """A packet with two source routes is discarded, and reported by a Parameter Problem that points at the second."""
    both = {f"{a} and {b}, {name}": (make(RIGHT.lt), other(RIGHT.lt), dst)
            for a, make in ROUTES.items() for b, other in ROUTES.items() for name, dst in (("for another", RIGHT.lt), ("for the router", LEFT.iut))}  # fmt: skip
    for first, second, dst in lt.each(both):
        lt.send(probe(echo(), dst=dst, options=first + NOP + second))
        lt.expect(parameter_problem(20 + len(first) + 1, src=anything))
        lt.expect_silence(after="two source routes")
