# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.8: Internet Group Management Protocol."""

from postel.kit import *

QUERY = Expectation("igmp", {"igmp_type": 0x11, "dst": ALL_HOSTS, "igmp_group": "0.0.0.0"}, whole=True)


@case("RFC1812-5.2.8-a", role="router", demands="igmp-querier", stands_on="is-querier", violator=drops("igmp", every=True))
def router_asks_for_groups(lt):
    """A router can have the routers' part of IGMP: on each of its links it asks what groups there are members of."""
    for lab in links(lt):
        lt.set("igmp-querier", 1, iface=lab.index)
        lt.comes("igmp", 5, igmp_type=0x11, iface=lab.index)
        lt.expect(QUERY, on=lab.index)
