# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 5: loose ends."""

from postel.kit import *


@case("RFC791-3.2_Reassembly-c", needs={"ip"}, violator=alters("ip.recv", nth=2, data=counting(24)))
def length_of_the_result(lt):
    """The length of the datagram is known when the last fragment has come, first or last, and is what the user gets."""
    lt.call("ip.bind", protocol=253)
    for size in (9, 16, 23, min(1000, lt.room)):
        pieces = split(counting(size), 8, protocol=253)
        for order in pieces, pieces[::-1]:
            lt.send(*order)
            lt.expect_event("ip.recv", data=counting(size))
