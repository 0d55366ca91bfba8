# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.1: options in general, End of Option List, No Operation, Security, Stream Identifier, and padding."""

from postel.kit import *

ROUTE = record_route(room=3)
STAMPS = timestamp(bytes(12))
RESERVED = [bytes([kind, 4, 1, 2]) for kind in (0x22, 0x3F, 0x62, 0x7E, 0xA2, 0xBF, 0xE2, 0xFE)]  # of the classes 1 and 3
FAULTY = bytes([7, 7, 3, 0, 0, 0, 0])  # a record route whose pointer is too small


@case("RFC791-3.1_Options-a", ability="takes-options", violator=drops("echo-reply", every=True))
def options_are_taken(lt):
    """A datagram that has options is received: here one of three kinds will do."""
    for seq, options in enumerate((NOP * 4, EOL * 4, SECURITY)):
        lt.send(probe(echo(seq=seq), options=options))
        if lt.heard("echo-reply"):
            break
    lt.expect(echo_reply())


@case("RFC791-3.1_Options-a", violator=drops("echo-reply", nth=4))
def every_option_is_read(lt):
    """Every option can be parsed: none keeps a datagram from being received."""
    pairs = timestamp(bytes(24), flag=1)
    for seq, options in enumerate((ROUTE, STAMPS, pairs, SECURITY, STREAM_ID, NOP, EOL, ROUTE + STAMPS, SECURITY + ROUTE)):
        lt.send(probe(echo(seq=seq), options=options))
        lt.expect(echo_reply())


@case("RFC791-3.1_Options-a", violator=drops("echo-reply", nth=1))
def every_source_route_is_read(lt):
    """A source route that is used up can be parsed, loose or strict."""
    for route in lsrr(lt.me, pointer=8), ssrr(lt.me, pointer=8):
        lt.send(probe(echo(seq=route[0]), options=route))
        lt.expect(echo_reply())


@case("RFC791-3.1_Options-b", violator=changes("echo-reply", nth=2, options=patched(2, 4)))
def length_leads_to_the_next_option(lt):
    """An option's length counts its type and itself: the option after it begins where that says."""
    echoed(lt, ROUTE, 7)
    for before in (NOP, UNKNOWN, bytes([0x5E, 2]), bytes([0xDE, 11]) + FAULTY + NOP * 2, NOP * 3 + STREAM_ID):
        lt.send(probe(echo(), options=before + ROUTE))
        lt.expect(echo_reply(options=having(7, recorded(ROUTE, lt.iut))))


@case("RFC791-3.1_Options-b", violator=changes("parameter-problem", nth=2, options=bytes([7, 9, 4, 0])))
def what_comes_back_has_sound_options(lt):
    """Nor does anything come back, of options whose length cannot be, with options that do not end where theirs says."""
    lt.send(echo())
    lt.expect(echo_reply())
    for option, _ in BAD_OPTIONS.values():
        lt.send(probe(echo(), options=option))
        while sent := lt.answer():
            lt.check("options", sent["options"], sound_options)


@case("RFC791-3.1_Options-d", violator=drops("echo-reply", nth=7))
def options_of_reserved_classes(lt):
    """Options of the classes 1 and 3, which nobody has defined, are unknown ones: skipped."""
    for option in RESERVED:
        lt.send(probe(echo(seq=option[0]), options=option))
        lt.expect(echo_reply())


@case("RFC791-3.1_EOL-a", violator=changes("echo-reply", nth=1, options=ROUTE))
def nothing_counts_after_the_end(lt):
    """What looks like an option behind End of Option List is none: it has no effect, right or wrong."""
    for seq, hidden in enumerate((FAULTY, ROUTE, bytes([0x5E, 0]), bytes([0x5E, 99]), b"\xff")):
        lt.send(probe(echo(seq=seq), options=NOP + EOL + hidden))
        lt.expect(echo_reply(options=without_option(7)))


@case("RFC791-3.1_EOL-b", ability="reads-the-end-of-options", violator=drops("echo-reply", nth=3))
def list_that_ends_before_the_header(lt):
    """Where End of Option List stands, with zeros behind it up to the header's end, a datagram is received all the same."""
    for seq, options in enumerate((EOL * 4, NOP * 2 + EOL * 2, UNKNOWN + EOL * 4, NOP + EOL * 39)):
        lt.send(probe(echo(seq=seq), options=options))
        lt.expect(echo_reply())


@case("RFC791-3.1_EOL-b", violator=drops("echo-reply", nth=1))
def list_that_ends_with_the_header(lt):
    """No End of Option List is needed where the last option ends with the header."""
    ten = b"".join(bytes([kind, 4, 1, 2]) for kind in range(0x2A, 0x34))  # no two alike: not every host takes an option twice
    for options in (UNKNOWN, NOP + ROUTE, NOP * 40, ten):
        lt.send(probe(echo(seq=len(options)), options=options))
        lt.expect(echo_reply())


@case("RFC791-3.1_EOL-c", violator=drops("echo-reply", nth=1))
def fragments_that_end_otherwise(lt):
    """End of Option List may come and go on the way: fragments of one datagram differ in it."""
    for seq, end in enumerate((EOL, UNKNOWN + EOL * 4)):
        first, second, third = fragments("HA@0+ B@2+ C@3", seq=seq)
        lt.send(probe(first, options=end), second, probe(third, options=EOL * 8))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABC")))


@case("RFC791-3.1_NOP-b", violator=drops("echo-reply", nth=1))
def fragments_padded_otherwise(lt):
    """No Operation may come and go on the way: fragments of one datagram differ in it."""
    for seq, padding in enumerate((NOP * 4, UNKNOWN + NOP * 8)):
        first, second, third = fragments("HA@0+ B@2+ C@3", seq=seq)
        lt.send(probe(first, options=padding), second, probe(third, options=NOP * 40))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABC")))


@case("RFC791-3.1_NOP-a", violator=changes("echo-reply", nth=7, options=patched(2, 4)))
def no_operation_has_no_effect(lt):
    """Any number of No Operations may stand before, between and after options."""
    for count in (4, 40):
        lt.send(probe(echo(seq=count), options=NOP * count))
        lt.expect(echo_reply())
    if not lt.has("records-routes"):
        return
    echoed(lt, ROUTE, 7)
    for before, after in (1, 0), (2, 3), (3, 22), (24, 1), (25, 0):
        lt.send(probe(echo(), options=NOP * before + ROUTE + NOP * after))
        lt.expect(echo_reply(options=having(7, recorded(ROUTE, lt.iut))))


@case("RFC791-3.1_Security-a", violator=drops("echo-reply", nth=1))
def security(lt):
    """Security is option 130 with 11 octets. RFC 1122 3.2.1.8a leaves its use to others, so it must not be in the way."""
    for options in (SECURITY, SECURITY + ROUTE, NOP * 29 + SECURITY):
        lt.send(probe(echo(seq=len(options)), options=options))
        lt.expect(echo_reply())


@case("RFC791-3.1_StreamID-a", violator=changes("echo-reply", nth=2, options=patched(2, 4)))
def stream_identifier(lt):
    """Stream Identifier is option 136 with 4 octets (RFC 791's drawing says 2): what follows it is read as an option."""
    lt.send(probe(echo(), options=STREAM_ID))
    lt.expect(echo_reply())
    echoed(lt, ROUTE, 7)
    lt.send(probe(echo(), options=STREAM_ID + ROUTE))
    lt.expect(echo_reply(options=having(7, recorded(ROUTE, lt.iut))))


@case("RFC791-3.1_Padding-a", violator=changes("echo-reply", nth=2, options=patched(-1, 0xEE)))
def header_is_filled_with_zeros(lt):
    """Options that end within a word are followed by zeros."""
    for route in record_route(room=1), record_route(room=3), record_route(room=8):
        lt.send(probe(echo(seq=len(route)), options=route))
        returned(lt, lt.expect(echo_reply(options=padded_with_zeros)), 7)


@case("RFC791-3.2_Robustness-a", violator=drops("echo-reply"))
def technical_errors_of_clear_meaning(lt):
    """Liberal in receiving: padding that is not zero leaves no doubt what is meant."""
    for seq, options in enumerate((EOL + b"\xff\xee\xdd", UNKNOWN + EOL + NOP * 3, NOP * 3 + EOL + b"\x07" * 8)):
        lt.send(probe(echo(seq=seq), options=options))
        lt.expect(echo_reply())


@case("RFC791-3.1_Options-d", violator=changes("echo-reply", options=record_route(LEFT.iut, room=1, pointer=8)))
def number_of_an_option_of_another_class(lt):
    """An option of a reserved class is unknown, though its number is that of Record Route: nothing is recorded in it."""
    for kind in lt.each((0x27, 0x47, 0x67), "type"):
        lt.send(probe(echo(), options=bytes([kind]) + record_route(room=2)[1:] + NOP))
        reply = lt.expect(echo_reply())
        holds(lt, reply["options"], saying("no address of this host", lambda octets: address_octets(LEFT.iut) not in octets))
