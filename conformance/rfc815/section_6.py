# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 6: options."""

from postel.kit import *


@case("RFC1122-3.3.2-a", violator=changes("echo-reply", nth=3, data=lambda data: data[4:] + data[:4]))
def first_fragment_with_a_longer_header(lt):
    """Until the first fragment comes nobody knows how long the header is; the data ends up in its place nevertheless."""
    for words in (1, 4, 10):
        for spec in ("C@4 BB@2+ HA@0+", "BB@2+ HA@0+ C@4"):
            pieces = fragments(spec, seq=words)
            lt.send(*(each if each.packet["offset"] else probe(each, options=NOP * 4 * words) for each in pieces))
            lt.expect(echo_reply(ident=7, seq=words, data=blocks("ABBC")))


@case("RFC1122-3.3.2-a", violator=changes("echo-reply", nth=1, data=lambda data: data[4:] + data[:4]))
def first_fragment_with_a_shorter_header(lt):
    """Nor do the headers of other fragments move the data, where they are longer than the first one's."""
    for words in (1, 4, 10):
        for spec in ("C@4 BB@2+ HA@0+", "BB@2+ HA@0+ C@4", "HA@0+ BB@2+ C@4"):
            pieces = fragments(spec, seq=words)
            lt.send(*(probe(each, options=NOP * 4 * words) if each.packet["offset"] else each for each in pieces))
            lt.expect(echo_reply(ident=7, seq=words, data=blocks("ABBC"), options=without_option(1)))


@case("RFC791-3.2_Reassembly-d", violator=changes("echo-reply", nth=1, options=lsrr(LEFT.lt, LEFT.lt)))
def route_of_the_first_fragment(lt):
    """The way back is that of the first fragment, though the same route stands elsewhere in the others, or is another's."""
    here, there = (LEFT.host(7), LEFT.host(8)), (LEFT.host(9), LEFT.host(9))
    head, tail = fragments("HA@0+ B@2")
    head = probe(head, options=lsrr(*here, pointer=12))
    for other in (STREAM_ID + lsrr(*here, pointer=12), lsrr(*there, pointer=12), NOP + lsrr(*here, pointer=12)):
        for order in ((head, probe(tail, options=other)), (probe(tail, options=other), head)):
            lt.send(*order)
            lt.expect(echo_reply(dst=here[1], options=with_option(lsrr(here[0], lt.me))))


@case("RFC791-3.2_Reassembly-d", violator=changes("echo-reply", where={"seq": 2}, options=record_route(room=3) + NOP))
def record_route_of_the_first_fragment(lt):
    """Who records routes records his own in that of the first fragment, whether the others have none or something else there."""
    route = record_route(room=3)
    echoed(lt, route + NOP, 7)
    for seq, other in enumerate((b"", NOP * 16, bytes([0xDE, 12]) + bytes(10)), 1):  # a record route of a later fragment may be refused (RFC 6274)
        head, tail = fragments("HA@0+ B@2", seq=seq)
        head, tail = probe(head, options=route + NOP), probe(tail, options=other)
        for order in ((head, tail), (tail, head)):
            lt.send(*order)
            lt.expect(echo_reply(ident=7, seq=seq, options=having(7, recorded(route, lt.iut))))
