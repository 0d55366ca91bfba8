# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.4: Total Length."""

from postel.kit import *


@case("RFC6274-3.4-a", stands_on="checks-total-length", violator=answers("echo-reply", nth=6))
def impossible_total_lengths(lt):
    """A total length that is below the header's or above what the link brought is no datagram's."""
    for length in (0, 1, 4, 19, 31, 62, 255, 32768, 65535):
        lt.send(one_fault(probe(echo(data=counting(21)), options=NOP * 12), length=length))
        expect_discard(lt, fault_at=[0, 2, 3])
