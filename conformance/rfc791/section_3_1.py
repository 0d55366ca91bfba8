# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.1: the fields of the internet header. Its options have files of their own."""

from postel.kit import *

OCTETS_OF_HEADER = 20


@case("RFC791-3.1_Version-a", violator=changes("echo-reply", version=5))
def version_of_an_answer(lt):
    """What is sent has version 4."""
    lt.send(echo())
    lt.expect(echo_reply(version=4))


@case("RFC791-3.1_IHL-a", violator=answers("echo-reply", nth=4))
def header_shorter_than_five_words(lt):
    """A header of fewer than five words is not a correct one; its datagram is not processed."""
    for ihl in range(5):
        lt.send(one_fault(echo(), ihl=ihl))
        expect_discard(lt, fault_at=[0])


@case("RFC791-3.1_IHL-a", violator=answers("echo-reply"))
def header_longer_than_the_datagram(lt):
    """A header that would end after the datagram does is not a correct one."""
    for packet, ihl in (echo(data=b""), 8), (echo(data=b""), 15), (echo(data=counting(8)), 15):
        lt.send(one_fault(packet, ihl=ihl))
        expect_discard(lt, fault_at=[0, 2, 3])


@case(
    "RFC791-3.1_IHL-b", "RFC791-3.1_IHL-c",
    violators={
        "RFC791-3.1_IHL-b": changes("echo-reply", nth=3, data=lambda data: data[4:]),
        "RFC791-3.1_IHL-c": drops("echo-reply", nth=10),
    },
)  # fmt: skip
def data_begins_where_the_header_ends(lt):
    """Data begins IHL words into the datagram, at each of the eleven lengths that a header can have."""
    for words in range(11):
        with lt.judging("RFC791-3.1_IHL-c" if words == 10 else "RFC791-3.1_IHL-b"):
            lt.send(probe(echo(seq=words, data=counting(32)), options=NOP * 4 * words))
            lt.expect(echo_reply(data=counting(32)))


@case("RFC791-3.1_TOS-a", violator=drops("echo-reply", nth=5))
def every_type_of_service(lt):
    """No type of service, nor the two bits after it, keeps a datagram from being received."""
    for tos in (0x00, 0x20, 0x10, 0x08, 0x04, 0xB8, 0xE0, 0xFC, 0x01, 0x02, 0xFF):
        lt.send(probe(echo(seq=tos), tos=tos))
        lt.expect(echo_reply())


@case("RFC791-3.1_TotalLength-a", violator=changes("echo-reply", nth=1, data=lambda data: data + b"\xaa"))
def padding_is_no_data(lt):
    """What the link adds behind the total length is not part of the datagram."""
    for size, padding in (0, 18), (1, 17), (40, 1), (100, 300):
        lt.send(probe(echo(seq=size, data=counting(size)), padding=b"\xaa" * padding))
        lt.expect(echo_reply(data=counting(size)))


@case("RFC791-3.1_TotalLength-a", violator=changes("unreachable", nth=1, code=3))
def datagram_without_data(lt):
    """A total length that is the header's is a datagram with no data: whole, and for its protocol to judge."""
    for options in (b"", NOP * 40):
        lt.send(probe(IP(proto=253), options=options))
        lt.expect(unreachable(code=2, quoted=anything))


@case("RFC791-3.1_TotalLength-b", violator=answers("echo-reply", nth=2))
def total_length_below_the_header(lt):
    """A total length that does not even cover the header is an error."""
    for options, length in (b"", 19), (b"", 0), (b"", 4), (NOP * 4, 20), (NOP * 40, 59):
        lt.send(one_fault(probe(echo(), options=options), length=length))
        expect_discard(lt, fault_at=[0, 2, 3])


@case("RFC791-3.1_TotalLength-c", ability="checks-total-length", violator=answers("echo-reply", nth=1))
def total_length_past_the_packet(lt):
    """A datagram of which less arrives than its total length says is not processed."""
    for length in (61, 68, 1500, 65535):
        lt.send(one_fault(echo(data=counting(32)), length=length))
        expect_discard(lt, fault_at=[2, 3])


@case("RFC791-3.1_TotalLength-c", stands_on="checks-total-length", violator=answers("echo-reply"))
def packet_cut_short(lt):
    """A datagram that was cut on its way, in its header or in its data, is not processed."""
    for size in (59, 28, 27, 21, 20, 19, 12, 1, 0):
        lt.send(one_fault(echo(data=counting(32)), size=size))
        expect_discard(lt, fault_at=[2, 3])


@case("RFC791-3.1_TotalLength-d", violator=changes("echo-reply", nth=1, data=lambda data: data[:-1]))
def datagram_of_576_octets(lt):
    """Every host accepts 576 octets, whole or in fragments."""
    request = echo(data=counting(548))
    for stimuli in [request], split(request, 280), split(request, 8, 8, 512):
        lt.send(*stimuli)
        lt.expect(echo_reply(ident=7, seq=1, data=counting(548)))


@case("RFC791-3.1_TotalLength-e", kind=characteristic, needs={"udp"}, violator=drops("udp"))
def more_than_576_octets_unasked(lt):
    """What becomes of a datagram of more than 576 octets to a host that nothing is known of."""
    sock = lt.call("udp.bind", port=0)["sock"]
    lt.call("udp.send", sock=sock, dst="192.0.2.9", dport=9, data=counting(1000))
    if lt.answer("udp"):
        return "sent whole"
    return "sent in fragments" if lt.answer("fragment") else "not sent"


@case("RFC791-3.1_Identification-a", violator=changes("fragment", nth=1, id=lambda n: n ^ 1))
def one_identification_for_all_fragments(lt):
    """All fragments of a datagram carry the same identification."""
    first, *others = large_reply(lt, large_echo(lt, most=1480))
    for piece in others:
        lt.check("identification", piece["id"], first["id"])


@case("RFC791-3.1_Flags-a", violator=changes("echo-reply", reserved=1))
def reserved_flag(lt):
    """The reserved flag is sent as zero, also in answer to a datagram that has it set."""
    for reserved in (0, 1):
        lt.send(probe(echo(seq=reserved), reserved=reserved))
        if reply := lt.answer("echo-reply") if reserved else lt.expect(echo_reply(seq=reserved)):
            lt.check("the reserved flag", reply["reserved"], 0)


@case("RFC791-3.1_Flags-b", kind=characteristic, needs=["udp"], violator=loses("udp.recv"))
def reserved_flag_that_is_set(lt):
    """Whether a datagram is received that has the reserved flag set; only routers must not mind (RFC 1812 4.2.2.3)."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), reserved=1))
    return "received" if lt.delivered() else "refused"


@case("RFC791-3.1_Flags-c", violator=answers("echo-reply"))
def flags_have_their_places(lt):
    """Don't Fragment (0x4000) changes nothing for a receiver; with More Fragments (0x2000) a datagram is not whole."""
    lt.send(probe(echo(), df=1))
    lt.expect(echo_reply())
    lt.send(one_fault(echo(data=counting(8)), mf=1))
    lt.expect_silence(after="a datagram with More Fragments set")


@case("RFC791-3.1_Flags-c", needs=["udp"], violator=changes("udp", df=0, reserved=1))
def dont_fragment_of_the_user_has_its_place(lt):
    """Don't Fragment leaves in its place, the second bit of three, where the user asks for it."""
    sent = user_sends(lt, bind(lt), df=1)
    lt.check("flags", (sent["reserved"], sent["df"], sent["mf"]), (0, 1, 0))


@case("RFC791-3.1_FragmentOffset-a", violator=changes("echo-reply", nth=1, data=lambda data: data[8:] + data[:8]))
def offset_counts_eights(lt):
    """The offset counts units of 8 octets from the start of the data."""
    request = echo(data=counting(248))
    for sizes in [128], [8], [8, 240], [16, 64, 8]:
        lt.send(*split(request, *sizes))
        lt.expect(echo_reply(ident=7, seq=1, data=counting(248)))


@case("RFC791-3.1_FragmentOffset-a", violator=answers("echo-reply", nth=1))
def only_offset_zero_is_a_beginning(lt):
    """A datagram with any bit of the offset set lacks its beginning."""
    for offset in (8 << bit for bit in range(13)):
        lt.send(one_fault(echo(data=counting(8)), offset=offset))
        lt.expect_silence(after=f"a fragment at offset {offset}")


@case("RFC791-3.1_Protocol-a", violator=changes("unreachable", code=2))
def protocol_selects_the_next_layer(lt):
    """The same octets are an echo request to ICMP and a datagram for a closed port to UDP, as the protocol says."""
    both = bytes(echo(ident=14, seq=0))  # to UDP: a length of 14, and no checksum
    lt.send(cut(both, 0, False, protocol=1))
    lt.expect(echo_reply(ident=14, seq=0))
    lt.send(cut(both, 0, False, protocol=17))
    if report := lt.answer("unreachable"):
        lt.check("unreachable code", report["code"], 3)


@case("RFC791-3.1_Protocol-a", violator=changes("unreachable", nth=1, code=3))
def protocol_without_a_user(lt):
    """A datagram for a protocol that nobody uses is reported as such, or dropped."""
    lt.send(echo())
    lt.expect(echo_reply())
    for number in (0, 5, 253, 254, 255):
        lt.send(cut(bytes(echo()), 0, False, protocol=number))
        if report := lt.answer("unreachable"):
            lt.check("unreachable code", report["code"], 2)
        lt.expect_silence(after=f"protocol {number}")


@case("RFC791-3.1_Checksum-a", violator=changes("echo-reply", nth=7, checksum=lambda n: n ^ 0x0100))
def checksum_of_answers(lt):
    """The checksum is the complement of the ones-complement sum, whatever carries that takes."""
    for n, ident in enumerate((0x0000, 0x0001, 0x00FF, 0x0100, 0x7FFF, 0x8000, 0xFEFF, 0xFF00, 0xFFFE, 0xFFFF)):
        lt.send(probe(echo(seq=n, data=counting(n)), id=ident, tos=17 * n, df=n % 2))
        lt.expect(echo_reply(packet=header_verifies))


@case("RFC791-3.1_Checksum-b", violator=answers("echo-reply", nth=9))
def one_wrong_bit_in_the_header(lt):
    """The checksum is verified: a bit that turned over, in whichever octet of the header, is found out."""
    for octet in range(OCTETS_OF_HEADER):
        lt.send(one_fault(echo(), flip=8 * octet + octet % 8))
        lt.expect_silence(after=f"a wrong bit in octet {octet} of the header")


@case("RFC791-3.1_Checksum-b", violator=answers("echo-reply", nth=1))
def one_wrong_bit_in_the_options(lt):
    """The checksum covers the options."""
    for octet in (20, 21, 58, 59):
        lt.send(one_fault(probe(echo(), options=NOP * 40), flip=8 * octet + 3))
        lt.expect_silence(after=f"a wrong bit in octet {octet} of the header")


@case("RFC791-3.1_Checksum-c", violator=answers("echo-reply", nth=15))
def wrong_checksum(lt):
    """A datagram whose checksum is wrong is discarded at once, and nobody is told."""
    for bit in range(16):
        lt.send(one_fault(echo(), flip=80 + bit))
        lt.expect_silence(after="a wrong checksum")


@case("RFC791-3.1_Checksum-c", violator=answers("echo-reply", nth=1))
def no_checksum_is_a_wrong_one(lt):
    """Zero and all ones do not stand for a checksum that was left out."""
    for checksum in (0x0000, 0xFFFF):
        lt.send(one_fault(echo(), checksum=checksum))
        lt.expect_silence(after=f"the checksum {checksum:04x}")


@case("RFC791-3.1_Checksum-a", violator=drops("echo-reply"))
def checksum_that_is_zero(lt):
    """Zero is the right checksum of a header whose other words add up to all ones."""
    lt.send(summing_to_zero(echo(), lt.me, lt.iut))
    lt.expect(echo_reply())


@case("RFC791-3.1_Checksum-b", kind=characteristic, violator=drops("echo-reply"))
def all_ones_in_place_of_zero(lt):
    """Whether the other zero of ones-complement is taken: who adds up sees all ones, who compares sees a difference."""
    lt.send(probe(summing_to_zero(echo(), lt.me, lt.iut), checksum=0xFFFF))
    return "accepted" if lt.answer("echo-reply") else "discarded"


@case("RFC791-3.1_Protocol-a", needs=["udp"], violator=alters("udp.recv", data=b"other"))
def other_protocols_are_not_udp(lt):
    """What would be a datagram for a user of UDP is none under another protocol, whichever."""
    bind(lt)
    message = bytes(UDP(sport=OUR_PORT, dport=USER_PORT, len=14, chksum=0)) + b"postel"
    for number in lt.each((16, 18, 19, 21, 25, 49, 81, 136, 145, 253, 255), "protocol"):
        lt.send(cut(message, 0, False, protocol=number))
        lt.answer("unreachable")
        lt.expect_no_event("udp.recv", after=f"protocol {number}")
    lt.send(udp(USER_PORT))  # with a checksum, for one without may be refused
    lt.expect_event("udp.recv", data=b"postel")
