# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.3.2: what messages of ICMP that a router sends are like, where more is said than of a host's."""

from postel.kit import *
from postel.kit.expect import ERRORS

LONG, SHORT, LONGEST = 900, 100, 576  # octets of data, and of an error
FAR_AWAY = "192.0.2.9"
KINDS = {  # of answers, each to a datagram for the router, or through it
    "echo-reply": echo(), "unreachable": udp(), "time-exceeded": transit(ttl=1),
}  # fmt: skip


def answered(lt, kind, **changes):
    """The answer of this kind to what provokes it; who gives none is not this case's matter."""
    lt.send(probe(KINDS[kind], **changes))
    return expect_if_reported(lt, Expectation(kind, {"src": anything}))


@case("RFC1812-4.3.2.2-a", role="router", violator=changes("echo-reply", nth=1, ttl=77))
def time_to_live_is_the_router_s_own(lt):
    """Replies and errors begin with a time to live of the router's own, and not with what was left of the request's."""
    for kind in lt.each(("echo-reply", "unreachable")):
        for ttl in 3, 77, 201:
            lt.check(f"time to live, where that of the request is {ttl},", answered(lt, kind, ttl=ttl)["ttl"], other_than(ttl))


@case("RFC1812-4.3.2.3-a", role="router", violator=changes("time-exceeded", quoted=lambda quoted: quoted[:48]))
def errors_quote_as_much_as_576_octets_hold(lt):
    """An error has as much of the datagram as fits into 576 octets, be it one for the router or one that was to be passed on."""
    for kind, message in lt.each({"for the router": ("unreachable", udp), "in transit": ("time-exceeded", lambda data: transit(udp(data=data), ttl=1))}):
        for size in SHORT, LONG:
            lt.send(message(data=counting(size)))
            error = expect_if_reported(lt, Expectation(kind, {"src": anything}))
            room = LONGEST - 28 - 8 - len(error.get("extension") or error.get("unmarked") or b"")  # all but a word or two, which may be kept for alignment
            lt.check(f"octets quoted of {size + 28}", len(error["quoted"]), at_least(min(size + 28, room)))
            lt.check(f"length of the error about {size} octets of data", error["length"], at_most(LONGEST))


@case("RFC1812-4.3.2.4-a", role="router", violator=changes("time-exceeded", src=RIGHT.iut))
def source_is_of_the_interface_that_it_leaves_by(lt):
    """An error comes from an address of the interface that it leaves by: whoever was asked, and by whichever interface that came."""
    lt.send(probe(udp(), dst=lt.right.iut))
    if error := lt.answer("unreachable"):
        lt.check("source of an error about what was for the other address", error["src"], lt.iut)
    lt.stands_on("ends-time-to-live")
    for src, on, leaves in (lt.me, 0, 0), (RIGHT.lt, 1, 1), (FAR_AWAY, 1, 0):
        lt.send(transit(out=1 - on, src=src, ttl=1), on=on)
        lt.check(f"source of an error to {src}", lt.expect(time_exceeded(code=0, src=anything), on=leaves)["src"], lt.labs[leaves].iut)


TYPES_OF_SERVICE = (0x04, 0x08, 0x10, 0x1C)


@case("RFC1812-4.3.2.5-a", role="router", violator=changes("time-exceeded", tos=0xC0))
def errors_have_the_type_of_service(lt):
    """An error has the type of service of the datagram that it is about."""
    for kind in lt.each(("unreachable", "time-exceeded")):
        for tos in TYPES_OF_SERVICE:
            lt.check("type of service", answered(lt, kind, tos=tos)["tos"] & 0x1C, tos)


@case("RFC1812-4.3.2.5-b", role="router", violator=changes("time-exceeded", tos=0))
def errors_have_precedence(lt):
    """An error has the precedence of internetwork control, or of network control."""
    for kind in lt.each(("unreachable", "time-exceeded")):
        for tos in 0, 0xA0:
            lt.check("precedence", answered(lt, kind, tos=tos)["tos"] >> 5, one_of(6, 7))


@case("RFC1812-4.3.2.5-c", role="router", violator=changes("echo-reply", nth=2, tos=0))
def replies_have_the_precedence_of_the_request(lt):
    """A reply has the precedence that its request had."""
    for precedence in range(8):
        lt.check("precedence", answered(lt, "echo-reply", tos=precedence << 5)["tos"] >> 5, precedence)


@case("RFC1812-4.3.2.5-f", role="router", violator=changes("echo-reply", nth=2, tos=0))
def replies_have_the_type_of_service(lt):
    """And its type of service."""
    for tos in TYPES_OF_SERVICE:
        lt.check("type of service", answered(lt, "echo-reply", tos=tos)["tos"] & 0x1C, tos)


HOP, NEXT = LEFT.host(9), RIGHT.host(40)
ROUTED = {  # what came by a source route over HOP, and which error it provokes
    "a closed port, by a loose route": ("unreachable", probe(udp(), src=FAR_AWAY, options=lsrr(HOP, pointer=8) + EOL), 131),
    "a closed port, by a strict one": ("unreachable", probe(udp(), src=FAR_AWAY, options=ssrr(HOP, pointer=8) + EOL), 137),
    "in transit, by a loose route": ("time-exceeded", transit(src=FAR_AWAY, dst=NEXT, ttl=1, options=lsrr(HOP, RIGHT.lt, pointer=8) + EOL), 131),
}  # fmt: skip


@case("RFC1812-4.3.2.6-a", role="router", stands_on="takes-source-routes", violator=changes("unreachable", options=b""))
def errors_go_back_by_the_route(lt):
    """An error about what came by a source route goes back along what has been travelled of it, by a route of the same kind."""
    for kind, stimulus, route in lt.each(ROUTED):
        lt.send(stimulus)
        error = expect_if_reported(lt, Expectation(kind, {"src": anything, "dst": anything}))
        lt.check("destination", error["dst"], HOP)
        holds(lt, error["options"], with_option(bytes([route, 7, 4]) + address_octets(FAR_AWAY)))


@case("RFC1812-4.3.2.3-a", role="router", stands_on="takes-source-routes", violator=changes("unreachable", quoted=lambda quoted: quoted[:48]))
def errors_that_have_a_route_are_as_long(lt):
    """An error that goes back by a route has as much of the datagram as fits beside that."""
    lt.send(probe(udp(data=counting(LONG)), src=FAR_AWAY, options=lsrr(HOP, pointer=8) + EOL))
    error = expect_if_reported(lt, Expectation("unreachable", {"src": anything, "dst": anything}))
    lt.check("length of the error", error["length"], saying("568 to 576", lambda length: 568 <= length <= 576))


BROKEN = {
    "a wrong checksum": {"checksum": 0x1234}, "version 5": {"version": 5}, "a header of four words": {"ihl": 4},
    "a header longer than the datagram": {"ihl": 15}, "a total length below the header": {"length": 19},
}  # fmt: skip


@case("RFC1812-4.3.2.7-b", role="router", violator=answers("time-exceeded"))
def nothing_is_reported_of_a_broken_header(lt):
    """Nothing is said of what has no time to live left, were its header right, and is not passed on for that."""
    for fault in lt.each(BROKEN):
        lt.send(one_fault(transit(ttl=1), **fault))
        expect_silent_discard(lt, after="a broken header")


IN_SILENCE = {
    "in a link broadcast": {"eth_dst": BROADCAST_MAC}, "from loopback": {"src": "127.0.0.1"},
    "from a group": {"src": "224.0.0.9"}, "from everybody": {"src": "255.255.255.255"}, "from nobody": {"src": "0.0.0.0"},
}  # fmt: skip


@case("RFC1812-4.3.2.7-g", role="router", violator=answers("time-exceeded", nth=1))
def nothing_is_reported_of_what_is_discarded_silently(lt):
    """Nothing is said of what would have no time to live left, and is to be discarded silently for its addresses or its frame."""
    for fault in lt.each(IN_SILENCE):
        lt.send(one_fault(transit(ttl=1), **fault))
        lt.settle(probe_anyway=True)
        lt.expect_silence(after="what is not to be passed on", of=ERRORS)
        lt.forget()  # that it is not passed on either is another rule's matter


@case("RFC1812-4.3.2.8-c", role="router", stands_on="ends-time-to-live", demands="icmp-rate", violator=ignores("set", nth=1))
def limit_of_errors_can_be_set(lt):
    """How many errors are sent in a second is a setting."""
    lt.pace.errors_matter = False  # all sixty at once, whatever limit there was
    found = []
    for rate in 0, 5:
        lt.set("icmp-rate", rate)
        lt.send(*[transit(ttl=1)] * 60)
        found.append(len(list(iter(lambda: lt.answer("time-exceeded"), None))))
    lt.check("errors about sixty datagrams, where as many may be sent as there are and where five a second may", found, saying("fewer then", lambda n: n[1] < n[0]))
