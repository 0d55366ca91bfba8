# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.6: Initialization."""

from postel.kit import *

FAR, NET = "192.0.2.7", "192.0.2.0"


def goes_to(lt, sock, dst):
    """The MAC to which what the user sends there leaves."""
    lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
    return lt.expect(udp_datagram(dst=dst, dport=OUR_PORT))["eth_dst"]


def listed(lt):
    """Which of those that a case adds the IUT has."""
    told = [each["addr"] for each in lt.listed("address", iface=0)] + [each["net"] for each in lt.listed("route", iface=0)]
    return [name for name in ("203.0.113.9", NET) if name in told]


@case("RFC1122-3.3.1.6-a", needs="udp", demands="address", violator=ignores("add"))
def addresses_and_masks_are_configurable(lt):
    """An address and its mask can be set: the host answers for it, and sends to who is on that network directly."""
    sock = bind(lt)
    for bits, near in ((24, "203.0.113.77"), (29, "203.0.113.11")):
        lt.add("address", iface=0, addr="203.0.113.9", len=bits)
        lt.send(IP(src=near, dst="203.0.113.9") / echo())
        lt.expect(echo_reply())
        lt.hosts.macs[near] = OTHER_MAC
        lt.send(arp(spa=near, sha=OTHER_MAC, tpa="203.0.113.9"))
        lt.take("arp-reply")
        lt.check("Ethernet destination", goes_to(lt, sock, near), OTHER_MAC)
        lt.remove("address", iface=0, addr="203.0.113.9")


@case("RFC1122-3.3.1.6-a", needs=["udp", "route"], demands="route", violator=ignores("add", nth=1))
def gateways_are_configurable_with_preference(lt):
    """Several gateways can be set for the same way, and that with the least preference is taken."""
    sock = bind(lt)
    peer_is_known(lt)
    lt.add("route", net=NET, len=24, gateway=lt.left.lt, preference=10)
    lt.check("Ethernet destination", goes_to(lt, sock, FAR), lt.mac)
    lt.add("route", net=NET, len=24, gateway=PEER, preference=5)
    lt.check("Ethernet destination", goes_to(lt, sock, FAR), PEER_MAC)
    lt.remove("route", net=NET, len=24, gateway=PEER)
    lt.check("Ethernet destination", goes_to(lt, sock, FAR), lt.mac)


@case("RFC1122-3.3.1.6-b", needs="udp", demands=["address", "route"], violator=ignores("del"))
def what_was_entered_by_hand_can_be_taken_back(lt):
    """There is a way to enter addresses and gateways by hand, and to take them back."""
    lt.add("address", iface=0, addr="203.0.113.9", len=24)
    lt.add("route", net=NET, len=24, gateway=PEER)
    lt.check("what is told of them:", listed(lt), ["203.0.113.9", NET])
    lt.remove("address", iface=0, addr="203.0.113.9")
    lt.remove("route", net=NET, len=24, gateway=PEER)
    lt.check("what is told of them:", listed(lt), [])


@case("RFC1122-3.3.1.6-a", needs=["udp", "two-interfaces"], demands="route", violator=drops("udp", nth=1))
def gateway_is_on_the_link_that_it_is_near_of(lt):
    """What goes by a gateway leaves by that link of ours which the gateway is on, without anybody saying so."""
    sock = bind(lt)
    for lab in links(lt):
        lt.add("route", net=NET, len=24, gateway=lab.lt)
        user_sends(lt, sock, FAR, on=lab.index)
        lt.remove("route", net=NET, len=24, gateway=lab.lt)


@case("RFC1122-3.3.1.6-a", needs=["udp", "two-interfaces"], demands=["address", "route"], stands_on="keeps-datagrams",
      violator=changes("udp", eth_dst="02:00:00:00:00:99"))  # fmt: skip
def gateway_is_on_any_network_of_a_link(lt):
    """It may be on any network that we have an address of there."""
    lt.add("address", iface=1, addr="203.0.113.9", len=24)
    lt.hosts.macs["203.0.113.77"] = OTHER_MAC
    lt.add("route", net=NET, len=24, gateway="203.0.113.77")
    lt.call("udp.send", sock=bind(lt), dst=FAR, dport=OUR_PORT, data=b"postel")
    lt.check("Ethernet destination", lt.expect(udp_datagram(src="203.0.113.9", dst=FAR), on=1)["eth_dst"], OTHER_MAC)


@case("RFC1122-3.3.1.6-a", needs=["udp", "route"], demands="route", violator=ignores("del"))
def gateway_that_is_taken_back_is_the_one_that_was_named(lt):
    """Of two gateways for the same way that one goes which is named, and what is sent goes by the other."""
    sock = bind(lt)
    peer_is_known(lt)
    lt.add("route", net=NET, len=24, gateway=lt.left.lt, preference=5)
    lt.add("route", net=NET, len=24, gateway=PEER, preference=5)
    lt.remove("route", net=NET, len=24, gateway=PEER)
    lt.check("gateways", [each["gateway"] for each in lt.listed("route", iface=0) if each["net"] == NET], [lt.left.lt])
    lt.check("Ethernet destination", goes_to(lt, sock, FAR), lt.mac)
