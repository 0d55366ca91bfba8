# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.3: Source Quench."""

from postel.kit import *


@case("RFC1122-3.2.2.3-b", profiles=["rfc791", "rfc1122"], needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def source_quench_reaches_the_user(lt):
    """A Source Quench is reported to whom it concerns (RFC 6633 has since told hosts to discard it)."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(4, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=4, code=0)
