# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2: which of the IUT's users is told of an ICMP error, and what."""

from postel.kit import *

FAR, ROUTER = "192.0.2.9", PEER


@case("RFC1122-4.1.3.3-a", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=2, src=LEFT.lt))
def error_is_of_who_sent_it(lt):
    """Whoever on the way reports a datagram is named to its user: the one it went to, a router, or one far away."""
    sock = bind(lt)
    for source in lt.each((lt.me, ROUTER, FAR), "from"):
        sent = user_sends(lt, sock)
        lt.send(probe(icmp(3, 1, data=sent["packet"][:28]), src=source))
        lt.expect_event("icmp.error", type=3, code=1, sock=sock, src=source)


@case("RFC1122-3.2.2.1-b", needs=["udp", "icmp-errors", "two-interfaces"], stands_on="tells-of-errors", violator=loses("icmp.error", nth=1))
def errors_about_what_left_by_any_interface(lt):
    """By whichever interface a datagram left, and an error about it comes, its user is told."""
    sock = bind(lt)
    for lab, by in lt.each({f"sent by {lab.index}, error by {by.index}": (lab, by) for lab in links(lt) for by in (lab, lt.left)}):
        sent = user_sends(lt, sock, lab.lt, on=lab.index)
        lt.send(probe(icmp(3, 1, data=sent["packet"][:28]), dst=lab.iut), on=by.index)
        lt.expect_event("icmp.error", type=3, code=1, sock=sock)


@case("RFC1122-3.2.2.5-b", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=1, rest=bytes(4)))
def what_an_error_points_at_is_passed_up(lt):
    """Where the user sees the second word of an error, the pointer or the MTU in it, it is as it came."""
    sock = bind(lt)
    for type_, code, rest in (12, 0, b"\x14\0\0\0"), (12, 0, b"\1\0\0\0"), (3, 4, b"\0\0\x05\x78"):
        sent = user_sends(lt, sock)
        lt.send(icmp(type_, code, rest=rest, data=sent["packet"][:28]))
        told = lt.expect_event("icmp.error", type=type_, code=code, sock=sock)
        lt.check("second word of the message", told.get("rest", rest.hex()), rest.hex())


@case("RFC1122-3.2.2-d", kind=characteristic, needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def error_about_a_later_fragment(lt):
    """Whether a socket is told of an error, which nobody may send, about a later fragment that begins like a datagram from its port."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(3, 1, data=(sent["packet"][:6] + b"\0\5" + sent["packet"][8:])[:28]))
    told = lt.delivered("icmp.error")
    return "not told" if told is None else f"told{' a socket' if 'sock' in told else ''}"


@case("RFC1122-3.2.2-d", kind=characteristic, needs=["echo", "icmp-errors"], violator=loses("icmp.error"))
def error_about_an_echo(lt):
    """Whether the user who has sent an echo is told of an error about that."""
    lt.call("echo.send", dst=lt.me, id=77, seq=5, data=b"postel")
    sent = lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))
    lt.send(icmp(3, 1, data=sent["packet"][:28]))
    return "told" if lt.delivered("icmp.error") else "not told"


@case("RFC1122-4.1.3.3-a", kind=characteristic, needs=["udp", "error"], violator=replies("get", nth=1, value="EPROTO"))
def errors_that_a_user_asks_for(lt):
    """What a user who asks is told of an error about his datagram, the first time and the second."""
    sock, told = bind(lt), []
    for type_, code in (3, 0), (3, 1), (3, 2), (3, 3), (3, 4), (11, 0), (12, 0):
        sent = user_sends(lt, sock)
        lt.send(icmp(type_, code, data=sent["packet"][:28]))
        lt.settle()
        told.append(f"{type_}/{code}: {lt.get('error', sock=sock)}, {lt.get('error', sock=sock)}")
        lt.forget()
    return "; ".join(told)
