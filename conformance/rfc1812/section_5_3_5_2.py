# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.5.2: directed broadcasts. What RFC 2644 has made of the switch is its own section's matter."""

from postel.kit import *


@case("RFC1812-5.3.5.2-a", role="router", needs="directed-broadcast", violator=drops("udp"))
def directed_broadcast_is_passed_on(lt):
    """What is for all on another of its networks a router sends there, in a frame to all, its time to live less by one."""
    lt.set("directed-broadcast", 1)
    for size in lt.each((0, 1, 400), "octets of data:"):
        crosses(lt, transit(udp(data=counting(size)), dst=lt.right.broadcast), eth_dst=BROADCAST_MAC)


@case("RFC1812-5.3.5.2-b", role="router", demands="directed-broadcast", violator=passes())
def directed_broadcasts_can_be_switched_off(lt):
    """What is for all on another of its networks is passed on or not, as a switch says."""
    for _ in range(2):
        lt.set("directed-broadcast", 1)
        crosses(lt, transit(udp(), dst=lt.right.broadcast), eth_dst=BROADCAST_MAC)
        lt.set("directed-broadcast", 0)
        stays(lt, transit(udp(), dst=lt.right.broadcast), after="a directed broadcast")
        crosses(lt)


@case("RFC1812-5.3.5.2-c", role="router", needs="route", violator=drops("echo-request"))
def directed_broadcast_far_away_is_like_any_address(lt):
    """What is for all on a network elsewhere goes to the gateway as all does that is for somebody there, for nobody here can know whose address it is."""
    lt.add("route", net="192.0.2.0", len=24, gateway=lt.right.lt)
    for dst in lt.each(("192.0.2.255", "192.0.2.63", "192.0.2.0"), "to"):
        crosses(lt, transit(dst=dst))


@case("RFC1812-5.3.5.2-d", kind=characteristic, role="router", needs=["udp", "broadcast"], violator=drops("udp"))
def who_sends_directed_broadcasts(lt):
    """Whether a user of the router may send to all on one of its networks."""
    sock = bind(lt)
    lt.set("broadcast", 1, sock=sock)
    lt.call("udp.send", sock=sock, dst=lt.left.broadcast, dport=OUR_PORT, data=b"postel")
    return "sent" if lt.answer("udp") else "not sent"


@case("RFC1812-5.3.5.2-e", kind=characteristic, role="router", needs=["udp", "directed-broadcast"], violator=loses("udp.recv", nth=1))
def who_receives_directed_broadcasts(lt):
    """Whether the switch for those on other networks keeps the router from receiving one on its own, too."""
    bind(lt)
    found = []
    for value in (1, 0):
        lt.set("directed-broadcast", value)
        lt.send(probe(udp(dport=USER_PORT), dst=lt.left.broadcast, eth_dst=BROADCAST_MAC))
        found.append("received" if lt.delivered("udp.recv") else "not received")
    return f"{found[0]}, and {found[1]} where it is off"


@case("RFC1812-5.3.5.2-f", role="router", needs=["udp", "directed-broadcast"], violator=drops("udp"))
def directed_broadcasts_pass_at_first(lt):
    """As long as nobody has touched the switches directed broadcasts are received, and passed on."""
    sock = bind(lt)
    lt.send(probe(udp(dport=USER_PORT), dst=lt.left.broadcast, eth_dst=BROADCAST_MAC))
    lt.expect_event("udp.recv", sock=sock)
    crosses(lt, transit(udp(), dst=lt.right.broadcast), eth_dst=BROADCAST_MAC)
