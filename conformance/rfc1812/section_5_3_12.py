# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.12: routers that cease to forward, and interfaces that fail and come back."""

from postel.kit import *

FAR = "192.0.2.9"
AWAY = {"net": "192.0.2.0", "len": 24}


@case("RFC1812-5.3.12.1-a", role="router", needs="route", stands_on="sends-redirects", violator=answers("redirect"))
def no_redirect_from_who_forwards_no_more(lt):
    """A router that has ceased to forward redirects nobody, as it did before."""
    lt.add("route", **AWAY, gateway=lt.left.host(9))
    lt.send(transit(src=PEER, dst=FAR))
    expect_if_reported(lt, Expectation("redirect", {"src": lt.iut, "dst": PEER}))
    expect_passed(lt, out=0, via=lt.left.host(9))
    lt.set("forwarding", 0)
    lt.send(transit(src=PEER, dst=FAR))
    lt.expect_silence(after="a datagram to a router that forwards no more", of="redirect")
    lt.answer()


@case("RFC1812-5.3.12.1-c", kind=characteristic, role="router", violator=answers("unreachable"))
def what_is_said_when_forwarding_has_ceased(lt):
    """Whether who sends to a router that has ceased to forward is told."""
    lt.set("forwarding", 0)
    lt.send(transit())
    said = lt.answer()
    return f"{said['kind']}, code {said.get('code')}" if said else "nothing"


@case("RFC1812-5.3.12.3-a", role="router", needs=["up", "route"], violator=drops("echo-request", nth=1))
def routes_of_an_interface_that_fails(lt):
    """Routes by an interface that fails are used no more, and the best of the others takes their place."""
    lt.neighbours[lt.left.host(9)] = OTHER_MAC
    for gateway, preference in (lt.right.lt, 1), (lt.left.host(9), 5), (lt.left.host(10), 9):
        lt.add("route", **AWAY, gateway=gateway, preference=preference)
    crosses(lt, transit(dst=FAR))
    lt.set("up", 0, iface=1)
    lt.send(transit(dst=FAR))
    lt.answer("redirect")  # it leads back to the network that it came from
    expect_passed(lt, out=0, via=lt.left.host(9))


@case("RFC1812-5.3.12.3-b", role="router", needs=["up", "route"], violator=drops("unreachable"))
def who_cannot_be_reached_by_it_is_reported(lt):
    """What cannot be passed on because an interface is down is reported to its source."""
    without_gateway(lt)
    lt.add("route", **AWAY, gateway=lt.right.lt)
    crosses(lt, transit(dst=FAR))
    lt.set("up", 0, iface=1)
    for dst in lt.each({"of a neighbour there": RIGHT.lt, "of somebody behind a gateway there": FAR}):
        lt.send(transit(dst=dst))
        lt.expect(unreachable(code=one_of(0, 1), src=lt.iut))


@case("RFC1812-5.3.12.4-a", role="router", needs=["up", "route"], violator=drops("echo-request", nth=1))
def routes_of_an_interface_that_comes_back(lt):
    """Static routes by an interface that was down are there again when it is up."""
    lt.add("route", **AWAY, gateway=lt.right.lt)
    crosses(lt, transit(dst=FAR))
    for up in (0, 1):
        lt.set("up", up, iface=1)
    for dst in (FAR, lt.right.lt):
        crosses(lt, transit(dst=dst))
