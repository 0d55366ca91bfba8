# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 section 6.2: what a host sends to a group."""

from contextlib import suppress

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


@case("RFC1112-6.2-a", needs=["udp"], violator=changes("udp", eth_dst=LEFT.lt_mac))
def group_is_sent_to_on_the_link(lt):
    """What goes to a group goes to the link, not to a gateway, however far its members are."""
    sock = bind(lt)
    for ttl in (1, 64):
        lt.check("Ethernet destination", user_sends(lt, sock, GROUP, ttl=ttl)["eth_dst"], group_mac(GROUP))


@case("RFC1112-6.2-c", needs={"udp", "multicast-iface", "two-interfaces"}, violator=changes("udp", nth=1, src=LEFT.iut))
def source_is_that_of_the_interface(lt):
    """The source of what goes to a group is an address of the interface that it leaves by."""
    sock = bind(lt)
    for lab in links(lt):
        lt.set("multicast-iface", lab.index, sock=sock)
        lt.check("source", user_sends(lt, sock, GROUP, on=lab.index)["src"], lab.iut)


@case("RFC1112-6.2-d", needs="udp", violator=changes("udp", src=GROUP))
def group_is_no_source(lt):
    """Nothing is sent from a group or along a source route of groups, whatever a user asks for."""
    sock = bind(lt)
    lt.check("source", user_sends(lt, sock)["src"], other_than(GROUP))
    for said in ({"src": GROUP}, {"options": lsrr(GROUP) + NOP}, {"options": ssrr(GROUP) + NOP}):
        with suppress(UpperError):
            lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel", **said)
        if sent := lt.answer("udp"):
            lt.check("source", sent["src"], other_than(GROUP))
            lt.check("options", sent["options"], saying("no group", lambda octets: address_octets(GROUP) not in octets))
