# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.1: The order in which a router does things."""

from postel.kit import *


@case("RFC1812-5.2.3-f", role="router", ability="forwards", violator=drops("echo-request"))
def transit_is_passed_on(lt):
    """What is for others is passed on, in either direction."""
    for on, out in (0, 1), (1, 0):
        lt.send(transit(out=out), on=on)
        lt.expect(passed(lt, out=out, ttl=anything), on=out)

CHECKSUM = 87  # a bit of the header's checksum
SAYING = {  # and what an IUT has to be able to besides
    "nothing else": ({}, "forwards"), "a time to live that ends": ({"ttl": 1}, "forwards"),
    "an option at fault": ({"options": record_route(room=1, pointer=2) + NOP}, "reports-bad-options"),
}  # fmt: skip


@case("RFC1812-5.2.1-a", role="router", violator=answers("time-exceeded", nth=1))
def header_is_verified_first(lt):
    """What has a wrong checksum is neither passed on nor reported, whatever else its header says."""
    for said, ability in lt.each(SAYING):
        lt.stands_on(ability)
        lt.send(one_fault(probe(udp(), dst=lt.right.lt, **said), flip=CHECKSUM))
        expect_silent_discard(lt, after="a header whose checksum is wrong")


@case("RFC1812-5.2.1-b", role="router", stands_on=["reports-closed-ports", "quotes-intact"], violator=changes("unreachable", quoted=patched(8, 63)))
def header_of_what_is_delivered(lt):
    """What is for the router itself comes to it with its header as it was, time to live and all, by whichever interface."""
    for dst in lt.each({"of the interface that it came by": lt.iut, "of the other one": lt.right.iut}, "the address"):
        lt.send(probe(udp(), dst=dst, ttl=64, tos=0x28, df=1))
        holds(lt, lt.expect(unreachable(3, src=anything))["quoted"], quoting(lt.sent))


@case("RFC1812-5.2.1-c", role="router", violator=drops("echo-reply", nth=1))
def ttl_of_what_is_for_the_router(lt):
    """Nobody asks for the time to live of what is for the router itself: one of 1 is delivered."""
    for dst in lt.each({"of the interface that it came by": lt.iut, "of the other one": lt.right.iut}, "the address"):
        lt.send(probe(echo(), dst=dst, ttl=1))
        lt.expect(echo_reply())


RECORDS = {"record route": (record_route(room=3), recorded, "records-routes"), "timestamp": (timestamp(bytes(16), flag=1), stamped, "stamps")}


@case("RFC1812-5.2.1-d", role="router", violator=changes("echo-request", options=lambda options: options.replace(address_octets(RIGHT.iut), address_octets(LEFT.iut))))
def address_of_the_way_out(lt):
    """The address that is written into an option is that of the interface by which the packet leaves."""
    processes(lt, 7, 68)
    for option, right, ability in lt.each(RECORDS):
        lt.stands_on(ability)
        for on, out in (0, 1), (1, 0):
            seen = crosses(lt, probe(echo(), dst=lt.labs[out].lt, options=option + bytes(-len(option) % 4)), on=on, out=out, options=anything)
            holds(lt, seen["options"], having(option[0], right(option, lt.labs[out].iut)))
