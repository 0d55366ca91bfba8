# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.4: Time Exceeded."""

from postel.kit import *


@case("RFC1122-3.2.2.4-a", needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def time_exceeded_reaches_the_user(lt):
    """A Time Exceeded of either code is reported to whom it concerns."""
    sock = bind(lt)
    for code in (0, 1):
        sent = user_sends(lt, sock)
        lt.send(icmp(11, code, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=11, code=code)
