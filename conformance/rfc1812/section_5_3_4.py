# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.4: what comes in a link broadcast or multicast goes no further."""

from postel.kit import *

FAR = "192.0.2.9"
NOT_OURS = {"for a neighbour on the other side": RIGHT.lt, "for a neighbour of its sender": PEER, "for somebody far away": FAR}
GROUPS = ("01:00:5e:00:00:05", "01:80:c2:00:00:00", "33:33:00:00:00:01", "03:00:00:00:00:01")


@case("RFC1812-5.3.4-a", "RFC1812-5.3.4-c", role="router", needs="route",
      violators={"RFC1812-5.3.4-a": passes(), "RFC1812-5.3.4-c": answers("unreachable")})  # fmt: skip
def link_broadcast_ends_here(lt):
    """What comes to everybody on a link, and is for one host, is neither passed on nor reported."""
    lt.add("route", net="192.0.2.0", len=24, gateway=lt.right.lt)
    crosses(lt)
    for dst in lt.each(NOT_OURS):
        lt.send(transit(dst=dst, eth_dst=BROADCAST_MAC))
        with lt.judging("RFC1812-5.3.4-a"):
            expect_kept(lt, after=f"a link broadcast for {dst}")
        with lt.judging("RFC1812-5.3.4-c"):
            lt.expect_silence(after=f"a link broadcast for {dst}")


@case("RFC1812-5.3.4-b", role="router", violator=passes())
def link_multicast_ends_here(lt):
    """What comes to a group of a link, and is for one host, is not passed on."""
    crosses(lt)
    for mac in lt.each(GROUPS, "to"):
        stays(lt, transit(eth_dst=mac), after=f"a link multicast to {mac}")


@case("RFC1812-5.3.4-d", role="router", violator=changes("echo-request", eth_dst=BROADCAST_MAC))
def one_host_is_sent_to_in_its_own_frame(lt):
    """What is for one host leaves in a frame to one station, even where its next hop claims the MAC of all."""
    lt.check("Ethernet destination", crosses(lt, eth_dst=anything)["eth_dst"], other_than(BROADCAST_MAC))
    with lt.mute_arp():
        lt.send(transit(dst=SLOW))
        tells_its_mac(lt, SLOW, BROADCAST_MAC)
        lt.send(transit(dst=SLOW))
        while sent := lt.answer("echo-request"):
            lt.check("Ethernet destination", sent["eth_dst"], other_than(BROADCAST_MAC))
