# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Redirect message, as a host receives it."""

from postel.kit import *

FAR, OTHERS = "192.0.2.9", ("192.0.2.9", "198.51.100.9", "203.0.113.9", "192.0.2.109")
GATEWAY_MAC = "02:00:00:00:00:01"


@case("RFC792-format-d", stands_on="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=GATEWAY_MAC))
def redirect_with_the_least_quote(lt):
    """A Redirect is of type 5 and has header and 64 bits of the datagram, which is enough for it to be acted on."""
    peer_is_known(lt)
    redirect(lt, FAR)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC792-redirect-d", stands_on="follows-redirects", violator=changes("echo-reply", where={"dst": OTHERS[2]}, nth=1, eth_dst=GATEWAY_MAC))
def redirects_of_four_codes(lt):
    """There are four codes, for a network or a host, with type of service or without: each is a Redirect."""
    peer_is_known(lt)
    for code, far in enumerate(OTHERS):
        redirect(lt, far, code=code)
        lt.check(f"first hop after code {code}", first_hop(lt, far), PEER_MAC)


@case("RFC792-redirect-e", stands_on="follows-redirects", violator=changes("echo-reply", nth=2, eth_dst=GATEWAY_MAC))
def traffic_goes_the_better_way(lt):
    """What is for that destination goes to the better gateway, from the next datagram on."""
    peer_is_known(lt)
    redirect(lt, FAR)
    for _ in range(3):
        lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
