# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 2.2.8.1: a host does not act as a router."""

from postel.kit import *


@case("RFC1812-2.2.8.1-a", violator=answers("echo-request"))
def host_passes_nothing_on(lt):
    """What comes for another host in a frame to this one is not sent on, neither back to its own network nor to one elsewhere."""
    for dst in lt.each((PEER, LEFT.host(0x305), "192.0.2.9"), "destination"):
        lt.send(one_fault(echo(), dst=dst))
        lt.expect_silence(after=f"a datagram for {dst}")
        lt.check("questions for the one whom it is for:", [asked["tpa"] for asked in lt.take("arp-request") if asked["tpa"] == dst], [])
