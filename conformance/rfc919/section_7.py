# SPDX-License-Identifier: BSD-2-Clause
"""RFC 919 section 7: the addresses of broadcasts."""

from postel.kit import *

NOBODY_MAC = "02:00:00:00:00:99"
LIMITED = "255.255.255.255"


@case("RFC919-7-a", needs=["udp"], violator=changes("udp", eth_dst=NOBODY_MAC))
def ones_as_host_mean_everybody(lt):
    """What a user sends to a host number of all ones leaves in a frame to all, and nobody is asked for."""
    sock = bind(lt)
    for _ in range(2):
        lt.check("Ethernet destination", user_sends(lt, sock, LEFT.broadcast)["eth_dst"], BROADCAST_MAC)
    lt.check("questions for everybody:", [asked["tpa"] for asked in lt.take("arp-request") if asked["tpa"] == LEFT.broadcast], [])


@case("RFC919-7-c", needs=["udp"], violator=changes("udp", eth_dst=NOBODY_MAC))
def ones_throughout_mean_the_link(lt):
    """What a user sends to 255.255.255.255 goes to all on the link, and the gateway is not asked to pass it on."""
    sock = bind(lt)
    sent = user_sends(lt, sock, LIMITED)
    lt.check("Ethernet destination", sent["eth_dst"], BROADCAST_MAC)
    lt.check("destination", sent["dst"], LIMITED)


@case("RFC919-7-c", needs=["udp"], stands_on="takes-broadcasts", violator=loses("udp.recv"))
def what_is_for_the_link_is_for_the_host(lt):
    """What a neighbour, or one whose network the host does not know, sends to 255.255.255.255 on the link reaches a user."""
    bind(lt)
    for src in (PEER, "192.0.2.9"):
        lt.send(probe(udp(USER_PORT), src=src, dst=LIMITED, eth_dst=BROADCAST_MAC))
        lt.expect_event("udp.recv", src=src, data=b"postel")
