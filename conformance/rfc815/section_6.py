# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 6: options."""

from postel.kit import *

NEEDS = ("udp", "udp-options")


@case("RFC1122-3.3.2-a", violator=changes("echo-reply", nth=3, data=lambda data: data[4:] + data[:4]))
def first_fragment_with_a_longer_header(lt):
    """Until the first fragment comes nobody knows how long the header is; the data ends up in its place nevertheless."""
    for words in (1, 4, 10):
        for spec in ("C@4 BB@2+ HA@0+", "BB@2+ HA@0+ C@4"):
            pieces = fragments(spec, seq=words)
            lt.send(*(each if each.packet["offset"] else probe(each, options=NOP * 4 * words) for each in pieces))
            lt.expect(echo_reply(ident=7, seq=words, data=blocks("ABBC")))


@case("RFC791-3.2_Reassembly-d", needs=NEEDS, violator=alters("udp.recv", nth=1, options=UNKNOWN))
def options_of_the_first_fragment(lt):
    """What other fragments say of the route does not count: the options are those of the first fragment."""
    bind(lt)
    head, *others = split(udp(dport=USER_PORT, data=counting(40)), 16, 16)
    first = probe(head, options=STREAM_ID + UNKNOWN)
    others = [probe(each, options=bytes([136, 4, 0, 99])) for each in others]
    for order in [first, *others], [*others, first]:
        lt.send(*order)
        lt.expect_event("udp.recv", data=counting(40), options=STREAM_ID + UNKNOWN)
