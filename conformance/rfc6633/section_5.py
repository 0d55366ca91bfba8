# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6633 section 5: Source Quench and transports other than TCP."""

from postel.kit import *


@case("RFC6633-5-a", needs=["udp", "icmp-errors"], violator=delivers("icmp.error", sock=1, type=4, code=0))
def source_quench_reaches_no_user(lt):
    """UDP discards a Source Quench; an error of another type about the same datagram is what its user hears of."""
    sent = user_sends(lt, bind(lt))
    for code in (0, 1, 255):
        lt.send(icmp(4, code, data=sent["packet"][:28]))
        lt.expect_no_event("icmp.error", after=f"a Source Quench of code {code}")
    lt.send(icmp(3, 3, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=3)
