# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 sections 7.3 and 7.4: what links do for groups."""

from postel.kit import *

MANY = 20


@case("RFC1112-7.3-a", needs={"udp", "group", "multicast-loop"}, stands_on="reports-groups", violator=ignores("set"))
def link_brings_back_nothing(lt):
    """What is sent to a group does not come back by the link: IP alone makes the copy for its own host."""
    sock = joins(lt)
    lt.call("udp.send", sock=sock, dst=GROUP, dport=USER_PORT, data=b"postel")
    lt.expect_event("udp.recv", data=b"postel")
    lt.expect_no_event("udp.recv", after="its copy")
    lt.answer("udp")
    lt.set("multicast-loop", 0, sock=sock)
    lt.call("udp.send", sock=sock, dst=GROUP, dport=USER_PORT, data=b"postel")
    lt.expect_no_event("udp.recv", after="a datagram whose sender wants no copy")
    lt.answer("udp")
    receives(lt)


@case("RFC1112-7.4-a", needs={"udp", "group"}, stands_on="reports-groups", violator=loses("udp.recv", nth=MANY - 1))
def many_groups_are_received(lt):
    """A link brings what comes to as many groups as were joined."""
    groups = [f"233.252.0.{number}" for number in range(1, MANY + 1)]
    sock = bind(lt)
    for group in groups:
        lt.add("group", sock=sock, addr=group, iface=0)
    for group in groups:
        receives(lt, group)
