# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 2: any number of fragments, in any order, with any pattern of duplication and overlap."""

from itertools import permutations

from postel.kit import *


@case("RFC1122-3.3.2-a", ability="reassembles-in-any-order", violator=changes("echo-reply", nth=4, data=lambda data: data[8:] + data[:8]))
def three_fragments_in_every_order(lt):
    """Three fragments make the datagram in each of their six orders."""
    for seq, order in enumerate(permutations(("HA@0+", "BB@2+", "C@4"))):
        lt.send(*fragments(" ".join(order), seq=seq))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABBC")))


@case("RFC1122-3.3.2-a", violator=drops("echo-reply", nth=119))
def five_fragments_in_every_order(lt):
    """Five fragments make the datagram in each of their 120 orders."""
    for seq, order in enumerate(permutations(("H@0+", "A@1+", "BBB@2+", "C@5+", "D@6"))):
        lt.send(*fragments(" ".join(order), seq=seq))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABBBCD")))


@case("RFC1122-3.3.2-a", violator=changes("echo-reply", nth=10, data=lambda data: data + bytes(8)))
def fragments_that_come_twice(lt):
    """Duplicates before the datagram is complete change nothing, whichever fragment they are of and wherever they come."""
    orders = [o for o in permutations(("HA@0+", "BB@2+", "C@4")) for _ in range(2)]
    for seq, order in enumerate(orders):
        first, second, last = order
        twice = (first, first, second, last) if seq % 2 else (first, second, first, second, first, last)
        lt.send(*fragments(" ".join(twice), seq=seq))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABBC")))


@case("RFC815-2-a", kind=characteristic, violator=answers("echo-reply"))
def overlaps_of_equal_octets(lt):
    """Whether fragments that overlap and agree make the datagram, as this memo has them do; RFC 5722 refuses them in IPv6."""
    made = 0
    whole = ("HAB@0+ BC@2+ CD@3", "HABC@0+ B@2+ D@4", "B@2+ ABCD@1 HAB@0+", "CD@3 HAB@0+ ABC@1+", "HA@0+ BC@2+ ABCD@1",
             "HAB@0+ HA@0+ C@3", "H@0+ ABC@1+ A@1+ D@4")  # fmt: skip
    for seq, spec in enumerate(whole):
        lt.send(*fragments(spec, seq=seq))
        made += lt.answer("echo-reply") is not None
    return f"{made} of {len(whole)} are put together"


@case("RFC815-2-a", kind=characteristic, violator=answers("echo-reply"))
def overlaps_within_a_long_fragment(lt):
    """Whether an equal octet that is there twice ends a datagram wherever it lies in a long fragment, or only near its beginning."""
    made = []
    for fifth in range(1, 5):
        message = bytes(echo(seq=fifth, data=counting(lt.room)))
        at, most = fifth * lt.room // 5 // 8 * 8, lt.room // 8 * 8 - 8
        pieces = ((at, at + 8), (0, most), (most, len(message)))
        lt.send(*(cut(message[begin:end], begin, end < len(message), id=840 + fifth) for begin, end in pieces))
        made += [str(fifth)] if lt.answer("echo-reply") else []
    return f"put together with it in fifths {', '.join(made)}" if made else "never put together"
