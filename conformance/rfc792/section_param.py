# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Parameter Problem message."""

from postel.kit import *

BAD = record_route(room=2, pointer=3) + NOP


@case("RFC792-param-a", violator=answers("echo-reply"))
def header_that_cannot_be_processed(lt):
    """A datagram whose header ends before it should, or is longer than all of it, is discarded; it may be reported."""
    for fault, at in (({"ihl": 4}, (0,)), ({"ihl": 15}, (0, 2, 3)), ({"length": 19}, (2, 3))):
        lt.send(one_fault(echo(), **fault))
        expect_discard(lt, at, quoted=anything)


@case("RFC792-param-b", violator=adds("echo-reply", to="parameter-problem"))
def what_is_reported_is_discarded(lt):
    """A datagram with a bad option is reported or processed, and never both."""
    lt.send(one_fault(probe(echo(), options=record_route(room=2) + NOP), options=BAD))
    reported, processed = lt.answer("parameter-problem"), lt.answer("echo-reply")
    if not reported:
        lt.stands_on("records-routes", "reports-bad-options")
        lt.not_applicable("the IUT does not report this one")
    if processed:
        lt.fail("either a report of the option or an answer", "both")


@case("RFC792-param-b", violator=changes("echo-reply", payload=b"\x0c\x00\xf3\xff" + bytes(4)))
def only_what_is_discarded_is_reported(lt):
    """A header that is processed is not reported: a full or an unknown option is no problem."""
    for options in (record_route("192.0.2.1") + NOP, UNKNOWN, NOP * 4):
        lt.send(probe(echo(), options=options))
        lt.expect(echo_reply())


@case("RFC792-param-c", ability="points-at-the-fault", violator=changes("parameter-problem", pointer=2))
def pointer_counts_octets_of_the_header(lt):
    """The pointer is the place of the octet at fault in the header that was received, counted from 0."""
    option, faulty = bad_option(lt)
    for before in range(4):
        lt.send(probe(echo(), options=NOP * 4 * before + option))
        expect_if_reported(lt, parameter_problem(pointer=one_of(*(20 + 4 * before + at for at in faulty))))
