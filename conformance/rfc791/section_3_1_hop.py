# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.1: the options Loose and Strict Source Route where they lead on, in a host that was told to pass on what has them."""

from postel.kit import *

HOP = {"needs": ("source-route", "two-interfaces"), "stands_on": "takes-source-routes"}
FAR = "192.0.2.9"


@case("RFC791-3.1_LSRR-b", **HOP, violator=changes("echo-request", nth=1, options=patched(2, 4)))
def hop_of_a_loose_route(lt):
    """The next address becomes the destination, the host's own takes its place, and the pointer moves on by four."""
    lt.set("source-route", 1)
    for route, after in (lsrr(lt.right.lt), lsrr(lt.right.iut, pointer=8)), (lsrr(FAR, lt.right.lt, FAR, pointer=8),
                                                                          lsrr(FAR, lt.right.iut, FAR, pointer=12)):  # fmt: skip
        passed = passed_on(lt, route)
        lt.check("destination", passed["dst"], lt.right.lt)
        holds(lt, passed["options"], with_option(after))


@case("RFC791-3.1_LSRR-d", **HOP, violator=changes("echo-request", options=lsrr(LEFT.iut, pointer=8) + EOL))
def address_that_a_hop_records(lt):
    """The address recorded is that of the network into which the datagram is sent, whichever it came by."""
    lt.set("source-route", 1)
    holds(lt, passed_on(lt, lsrr(lt.right.lt))["options"], with_option(lsrr(lt.right.iut, pointer=8)))
    holds(lt, passed_on(lt, ssrr(lt.left.lt), on=1, out=0)["options"], with_option(ssrr(lt.left.iut, pointer=8)))


@case("RFC791-3.1_LSRR-e", **HOP, violator=changes("echo-request", options=lambda options: options[:-4]))
def header_that_a_hop_passes_on(lt):
    """The header is as long as it was, and what stands beside the route stands where it stood."""
    lt.set("source-route", 1)
    for beside in b"", NOP * 4, UNKNOWN, UNKNOWN * 2 + NOP * 8:
        passed = passed_on(lt, beside + lsrr(lt.right.lt) + EOL * 5)
        lt.check("options", passed["options"], beside + lsrr(lt.right.iut, pointer=8) + EOL * 5)


@case("RFC791-3.1_LSRR-f", kind=characteristic, **HOP, violator=drops("echo-request"))
def ways_of_a_loose_route(lt):
    """Whether a loose route is followed over a gateway that it does not name."""
    lt.set("source-route", 1)
    lt.send(probe(echo(), options=lsrr(FAR)))
    return "followed" if lt.answer("echo-request") else "refused"


@case("RFC791-3.1_SSRR-b", **HOP, violator=changes("unreachable", type=8))
def hop_of_a_strict_route(lt):
    """The next address of a strict route is a neighbour's, or the datagram goes no further."""
    lt.set("source-route", 1)
    passed = passed_on(lt, ssrr(lt.right.lt))
    holds(lt, passed["options"], with_option(ssrr(lt.right.iut, pointer=8)))
    lt.send(probe(echo(), options=ssrr(FAR)))
    lt.expect_silence(after="a strict route to no neighbour", of="echo-request")
    lt.answer()  # it is reported, as a rule


@case("RFC791-3.1_RR-c", **HOP, violator=changes("echo-request", options=lambda options: patched(3, 198)(options)))
def full_record_route_goes_on(lt):
    """A full record route keeps no datagram back, and goes on as it was."""
    lt.set("source-route", 1)
    full = record_route(FAR, pointer=8)
    for before, behind in (full, b""), (b"", full):
        passed = passed_on(lt, before + lsrr(lt.right.lt) + behind)
        holds(lt, passed["options"], with_option(full))


@case("RFC791-3.1_TTL-b", **HOP, violator=changes("echo-request", nth=1, ttl=2))
def time_to_live_that_a_hop_lowers(lt):
    """Whoever passes on a datagram lowers its time to live by one at least."""
    lt.set("source-route", 1)
    for ttl in (255, 2, 64):
        lt.check("TTL", passed_on(lt, lsrr(lt.right.lt), ttl=ttl)["ttl"], at_most(ttl - 1))


@case("RFC791-3.2_TTL-a", **HOP, violator=answers("echo-request", src=LEFT.lt, dst=RIGHT.lt, ttl=1))
def time_to_live_that_is_used_up(lt):
    """Whoever handles a header takes one at least for it, and passes on nothing that has no more than that."""
    lt.set("source-route", 1)
    passed_on(lt, lsrr(lt.right.lt), ttl=2)
    for ttl in (1, 0):
        lt.send(probe(echo(), options=lsrr(lt.right.lt) + EOL, ttl=ttl))
        lt.expect_silence(after=f"a datagram that is passed on with TTL {ttl}", of="echo-request")
        lt.answer("time-exceeded")
