# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 3: the link layer, of which a router demands what a host does."""

from postel.kit import *

# 3.2: what the link layer has to say of what came: its length, by which interface it came, and whether it was for one or for many.
as_router(
    "RFC1812-3.2-a", "rfc791/3.1/padding_is_no_data", "rfc791/3.1/packet_cut_short", "rfc1122/3.4/interface_of_arrival_is_passed_up",
)  # fmt: skip
as_router("RFC1812-3.2-a", "rfc1122/3.2.2.errors/nothing_is_reported_of_a_link_broadcast", violator=answers("unreachable", nth=2))

as_router("RFC1812-3.3.1-a", "rfc1122/2.3.1/trailers_are_off_by_default")

# 3.3.2
as_router("RFC1812-3.3.2-a", "rfc1122/2.3.2.1/stale_mapping_is_flushed", "rfc1122/2.3.2.1/requests_for_a_silent_neighbour_are_limited")
as_router("RFC1812-3.3.2-b", "rfc1122/2.4/missing_arp_entry_is_not_an_error")
as_router("RFC1812-3.3.2-d", "rfc826/Senders/neighbour_that_claims_the_broadcast_mac")

as_router(
    "RFC1812-3.3.3-a", "rfc1122/2.3.3/ip_is_carried_by_ethernet_ii", "rfc1122/2.3.3/access_point_6_is_never_sent",
    "rfc1122/2.3.3/addresses_are_translated_by_arp", "rfc1122/2.3.3/other_types_are_not_ip", "rfc1122/2.3.3/mtu_of_either_framing",
)  # fmt: skip

as_router("RFC1812-3.3.4-a", "rfc1122/3.3.3/mtu_of_an_interface_is_configurable", "rfc1122/3.3.3/mtu_of_one_interface_is_not_anothers")
