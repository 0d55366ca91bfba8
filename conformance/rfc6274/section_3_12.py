# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.12: Source Address."""

from postel.kit import *


@case("RFC6274-3.12-a", violator=answers("echo-reply"))
def land(lt):
    """A datagram that claims to come from where it goes to is dropped."""
    for message in echo(), udp():
        lt.send(one_fault(message, src=lt.iut))
        lt.expect_silence(after="a datagram from the host's own address")


@case("RFC6274-3.12-b", needs={"two-interfaces"}, violator=answers("echo-reply"))
def other_address_of_the_host(lt):
    """So is one that claims to come from another address of the host."""
    lt.send(one_fault(echo(), src=lt.right.iut))
    lt.expect_silence(after="a datagram from another of the host's own addresses")
    lt.send(probe(one_fault(IP(src=lt.right.lt) / echo(), src=lt.left.iut)), on=1)
    lt.expect_silence(after="a datagram from another of the host's own addresses")
