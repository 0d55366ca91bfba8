# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.4.5: Load splitting."""

from postel.kit import *


@case("RFC1812-5.2.4.5-a", role="router", kind=characteristic, needs="route", violator=drops("udp", every=True))
def two_routes_that_are_equal(lt):
    """How many of two gateways to one network, of equal preference, get what is sent there: by one user, to one host, and to many."""
    gateways = RIGHT.host(20), RIGHT.host(21)
    for gateway, mac in zip(gateways, (PEER_MAC, OTHER_MAC), strict=True):
        lt.neighbours[gateway] = mac
        lt.add("route", net="203.0.113.0", len=24, gateway=gateway)
    found = []
    for words, hosts in ("to one host", [9] * 16), ("to many", range(1, 33)):
        for port, host in enumerate(hosts, 1):
            lt.send(probe(udp(dport=port), src=LEFT.host(90), dst=f"203.0.113.{host}"))
            lt.settle(probe_anyway=True)
        found.append(f"{len({passed['eth_dst'] for passed in lt.take('udp')})} {words}")
    return ", ".join(found)
