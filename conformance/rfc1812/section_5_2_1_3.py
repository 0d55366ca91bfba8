# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.1.3: What is for groups."""

from postel.kit import *


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, violator=passes(nth=1, eth_dst=group_mac(GROUP)))
def groups_are_passed_on(lt):
    """Whether what is for a group goes on of itself to a link on which somebody is in the group, and of what time to live."""
    lt.send(neighbours_report(GROUP), on=1)
    found = []
    for ttl in 1, 2, 64:
        lt.send(probe(udp(), dst=GROUP, ttl=ttl))
        went = lt.crossing()
        found += [f"{ttl} as {went[0]['ttl']}"] if went else []
        lt.forget()
    return ", ".join(found) or "not passed on"
