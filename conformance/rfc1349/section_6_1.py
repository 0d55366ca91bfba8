# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1349 section 6: Effects of TOS: Destination Unreachable and Redirect."""

from postel.kit import *

FARS = {2: "203.0.113.9", 3: "192.0.2.109"}
GATEWAY_MAC = "02:00:00:00:00:01"


@case("RFC1349-6.1-b", needs=["udp", "icmp-errors"], violator=drops("udp", nth=4))
def unreachable_for_this_tos_is_a_hint(lt):
    """After codes 0, 1, 11 and 12 the user can send on, with the same type of service: they prove nothing."""
    sock, said = bind(lt), {"tos": 0x10} if lt.has("sets-tos") else {}
    for code in (0, 1, 11, 12):
        sent = user_sends(lt, sock, **said)
        lt.send(icmp(3, code, data=sent["packet"][:28]))
        lt.delivered("icmp.error")
    user_sends(lt, sock, **said)


@case("RFC1349-6.2-c", stands_on="follows-redirects", violator=changes("echo-reply", where={"dst": FARS[3]}, nth=1, eth_dst=GATEWAY_MAC))
def redirects_for_a_tos_are_followed(lt):
    """Redirects of codes 2 and 3 are followed for the type of service that they quote, at least."""
    peer_is_known(lt)
    for code, far in FARS.items():
        redirect(lt, far, code=code)
        lt.check(f"first hop after code {code}", first_hop(lt, far), PEER_MAC)
