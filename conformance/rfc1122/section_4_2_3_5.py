# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.3.5: TCP connection failures."""

from postel.kit import *


@case("RFC1122-4.2.3.5-a", needs=["tcp", "vtime", "route"], violator=changes("protocol-6", every=True, eth_dst=PEER_MAC))
def what_is_not_acknowledged_is_advice_against_the_gateway(lt):
    """When nothing comes of what TCP sends again and again IP is told, and another gateway is used."""
    two_gateways(lt)
    end, _ = opens(lt, "192.0.2.9")
    lt.call("tcp.send", sock=end.sock, data=b"postel")
    hops = [sent["eth_dst"] for sent in end.takes()]
    for _ in range(8):
        lt.advance(16)
        hops += [sent["eth_dst"] for sent in end.takes()]
    if OTHER_MAC not in hops and lt.take("arp-request"):
        lt.not_applicable("the IUT asks for its gateway anew, which answers")
    lt.check("the other gateway", OTHER_MAC, one_of(*sorted(set(hops))))
    lt.forget()  # they may have been asked
