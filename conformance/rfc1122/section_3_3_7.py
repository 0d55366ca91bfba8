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
