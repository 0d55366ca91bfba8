# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.2.3: broadcasts of old, and networks that have subnets anywhere."""

from postel.kit import *

OLD_FORMS = {  # and the frames in which they come
    "0.0.0.0": ("0.0.0.0", BROADCAST_MAC), "the number of this link": (LEFT.number, BROADCAST_MAC),
}  # fmt: skip
HALVES = {"198.51.100.0": 25, "198.51.100.128": 25}  # of a class C network


@case("RFC1812-4.2.3.1-b", role="router", violator=answers("echo-reply"))
def broadcasts_of_old_are_discarded(lt):
    """What goes to 0.0.0.0, or to the number of a link, is neither answered nor passed on."""
    for dst, mac in lt.each(OLD_FORMS):
        lt.send(one_fault(echo(), dst=dst, eth_dst=mac))
        expect_silent_discard(lt, after=f"a datagram to {dst}")
        lt.check("questions for it:", [asked["tpa"] for asked in lt.take("arp-request") if asked["tpa"] == dst], [])


@case("RFC1812-4.2.3.1-e", role="router", stands_on="reports-closed-ports", violator=answers("unreachable"))
def broadcasts_of_old_are_broadcasts_or_nothing(lt):
    """Who does not discard them treats them as broadcasts: no error is sent about one."""
    for dst, mac in lt.each(OLD_FORMS):
        lt.send(one_fault(udp(), dst=dst, eth_dst=mac))
        lt.expect_silence(after=f"a datagram to {dst}", of="unreachable")


@case("RFC1812-4.2.3.4-a", role="router", needs="route", violator=changes("echo-request", nth=1, eth_dst=RIGHT.lt_mac))
def subnets_lie_apart(lt):
    """Of two subnets of a network one lies on this side, and one on the other, each behind a gateway."""
    for gateway, net in zip((RIGHT.host(40), RIGHT.host(41)), HALVES, strict=True):
        lt.neighbours[gateway] = f"02:00:00:00:01:{gateway[-2:]}"
        lt.add("route", net=net, len=HALVES[net], gateway=gateway)
        crosses(lt, transit(dst=net[:-1] + "7" if net.endswith(".0") else "198.51.100.200"), via=gateway)
    lt.add("route", net="198.51.100.64", len=26, gateway=LEFT.host(40))
    crosses(lt, transit(dst="198.51.100.70"), on=1, out=0, via=LEFT.host(40))


@case("RFC1812-4.2.3.4-b", role="router", needs="route", violator=drops("echo-request", nth=2))
def routes_are_of_any_length(lt):
    """A route is to a prefix of any length, and nothing is made of classes: not of a network of which a subnet is known either."""
    for length in lt.each((8, 9, 13, 17, 23, 25, 30, 31, 32), "length"):
        lt.add("route", net=f"{100 + length}.0.0.0", len=length, gateway=RIGHT.lt)
        crosses(lt, transit(dst=f"{100 + length}.0.0.{0 if length > 30 else 1}"))
    crosses(lt, transit(dst="125.0.0.129"), on=1, out=0)  # of the same class A network, and behind the default gateway


@case("RFC1812-4.2.3.4-c", role="router", needs=["address", "route"], violator=drops("echo-request", nth=1))
def prefixes_of_interfaces_are_of_any_length(lt):
    """An interface is given an address of a prefix of any length, within one that another has too, and who is on it is near."""
    for last, length in lt.each({"a network of 30 bits": (1, 30), "one of 27 bits": (33, 27), "one of 22 bits": (1025, 22)}):
        lt.add("address", iface=1, addr=f"172.20.{last >> 8}.{last & 255}", len=length)
        crosses(lt, transit(dst=f"172.20.{last >> 8}.{(last & 255) + 1}"))
