# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.4: Time Exceeded."""

from postel.kit import *


@case("RFC1122-3.2.2.4-a", needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def time_exceeded_in_transit_reaches_the_user(lt):
    """A Time Exceeded about a time to live that ran out is reported to whom it concerns."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(11, 0, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=11, code=0)


@case("RFC1122-3.2.2.4-a", needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def time_exceeded_in_reassembly_reaches_the_user(lt):
    """So is one about a reassembly that took too long."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(11, 1, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=11, code=1)
