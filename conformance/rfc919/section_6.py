# SPDX-License-Identifier: BSD-2-Clause
"""RFC 919 sections 6 and 7: broadcasts, at a gateway."""

from postel.kit import *

OLD = ("rfc791", "rfc1122", "rfc1812")
DISTANT, THEIR_BROADCAST = {"net": "192.0.2.0", "len": 24, "gateway": RIGHT.lt}, "192.0.2.255"
HERE = {"to the network": LEFT.broadcast, "to all": "255.255.255.255"}


def broadcast(dst, **said):
    """A datagram for a user, in a frame to everybody on the link that it comes by."""
    return probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC, **said)


@case("RFC919-6-a", role="router", violator=passes(on=0))
def never_back_where_it_came_from(lt):
    """A broadcast is not sent once more by the interface that it came by."""
    for dst in lt.each(HERE):
        lt.send(broadcast(dst))
        expect_kept(lt, after=f"a broadcast to {dst}")


@case("RFC919-6-b", role="router", needs="udp", profiles=OLD, stands_on="takes-broadcasts", violator=passes())
def broadcast_for_the_network_that_it_came_by(lt):
    """A broadcast for the network that it came by is the gateway's too, and goes no further."""
    bind(lt)
    lt.send(broadcast(LEFT.broadcast))
    lt.expect_event("udp.recv", data=b"postel")
    expect_kept(lt, after="a broadcast for the network that it came by")


@case(
    "RFC919-6-c", "RFC922-7-a", role="router", needs=("udp", "directed-broadcast"), profiles=OLD,
    violators={"RFC919-6-c": loses("udp.recv"), "RFC922-7-a": changes("udp", eth_dst=RIGHT.lt_mac)},
)  # fmt: skip
def broadcast_for_another_network(lt):
    """A broadcast for another network of the gateway's becomes one on that link, and is for the gateway too."""
    bind(lt)
    lt.set("directed-broadcast", 1)
    lt.send(transit(udp(USER_PORT), dst=RIGHT.broadcast))
    with lt.judging("RFC922-7-a"):
        expect_passed(lt, eth_dst=BROADCAST_MAC)
    lt.expect_event("udp.recv", data=b"postel")


@case("RFC919-6-d", role="router", needs="route", violator=drops("udp"))
def broadcast_for_a_distant_network(lt):
    """A broadcast for a network that is not the gateway's own is routed like any datagram."""
    lt.add("route", **DISTANT)
    crosses(lt, transit(udp(), dst=THEIR_BROADCAST), via=RIGHT.lt)


@case("RFC919-7-b", role="router", violator=passes())
def limited_broadcast_stays_on_its_link(lt):
    """What is sent to 255.255.255.255 is not forwarded, in whatever frame it came."""
    for mac in lt.each({"a frame to all": BROADCAST_MAC, "a frame to the gateway": LEFT.iut_mac}):
        lt.send(transit(udp(USER_PORT), dst="255.255.255.255", eth_dst=mac))
        expect_kept(lt, after="a limited broadcast")
