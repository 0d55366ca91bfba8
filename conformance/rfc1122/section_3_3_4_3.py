# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.4.3: Choosing a source address."""

from postel.kit import *


@case("RFC1122-3.3.4.3-a", needs=["udp", "two-interfaces"], violator=changes("udp", nth=1, src="198.18.0.2"))
def source_is_of_the_destination_s_network(lt):
    """Of several addresses the one is taken that is on the destination's network."""
    sock = bind(lt)
    lt.check("source", user_sends(lt, sock, lt.left.lt)["src"], lt.left.iut)
    lt.check("source", user_sends(lt, sock, lt.right.lt, on=1)["src"], lt.right.iut)


@case("RFC1122-3.3.4.3-a", needs=["udp", "two-interfaces"], violator=changes("udp", src="198.18.1.2"))
def source_is_of_the_gateway_s_network(lt):
    """For a destination far away the address of the interface is taken that the datagram leaves by."""
    lt.check("source", user_sends(lt, bind(lt), "192.0.2.9")["src"], lt.left.iut)
