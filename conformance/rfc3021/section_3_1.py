# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3021 section 3.1: the number of a subnet, with zeros as host, where that is not one of two addresses of a link."""

from contextlib import suppress

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


@case("RFC3021-3.1-a", violator=changes("echo-reply", src=LEFT.broadcast))
def broadcast_of_the_subnet_is_no_source(lt):
    """Whatever was sent to, what answers does not come from the last address of the subnet."""
    for dst, mac in (lt.iut, lt.iut_mac), (LEFT.broadcast, BROADCAST_MAC), (NUMBER, BROADCAST_MAC), (NUMBER, lt.iut_mac):
        lt.send(*(probe(message, dst=dst, eth_dst=mac) for message in (ping(), udp())))
    sources = []
    while answer := lt.answer():
        sources.append(answer["src"])
    lt.check("answers", len(sources), at_least(1))
    lt.check(f"answers from {LEFT.broadcast}", sources.count(LEFT.broadcast), 0)


@case("RFC3021-3.1-a", needs=["udp"], stands_on="checks-sources", violator=answers("udp", src=LEFT.broadcast))
def no_user_may_have_the_broadcast_for_a_source(lt):
    """Nor does what a user wants to send from there; it may be refused, or leave from another address."""
    sock = bind(lt)
    user_sends(lt, sock)
    with suppress(UpperError):
        lt.call("udp.send", sock=sock, dst=lt.me, src=LEFT.broadcast, dport=OUR_PORT, data=b"postel")
    while sent := lt.answer("udp"):
        lt.check("source", sent["src"], other_than(LEFT.broadcast))
