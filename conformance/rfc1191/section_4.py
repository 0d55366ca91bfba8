# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 4: what a router says of a datagram that it must not fragment."""

from postel.kit import *

LINKS = (1280, 576, 296, LEAST)


def told(error):
    """The next hop's MTU."""
    return int.from_bytes(error["unused"][2:], "big")


@case("RFC1191-4-a", role="router", needs="mtu", violator=changes("unreachable", rest=lambda rest: b"\1" + rest[1:]))
def mtu_of_the_next_link_is_told(lt):
    """Fragmentation Needed has the MTU of the next link in its last two octets, and zeros before them."""
    for mtu in lt.each(LINKS, "octets"):
        lt.set("mtu", mtu, iface=1)
        lt.send(transit(echo(data=counting(1400)), df=1))
        error = lt.expect(unreachable(code=4, src=lt.iut))
        lt.check("octets 4 and 5", error["unused"][:2], bytes(2))
        lt.check("next-hop MTU", told(error), mtu)


@case("RFC1191-4-b", role="router", needs="mtu", violator=changes("unreachable", rest=lambda rest: rest[:2] + b"\2\0"))
def what_is_told_passes(lt):
    """What is told is the length of the longest datagram that passes, with its header, and never below 68."""
    for mtu in lt.each(LINKS, "octets"):
        lt.set("mtu", mtu, iface=1)
        lt.send(transit(echo(data=counting(1400)), df=1))
        most = told(lt.expect(unreachable(code=4, src=lt.iut)))
        lt.check("next-hop MTU", most, at_least(LEAST))
        crosses(lt, transit(echo(data=counting(most - 28)), df=1))
        lt.send(transit(echo(data=counting(most - 27)), df=1))
        lt.expect(unreachable(code=4, src=lt.iut))
        expect_kept(lt, after="an octet more")
