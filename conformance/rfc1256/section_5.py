# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1256 section 5: Router discovery by hosts, as far as every host has to keep it."""

from postel.kit import *

ALL_ROUTERS = {"dst": "224.0.0.2", "eth_dst": "01:00:5e:00:00:02"}
WAYS = {"to it alone": {}, "to all routers": ALL_ROUTERS, "to all hosts": {"dst": "224.0.0.1", "eth_dst": "01:00:5e:00:00:01"},
        "to everybody": {"dst": "255.255.255.255", "eth_dst": BROADCAST_MAC}}  # fmt: skip


@case("RFC1256-5.2-b", violator=answers("echo-reply", nth=2))
def solicitations_are_not_answered(lt):
    """A host that is asked which routers there are says nothing."""
    lt.send(one_fault(echo(), type=10, rest=bytes(4)))
    lt.expect_silence(after="a solicitation")
    for way, said in WAYS.items():
        lt.send(probe(icmp(10), **said))
        lt.expect_silence(after=f"a solicitation {way}")


@case("RFC1256-5.3-a", needs="vtime", violator=changes("echo-reply", type=9))
def nothing_is_advertised(lt):
    """A host does not say that it is a router, within the half hour after which each router has."""
    lt.send(echo())
    lt.answer()
    lt.advance(1800)
    lt.expect_silence(after="half an hour", of="icmp-9")
