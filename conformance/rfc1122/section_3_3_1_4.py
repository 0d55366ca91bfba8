# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.4: Dead gateway detection."""

from postel.kit import *


@case("RFC1122-3.3.1.4-c", needs=["vtime"], violator=answers("echo-request"))
def idle_gateway_is_not_pinged(lt):
    """A gateway to which nothing is sent is not asked, again and again, whether it lives."""
    lt.check("first hop", first_hop(lt, "192.0.2.9"), lt.mac)
    lt.send(one_fault(echo(), checksum=1))
    lt.advance(seconds=600)
    lt.expect_silence(after="ten idle minutes", of="echo-request")
