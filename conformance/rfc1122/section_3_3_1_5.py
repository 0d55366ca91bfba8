# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.5: New gateway selection."""

from postel.kit import *

FAR, ELSEWHERE = "192.0.2.9", "198.51.100.9"


@case("RFC1122-3.3.1.5-a", needs=["vtime", "udp", "route"], violator=drops("udp", nth=0, every=True))
def next_default_gateway_is_chosen(lt):
    """Where the default gateway does not answer any more another one is used, for what went over it and for what is new."""
    two_gateways(lt)
    sock = bind(lt)
    lt.hosts.silent.add(PEER)
    lt.advance(1800)  # the MAC of the first one is no longer known
    lt.send(arp(spa=OTHER, sha=OTHER_MAC))
    lt.expect(arp_reply(tpa=OTHER))
    lt.call("udp.send", sock=sock, dst=FAR, dport=OUR_PORT, data=b"postel")
    lt.advance(60)
    lt.take("udp")  # what waited may go the other way
    lt.delivered("icmp.error")  # or its user be told
    for dst in FAR, ELSEWHERE:
        lt.check("gateway", user_sends(lt, sock, dst)["eth_dst"], OTHER_MAC)
