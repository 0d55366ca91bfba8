# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 6.1: UDP, of which it demands what it does of a host, but for the interfaces between layers."""

from postel.kit import *

as_router(
    "RFC1812-6.1-a", "rfc1122/4.1.3.4/right_checksum_is_accepted", "rfc1122/4.1.3.4/wrong_checksum_reaches_no_user",
    "rfc1122/4.1.3.4/wrong_checksum_for_a_closed_port", "rfc1122/4.1.3.4/computed_zero_leaves_as_ones", "rfc1122/4.1.3.6/invalid_source_reaches_no_user",
    "rfc1122/4.1.3.6/sources_are_valid",
)  # fmt: skip
as_router("RFC1812-6.1-b", "rfc1122/4.1.3.4/checksum_is_on_by_default")
