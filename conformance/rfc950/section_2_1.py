# SPDX-License-Identifier: BSD-2-Clause
"""RFC 950 section 2.1: Subnets: a mask decides what is near."""

from postel.kit import *


@case("RFC950-2.1-a", violator=changes("arp-request", every=True, tpa=LEFT.lt))
def mask_decides_and_no_class(lt):
    """Where the mask is shorter than the class's, a neighbour of another class C network is asked for on the link."""
    for number in (600, 3 * 256 + 1):
        lt.check("destination", resolved(lt, LEFT.host(number))["dst"], LEFT.host(number))


@case("RFC950-2.1-a", violator=drops("echo-reply", nth=1))
def mask_that_is_longer_than_the_class(lt):
    """Where it is longer, a host of the same class C network that is on another subnet is sent to through the gateway."""
    for number in (70, 85, 130):
        lt.send(IP(src=RIGHT.host(number)) / echo())
        lt.expect(echo_reply(dst=RIGHT.host(number), eth_dst=lt.mac))
