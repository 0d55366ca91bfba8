# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.7: IP multicasting."""

from postel.kit import *

ALL_HOSTS, ALL_HOSTS_MAC = "224.0.0.1", "01:00:5e:00:00:01"


@case("RFC1122-3.3.7-c", needs=["udp"], ability="takes-groups", violator=loses("udp.recv"))
def all_hosts_group_is_joined(lt):
    """The group of all hosts is joined from the start."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), dst=ALL_HOSTS, eth_dst=ALL_HOSTS_MAC))
    lt.expect_event("udp.recv", data=b"postel")


@case("RFC1122-3.3.7-e", needs=["udp"], violator=changes("udp", nth=1, eth_dst="01:00:5e:fc:00:07"))
def group_maps_to_its_mac(lt):
    """The low 23 bits of a group, and no more of them, stand in the Ethernet destination."""
    sock = bind(lt)
    alike = "01:00:5e:7c:00:07"
    for group, mac in ((ALL_HOSTS, ALL_HOSTS_MAC), ("233.252.0.7", alike), ("233.124.0.7", alike)):
        lt.check(f"Ethernet destination of {group}", user_sends(lt, sock, group)["eth_dst"], mac)


@case("RFC1122-3.3.7-a", needs=["udp"], stands_on="takes-groups", violator=loses("udp.recv", nth=0))
def groups_are_received_on_each_link(lt):
    """Every link that has groups brings them to the host."""
    bind(lt)
    for lab in links(lt):
        lt.send(probe(udp(USER_PORT), src=lab.lt, dst=ALL_HOSTS, eth_dst=ALL_HOSTS_MAC), on=lab.index)
        lt.expect_event("udp.recv", src=lab.lt, data=b"postel")


@case("RFC1122-3.3.7-a", needs=["udp"], violator=drops("udp", nth=1))
def groups_are_sent_to_on_each_link(lt):
    """And a user sends to a group by each of them, from the address that the host has there."""
    chooses = "multicast-iface" in lt.ut.caps
    for lab in links(lt):
        sock = bind(lt, port=USER_PORT + lab.index, addr=lab.iut)
        if chooses:
            lt.set("multicast-iface", lab.index, sock=sock)
        lt.call("udp.send", sock=sock, dst="233.252.0.7", dport=OUR_PORT, data=b"postel")
        sent = lt.answer("udp")
        if sent and sent["iface"] != lab.index and not chooses:
            lt.not_applicable("a socket's address chooses no interface for what it sends to groups, and nothing else can here")
        said = f"{sent['src']} to {sent['eth_dst']} by {sent['iface']}" if sent else "nothing"
        lt.check("a datagram to the group", said, f"{lab.iut} to 01:00:5e:7c:00:07 by {lab.index}")


@case("RFC1122-3.3.7-b", "RFC1122-3.2.3-a", kind=characteristic, needs="group", violator=drops("igmp", every=True))
def igmp_is_spoken(lt):
    """Which version of IGMP a host speaks, if it does."""
    joins(lt)
    found = listened(lt, AT_ONCE, enough=1)
    return f"IGMPv{found[0].version}" if found else "none"
