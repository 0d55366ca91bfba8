# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 sections 4.3 and 4.4: ICMP and IGMP of a router, where it demands what it does of a host."""

from postel.kit import *

as_router("RFC1812-4.3.1-a", "rfc792/general/icmp_is_there")
as_router("RFC1812-4.3.2.1-a", "rfc1122/3.2.2/unknown_type")
as_router("RFC1812-4.3.2.3-b", "rfc1122/3.2.2/quote_is_what_was_received", "rfc1122/3.2.2/quote_has_the_options_as_received")

# 4.3.2.7: when nothing is reported
as_router("RFC1812-4.3.2.7-a", "rfc1122/3.2.2.errors/nothing_is_reported_of_an_error", "rfc1122/3.2.2.errors/no_time_exceeded_about_an_error")
as_router("RFC1812-4.3.2.7-c", "rfc1122/3.2.2.errors/nothing_is_reported_of_what_came_to_many", profiles=["modern"])  # RFC 1812 passes some of it on
as_router("RFC1812-4.3.2.7-c", "rfc1122/3.2.2.errors/members_report_nothing")
as_router("RFC1812-4.3.2.7-d", "rfc1122/3.2.2.errors/nothing_is_reported_of_a_link_broadcast", violator=answers("unreachable", nth=2))
as_router("RFC1812-4.3.2.7-d", "rfc1122/3.2.2.errors/no_time_exceeded_about_a_link_broadcast")
as_router("RFC1812-4.3.2.7-e", "rfc1122/3.2.2.errors/nothing_is_reported_to_nobody", "rfc1122/3.2.2.errors/no_time_exceeded_to_nobody")
as_router("RFC1812-4.3.2.7-f", "rfc1122/3.2.2.errors/nothing_is_reported_of_a_later_fragment", "rfc1122/3.3.2/no_time_exceeded_without_the_first_fragment")
as_router("RFC1812-4.3.2.7-g", "rfc1122/4.1.3.4/wrong_checksum_for_a_closed_port")

# 4.3.3.4 and 4.3.3.5
as_router(
    "RFC1812-4.3.3.4-a", "rfc1122/3.2.2.4/time_exceeded_in_transit_reaches_the_user", "rfc1122/3.2.2.4/time_exceeded_in_reassembly_reaches_the_user",
    "rfc1122/3.3.2/time_exceeded_after_the_first_fragment", "rfc1122/3.3.2/late_fragment_completes_nothing",
)  # fmt: skip
as_router("RFC1812-4.3.3.5-a", "rfc1122/3.2.2.5/parameter_problem_is_sent")
as_router("RFC1812-4.3.3.5-b", "rfc792/param/pointer_counts_octets_of_the_header")
as_router("RFC1812-4.3.3.5-c", "rfc1108/2.told/label_that_is_missing", "rfc1122/3.2.2.5/required_option_that_is_absent")

# 4.3.3.6: echo
as_router("RFC1812-4.3.3.6-a", "rfc1122/3.2.2.6/every_echo_is_answered", "rfc1122/3.3.2/datagram_as_long_as_the_link_takes", "rfc791/3.1/datagram_of_576_octets")
as_router("RFC1812-4.3.3.6-b", "rfc1122/3.2.2.6/echo_to_a_broadcast", "rfc1122/3.2.2.6/echo_to_all_hosts")
as_router(
    "RFC1812-4.3.3.6-e", "rfc791/3.1.route/record_route_comes_back", "rfc791/3.1.route/record_route_is_continued",
    "rfc791/3.1.route/full_record_route_comes_back", "rfc791/3.1.timestamp/timestamp_comes_back",
)  # fmt: skip
as_router("RFC1812-4.3.3.6-f", "rfc1122/3.2.1.8/source_route_of_any_length_is_reversed")
as_router("RFC1812-4.3.3.6-g", "rfc792/general/icmp_is_there")
as_router("RFC1812-4.3.3.6-h", "rfc1122/3.2.2.6/user_sends_an_echo", "rfc1122/3.2.2.6/user_gets_the_reply")
as_router("RFC1812-4.3.3.6-i", "rfc1122/3.2.2.6/reply_comes_from_the_address_asked", "rfc1122/3.2.2.6/reply_comes_from_each_address_asked")
as_router("RFC1812-4.3.3.6-j", "rfc1122/3.2.2.6/data_returns_whole", "rfc1122/3.2.2.6/odd_data_returns_whole", "rfc1122/3.2.2.6/reply_that_no_packet_can_carry")
as_router("RFC1812-4.3.3.6-k", "rfc1122/3.2.2.6/user_gets_every_number")

as_router("RFC1812-4.3.3.7-a", "rfc1122/3.2.2.7/information_request")

# 4.3.3.8: timestamps
as_router(
    "RFC1812-4.3.3.8-a", "rfc1122/3.2.2.8/every_request_is_answered", "rfc1122/3.2.2.8/reply_comes_from_the_address_asked",
    "rfc1122/3.2.2.8/reply_comes_from_the_other_interface_s_address",
)  # fmt: skip
as_router("RFC1812-4.3.3.8-b", "rfc792/timestamp.clock/timestamps_go_on", "rfc792/timestamp.clock/timestamps_go_on_within_a_second")
as_router("RFC1812-4.3.3.8-d", "rfc1122/3.2.2.8/timestamp_to_a_broadcast", "rfc1122/3.2.2.8/timestamp_to_all_hosts")
as_router("RFC1812-4.3.3.8-e", "rfc1122/3.2.2.8/source_route_is_reversed")
as_router("RFC1812-4.3.3.8-f", "rfc1122/3.2.2.8/options_that_record_come_back")
as_router("RFC1812-4.3.3.8-g", "rfc1122/3.2.2.8/reply_reaches_a_user_of_icmp", violator=alters("ip.recv", nth=6, data=b""))  # behind those of three links' control probes
as_router("RFC1812-4.3.3.8-h", "rfc792/timestamp.clock/time_is_that_of_the_day")
as_router("RFC1812-4.3.3.8-i", "rfc1122/3.2.2.8/timestamp_service")

# 4.3.3.9: masks
as_router("RFC1812-4.3.3.9-c", "rfc1122/3.2.2.9/mask_reply_is_ignored")

# 4.4: IGMP
as_router("RFC1812-4.4-a", "rfc1112/7.2/member_speaks_igmp", "rfc2236/3/general_query_is_answered", "rfc3376/5.2/all_hosts_is_never_reported")
