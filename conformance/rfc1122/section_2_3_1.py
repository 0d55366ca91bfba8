# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.3.1: Trailer protocol negotiation."""

from postel.kit import *

TRAILER = 0x1001  # the type of one block of 512 octets before its headers


@case("RFC1122-2.3.1-b", violator=changes("echo-reply", eth_type=TRAILER))
def trailers_are_off_by_default(lt):
    """A peer that offers trailers is still sent plain datagrams, even one that would suit them."""
    lt.send(arp(REPLY, ptype=TRAILER, spa=lt.me, sha=lt.mac))
    lt.send(echo(data=counting(504)))
    lt.expect(echo_reply(eth_type=0x0800))
