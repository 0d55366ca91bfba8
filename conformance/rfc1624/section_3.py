# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1624: the checksum of a header whose time to live falls by one."""

from postel.kit import *

BEFORE = (0xFEFF, 0xFFFE, 0x0000, 0xFF00, 0x00FF, 0x0100)


@case("RFC1624-3-a", role="router", violator=changes("echo-request", checksum=0xFFFF))
def checksum_at_the_edges(lt):
    """Whatever checksum a header came with, it leaves with that which its octets give: never with 0xffff."""
    for before in lt.each({f"{value:#06x}": value for value in BEFORE}):
        lt.send(summing_to(transit(), before))
        came = expect_passed(lt)
        lt.check("checksum", f"{came['checksum']:#06x}", f"{header_sum(came['packet']):#06x}")
