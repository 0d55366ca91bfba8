# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.2, Addressing: zeros in the field of the network."""

from contextlib import suppress

from postel.kit import *

THIS_NETWORK = ("0.0.0.5", "0.1.2.3")


@case("RFC791-3.2_Addressing-d", violator=changes("echo-reply", src="0.0.0.2"))
def this_network_is_no_source(lt):
    """An answer has the host's whole address as its source, not its number on this network."""
    lt.send(echo())
    lt.expect(echo_reply(src=lt.iut))


@case("RFC791-3.2_Addressing-d", needs=["udp"], violator=answers("udp", dst="0.0.0.5"))
def this_network_is_no_address_of_a_datagram(lt):
    """What a user sends there does not leave so; it may be refused."""
    sock = bind(lt)
    user_sends(lt, sock)
    for dst in THIS_NETWORK:
        with suppress(UpperError):
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        while sent := lt.answer("udp"):
            lt.check("destination", sent["dst"], other_than(dst))
        lt.delivered("icmp.error")  # the host may take it for itself, and nobody listens there
