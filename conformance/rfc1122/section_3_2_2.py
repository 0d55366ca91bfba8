# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2: Internet Control Message Protocol."""

from contextlib import suppress

from postel.kit import *


@case("RFC1122-3.2.2-a", violator=answers("echo-reply"))
def unknown_type(lt):
    """An ICMP message of a type that nobody knows is silently discarded."""
    for type_ in (1, 2, 7, 44, 100, 252, 255):
        lt.send(one_fault(echo(), type=type_))
        lt.expect_silence(after=f"ICMP type {type_}")


@case("RFC1122-3.2.2-b", kind=characteristic, violator=changes("unreachable", quoted=lambda q: q[:64]))
def how_much_is_quoted(lt):
    """How many octets of a datagram of 1428 an ICMP error quotes."""
    lt.send(udp(data=counting(min(1400, lt.room))))
    return f"{len(expect_if_reported(lt, unreachable(code=3))['quoted'])} octets"


@case(
    "RFC1122-3.2.2-c", "RFC792-format-a", ability="quotes-intact",
    violators={
        "RFC1122-3.2.2-c": changes("unreachable", quoted=lambda q: q[:8] + bytes([q[8] - 1]) + q[9:]),
        "RFC792-format-a": changes("unreachable", nth=1, quoted=lambda q: q[:28]),
    },
)  # fmt: skip
def quote_is_what_was_received(lt):
    """The header and the data that an error quotes are, octet by octet, those that came in, and eight octets of data at least."""
    for said in {"tos": 0x28, "id": 0xABCD, "df": 1, "ttl": 3}, {"options": NOP * 4, "ttl": 77}:
        lt.send(probe(udp(data=counting(64)), **said))
        unchanged = saying(f"the beginning of {lt.sent.hex()}", lt.sent.startswith)
        quoted = expect_if_reported(lt, unreachable(code=3, quoted=unchanged))["quoted"]
        with lt.judging("RFC792-format-a"):
            lt.check("octets quoted", len(quoted), at_least(28 + len(said.get("options", b""))))


@case("RFC1122-3.2.2-k", violator=changes("unreachable", nth=3, quoted=lambda q: q[:27]))
def every_error_quotes_enough(lt):
    """Every error, whatever it is about, has the header and the first 8 octets of the data, or as many as there were."""
    for name, stimulus in lt.each({name: (name, each) for name, each in reported(lt).items()}):
        lt.send(stimulus)
        header = (lt.sent[0] & 15) * 4
        error = next(filter(None, map(lt.answer, ("unreachable", "parameter-problem"))), None)
        if error is None:
            lt.inconclusive(f"the error about {name} that there was before", "none")
        if header > 20:
            lt.stands_on("quotes-intact")  # which asks for that of headers with options
        lt.check("octets quoted", len(error["quoted"]), at_least(min(header + 8, len(lt.sent))))


@case("RFC1122-3.2.2-c", violator=changes("unreachable", quoted=lambda q: q[:22] + b"\x08" + q[23:]))
def quote_has_the_options_as_received(lt):
    """An option in which the IUT may have written on the way in is quoted as it came, whatever the error is about."""
    route, stamps = record_route(room=2) + NOP, timestamp(bytes(12), pointer=3)
    reports = {"unreachable": probe(udp(), options=route), "parameter-problem": probe(echo(), options=route + stamps)}
    seen = 0
    for kind, stimulus in reports.items():
        lt.send(stimulus)
        if report := lt.answer(kind):
            lt.stands_on("quotes-intact")
            holds(lt, report["quoted"], quoting(lt.sent))
            seen += 1
        lt.answer("echo-reply")  # of a host that implements neither option
    if not seen:
        lt.lacks(*lt.taken())
        lt.not_applicable("the IUT reports neither a closed port nor a bad option here")


@case("RFC1122-3.2.2-e", profiles=["rfc1122", "modern"], violator=changes("unreachable", tos=0x10))
def errors_have_tos_0(lt):
    """An ICMP error leaves with a TOS of zero, whatever that of the datagram was; precedence is not looked at."""
    for tos in (0, 0x10, 0xA0):
        lt.send(IP(tos=tos) / udp())
        expect_if_reported(lt, unreachable(code=3, tos=saying("zeros in its low five bits", lambda tos: not tos & 0x1F)))


@case("RFC1122-3.2.2-f", violator=answers("parameter-problem"))
def no_error_about_an_error(lt):
    """An ICMP error with a bad option is not answered by an error, an echo request with it is."""
    for type_ in lt.each((3, 4, 5, 11, 12), "type"):
        lt.send(one_fault(a_bad_option(lt), type=type_))
        lt.expect_silence(after=f"an ICMP error of type {type_} with a bad option")


@case("RFC1122-3.2.2-i", violator=answers("parameter-problem"))
def no_error_about_a_later_fragment(lt):
    """A bad option is reported of a whole datagram, and not of a fragment other than the first."""
    for offset, more in lt.each(((8, 1), (64, 0)), "at"):
        lt.send(one_fault(a_bad_option(lt), offset=offset, mf=more))
        lt.expect_silence(after=f"a bad option in a fragment at {offset}")


@case("RFC1122-3.2.2-d", needs=["udp", "icmp-errors"], violator=alters("icmp.error", sock=1))
def errors_reach_the_user_that_they_are_about(lt):
    """An error goes to the transport, and there to the socket, that the quoted header belongs to, and to no other."""
    bind(lt)
    second = bind(lt, port=USER_PORT + 1)
    sent = user_sends(lt, second, sport=USER_PORT + 1)
    lt.send(icmp(3, 1, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=1, sock=second)
    lt.expect_no_event("icmp.error", after="the one error")


@case("RFC1122-3.2.2-d", kind=characteristic, needs=["ip", "icmp-errors"], violator=loses("icmp.error"))
def users_of_a_protocol_that_are_told(lt):
    """How many of two users of a protocol are told of an error about what one of them has sent."""
    lt.call("ip.bind", protocol=253)
    try:
        lt.call("ip.bind", protocol=253)
    except UpperError:
        return "a protocol has one user"
    lt.call("ip.send", dst=lt.me, protocol=253, data=counting(16))
    sent = lt.expect(protocol(253, dst=lt.me))
    lt.send(icmp(3, 1, data=sent["packet"][:28]))
    return f"{len(list(iter(lambda: lt.delivered('icmp.error'), None)))} of 2"


@case("RFC1122-3.2.2-d", kind=characteristic, needs=["udp", "icmp-errors"], violator=delivers("icmp.error", type=3, code=1, src=LEFT.lt, data=b"postel"))
def error_about_what_another_has_sent(lt):
    """Whether the user is told of an error about a datagram that went from its port, and came from another host."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(3, 1, data=bytes(IP(src=PEER, dst=lt.me, id=sent["id"]) / udp(OUR_PORT, sport=USER_PORT))[:28]))
    return "told" if lt.delivered("icmp.error") else "not told"


@case("RFC1122-3.2.2.1-b", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=loses("icmp.error", nth=1))
def errors_about_what_routers_have_changed(lt):
    """A router quotes a datagram as it has it: with less time to live, with another type of service, with a checksum that was not brought
    up to date, or with all of its data. The user is told all the same."""
    sock = bind(lt)
    changed = {"time to live": patched(8, 1), "no time to live": patched(8, 0), "type of service": patched(1, 0x20),
               "no checksum": lambda quote: quote[:10] + b"\0\0" + quote[12:], "nothing": lambda quote: quote}  # fmt: skip
    for change in lt.each({name: (name, change) for name, change in changed.items()}):
        sent = user_sends(lt, sock)
        lt.send(icmp(3, 1, data=change[1](sent["packet"])))
        lt.expect_event("icmp.error", type=3, code=1, sock=sock)


@case("RFC1122-3.2.2-d", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=3, sock=1))
def errors_about_other_transports_reach_no_user_of_udp(lt):
    """An error whose quote has a UDP user's ports, and another protocol, is not that user's."""
    sock = bind(lt)
    sent = user_sends(lt, sock)
    for protocol in lt.each((6, 16, 19, 136, 253), "protocol"):
        quote = IP(src=lt.iut, dst=lt.me, proto=protocol, id=sent["id"]) / sent["payload"][:8]
        lt.send(icmp(3, 3, data=bytes(quote)))
        told = lt.delivered("icmp.error") or {}
        lt.check("the socket that is told", told.get("sock", "none"), other_than(sock))


@case("RFC1122-3.2.2.1-b", needs=["udp", "icmp-errors"], stands_on=["tells-of-errors", "sets-options"], violator=loses("icmp.error", nth=1))
def errors_about_datagrams_with_options(lt):
    """Options lie between the header and the ports that are quoted: however long they are, the user is told."""
    sock = bind(lt)
    for options in lt.each({f"{len(octets)} octets": octets for octets in (NOP * 4, NOP * 20, NOP * 40, record_route(room=9) + NOP)}, "options of"):
        sent = user_sends(lt, sock, options=options)
        quoted = sent["packet"][: 28 + len(sent["options"])]
        lt.send(icmp(3, 1, data=quoted))
        lt.expect_event("icmp.error", type=3, code=1, sock=sock)


@case("RFC1122-3.2.2-d", needs=["ip", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=1, sock=99))
def errors_reach_the_protocol_that_they_are_about(lt):
    """An error goes to the user of the protocol that the quoted header has, and to that of no other."""
    users = {252: lt.call("ip.bind", protocol=252)["sock"]}
    with suppress(UpperError):  # no rule says how many there may be
        users |= {number: lt.call("ip.bind", protocol=number)["sock"] for number in (253, 254)}
    for number, sock in lt.each({f"protocol {number}": (number, sock) for number, sock in users.items()}):
        lt.call("ip.send", dst=lt.me, protocol=number, data=counting(16))
        sent = lt.expect(protocol(number, dst=lt.me))
        lt.send(icmp(3, 1, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=3, code=1, sock=sock)
        lt.expect_no_event("icmp.error", after="the one error")
