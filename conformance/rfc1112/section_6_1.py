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
