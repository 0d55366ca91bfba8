# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.2: the Internet Protocol of what is a router's own, of which it demands what it does of a host."""

from postel.kit import *

BEFORE_2644 = ("rfc1812",)  # by whose section 3 a router receives no broadcast to one of its networks unless somebody wants that, and may send none

# 4.2.1
as_router(
    "RFC1812-4.2.1-a", "rfc791/3.1/data_begins_where_the_header_ends", "rfc791/3.1/header_shorter_than_five_words",
    "rfc791/3.1/header_longer_than_the_datagram", "rfc791/3.1/version_of_an_answer",
    "rfc791/3.1/checksum_of_answers", "rfc791/3.1/protocol_selects_the_next_layer", "rfc791/3.1.options/every_option_is_read",
    "rfc1122/3.2.1.1/version_not_4_with_options",
)  # fmt: skip
as_router("RFC1812-4.2.1-a", "rfc791/3.1/total_length_past_the_packet", violator=adds("echo-reply", to="parameter-problem"))
as_router("RFC1812-4.2.1-b", "rfc1122/3.1/what_is_silently_discarded_is_counted")
as_router("RFC1812-4.2.1-c", "rfc950/2.1/mask_decides_and_no_class", "rfc950/2.1/mask_that_is_longer_than_the_class")
as_router("RFC1812-4.2.1-d", "rfc919/7/ones_throughout_mean_the_link")
as_router("RFC1812-4.2.1-d", "rfc919/7/ones_as_host_mean_everybody", "rfc919/5/destination_is_held_against_every_address", profiles=BEFORE_2644)
as_router("RFC1812-4.2.1-e", "rfc1122/3.2.1.3.sweeps/hosts_that_end_in_ones_or_zeros_are_answered")
as_router("RFC1812-4.2.1-f", "rfc1122/3.1/what_is_discarded_is_logged_with_its_contents")
as_router(
    "RFC1812-4.2.1-g", "rfc1122/3.3.1.1/near_is_resolved_itself", "rfc1122/3.3.1.1/far_goes_to_the_gateway", "rfc1122/3.3.2/fragments_are_put_together",
    "rfc1122/3.3.2/datagram_of_576_octets_in_the_smallest_fragments", "rfc1122/3.3.3/nothing_is_too_large_for_the_link",
    "rfc1122/3.3.6/unicast_is_not_sent_to_all", "rfc1122/3.3.8/errors_are_reported_wherever_they_may",
)  # fmt: skip

# 4.2.2.1: options
as_router("RFC1812-4.2.2.1-a", "rfc1122/3.2.1.8/options_are_passed_up", "rfc1122/4.1.3.2/user_is_told_forty_octets_of_options")
as_router("RFC1812-4.2.2.1a-a", "rfc1108/2.told/basic_security_option")
as_router({"RFC1122-3.2.1.8b-a": "RFC1812-4.2.2.1b-a", "RFC1122-3.2.1.8b-b": "RFC1812-4.2.2.1b-b"}, "rfc1122/3.2.1.8/stream_identifier")
as_router("RFC1812-4.2.2.1c-a", "rfc1122/3.2.1.8/recorded_route_is_passed_up", "rfc791/3.1.route/source_route_that_is_used_up")
as_router("RFC1812-4.2.2.1c-b", "rfc1122/3.2.1.8/source_route_is_reversed", "rfc1122/4.2.3.8/route_that_comes_is_kept")
as_router("RFC1812-4.2.2.1c-c", "rfc1122/3.2.1.8/two_source_routes")
as_router("RFC1812-4.2.2.1c-d", "rfc1122/3.2.1.8/recorded_route_that_begins_with_the_source")
as_router("RFC1812-4.2.2.1e-a", "rfc1122/3.2.1.8/originator_stamps")
as_router("RFC1812-4.2.2.1e-b", "rfc1122/3.2.1.8/destination_stamps", "rfc791/3.1.timestamp/full_timestamp_counts_overflow")
as_router("RFC1812-4.2.2.1e-d", "rfc1122/3.2.1.8/value_of_a_timestamp", "rfc792/timestamp.clock/timestamps_of_the_option_go_on")
as_router("RFC1812-4.2.2.2-a", "rfc791/3.1.route/address_of_the_network_it_goes_to")

# 4.2.2.3 to 4.2.2.9: the header
as_router("RFC1812-4.2.2.3-a", "rfc791/3.1/reserved_flag")
as_router(
    "RFC1812-4.2.2.5-a", "rfc1122/3.2.1.2/wrong_header_checksum", "rfc1122/3.2.1.2/wrong_header_checksum_of_a_fragment",
    "rfc791/3.1/one_wrong_bit_in_the_header", "rfc791/3.1/one_wrong_bit_in_the_options", "rfc791/3.1/no_checksum_is_a_wrong_one",
)  # fmt: skip
as_router(
    "RFC1812-4.2.2.6-a", "rfc1122/3.2.1.8/unknown_option_is_skipped", "rfc1122/3.2.1.8/unknown_options_are_skipped",
    "rfc791/3.1.sweeps/unknown_option_of_every_length",
)  # fmt: skip
as_router(
    "RFC1812-4.2.2.6-b", "rfc791/3.1.options/no_operation_has_no_effect", "rfc791/3.1.options/nothing_counts_after_the_end",
    "rfc791/3.1.options/list_that_ends_before_the_header",
)  # fmt: skip
as_router("RFC1812-4.2.2.7-a", "rfc1122/3.3.3/answers_fit_the_link", "rfc791/3.2/more_fragments_on_all_but_the_last", "rfc791/3.2/fragments_fit_the_link")
as_router(
    "RFC1812-4.2.2.8-a", "rfc1122/3.2.1.4/reassembly_is_supported", "rfc1122/3.3.2/two_fragments_are_put_together",
    "rfc1122/3.3.2/fragments_for_a_user_are_put_together",
)  # fmt: skip
as_router("RFC1812-4.2.2.9-b", "rfc1122/3.2.1.7/ttl_of_an_answer_is_above_zero", "rfc1122/3.2.1.7/user_cannot_send_ttl_0")
as_router("RFC1812-4.2.2.9-c", "rfc1122/3.2.1.7/low_ttl_has_arrived")
as_router("RFC1812-4.2.2.9-d", "rfc1122/3.2.1.7/user_chooses_the_ttl")
as_router("RFC1812-4.2.2.9-e", "rfc1122/3.2.1.7/default_ttl_crosses_the_internet")
as_router("RFC1812-4.2.2.9-f", "rfc1122/3.2.1.7/default_ttl_is_configurable")

# 4.2.2.11: addresses
as_router({"RFC1122-3.2.1.3-e": "RFC1812-4.2.3.1-d", "RFC1122-3.2.1.3-f": "RFC1812-4.2.2.11-k"}, "rfc1122/3.2.1.3/this_network_is_no_destination")
as_router("RFC1812-4.2.2.11-b", "rfc1122/3.2.1.3/source_zero")
as_router(
    {"RFC1122-3.2.1.3-f": "RFC1812-4.2.2.11-k", "RFC1122-3.2.1.3-g": "RFC1812-4.2.2.11-c", "RFC1122-3.2.1.3-h": "RFC1812-4.2.2.11-s"},
    "rfc1122/3.2.1.3/sources_that_are_never_sent",
)
as_router("RFC1812-4.2.2.11-d", "rfc922/6/broadcast_of_the_subnet_is_recognised", "rfc1122/3.3.6/broadcasts_are_received_on_the_other_link")
as_router("RFC1812-4.2.2.11-e", "rfc1122/3.2.1.3/loopback_stays_inside", "rfc1122/3.2.1.3/loopback_as_the_users_source")
as_router("RFC1812-4.2.2.11-f", "rfc1122/3.2.1.3/source_is_an_own_address", "rfc1122/3.2.1.3/answer_to_a_broadcast_has_a_unicast_source")
as_router(
    "RFC1812-4.2.2.11-h", "rfc1122/3.2.1.3/source_host_on_this_network", "rfc1122/3.2.1.3/source_loopback", "rfc1122/3.2.1.3/source_limited_broadcast",
    "rfc1122/3.2.1.3/source_directed_broadcast", "rfc1122/3.2.1.3/source_multicast", "rfc1122/4.1.3.6/invalid_source_reaches_no_user",
)  # fmt: skip
as_router("RFC1812-4.2.2.11-o", "rfc1112/7.2/member_receives", "rfc1112/7.3/many_groups_are_received")
as_router("RFC1812-4.2.2.11-p", "rfc1122/3.3.6/broadcasts_are_received", "rfc1122/3.3.6/broadcasts_are_received_by_every_interface", profiles=BEFORE_2644)
as_router("RFC1812-4.2.2.11-r", "rfc1122/3.2.1.3.sweeps/source_network_zero")
as_router("RFC1812-4.2.2.11-t", "rfc1122/3.4/destination_of_a_broadcast_is_passed_up", profiles=BEFORE_2644)
as_router(
    "RFC1812-4.2.2.11-t", "rfc1122/3.2.1.3.sweeps/answer_to_a_broadcast_has_the_address_of_its_interface",
    "rfc1122/3.2.2.6/reply_to_all_comes_from_one",
)  # fmt: skip

# 4.2.3
as_router("RFC1812-4.2.3.1-a", "rfc919/7/what_is_for_the_link_is_for_the_host")
as_router("RFC1812-4.2.3.1-a", "rfc922/6/broadcast_of_the_subnet_is_recognised", profiles=BEFORE_2644)
as_router("RFC1812-4.2.3.1-d", "rfc1122/3.3.6/ones_are_the_form_that_is_sent", profiles=BEFORE_2644)
as_router("RFC1812-4.2.3.1-g", "rfc1122/3.3.6/broadcasts_are_received", profiles=BEFORE_2644)
as_router("RFC1812-4.2.3.2-a", "rfc1112/7.1/user_joins_and_leaves", "rfc1112/7.2/others_groups_are_dropped", "rfc1112/7.2/group_of_another_interface_is_dropped")
as_router("RFC1812-4.2.3.2-b", "rfc1122/3.3.7/groups_are_received_on_each_link", "rfc1122/3.3.7/groups_are_sent_to_on_each_link")
as_router("RFC1812-4.2.3.2-c", "rfc1122/3.3.7/group_maps_to_its_mac")
as_router(
    "RFC1812-4.2.3.3-a", "rfc1191/3/what_the_router_says_is_kept_to", "rfc1191/3/next_datagram_keeps_to_it_already", "rfc1191/3/old_routers_say_no_mtu",
    "rfc1191/6/estimate_is_aged", "rfc1191/3/no_message_raises_the_estimate",
)  # fmt: skip
