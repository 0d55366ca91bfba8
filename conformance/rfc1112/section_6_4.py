# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 section 6.4: groups on Ethernet."""

from postel.kit import *

MACS = {
    "224.0.0.251": "01:00:5e:00:00:fb", "239.128.64.32": "01:00:5e:00:40:20", "233.252.0.1": "01:00:5e:7c:00:01", "239.255.255.255": "01:00:5e:7f:ff:ff",
}  # fmt: skip


@case("RFC1112-6.4-a", needs="udp", violator=changes("udp", nth=1, eth_dst="01:00:5e:80:40:20"))
def group_has_23_bits_of_a_mac(lt):
    """A group's Ethernet address is 01-00-5E, a zero, and its last 23 bits."""
    sock = bind(lt)
    for group in lt.each(list(MACS)):
        lt.check("Ethernet destination", user_sends(lt, sock, group)["eth_dst"], MACS[group])
