# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.4.3: Choosing a source address."""

from postel.kit import *


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "two-interfaces"], violator=changes("udp", nth=1, src=LEFT.iut))
def source_is_of_the_destination_s_network(lt):
    """Whether of several addresses the one is taken that is on the destination's network."""
    sock = bind(lt)
    chosen = user_sends(lt, sock, lt.left.lt)["src"], user_sends(lt, sock, lt.right.lt, on=1)["src"]
    return "of the destination's network" if chosen == (lt.left.iut, lt.right.iut) else " and ".join(chosen)


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "two-interfaces"], violator=changes("udp", src=RIGHT.iut))
def source_is_of_the_gateway_s_network(lt):
    """Whether for a destination far away the address of the interface is taken that the datagram leaves by."""
    source = user_sends(lt, bind(lt), "192.0.2.9")["src"]
    return "of the gateway's network" if source == lt.left.iut else source
