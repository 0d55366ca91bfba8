# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3021 section 3.1: the number of a subnet, with zeros as host, where that is not one of two addresses of a link."""

from postel.kit import *

NUMBER = LEFT.number


def frames(lt):
    return {"in a frame to all": BROADCAST_MAC, "in a frame to the IUT": lt.iut_mac}


@case("RFC3021-3.1-c", needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def number_of_the_subnet_reaches_no_user(lt):
    """What was sent to the number of the subnet is silently discarded, whatever frame it came in."""
    bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    for mac in lt.each(frames(lt)):
        lt.send(probe(udp(USER_PORT), dst=NUMBER, eth_dst=mac))
        lt.expect_no_event("udp.recv", after=f"a datagram to {NUMBER}")


@case("RFC3021-3.1-c", violator=answers("echo-reply"))
def number_of_the_subnet_is_not_answered(lt):
    """Nor is an echo request answered that was sent there, or a closed port reported."""
    for mac in lt.each(frames(lt)):
        for message in echo(), udp():
            lt.send(one_fault(message, dst=NUMBER, eth_dst=mac))
            lt.expect_silence(after=f"a datagram to {NUMBER}")
