# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.2: which fragments belong together, swept over all that tells datagrams apart; what a frame adds to them; and
the identifications that a host gives."""

from postel.kit import *


def expect_apart(lt, seq, said, **other):
    """The end of another datagram completes nothing, and neither of both is harmed."""
    head, end = fragments("HA@0+ B@2", seq=seq, **said)
    lt.send(head, probe(end, **other))
    lt.expect_silence(after=f"fragments that differ in {', '.join(f'{name} {value}' for name, value in other.items())}")
    lt.stands_on("reassembles-several")
    lt.send(end)
    lt.expect(echo_reply(seq=seq, data=blocks("AB")))
    lt.send(probe(head, **other))  # which completes the other one, if it is of ICMP, and leaves nothing behind
    while lt.answer():
        pass


@case("RFC791-3.2_Fragmentation-a", violator=answers("echo-reply", nth=4))
def identifications_that_differ_by_a_bit(lt):
    """Fragments whose identifications differ in one bit, whichever, are of different datagrams."""
    for bit in range(16):
        own = 0x5AA5 + 0x123 * bit  # none is used twice
        expect_apart(lt, bit, {"id": own}, id=own ^ 1 << bit)


@case("RFC791-3.2_Fragmentation-a", violator=answers("echo-reply", nth=4))
def sources_that_differ_by_a_bit(lt):
    """So are those whose sources differ in one bit."""
    for seq, other in enumerate(differing_addresses(PEER)):
        if not RIGHT.is_near(other) and not other.startswith("230."):  # on the other link; of a group
            expect_apart(lt, seq, {"src": PEER, "id": 300 + seq}, src=other)


@case("RFC791-3.2_Fragmentation-a", violator=answers("echo-reply", nth=4))
def protocols_that_differ_by_a_bit(lt):
    """So are those whose protocols do."""
    for seq, other in enumerate(differing(1, 8)):
        expect_apart(lt, seq, {"id": 500 + seq}, protocol=other)


@case("RFC791-3.2_Fragmentation-a", stands_on="reassembles", violator=drops("echo-reply", nth=2))
def fragments_that_went_other_ways(lt):
    """Nothing else tells datagrams apart: not what routers change on the way, nor from which of them a fragment comes."""
    ways = {"time to live": {"ttl": 3}, "type of service": {"tos": 0x28}, "precedence": {"tos": 0xE0}, "another router": {"eth_src": OTHER_MAC}}
    for seq, way in enumerate(lt.each(ways)):
        for at in range(3):
            pieces = fragments("H@0+ A@1+ B@2", seq=seq, id=700 + 3 * seq + at)
            lt.send(*(probe(piece, **way) if n == at else piece for n, piece in enumerate(pieces)))
            lt.expect(echo_reply(seq=seq, data=blocks("AB")))


@case("RFC791-3.1_TotalLength-a", violator=changes("echo-reply", nth=2, data=lambda data: data[:-1]))
def padding_behind_fragments(lt):
    """What a frame has behind a fragment is no data of the datagram, be it the first, a middle one or the last."""
    for seq, size in enumerate((1, 2, 8, 26, 300)):
        pieces = split(echo(seq=seq, data=counting(29)), 8, 16)
        lt.send(*(probe(piece, padding=b"\xee" * size) for piece in pieces))
        lt.expect(echo_reply(ident=7, seq=seq, data=counting(29)))


@case("RFC791-3.1_TotalLength-a", needs=["udp"], violator=alters("udp.recv", nth=1, data=b"postel\xee"))
def padding_behind_udp(lt):
    """Nor is what a frame has behind a UDP datagram."""
    bind(lt)
    for size in (1, 2, 18, 300, min(1400, lt.room)):
        lt.send(probe(udp(USER_PORT), padding=b"\xee" * size))
        lt.expect_event("udp.recv", data=b"postel")


@case(
    "RFC791-3.2_Identification-a", "RFC6864-4.3-a",
    violators={
        "RFC791-3.2_Identification-a": changes("echo-reply", every=True, id=lambda id_: id_ % 64),
        "RFC6864-4.3-a": changes("echo-reply", every=True, df=0, id=lambda id_: id_ % 64),
    },
)  # fmt: skip
def identifications_of_three_hundred(lt):
    """Three hundred replies, which may be fragmented on their way, have as many identifications; so have the errors among them."""
    lt.send(udp())
    reports = lt.answer("unreachable")
    first = reports["id"] + 1 if reports else 1  # a copy of which would be what the next errors have
    lt.send(*(ping(seq=seq, id=(first + seq) & 0xFFFF) for seq in range(300)), *([udp()] * 7 if reports else []))
    seen = []
    while reply := lt.answer("echo-reply") or lt.answer("unreachable"):
        seen += [] if reply["df"] else [reply["id"]]
    if not seen:
        lt.stands_on("reports-closed-ports")  # errors are what has no Don't Fragment
        lt.not_applicable("the IUT sets Don't Fragment, where the identification means nothing")
    with lt.judging("RFC6864-4.3-a" if lt.profile == "modern" else "RFC791-3.2_Identification-a"):
        lt.check("different identifications", len(set(seen)), at_least(len(seen) - 5))  # which chance would give too


@case("RFC791-3.2_Fragmentation-i", needs=["udp"], stands_on=["sets-options", "fragments"], violator=changes("fragment", options=NOP * 40))
def fragments_with_options_fit_the_link(lt):
    """A header with options leaves less room for data in a fragment."""
    sock = bind(lt)
    for options in NOP * 4, NOP * 40, UNKNOWN, bytes([130, 11]) + bytes(10):
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE), options=options)
        pieces = gathered(lt)
        lt.check("octets of the longest", max((piece["length"] for piece in pieces), default=0), at_most(1500))
        lt.check("pieces", len(pieces), at_least(1))


@case("RFC1122-3.3.2-a", violator=answers("echo-reply", nth=1))
def fragments_with_dont_fragment(lt):
    """A fragment is one by its offset and More Fragments, whatever Don't Fragment says: that is for those who would fragment."""
    for seq, order in enumerate(("HA@0+ B@2+ C@3", "C@3 B@2+ HA@0+", "B@2+ HA@0+ C@3")):
        for some in range(3), range(1):  # of all of them it is said, or of the one that comes first
            pieces = fragments(order, seq=seq, id=700 + 4 * seq + len(some))
            *early, late = (probe(piece, df=1) if n in some else piece for n, piece in enumerate(pieces))
            lt.send(*early)
            lt.expect_silence(after="fragments with Don't Fragment, which are as good as any, until the last of them comes")
            lt.send(late)
            lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABC")))


@case("RFC791-3.2_Fragmentation-h", needs=["udp"], stands_on="fragments", violator=changes("fragment", nth=1, mf=1))
def datagrams_that_fill_their_fragments(lt):
    """Datagrams that end just where a fragment does, an octet or a block before or behind that, have the one end."""
    sock, room = bind(lt), (lt.mtu - 20) // 8 * 8
    for size in lt.each([count * room - 8 + more for count in (2, 3) for more in (0, -1, 1, -8, 8)], "octets"):
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(size))
        pieces = gathered(lt)
        if len(pieces) < 2:
            lt.lacks("fragments")
            lt.not_applicable("the IUT does not fragment here")
        lt.check("data", joined(lt, pieces)[8:], counting(size))
