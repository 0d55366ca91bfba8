# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6633 section 6: Source Quench and all transports that have no section of their own."""

from postel.kit import *


@case("RFC6633-6-a", needs=["ip", "icmp-errors"], stands_on="tells-of-errors", violator=delivers("icmp.error", sock=1, type=4, code=0))
def source_quench_reaches_no_user_of_ip(lt):
    """A Source Quench about what a user of IP has sent is discarded; an error of another type is what that user hears of."""
    sock = lt.call("ip.bind", protocol=253)["sock"]
    lt.call("ip.send", dst=lt.me, protocol=253, data=counting(16))
    sent = lt.expect(protocol(253, dst=lt.me))
    for code in (0, 1, 255):
        lt.send(icmp(4, code, data=sent["packet"][:28]))
        lt.expect_no_event("icmp.error", after=f"a Source Quench of code {code}")
    lt.send(icmp(3, 1, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=1, sock=sock)
