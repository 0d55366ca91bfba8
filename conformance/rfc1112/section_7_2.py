# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 section 7.2: what comes to groups, and to whom it goes."""

from postel.kit import *

EDGES = ("224.0.1.0", "239.255.255.255")
LEAVES = {"igmp_type": 0x17, "igmp_group": GROUP, "dst": ALL_ROUTERS, "eth_dst": group_mac(ALL_ROUTERS)}


@case("RFC1112-7.2-h", needs="group", ability="reports-groups", violator=drops("igmp", every=True))
def member_speaks_igmp(lt):
    """Who can be in groups says so by IGMP, in one of its versions."""
    joins(lt)
    return f"IGMPv{is_reported(lt).version}"


@case("RFC1112-7.2-a", "RFC1112-7.4-b", needs={"udp", "group"}, stands_on="reports-groups",
      violators={"RFC1112-7.2-a": loses("udp.recv"), "RFC1112-7.4-b": loses("udp.recv", nth=2)})  # fmt: skip
def member_receives(lt):
    """What comes to a group that was joined, in a frame to its Ethernet address, is received as if it came to the host alone."""
    sock = joins(lt)
    with lt.judging("RFC1112-7.2-a"):
        receives(lt)
    for group in EDGES:
        lt.add("group", sock=sock, addr=group, iface=0)
        with lt.judging("RFC1112-7.4-b"):
            receives(lt, group)


@case("RFC1112-7.2-b", needs={"udp", "group"}, stands_on="reports-groups", violator=delivers("udp.recv", data=b"postel"))
def others_groups_are_dropped(lt):
    """What comes to a group that the host is not in is dropped, and nobody is told."""
    joins(lt)
    receives(lt)
    misses(lt, "a datagram to another group", OTHER_GROUP)


@case("RFC1112-7.2-c", needs={"udp", "group", "two-interfaces"}, stands_on="reports-groups", violator=delivers("udp.recv", nth=1, data=b"postel"))
def group_of_another_interface_is_dropped(lt):
    """What comes by an interface on which the group was not joined is dropped."""
    for here, there in ((0, 1), (1, 0)):
        joins(lt, on=here, port=USER_PORT + here)
        receives(lt, on=here, port=USER_PORT + here)
        misses(lt, f"a datagram by interface {there}", on=there, port=USER_PORT + here)
        lt.call("reset")


@case("RFC1112-7.2-d", needs={"udp", "group"}, stands_on="reports-groups", violator=loses("udp.recv", nth=1))
def ttl_of_1_arrives(lt):
    """A time to live of 1 is enough to arrive."""
    joins(lt)
    receives(lt)
    lt.send(probe(udp(USER_PORT), dst=GROUP, eth_dst=group_mac(GROUP), ttl=1))
    lt.expect_event("udp.recv", data=b"postel")


@case("RFC1112-7.2-e", needs={"udp", "group"}, stands_on="reports-groups", violator=delivers("udp.recv", data=b"postel"))
def group_as_source_is_dropped(lt):
    """What comes from a group is dropped quietly."""
    joins(lt)
    receives(lt)
    misses(lt, "a datagram from a group", src=OTHER_GROUP)


@case("RFC1112-7.2-g", needs={"udp", "group"}, stands_on="reports-groups", violator=loses("udp.recv", nth=2))
def group_is_left_when_all_have_left(lt):
    """The host is in a group as long as one of its users is."""
    first, second = joins(lt), joins(lt, port=USER_PORT + 1)
    for port in (USER_PORT, USER_PORT + 1):
        receives(lt, port=port)
    lt.remove("group", sock=first, addr=GROUP, iface=0)
    receives(lt, port=USER_PORT + 1, sock=second)
    lt.remove("group", sock=second, addr=GROUP, iface=0)
    misses(lt, "all have left", port=USER_PORT + 1)


@case("RFC1112-7.2-i", needs={"udp", "group"}, stands_on="takes-groups", violator=loses("udp.recv", nth=2))
def all_hosts_is_never_left(lt):
    """Each interface is in the group of all hosts from the start, whatever else is joined and left."""
    sock = bind(lt)
    for _ in range(2):
        for lab in links(lt):
            receives(lt, ALL_HOSTS, lab.lt, on=lab.index)
        lt.add("group", sock=sock, addr=GROUP, iface=0)
        lt.remove("group", sock=sock, addr=GROUP, iface=0)


@case("RFC1112-7.2-g", needs={"udp", "group"}, stands_on="reports-groups", violator=answers("igmp", where={"igmp_type": 0x42}, **LEAVES))
def departure_of_one_is_not_said(lt):
    """When one of two users leaves a group the host does not say that it does."""
    first, _ = member(lt), joins(lt, port=USER_PORT + 1)
    said_all(lt)
    lt.remove("group", sock=first, addr=GROUP, iface=0)
    lt.send(igmp(0x42, ALL_HOSTS))
    lt.check("departures", [each.words for each in listened(lt, AT_ONCE) if each.kind in ("leave", "to in")], [])
    receives(lt, port=USER_PORT + 1)
