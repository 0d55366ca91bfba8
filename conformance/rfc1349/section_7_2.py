# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1349 sections 6 and 7.2: types of service, at a router."""

from postel.kit import *

DELAY, THROUGHPUT, COST = 0x10, 0x08, 0x02
OF_1349 = {"role": "router", "needs": "route", "profiles": ("rfc1812",)}
NET = {"net": "192.0.2.0", "len": 24}
QUICK = RIGHT.host(9)  # who is behind the route for little delay


@case("RFC1349-5.1-a", **OF_1349, violator=changes("echo-request", where={"tos": DELAY}, eth_dst=RIGHT.lt_mac))
def route_of_the_type_of_service(lt):
    """A datagram goes by the route of its own type of service, and by that of the default one where there is none."""
    lt.neighbours[QUICK] = OTHER_MAC
    lt.add("route", **NET, gateway=RIGHT.lt)
    lt.add("route", **NET, gateway=QUICK, tos=DELAY)
    for tos, gateway in lt.each({"0": (0, RIGHT.lt), "delay": (DELAY, QUICK), "throughput": (THROUGHPUT, RIGHT.lt), "cost": (COST, RIGHT.lt)}):
        crosses(lt, transit(dst=FAR, tos=tos), via=gateway)


@case(
    "RFC1349-7.2-a", "RFC1349-6.1-a", **OF_1349,
    violators={"RFC1349-7.2-a": changes("unreachable", code=0), "RFC1349-6.1-a": changes("unreachable", nth=2, code=11)},
)  # fmt: skip
def only_routes_of_another_type_of_service(lt):
    """Where only routes of another type of service lead there the error has code 11 or 12, and 0 or 1 where none does at all."""
    without_gateway(lt)
    lt.add("route", **NET, gateway=RIGHT.lt, tos=DELAY)
    crosses(lt, transit(dst=FAR, tos=DELAY), via=RIGHT.lt)
    for tos in 0, THROUGHPUT:
        lt.send(transit(dst=FAR, tos=tos))
        lt.expect(unreachable(code=one_of(11, 12), src=lt.iut))
    with lt.judging("RFC1349-6.1-a"):
        lt.send(transit(dst="203.0.113.9", tos=THROUGHPUT))
        lt.expect(unreachable(code=one_of(0, 1), src=lt.iut))


def better_gateway(lt, **route):
    """A network is behind PEER, on the link from which datagrams for it come; the code of what the router says of that."""
    lt.add("route", **NET, gateway=PEER, **route)
    lt.send(transit(dst=FAR, tos=DELAY))
    expect_passed(lt, out=0, via=PEER)
    return lt.expect(Expectation("redirect", {"src": LEFT.iut, "dst": LEFT.lt, "gateway": PEER}))["code"]


@case("RFC1349-6.2-a", role="router", needs="route", stands_on="sends-redirects", violator=changes("redirect", code=0))
def no_redirect_for_a_network(lt):
    """A Redirect is not for a whole network: it has neither code 0 nor code 2."""
    peer_is_known(lt)
    lt.check("code", better_gateway(lt), one_of(1, 3))


@case(
    "RFC1349-6.2-b", role="router", needs=("route", "redirect-by-tos"), profiles=("rfc1812",),
    violators={"RFC1349-6.2-b": changes("redirect", code=3)},
)  # fmt: skip
def redirect_for_one_type_of_service(lt):
    """A Redirect is of code 1 where that gateway is better for all types of service, and of code 3 where it is for one."""
    peer_is_known(lt)
    lt.set("redirect-by-tos", 1)
    lt.check("code for all", better_gateway(lt), 1)
    lt.remove("route", **NET, gateway=PEER)
    lt.check("code for one", better_gateway(lt, tos=DELAY), 3)
