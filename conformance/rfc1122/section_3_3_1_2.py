# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.2: Gateway selection."""

from postel.kit import *

FAR, ITS_NEIGHBOUR = "192.0.2.9", "192.0.2.10"
GATEWAY_MAC = "02:00:00:00:00:01"


@case("RFC1122-3.3.1.2-b", stands_on="follows-redirects", violator=changes("echo-reply", where={"dst": ITS_NEIGHBOUR}, eth_dst=PEER_MAC))
def network_redirect_moves_one_host(lt):
    """A Redirect for a network moves the one destination that it was about, and no other of that network."""
    peer_is_known(lt)
    redirect(lt, FAR, code=0)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
    lt.check("first hop of another host", first_hop(lt, ITS_NEIGHBOUR), GATEWAY_MAC)


@case("RFC1122-3.3.1.2-c", violator=changes("echo-reply", eth_dst=PEER_MAC))
def default_gateway_is_used(lt):
    """A destination of which nothing is known goes to the default gateway."""
    for far in (FAR, "198.51.100.1", "203.0.113.254"):
        lt.check("first hop", first_hop(lt, far), GATEWAY_MAC)


@case("RFC1122-3.3.1.2-c", needs=["udp"], violator=changes("udp", eth_dst=PEER_MAC))
def default_gateway_is_used_for_a_user(lt):
    """So does what a user sends to another network."""
    sock = bind(lt)
    for far in (FAR, "198.51.100.1", "203.0.113.254"):
        lt.check("first hop", user_sends(lt, sock, far)["eth_dst"], GATEWAY_MAC)
