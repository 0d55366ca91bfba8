# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.8: Options. How each is laid out is RFC 791's matter."""

from itertools import permutations, product

from postel.kit import *

RECORD_ROUTE, TIMESTAMP, SECURITY_TYPE = 7, 68, 130
ROUTE = record_route(room=3)
STAMPS = timestamp(bytes(12))
GATEWAYS = (LEFT.host(8), LEFT.host(9))  # two hops that a datagram came by, the nearer one last
TYPES = (2, 7, 68, 94, 130, 131, 133, 134, 136, 137, 148, 222, 255)
NOBODYS = bytes([0x35, 4, 1, 2])
WITH_OPTIONS = ("udp", "udp-options")


@case("RFC1122-3.2.1.8-a", needs={"udp"}, stands_on="sets-options", violator=changes("udp", options=b""))
def user_gives_options(lt):
    """The transport can say which options go into a datagram."""
    sock = bind(lt)
    sent = user_sends(lt, sock, options=ROUTE + EOL)
    size = saying("a record route of 15 octets", lambda option: len(option) == 15)
    holds(lt, sent["options"], having(RECORD_ROUTE, size))


@case("RFC1122-3.2.1.8-b", needs=WITH_OPTIONS, stands_on="passes-options-up", violator=alters("udp.recv", nth=2, options=b""))
def options_are_passed_up(lt):
    """All options but No Operation and End of Option List reach the transport, also those that nobody knows."""
    bind(lt)
    other, alert = bytes([0xDE, 5, 1, 2, 3]), bytes([148, 4, 0, 0])
    for options in [UNKNOWN], [SECURITY, UNKNOWN], [UNKNOWN, STREAM_ID, other], [alert]:
        lt.send(probe(udp(dport=USER_PORT), options=NOP + (NOP * 2).join(options) + EOL))
        told = bytes.fromhex(lt.expect_event("udp.recv", data=b"postel")["options"])
        for option in options:
            holds(lt, told, with_option(option))


@case("RFC1122-3.2.1.8-c", ability="skips-unknown-options", violator=drops("echo-reply"))
def unknown_option_is_skipped(lt):
    """An option that the host does not know keeps no datagram from being received."""
    lt.send(probe(echo(), options=UNKNOWN))
    lt.expect(echo_reply())


@case("RFC1122-3.2.1.8-c", violator=drops("echo-reply", nth=30))
def unknown_options_are_skipped(lt):
    """Options that no host knows have no effect, whatever their number, length and contents. Classes 1 and 3 are nobody's."""
    for number in range(2, 32):
        for kind, size in (0x20 | number, 3), (0x60 | number, 40), (0xA0 | number, 4), (0xE0 | number, 12):
            lt.send(probe(echo(seq=kind), options=bytes([kind, size]) + b"\xff" * (size - 2)))
            lt.expect(echo_reply())
    for kind, size in product((22, 26, 27, 28, 29), (3, 40)):  # of classes 0 and 2 most are, or were, somebody's
        for copied in 0, 0x40, 0x80, 0xC0:
            lt.send(probe(echo(seq=copied | kind), options=bytes([copied | kind, size]) + b"\xff" * (size - 2)))
            lt.expect(echo_reply())


@case("RFC1122-3.2.1.8-c", violator=drops("echo-reply", nth=1))
def unknown_option_that_comes_twice(lt):
    """That an option comes once at most is a rule of some options: one that the host does not know is skipped again."""
    for options in NOBODYS * 2, NOBODYS + NOP + NOBODYS, NOBODYS[:1] + b"\x03\x01" + NOBODYS + EOL, NOBODYS * 10:
        lt.send(probe(echo(seq=len(options)), options=options))
        lt.expect(echo_reply())


@case("RFC1122-3.2.1.8-f", stands_on="takes-source-routes", violator=changes("echo-reply", options=b""))
def known_option_among_unknown_ones(lt):
    """What every host understands, a source route, is acted on wherever it stands among options that nobody knows."""
    route, back = lsrr(*GATEWAYS, pointer=12), with_option(lsrr(GATEWAYS[0], lt.me))
    for options in UNKNOWN + route, route + UNKNOWN, NOBODYS + NOP + route + UNKNOWN:
        lt.send(probe(echo(), options=options))
        lt.expect(echo_reply(dst=GATEWAYS[1], options=back))


@case("RFC1122-3.2.1.8-d", violator=drops("echo-reply", where={"seq": 131}))
def impossible_lengths(lt):
    """A length outside the possible range neither crashes a host nor keeps it busy for ever."""
    lt.pace.errors_matter = False
    for kind in TYPES:
        for options in (bytes([kind, 0]), bytes([kind, 1, 5, 0]), bytes([kind, 255, 4, 0]), NOP * 39 + bytes([kind])):
            lt.send(probe(echo(), options=options + NOP * (-len(options) % 4)))
            lt.expect_life()
        lt.send(echo(seq=kind))
        lt.expect(echo_reply())


@case("RFC1122-3.2.1.8-d", violator=drops("echo-reply", where={"seq": 222}))
def impossible_contents(lt):
    """No contents of an option, with a length that is possible, crash a host or keep it busy."""
    lt.pace.errors_matter = False
    request = bytes(echo())
    for kind in TYPES:
        for size in (2, 3, 4, 7, 11, 40):
            for filler in (0x00, 0x01, 0x04, 0x7F, 0xFF):
                lt.send(cut(request, 0, False, options=bytes([kind, size]) + bytes([filler]) * (size - 2)))
        lt.expect_life()
        lt.send(echo(seq=kind))
        lt.expect(echo_reply())


@case("RFC1122-3.2.2.6-i", violator=changes("echo-reply", nth=3, options=patched(2, 4)))
def several_options_in_any_order(lt):
    """The order in which a receiver takes several options is not laid down, nor that in which it returns them."""
    echoed(lt, ROUTE, RECORD_ROUTE)
    echoed(lt, STAMPS, TIMESTAMP)
    for order in permutations((ROUTE, STAMPS, UNKNOWN)):
        lt.send(probe(echo(), options=b"".join(order)))
        reply = lt.expect(echo_reply())
        for asked, right in (ROUTE, recorded(ROUTE, lt.iut)), (STAMPS, stamped(STAMPS, lt.iut)):
            holds(lt, returned(lt, reply, asked[0]), right)


@case("RFC1122-3.2.1.8a-a", kind=characteristic, violator=drops("echo-reply"))
def security_option(lt):
    """What a host does with Security, which it may implement."""
    lt.send(probe(echo(), options=SECURITY))
    reply = lt.answer("echo-reply")
    if reply is None:
        return "not answered"
    return "returned" if with_option(SECURITY)(reply["options"]) else "ignored"


@case(
    "RFC1122-3.2.1.8b-a", "RFC1122-3.2.1.8b-b",
    violators={
        "RFC1122-3.2.1.8b-a": changes("echo-reply", options=STREAM_ID),
        "RFC1122-3.2.1.8b-b": changes("echo-reply", type=12, code=0, rest=bytes([20, 0, 0, 0])),
    },
)  # fmt: skip
def stream_identifier(lt):
    """Stream Identifier is obsolete: ignored when it comes, and not sent."""
    with lt.judging("RFC1122-3.2.1.8b-b"):
        lt.send(probe(echo(), options=STREAM_ID))
        reply = lt.expect(echo_reply())
    with lt.judging("RFC1122-3.2.1.8b-a"):
        holds(lt, reply["options"], without_option(136))


@case(
    "RFC1122-3.2.1.8c-a", "RFC1122-3.2.2.6-j", ability="takes-source-routes",
    violators={
        "RFC1122-3.2.1.8c-a": drops("echo-reply"),
        "RFC1122-3.2.2.6-j": changes("echo-reply", nth=1, options=patched(0, 131)),
    },
)  # fmt: skip
def source_route_is_reversed(lt):
    """A host is the final destination of a source route and originates one: the way back, of the same kind."""
    for route in lsrr, ssrr:
        lt.send(probe(echo(), options=route(*GATEWAYS, pointer=12)))
        reply = lt.expect(echo_reply(dst=anything))
        with lt.judging("RFC1122-3.2.2.6-j"):
            lt.check("next hop", reply["dst"], GATEWAYS[1])
            holds(lt, reply["options"], with_option(route(GATEWAYS[0], lt.me)))


@case("RFC1122-3.2.2.6-j", stands_on="takes-source-routes", violator=changes("echo-reply", nth=1, options=patched(3, 9)))
def source_route_of_any_length_is_reversed(lt):
    """Of as many gateways as an option holds the nearest is the next hop, and the others follow in the order of the way back."""
    for route in lsrr, ssrr:
        for count in lt.each((1, 3, 4, 9), f"{route.__name__} of"):
            hops = [LEFT.host(n) for n in range(11, 11 + count)]
            lt.send(probe(echo(), options=route(*hops, pointer=4 + 4 * count) + NOP))
            reply = lt.expect(echo_reply(dst=hops[-1]))
            holds(lt, reply["options"], with_option(route(*reversed(hops[:-1]), lt.me)))


@case("RFC792-param-c", stands_on=["reports-bad-options", "points-at-the-fault"], violator=changes("parameter-problem", pointer=lambda at: at + 1))
def option_whose_length_is_missing(lt):
    """An option whose type is the last octet of the header has no length: what is reported of it points into the header."""
    reported = 0
    for kind in lt.each(TYPES, "type"):
        lt.send(probe(echo(), options=NOP * 3 + bytes([kind])))
        if problem := lt.answer("parameter-problem"):
            reported += 1
            lt.check("pointer", problem["pointer"], one_of(23))
        lt.forget()  # who does not look so far may answer
    if not reported:
        lt.not_applicable("the IUT reports none of them")


@case("RFC1122-3.2.1.8c-b", needs=WITH_OPTIONS, stands_on="passes-options-up", violator=alters("udp.recv", nth=1, options=b""))
def recorded_route_is_passed_up(lt):
    """A source route that is used up reaches the transport as it was received."""
    bind(lt)
    for route in lsrr(*GATEWAYS, pointer=12), ssrr(*GATEWAYS, pointer=12):
        lt.send(probe(udp(dport=USER_PORT), options=route))
        told = lt.expect_event("udp.recv", data=b"postel")
        holds(lt, bytes.fromhex(told["options"]), with_option(route))


@case("RFC1122-3.2.1.8c-c", violator=changes("echo-reply", options=lsrr(LEFT.lt, LEFT.lt)))
def recorded_route_that_begins_with_the_source(lt):
    """A recorded route may list the source as its first hop: the way back names it once."""
    for route in lsrr, ssrr:
        lt.send(probe(echo(), options=route(lt.me, *GATEWAYS, pointer=16)))
        lt.expect(echo_reply(dst=GATEWAYS[1], options=with_option(route(GATEWAYS[0], lt.me))))


@case(
    "RFC1122-3.2.1.8c-d",
    violator=changes("parameter-problem", type=0, options=lsrr(LEFT.host(8)) + ssrr(LEFT.lt)),
)  # fmt: skip
def two_source_routes(lt):
    """What a host makes of two source routes is its own matter, but it sends no header with two."""
    loose, strict = lsrr(GATEWAYS[0], pointer=8), ssrr(GATEWAYS[1], pointer=8)
    for options in loose + strict, strict + loose, loose + loose:
        lt.send(one_fault(probe(echo(), options=loose), options=options))
        while answer := lt.answer():
            holds(lt, answer["options"], at_most_one_of(131, 137))


@case("RFC1122-3.2.1.8c-e", kind=characteristic, violator=drops("parameter-problem"))
def way_back_of_two_source_routes(lt):
    """By which of two source routes a reply goes back, if there is one."""
    lt.send(probe(echo(), options=lsrr(GATEWAYS[0], pointer=8) + ssrr(GATEWAYS[1], pointer=8)))
    if reply := lt.answer("echo-reply"):
        return {GATEWAYS[0]: "by the first", GATEWAYS[1]: "by the second"}.get(reply["dst"], "by none")
    return "reported" if lt.answer() else "discarded"


@case(
    "RFC1122-3.2.1.8d-a", "RFC1122-3.2.1.8e-a", kind=characteristic, violator=changes("echo-reply", options=b"")
)  # fmt: skip
def recording_options(lt):
    """What a host does with the two options that it may implement."""
    lt.send(probe(echo(), options=ROUTE + STAMPS))
    options = (lt.answer("echo-reply") or {"options": b""})["options"]
    done = {True: "recorded", False: "ignored"}
    route, stamp = having(RECORD_ROUTE, recorded(ROUTE, lt.iut)), having(TIMESTAMP, stamped(STAMPS, lt.iut))
    return f"Record Route {done[route(options)]}, Timestamp {done[stamp(options)]}"


@case("RFC1122-3.2.1.8e-b", needs={"udp"}, stands_on="sets-options", violator=changes("udp", nth=1, options=patched(2, 5)))
def originator_stamps(lt):
    """Who originates a timestamp option and implements it stamps first, unless the first given address is another's."""
    sock = bind(lt)
    echoed(lt, STAMPS, TIMESTAMP)
    own = timestamp(address_octets(LEFT.iut) + bytes(4) + address_octets(LEFT.lt) + bytes(4), flag=3)
    for option in STAMPS, timestamp(bytes(16), flag=1), own:
        sent = user_sends(lt, sock, options=option)
        holds(lt, sent["options"], having(TIMESTAMP, stamped(option, lt.iut, entries=1)))
    others = timestamp(address_octets(LEFT.lt) + bytes(4), flag=3)
    holds(lt, user_sends(lt, sock, options=others)["options"], with_option(others))


@case("RFC1122-3.2.1.8e-d", violator=changes("echo-reply", nth=2, options=patched(8, 6)))
def value_of_a_timestamp(lt):
    """A timestamp has ICMP's standard value: a millisecond of the day's 86,400,000, or the high bit set."""
    echoed(lt, STAMPS, TIMESTAMP)
    for flag in (0, 1):
        option = timestamp(bytes(32), flag=flag)
        lt.send(probe(echo(), options=option))
        lt.expect(echo_reply(options=having(TIMESTAMP, stamped(option, lt.iut))))


@case("RFC791-3.1_TS-g", needs={"udp"}, stands_on="sets-options", violator=changes("udp", options=patched(12, 1)))
def originator_leaves_zeros(lt):
    """The area for the timestamps of others is zero when the option is sent."""
    sock = bind(lt)
    echoed(lt, STAMPS, TIMESTAMP)
    sent = user_sends(lt, sock, options=STAMPS)
    zeros = saying("zeros behind the pointer", lambda option: len(option) > 3 and not any(option[option[2] - 1 :]))
    holds(lt, sent["options"], having(TIMESTAMP, zeros))


@case("RFC1122-3.2.1.8e-c", needs=WITH_OPTIONS, stands_on="passes-options-up", violator=alters("udp.recv", nth=1, options=timestamp(bytes(16), flag=1)))
def destination_stamps(lt):
    """The destination adds its timestamp before the option is passed up."""
    bind(lt)
    echoed(lt, STAMPS, TIMESTAMP)
    for option in STAMPS, timestamp(bytes(16), flag=1):
        lt.send(probe(udp(dport=USER_PORT), options=option))
        told = bytes.fromhex(lt.expect_event("udp.recv", data=b"postel")["options"])
        holds(lt, told, having(TIMESTAMP, stamped(option, lt.iut, entries=1)))


@case("RFC1122-3.2.1.8-a", needs=["udp", "options"], stands_on="sets-options", violator=changes("udp", nth=2, options=NOP * 8))
def options_of_a_socket_are_those_set_last(lt):
    """What a user sends has the options that its socket was given last, and nothing of those before them."""
    sock = bind(lt)
    for options in (NOP * 8, NOP * 4, NOP * 12):
        lt.set("options", options, sock=sock)
        lt.check("octets of options", len(user_sends(lt, sock)["options"]), len(options))
