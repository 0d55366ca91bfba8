# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1349 section 7.1: how a host uses the type of service, seen from its Redirects.

A host need not have ways for one type of service; but where it has it keeps them as the section says."""

from postel.kit import *

FAR, ANOTHER, DELAY = "192.0.2.9", "198.51.100.9", 16
NEXT, NEXT_MAC, LAST, LAST_MAC = LEFT.host(88), "02:00:00:00:00:88", LEFT.host(89), "02:00:00:00:00:89"
STANDS_ON = ("follows-redirects", "sets-tos")


def keeps_apart(lt):
    """A socket of a host that has moved one type of service and not the other, and that knows three more gateways."""
    for spa, sha in (PEER, PEER_MAC), (NEXT, NEXT_MAC), (LAST, LAST_MAC):
        lt.send(arp(spa=spa, sha=sha))
        lt.expect(arp_reply(tpa=spa))
    sock = bind(lt)
    if redirected(lt, sock, ANOTHER, tos=DELAY, code=3) != (PEER_MAC, lt.mac):
        lt.not_applicable("the IUT has no ways for one type of service")
    return sock


@case(
    "RFC1349-7.1-a", "RFC1349-7.1-c", needs=["udp"], stands_on=STANDS_ON,
    violators={
        "RFC1349-7.1-a": changes("udp", nth=7, eth_dst=PEER_MAC),
        "RFC1349-7.1-c": changes("udp", nth=8, eth_dst=NEXT_MAC),
    },
)  # fmt: skip
def way_for_one_type_stands_beside_that_for_any(lt):
    """A new way for one type of service is taken by what has that type, and the way for any by what has another."""
    sock = keeps_apart(lt)
    lt.check("first hops", redirected(lt, sock, FAR, tos=0, code=1), (PEER_MAC, PEER_MAC))
    one, another = redirected(lt, sock, FAR, tos=DELAY, code=3, to=NEXT, by=PEER)
    with lt.judging("RFC1349-7.1-a"):
        lt.check("first hop of its own type", one, NEXT_MAC)
    with lt.judging("RFC1349-7.1-c"):
        lt.check("first hop of another type", another, PEER_MAC)


@case("RFC1349-7.1-b", needs=["udp"], stands_on=STANDS_ON, violator=changes("udp", nth=7, eth_dst=NEXT_MAC))
def new_way_for_any_ends_those_for_one(lt):
    """A new way for any type of service ends the one that there was for one, to the same destination."""
    sock = keeps_apart(lt)
    lt.check("first hops", redirected(lt, sock, FAR, tos=DELAY, code=3, to=NEXT), (NEXT_MAC, lt.mac))
    one, _ = redirected(lt, sock, FAR, tos=DELAY, code=1, to=LAST, by=NEXT)
    lt.check("first hop of the type that had a way of its own", one, LAST_MAC)


@case("RFC1349-7.1-d", kind=characteristic, needs=["udp"], stands_on=STANDS_ON, violator=changes("udp", nth=2, eth_dst=LEFT.lt_mac))
def types_that_a_redirect_moves(lt):
    """Which types of service a Redirect for one, and one for any, moves: all may be taken for that of the datagram that they quote."""
    peer_is_known(lt)
    sock = bind(lt)
    moved = []
    for code, far in (1, FAR), (3, ANOTHER):
        own, other = redirected(lt, sock, far, tos=DELAY, code=code)
        moved.append(f"code {code}: {'its own' if own == PEER_MAC else 'none'}{' and others' if other == PEER_MAC else ''}")
    return ", ".join(moved)
