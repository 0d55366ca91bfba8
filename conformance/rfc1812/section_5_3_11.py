# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.11: interfaces that do not forward."""

from postel.kit import *


@case("RFC1812-5.3.11-a", role="router", demands="forwarding", violator=passes())
def forwarding_of_one_interface(lt):
    """Whether it forwards is said of each interface: what comes by one that does not stays here, until it is told to again."""
    lt.set("forwarding", 0, iface=0)
    stays(lt, transit(), after="a datagram where nothing is passed on")
    lt.set("forwarding", 1, iface=0)
    crosses(lt)


@case("RFC1812-5.3.11-b", role="router", violator=answers("unreachable"))
def nothing_comes_by_it_for_others(lt):
    """What comes by an interface that does not forward, and is not for the router, is dropped without a word; what is for the router is taken."""
    crosses(lt)
    lt.set("forwarding", 0, iface=0)
    for dst in lt.each({"for a neighbour on the other side": RIGHT.lt, "for a neighbour here": PEER, "for somebody far away": "192.0.2.9"}):
        lt.send(transit(dst=dst))
        expect_silent_discard(lt, after=f"a datagram for {dst}")
    lt.send(echo())
    lt.expect(echo_reply())


@case("RFC1812-5.3.11-c", role="router", violator=passes())
def nothing_leaves_by_it_of_others(lt):
    """By an interface that does not forward nothing leaves but what the router has to say itself."""
    crosses(lt)
    lt.set("forwarding", 0, iface=1)
    stays(lt, transit(), after="a datagram to where nothing is passed on")
    lt.send(echo(), on=1)
    lt.expect(echo_reply(), on=1)


@case("RFC1812-5.3.11-c", role="router", needs="source-route", violator=passes())
def nothing_leaves_by_it_along_a_source_route(lt):
    """Neither does what a source route leads there."""
    lt.set("source-route", 1)
    processes(lt, 131)
    along = transit(dst=lt.iut, options=lsrr(lt.right.lt) + EOL)
    crosses(lt, along, dst=lt.right.lt, options=anything)
    lt.set("forwarding", 0, iface=1)
    stays(lt, along, after="a source route to where nothing is passed on")
