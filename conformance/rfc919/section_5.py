# SPDX-License-Identifier: BSD-2-Clause
"""RFC 919 section 5: what a host does with broadcasts that it receives."""

from postel.kit import *

FORMS = ("255.255.255.255", LEFT.broadcast)


@case("RFC919-5-a", needs=["udp"], stands_on="takes-broadcasts", violator=loses("udp.recv", nth=2))
def destination_is_held_against_every_address(lt):
    """What comes is for the host if it goes to its own address or to one of its broadcast addresses, in whatever order they come."""
    bind(lt)
    for dst in (lt.iut, *FORMS, lt.iut, *reversed(FORMS), lt.iut):
        lt.send(probe(udp(USER_PORT), dst=dst, **({"eth_dst": BROADCAST_MAC} if dst in FORMS else {})))
        lt.expect_event("udp.recv", data=b"postel")


@case("RFC919-5-b", needs=["ip"], stands_on="takes-broadcasts", violator=loses("ip.recv", nth=1))
def each_interested_user_gets_a_broadcast(lt):
    """Two users of a protocol both get what was sent to all."""
    socks = [lt.call("ip.bind", protocol=253)["sock"] for _ in range(2)]
    for dst in FORMS:
        lt.send(probe(IP(proto=253) / b"postel", dst=dst, eth_dst=BROADCAST_MAC))
        for sock in socks:
            lt.expect_event("ip.recv", sock=sock, data=b"postel")
