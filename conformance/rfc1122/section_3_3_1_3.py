# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.3: the route cache."""

from postel.kit import *


@case("RFC1122-3.3.1.3-b", needs=["udp"], stands_on=("follows-redirects", "sets-tos"), violator=changes("udp", nth=2, eth_dst=PEER_MAC))
def type_of_service_is_a_part_of_the_key(lt):
    """A Redirect for one type of service moves what has that type, and nothing else that goes to the same destination."""
    peer_is_known(lt)
    hops = redirected(lt, bind(lt), "192.0.2.9", tos=16, code=3)
    lt.check("first hops of that type of service and of another", hops, (PEER_MAC, lt.mac))
