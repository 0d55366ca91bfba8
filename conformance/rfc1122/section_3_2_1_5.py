# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.5: Identification."""

from postel.kit import *


@case("RFC1122-3.2.1.5-a", kind=characteristic, needs=["ip"], violator=changes("protocol-253", nth=3, id=1))
def identifications_that_a_user_gives(lt):
    """Which identifications leave as a user has given them, who may send a datagram once more under the same."""
    kept = []
    for ident in (1, 0x0102, 0x8000, 0xFFFF, 0):
        lt.call("ip.send", dst=lt.me, protocol=253, data=b"postel", id=ident)
        kept += [str(ident)] if lt.expect(Expectation("protocol-253"))["id"] == ident else []
    return ", ".join(kept) or "none"
