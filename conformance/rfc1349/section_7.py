# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1349 section 7: the way of a datagram depends on its type of service."""

from postel.kit import *

FAR, DELAY, PRIORITY = "192.0.2.9", 16, 0x20


@case("RFC1349-7-a", needs=["udp", "route"], stands_on="sets-tos", violator=changes("udp", nth=0, eth_dst=LEFT.lt_mac))
def way_for_a_type_of_service(lt):
    """A route for one type of service is taken by what has that type, and by nothing else."""
    peer_is_known(lt)
    lt.add("route", net=FAR, len=32, gateway=PEER, tos=DELAY)
    sock = bind(lt)
    for tos, mac in (DELAY, PEER_MAC), (0, lt.mac), (8, lt.mac), (DELAY | PRIORITY, PEER_MAC):
        lt.check(f"gateway of type {tos}", user_sends(lt, sock, FAR, tos=tos)["eth_dst"], mac)


@case("RFC1349-7-a", kind=characteristic, needs=["udp", "route"], stands_on="sets-tos", violator=changes("udp", nth=0, eth_dst=LEFT.lt_mac))
def way_for_a_type_or_a_preferred_one(lt):
    """Which of two ways is taken by a type of service: the one for it, or the one for any that is preferred."""
    peer_is_known(lt)
    lt.add("route", net=FAR, len=32, gateway=PEER, tos=DELAY, preference=9)
    lt.add("route", net=FAR, len=32, gateway=lt.me, preference=1)
    ways = {PEER_MAC: "the one for its type", lt.mac: "the preferred one"}
    return ways[user_sends(lt, bind(lt), FAR, tos=DELAY)["eth_dst"]]
