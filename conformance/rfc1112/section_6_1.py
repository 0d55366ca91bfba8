# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 section 6.1: what a user may say of a datagram to a group."""

from postel.kit import *

GROUPS = ("224.0.0.1", "233.252.0.7")


@case("RFC1112-6.1-a", needs=["udp"], stands_on="sets-ttl", violator=changes("udp", nth=1, ttl=1))
def user_chooses_the_ttl_of_a_group(lt):
    """The user sets the time to live of what goes to a group."""
    sock = bind(lt)
    for group in lt.each(GROUPS):
        for ttl in (1, 9, 255):
            lt.check("TTL", user_sends(lt, sock, group, ttl=ttl)["ttl"], ttl)


@case("RFC1112-6.1-b", needs=["udp"], violator=changes("udp", ttl=64))
def ttl_of_a_group_is_1_by_default(lt):
    """Where the user says nothing a datagram to a group goes no further than the next router."""
    sock = bind(lt)
    for group in lt.each(GROUPS):
        lt.check("TTL", user_sends(lt, sock, group)["ttl"], 1)


@case("RFC1112-6.1-c", needs={"udp", "multicast-iface", "two-interfaces"}, violator=ignores("set"))
def user_chooses_the_interface_of_a_group(lt):
    """The user says by which interface what goes to groups leaves."""
    sock = bind(lt)
    for lab in reversed(links(lt)):
        lt.set("multicast-iface", lab.index, sock=sock)
        user_sends(lt, sock, GROUP, on=lab.index)


@case("RFC1112-6.1-d", needs={"udp", "two-interfaces"}, violator=adds("udp", to="udp"))
def group_is_sent_to_once(lt):
    """What a user sends to a group leaves by one interface, once."""
    lt.call("udp.send", sock=bind(lt), dst=GROUP, dport=OUR_PORT, data=b"postel")
    lt.settle()
    lt.check("where it left", [sent["iface"] for sent in lt.take("udp")], saying("one interface", lambda found: len(found) == 1))
    lt.expect_silence(after="one datagram to a group")


@case("RFC1112-6.1-e", needs={"udp", "group", "multicast-loop"}, stands_on="reports-groups", violator=ignores("set"))
def user_wants_no_copy_of_its_own(lt):
    """The user says that it does not want what it sends to its own group."""
    sock = joins(lt)
    is_reported(lt)
    lt.set("multicast-loop", 0, sock=sock)
    lt.call("udp.send", sock=sock, dst=GROUP, dport=USER_PORT, data=b"postel")
    lt.expect_no_event("udp.recv", after="a datagram whose sender wants no copy")
    lt.answer("udp")


@case("RFC1112-6.1-f", needs="udp", violator=drops("udp"))
def group_has_an_interface_by_default(lt):
    """Where the user chooses no interface the host has one."""
    lt.call("udp.send", sock=bind(lt), dst=GROUP, dport=OUR_PORT, data=b"postel")
    lt.settle()
    lt.check("datagrams to the group", len(lt.take("udp")), 1)
