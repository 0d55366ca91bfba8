# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.1: the options Loose and Strict Source Route and Record Route, as a host meets them."""

from postel.kit import *

ROUTE = record_route(room=3)
GATEWAYS = (LEFT.host(8), LEFT.host(9))  # two hops that a datagram came by, the nearer one last
IN_OPTION = range(20, 24)  # the octets of the header that hold an option's type, length and pointer, and one more
ANSWERED = {"type": 0}  # for violators: what makes a reply of an error


@case(
    "RFC791-3.1_LSRR-a", "RFC791-3.1_SSRR-a", stands_on="takes-source-routes",
    violators={
        "RFC791-3.1_LSRR-a": changes("parameter-problem", nth=1, **ANSWERED),
        "RFC791-3.1_SSRR-a": changes("parameter-problem", nth=5, **ANSWERED),
    },
)  # fmt: skip
def length_of_a_source_route(lt):
    """Type, length, pointer, addresses: a length below three, or past the header, is an error."""
    for requirement, route in ("RFC791-3.1_LSRR-a", lsrr), ("RFC791-3.1_SSRR-a", ssrr):
        good = probe(echo(), options=route(*GATEWAYS, pointer=12))
        for length in (0, 1, 2, 13, 40):
            with lt.judging(requirement):
                lt.send(one_fault(good, options=route(*GATEWAYS, pointer=12, length=length)))
                expect_discard(lt, IN_OPTION)


@case("RFC791-3.1_Options-e", violator=changes("unreachable", nth=1, **ANSWERED))
def source_route_that_leads_on(lt):
    """Every module acts on a source route: a datagram whose route leads on is for somebody else, whether or not it is passed on."""
    for route in lsrr, ssrr:
        lt.send(one_fault(probe(echo(), options=route(*GATEWAYS, pointer=12)), options=route(*GATEWAYS, pointer=8)))
        lt.expect_silence(after="a source route that leads on", of="echo-reply")
        lt.answer()  # it may be reported, and may go on


@case("RFC792-general-k", stands_on="takes-source-routes", violator=changes("parameter-problem", dst="18.0.8.198"))
def error_about_a_source_route_goes_back(lt):
    """An error about a source route goes to the source, or back the way that was recorded (RFC 1812 4.3.2.6)."""
    good = probe(echo(), options=lsrr(*GATEWAYS, pointer=12))
    for pointer in (3, 9, 11):
        lt.send(one_fault(good, options=lsrr(*GATEWAYS, pointer=pointer)))
        for error in filter(None, (lt.answer("parameter-problem"), lt.answer("unreachable"))):
            lt.check("destination of an error", error["dst"], one_of(lt.me, *GATEWAYS))


@case("RFC791-3.1_LSRR-c", violator=drops("echo-reply", nth=1))
def source_route_that_is_used_up(lt):
    """A pointer beyond the length, however far, means that the route is empty: the destination address counts."""
    for pointer in (12, 13, 16, 255):
        lt.send(probe(echo(seq=pointer), options=lsrr(*GATEWAYS, pointer=pointer)))
        lt.expect(echo_reply(dst=one_of(lt.me, *GATEWAYS)))  # by which way it goes back is RFC1122-3.2.2.6-j


@case("RFC791-3.1_SSRR-a", violator=drops("echo-reply"))
def strict_route_that_is_used_up(lt):
    """A strict source route is laid out and ends as a loose one does."""
    lt.send(probe(echo(), options=ssrr(*GATEWAYS, pointer=12)))
    lt.expect(echo_reply(dst=one_of(lt.me, *GATEWAYS)))


@case(
    "RFC791-3.1_LSRR-g", "RFC791-3.1_SSRR-c",
    violators={
        "RFC791-3.1_LSRR-g": changes("fragment", nth=1, options=b""),
        "RFC791-3.1_SSRR-c": changes("fragment", nth=4, options=patched(0, 131)),
    },
)  # fmt: skip
def source_route_in_every_fragment(lt):
    """A source route is copied into all fragments."""
    for requirement, route in ("RFC791-3.1_LSRR-g", lsrr), ("RFC791-3.1_SSRR-c", ssrr):
        option = route(*GATEWAYS, pointer=12)
        with lt.judging(requirement):
            lt.send(probe(echo(), options=option))  # after which the IUT knows the MAC of the hop, and no fragment waits for it
            lt.expect(echo_reply(dst=GATEWAYS[1]))
            first, *others = large_reply(lt, large_echo(lt, options=option))
            holds(lt, first["options"], with_option(route(GATEWAYS[0], lt.me)))
            for piece in others:
                lt.check("options", piece["options"], first["options"])


@case(
    "RFC791-3.1_LSRR-h", "RFC791-3.1_SSRR-d", profiles={"rfc791"},  # then RFC1122-3.2.1.8c-d says more
    violators={
        "RFC791-3.1_LSRR-h": changes("parameter-problem", pointer=1),
        "RFC791-3.1_SSRR-d": changes("parameter-problem", nth=1, pointer=1),
    },
)  # fmt: skip
def source_route_twice(lt):
    """A datagram has one source route at most: what comes back of two is one, or an error that names them."""
    for requirement, route in ("RFC791-3.1_LSRR-h", lsrr), ("RFC791-3.1_SSRR-d", ssrr):
        with lt.judging(requirement):
            expect_once(lt, route(GATEWAYS[1], pointer=8), dst=one_of(lt.me, GATEWAYS[1]))


@case("RFC791-3.1_RR-a", violator=changes("echo-reply", options=lambda octets: patched(1, 11)(octets)[:11]))
def record_route_keeps_its_size(lt):
    """Recording does not change the size of the option, and leaves zeros where nothing was recorded."""
    for room in (3, 5, 9):
        option = echoed(lt, record_route(room=room), 7)
        lt.check("length of the option", option[1], 3 + 4 * room)
        holds(lt, option[option[2] - 1 :], saying("zeros in the room that is left", lambda room: not any(room)))


@case("RFC1122-3.2.2.6-i", ability="records-routes", violator=changes("echo-reply", options=b""))
def record_route_comes_back(lt):
    """A record route in an echo request is in its reply, with the host's own address added."""
    lt.send(probe(echo(), options=ROUTE))
    lt.expect(echo_reply(options=having(7, recorded(ROUTE, lt.iut))))


@case("RFC1122-3.2.2.6-i", violator=changes("echo-reply", nth=1, options=patched(2, 8)))
def record_route_is_continued(lt):
    """A host that is asked adds its own address behind those recorded before it."""
    for seq, route in enumerate((ROUTE, record_route(*GATEWAYS, room=3, pointer=12), record_route(room=9))):
        lt.send(probe(echo(seq=seq), options=route))
        lt.expect(echo_reply(options=having(7, recorded(route, lt.iut))))


@case("RFC1122-3.2.2.6-i", stands_on="records-routes", violator=changes("echo-reply", options=patched(2, 8)))
def full_record_route_comes_back(lt):
    """A record route without room is no error and comes back as it was."""
    full = record_route(*GATEWAYS, pointer=12)
    lt.send(probe(echo(), options=full))
    lt.expect(echo_reply(options=with_option(full)))


@case("RFC791-3.1_RR-b", needs={"two-interfaces"}, violator=changes("echo-reply", nth=1, options=patched(5, 0)))
def address_of_the_network_it_goes_to(lt):
    """The address recorded is the one known in the network that the datagram is being sent into."""
    holds(lt, echoed(lt, ROUTE, 7), recorded(ROUTE, lt.left.iut))
    lt.send(probe(IP(src=lt.right.lt) / echo(), options=ROUTE), on=1)
    lt.expect(echo_reply(options=having(7, recorded(ROUTE, lt.right.iut))), on=1)


@case("RFC791-3.1_RR-d", violator=changes("parameter-problem", nth=1, **ANSWERED))
def room_for_part_of_an_address(lt):
    """Some room, but less than an address needs, is an error of the datagram."""
    echoed(lt, ROUTE, 7)
    for octets in (1, 2, 3):
        odd = record_route(GATEWAYS[0], pointer=8, length=7 + octets) + bytes(octets)
        lt.send(one_fault(probe(echo(), options=ROUTE), options=odd))
        expect_discard(lt, IN_OPTION)


@case(
    "RFC792-param-a", "RFC792-param-c",
    violators={
        "RFC792-param-a": changes("parameter-problem", nth=1, **ANSWERED),
        "RFC792-param-c": changes("parameter-problem", nth=2, pointer=20),
    },
)  # fmt: skip
def faults_of_a_record_route(lt):
    """A record route with an impossible length or pointer is discarded; an error points at the octet that is wrong."""
    echoed(lt, ROUTE, 7)
    for before, change in (b"", {"pointer": 0}), (b"", {"length": 2}), (NOP * 3, {"pointer": 3}), (UNKNOWN, {"length": 40}):
        lt.send(one_fault(probe(echo(), options=before + ROUTE), options=before + record_route(room=3, **change)))
        lt.expect_silence(after="an error", of="echo-reply")
        with lt.judging("RFC792-param-c"):
            at = 20 + len(before)
            expect_discard(lt, [at + 2] if "pointer" in change else [at, at + 1])


@case("RFC791-3.1_RR-e", kind=characteristic, violator=drops("parameter-problem"))
def what_is_said_of_a_faulty_record_route(lt):
    """A Parameter Problem may be sent."""
    echoed(lt, ROUTE, 7)
    lt.send(probe(echo(), options=record_route(room=3, pointer=3)))
    return "Parameter Problem" if lt.answer("parameter-problem") else "silence"


@case("RFC791-3.1_RR-f", violator=changes("fragment", nth=1, options=ROUTE))
def record_route_in_the_first_fragment_only(lt):
    """A record route is not copied: only the first fragment has it."""
    echoed(lt, ROUTE, 7)
    head, *tail = large_echo(lt)
    first, *others = large_reply(lt, [probe(head, options=ROUTE), *tail])
    returned(lt, first, 7)
    for piece in others:
        holds(lt, piece["options"], without_option(7))


@case("RFC791-3.1_RR-g", violator=changes("parameter-problem", pointer=1))
def record_route_twice(lt):
    """A datagram has one record route at most: what comes back of two is one, or an error that names them."""
    echoed(lt, ROUTE, 7)
    expect_once(lt, ROUTE)


@case("RFC791-3.1_RR-b", kind=characteristic, violator=drops("parameter-problem"))
def pointer_between_two_addresses(lt):
    """What a pointer into the middle of a free place does, though there is room for an address behind it."""
    seen = []
    for pointer in (5, 6, 7):
        lt.send(probe(echo(), options=record_route(room=3, pointer=pointer) + NOP))
        report, reply = lt.answer("parameter-problem"), lt.answer("echo-reply")
        option = reply["options"][:11] if reply else b""
        seen.append("reported" if report else "discarded" if not reply else "recorded" if any(option[3:]) else "passed over")
    return ", ".join(seen)
