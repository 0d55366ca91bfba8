# SPDX-License-Identifier: BSD-2-Clause
"""RFC 922 section 6: broadcasts where networks have subnets."""

from postel.kit import *

CLASS_C = RIGHT.network.supernet(new_prefix=24)
OTHER_SUBNET = RIGHT.host(RIGHT.network.num_addresses + 9)  # of the same class C network


@case("RFC922-6-a", needs=["udp"], stands_on="takes-broadcasts", violator=loses("udp.recv"))
def broadcast_of_the_subnet_is_recognised(lt):
    """{network, subnet, -1} is received on that subnet, from a host there and from one of another."""
    bind(lt)
    for lab in links(lt):
        for src in (lab.lt, OTHER_SUBNET):
            lt.send(probe(udp(USER_PORT), src=src, dst=lab.broadcast, eth_dst=BROADCAST_MAC), on=lab.index)
            lt.expect_event("udp.recv", src=src, data=b"postel")


@case("RFC922-6-b", needs=["udp", "two-interfaces"], stands_on="takes-broadcasts", violator=loses("udp.recv", nth=1))
def broadcast_of_all_subnets_comes_from_another(lt):
    """{network, -1, -1} is received also when a host of another subnet has sent it."""
    bind(lt)
    to_all = {"dst": str(CLASS_C.broadcast_address), "eth_dst": BROADCAST_MAC}
    lt.send(probe(udp(USER_PORT), **to_all), on=1)
    if not lt.delivered():
        lt.not_applicable("the IUT does not know this broadcast, with which rfc1122/3.3.6/broadcast_of_all_subnets_is_received is charged")
    lt.send(probe(udp(USER_PORT), src=OTHER_SUBNET, **to_all), on=1)
    lt.expect_event("udp.recv", src=OTHER_SUBNET, data=b"postel")
