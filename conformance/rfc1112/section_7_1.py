# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 section 7.1: how users join and leave groups."""

from postel.kit import *

EXPERIMENT = 253


@case("RFC1112-7.1-a", needs={"udp", "group", "two-interfaces"}, stands_on="reports-groups", violator=ignores("add"))
def user_joins_and_leaves(lt):
    """A user joins a group on an interface and hears what comes to it there, until it leaves."""
    sock = bind(lt)
    for lab in reversed(links(lt)):
        lt.add("group", sock=sock, addr=GROUP, iface=lab.index)
        receives(lt, on=lab.index)
        lt.remove("group", sock=sock, addr=GROUP, iface=lab.index)
        misses(lt, "the group was left", on=lab.index)


@case("RFC1112-7.1-b", needs={"udp", "group", "two-interfaces"}, stands_on="reports-groups", violator=loses("udp.recv", nth=3))
def several_are_in_a_group(lt):
    """Several users are in a group, and one is in it on several interfaces."""
    both, left = joins(lt, on=1), joins(lt, port=USER_PORT + 1)
    lt.add("group", sock=both, addr=GROUP, iface=0)
    for lab in links(lt):
        receives(lt, on=lab.index, sock=both)
    receives(lt, sock=left, port=USER_PORT + 1)
    lt.remove("group", sock=both, addr=GROUP, iface=0)
    receives(lt, on=1, sock=both)


@case("RFC1112-7.1-c", needs={"udp", "group"}, stands_on="reports-groups", violator=accepts("del"))
def user_learns_whether_it_has_left(lt):
    """Who joins and leaves is told at once whether it is done: nobody leaves a group twice."""
    group = {"kind": "group", "sock": joins(lt), "addr": GROUP, "iface": 0}
    is_reported(lt)
    lt.check("a leave", lt.tried("del", **group).get("code", "ok"), "ok")
    lt.check("a second one", lt.tried("del", **group).get("code", "ok"), saying("an error", lambda code: code != "ok"))


@case("RFC1112-7.1-a", needs={"ip", "group"}, kind=characteristic, violator=accepts("del"))
def user_of_ip_joins(lt):
    """Whether a user of IP, who has no port, can join a group and leave it again."""
    group = {"kind": "group", "sock": lt.call("ip.bind", protocol=EXPERIMENT)["sock"], "addr": GROUP, "iface": 0}
    return " and ".join(lt.tried(verb, **group).get("code", verb) for verb in ("add", "del", "del"))


@case("RFC1112-7.1-d", needs={"udp", "ip", "group"}, stands_on="reports-groups", kind=characteristic, violator=loses("udp.recv"))
def who_hears_a_group(lt):
    """Which users of a protocol hear what comes to a group that one of them has joined: all (RFC 1112), or only that one (RFC 3376)."""
    joins(lt)
    bind(lt, port=USER_PORT + 1)
    heard = []
    for who, port in (("the member", USER_PORT), ("another user", USER_PORT + 1)):
        sent_to(lt, port=port)
        heard += [who] if lt.delivered() else []
    return " and ".join(heard) or "nobody"


@case("RFC1112-7.1-e", needs={"udp", "group"}, stands_on="reports-groups", violator=ignores("add"))
def join_has_an_interface_by_default(lt):
    """Who joins without naming an interface does so on that by which it would send."""
    sock = bind(lt)
    lt.call("udp.send", sock=sock, dst=GROUP, dport=OUR_PORT, data=b"postel")
    used = (lt.answer("udp") or {"iface": 0})["iface"]
    lt.add("group", sock=sock, addr=GROUP)
    receives(lt, on=used)
    for lab in [each for each in links(lt) if each.index != used]:
        misses(lt, "a join on the other interface", on=lab.index)
