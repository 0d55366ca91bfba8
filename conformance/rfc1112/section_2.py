# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 sections 2 to 4: who may send to groups, hosts that have none, and what addresses groups have."""

from postel.kit import *

EDGES = ("224.0.1.0", "225.0.0.0", "233.252.0.255", "239.255.255.255")
NO_GROUPS = ("223.255.255.255", "240.0.0.0", "255.255.255.255")


@case("RFC1112-2-a", needs="udp", violator=drops("udp"))
def sender_need_be_no_member(lt):
    """Who is in no group sends to it."""
    user_sends(lt, bind(lt), GROUP)


@case("RFC1112-3-a", violator=answers("echo-reply"))
def group_of_others_is_dropped_quietly(lt):
    """What comes to a group that the host is not in, or knows nothing of, is dropped without a word."""
    lt.send(one_fault(udp(), dst=GROUP, eth_dst=group_mac(GROUP)))
    lt.expect_silence(after="a datagram to a group of others")


@case("RFC1112-4-a", needs={"udp", "group"}, stands_on="reports-groups", violator=loses("udp.recv", nth=3))
def groups_begin_with_1110(lt):
    """Each address of 224/4 can be a group's."""
    sock = bind(lt)
    for group in lt.each(EDGES):
        refused = lt.tried("add", kind="group", sock=sock, addr=group, iface=0)
        lt.check("a join", refused.get("code", "ok"), "ok")
        receives(lt, group)


@case("RFC1112-4-b", needs={"udp", "group"}, stands_on="reports-groups", violator=accepts("add"))
def class_e_has_no_groups(lt):
    """Addresses beyond and below 224/4 are no groups: nobody can join them."""
    sock = joins(lt)
    is_reported(lt)
    for address in lt.each(NO_GROUPS):
        refused = lt.tried("add", kind="group", sock=sock, addr=address, iface=0).get("code", "")
        lt.check("a join", refused, saying("an error", bool))
