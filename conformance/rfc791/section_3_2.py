# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.2: addressing, fragmentation and identification. Reassembly has a file of its own."""

from postel.kit import *

@case("RFC791-3.2_Addressing-b", needs={"two-interfaces"}, violator=drops("echo-reply", nth=1))
def two_interfaces_of_one_host(lt):
    """A host with two interfaces receives on both."""
    for lab in lt.left, lt.right:
        lt.send(IP(src=lab.lt) / echo(), on=lab.index)
        lt.expect(echo_reply(), on=lab.index)


@case("RFC791-3.2_Fragmentation-a", violator=answers("echo-reply", nth=1))
def fragments_of_different_datagrams(lt):
    """Fragments that differ in their destination, and maybe in their source too, are not put together. (In one of the others: 3.2.matching.)"""
    both = {"src": lt.right.lt, "dst": lt.right.iut}  # whose sum is that of the first's
    for seq, other in enumerate(({"dst": lt.right.iut}, both)):
        head, end = fragments("HA@0+ B@2", seq=seq, id=100 + seq)
        lt.send(head, probe(end, **other))
        lt.expect_silence(after=f"fragments that differ in {', '.join(other)}")
        lt.stands_on("reassembles-several")
        lt.send(end)
        lt.expect(echo_reply(seq=seq, data=blocks("AB")))


@case("RFC791-3.2_Fragmentation-b", violator=changes("fragment", nth=1, payload=lambda octets: octets[:-4]))
def fragments_end_on_blocks(lt):
    """All fragments but the last carry a multiple of 8 octets."""
    for piece in large_reply(lt, large_echo(lt)):
        lt.check("octets beyond a multiple of 8", len(piece["payload"]) % 8 * piece["mf"], 0)


@case("RFC791-3.2_Fragmentation-c", violator=changes("echo-reply", offset=8))
def whole_datagrams_say_so(lt):
    """A datagram that is not fragmented has More Fragments and the offset at zero."""
    for size in (0, 100, min(1400, lt.room)):
        lt.send(echo(seq=size, data=counting(size)))
        lt.expect(echo_reply(mf=0, offset=0))


@case("RFC791-3.2_Fragmentation-e", violator=changes("echo-reply", nth=2, data=lambda data: data[:-8]))
def datagram_of_576_octets_with_options(lt):
    """Every destination receives 576 octets, whatever part of them is the header, whole or in fragments."""
    for words in (0, 5, 10):
        request = echo(seq=words, data=counting(548 - 4 * words))
        for stimuli in ([request], split(request, 256), split(request, 128, 128)):
            lt.send(*(probe(each, options=NOP * 4 * words) for each in stimuli))
            lt.expect(echo_reply(ident=7, seq=words, data=counting(548 - 4 * words)))


@case("RFC791-3.2_Fragmentation-f", needs={"udp"}, violator=answers("udp", mf=1))
def do_not_fragment(lt):
    """A datagram with Don't Fragment set that is too large is not fragmented: its user hears of it, or it is lost."""
    sock = bind(lt)
    try:
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE), df=1)
    except UpperError as error:
        lt.check("error", error.code, "EMSGSIZE")
    lt.expect_silence(after="a datagram with Don't Fragment that is too large", of="fragment")
    lt.answer("udp")  # a link that can carry it whole


@case("RFC791-3.2_Fragmentation-f", kind=characteristic, violator=drops("echo-reply"))
def fragments_with_do_not_fragment(lt):
    """What becomes of fragments that say Don't Fragment: RFC 791 forbids to make them, not to take them."""
    lt.send(*fragments("HA@0+ B@2", df=1))
    return "reassembled" if lt.answer("echo-reply") else "discarded"


@case(
    "RFC791-3.2_Fragmentation-g", "RFC791-3.2_Fragmentation-j",
    violators={
        "RFC791-3.2_Fragmentation-g": changes("fragment", nth=1, df=lambda df: 1 - df),
        "RFC791-3.2_Fragmentation-j": changes("fragment", nth=1, ttl=lambda ttl: ttl - 1),
    },
)  # fmt: skip
def what_fragments_share(lt):
    """Fragments differ in options, More Fragments, offset, lengths and checksum; in nothing else."""
    first, *others = large_reply(lt, [probe(each, tos=0x28) for each in large_echo(lt)])
    for piece in others:
        for name in ("version", "id", "reserved", "df"):
            with lt.judging("RFC791-3.2_Fragmentation-g"):
                lt.check(name, piece[name], first[name])
        for name in ("tos", "ttl", "protocol", "src", "dst"):
            with lt.judging("RFC791-3.2_Fragmentation-j"):
                lt.check(name, piece[name], first[name])


@case("RFC791-3.2_Fragmentation-h", violator=changes("fragment", nth=1, mf=0))
def more_fragments_on_all_but_the_last(lt):
    """Fragments cover the datagram without a hole; all but the last have More Fragments set."""
    message = joined(lt, large_reply(lt, large_echo(lt)))
    lt.check("data of the reply", message[8:], counting(LARGE))


@case("RFC791-3.2_Fragmentation-i", violator=changes("fragment", payload=lambda octets: octets + bytes(64)))
def fragments_fit_the_link(lt):
    """A fragment takes at most the blocks that the link has room for: Ethernet carries 1500 octets, others less."""
    for piece in large_reply(lt, large_echo(lt)):
        lt.check("octets of a fragment", piece["length"], at_most(lt.mtu))


@case("RFC791-3.2_Checksum-a", violator=changes("fragment", nth=1, checksum=lambda n: n ^ 1))
def checksum_of_fragments(lt):
    """Each fragment has a header of its own, and so a checksum."""
    for piece in large_reply(lt, large_echo(lt)):
        holds(lt, piece["packet"], header_verifies)


@case("RFC791-3.2_Identification-a", violator=changes("fragment", nth=4, id=AS_FIRST))
def identification_is_unique(lt):
    """Datagrams to one destination that are sent in fragments at the same time differ in identification."""
    identifications = set()
    for seq in range(20):
        pieces = large_reply(lt, large_echo(lt, seq=seq))
        lt.check("identifications seen before:", identifications & {piece["id"] for piece in pieces}, set())
        identifications |= {piece["id"] for piece in pieces}


@case("RFC6864-4.1-a", violator=drops("echo-reply", nth=2))
def identification_of_whole_datagrams(lt):
    """The identification of whole datagrams means nothing: the same one does not make them duplicates."""
    for seq in range(4):
        lt.send(probe(echo(seq=seq), id=4660))
        lt.expect(echo_reply())


@case("RFC791-3.2_Errors-a", kind=characteristic, violator=drops("unreachable"))
def errors_are_reported(lt):
    """Errors may be reported with ICMP."""
    lt.send(udp())
    return "reported" if lt.answer("unreachable") else "not reported"
