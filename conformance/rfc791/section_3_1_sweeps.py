# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.1: fields of a header, swept over the values that a careless reader would take."""

from postel.kit import *

GATEWAYS = (LEFT.host(8), LEFT.host(9))
IN_OPTION = range(20, 24)
TIMESTAMP = 68


@case("RFC791-3.1_IHL-a", violator=answers("echo-reply"))
def short_header_that_makes_sense(lt):
    """A header of three or four words is not taken as it stands, though what follows it would be a message."""
    lt.send(echo())
    lt.expect(echo_reply())
    for name, stimulus in short_headers(lt.me, lt.iut).items():
        lt.send(stimulus)
        lt.expect_silence(after=name)


@case("RFC1122-3.2.1.8-c", violator=drops("echo-reply", nth=3))
def unknown_option_of_every_length(lt):
    """An unknown option of any length, also one of its first two octets alone that ends with the header, is skipped."""
    for size in range(2, 41):
        lt.send(probe(echo(seq=size), options=NOP * (-size % 4) + bytes([0x5E, size]) + bytes(size - 2)))
        lt.expect(echo_reply())


@case("RFC791-3.1_Padding-a", violator=changes("echo-reply", where={"seq": 2}, options=b"\0\xee\xee\xee"))
def octets_behind_the_end_stay_behind(lt):
    """What stood behind End of Option List is no option, and is not sent on: what fills a header is zero."""
    for seq, before in enumerate((b"", NOP, record_route(room=2), timestamp(bytes(8)))):
        lt.send(probe(echo(seq=seq), options=before + EOL + b"\xee\x07\xee\x44\xee\xee\xee"))
        lt.expect(echo_reply(options=padded_with_zeros))


@case("RFC791-3.1_SR-a", stands_on="takes-source-routes", violator=changes("parameter-problem", nth=3, type=0))
def pointers_between_addresses(lt):
    """A pointer that is not where an address begins is an error, also where an address would still fit."""
    for route in lsrr, ssrr:
        for pointer in (0, 1, 2, 3, 5, 6, 7, 9, 10, 11):
            lt.send(one_fault(probe(echo(), options=route(*GATEWAYS, pointer=12)), options=route(*GATEWAYS, pointer=pointer)))
            expect_discard(lt, IN_OPTION, or_unreachable=5, dst=anything)


@case(
    "RFC791-3.1_TS-h", "RFC791-3.1_TS-i",
    violators={
        "RFC791-3.1_TS-h": changes("echo-reply", nth=17, options=patched(3, 0x01)),
        "RFC791-3.1_TS-i": changes("parameter-problem", nth=1, type=0),
    },
)  # fmt: skip
def overflow_of_every_count(lt):
    """A full timestamp option of either kind counts who could not stamp, up to 15, and is an error beyond."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    for flag, body in (0, bytes(4)), (1, address_octets(LEFT.host(9)) + bytes(4)):
        full = {"body": body, "flag": flag, "pointer": 5 + len(body)}
        for overflow in range(14):
            lt.send(probe(echo(seq=overflow), options=timestamp(**full, overflow=overflow)))
            option = returned(lt, lt.expect(echo_reply()), TIMESTAMP)
            lt.check("overflow", int.from_bytes(option[3:4], "big") >> 4, one_of(overflow + 1, overflow + 2))
        with lt.judging("RFC791-3.1_TS-i"):
            lt.send(one_fault(probe(echo(), options=timestamp(**full, overflow=13)), options=timestamp(**full, overflow=15)))
            expect_discard(lt, [22, 23])


@case("RFC791-3.1_TOS-c", needs={"udp"}, profiles=("rfc791", "rfc1122"), violator=changes("udp", tos=0xC0))
def precedence_of_what_is_sent(lt):
    """A host that nobody has told to sends with no precedence of a network's own control or of gateways."""
    lt.check("precedence of a user's datagram", user_sends(lt, bind(lt))["tos"] >> 5, at_most(5))
    lt.send(echo())
    lt.check("precedence of a reply", lt.expect(echo_reply())["tos"] >> 5, at_most(5))
    lt.send(udp())
    error = lt.answer("unreachable") or {"tos": 0}
    lt.check("precedence of an error", error["tos"] >> 5, at_most(5))


@case("RFC791-3.1_TTL-a", violator=answers("echo-reply"))
def time_to_live_of_zero(lt):
    """A datagram whose time to live has come to zero is destroyed, so that none lives for ever; what has one left has arrived."""
    lt.send(IP(ttl=1) / echo())
    lt.expect(echo_reply())
    for message in echo(), probe(echo(), options=NOP * 4):
        lt.send(one_fault(message, ttl=0))
        lt.expect_silence(after="a time to live of 0", of="echo-reply")
        lt.answer("time-exceeded")  # which whoever destroys it may say


@case("RFC1122-3.2.1.8-c", violator=changes("echo-reply", nth=2, options=b"\x09" + lsrr(LEFT.iut, pointer=8)[1:] + NOP))
def types_that_differ_by_the_copied_flag(lt):
    """An option has all of its type octet: one whose copied flag is another's is unknown, and nobody is entered in it or led by it."""
    for kind in lt.each((135, 3, 9, 196, 2, 8, 20), "type"):
        unread = bytes([kind, 7, 4]) + bytes(4)
        lt.send(probe(echo(), options=unread + NOP))
        reply = lt.expect(echo_reply())
        holds(lt, reply["options"], without_option(kind) if unread not in reply["options"] else with_option(unread))  # as it came, if at all
