# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 section 6.2: what a host sends to a group."""

from postel.kit import *

ALL_HOSTS, GROUP_MAC = "224.0.0.1", "01:00:5e:00:00:01"


@case("RFC1112-6.2-b", needs=["udp"], violator=loses("udp.recv", nth=1))
def member_hears_itself(lt):
    """Who sends to a group that the host is a member of gets a copy of its own, unless it has said that it wants none."""
    sock = bind(lt)
    lt.send(probe(udp(USER_PORT), dst=ALL_HOSTS, eth_dst=GROUP_MAC))
    if not lt.delivered():
        lt.lacks(*lt.taken())
        lt.not_applicable("what comes to the group of all hosts does not reach the IUT's user")
    sent = user_sends(lt, sock, dst=ALL_HOSTS, data=b"to the group")
    lt.call("udp.send", sock=sock, dst=ALL_HOSTS, dport=USER_PORT, data=b"to ourselves")
    lt.answer("udp")
    lt.expect_event("udp.recv", src=sent["src"], data=b"to ourselves")
