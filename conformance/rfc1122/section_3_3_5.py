# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.5: Source route forwarding."""

from postel.kit import *

QUOTED = bytes(IP(src=LEFT.lt, dst=LEFT.iut) / echo())  # for a violator that breaks no other rule


@case("RFC1122-3.3.5-h", needs=["two-interfaces"], violator=changes("unreachable", type=8, dst=RIGHT.lt))
def no_forwarding_by_source_route_by_default(lt):
    """A source route that leads through the host to another network is not followed unless somebody allowed it."""
    lt.send(echo())
    lt.expect(echo_reply())
    for route in (lsrr(lt.right.lt), ssrr(lt.right.lt)):
        lt.send(probe(echo(), options=route))
        lt.expect_silence(after="a source route to another network", of="echo-request")
        lt.answer()  # it may be reported


@case("RFC1122-3.3.5-j", ability="reports-failed-source-routes", stands_on="takes-source-routes", violator=drops("unreachable"))
def source_route_that_is_not_followed(lt):
    """A datagram whose source route the host does not follow is reported as source route failed."""
    lt.send(probe(echo(), options=lsrr(lt.right.lt)))
    if lt.answer("echo-request"):
        lt.not_applicable("the IUT follows it")
    lt.expect(unreachable(code=5))


@case("RFC1122-3.3.5-j", violator=answers("unreachable", code=5, quoted=QUOTED))
def source_route_of_an_error_that_is_not_followed(lt):
    """Of an ICMP error whose source route is not followed nothing is reported."""
    lt.stands_on("reports-failed-source-routes")
    lt.send(probe(icmp(3, 3, data=counting(28)), options=lsrr(lt.right.lt)))
    lt.expect_silence(after="an ICMP error with a source route to follow")


@case("RFC792-unreach-f", stands_on="takes-source-routes", violator=changes("unreachable", code=1))
def code_of_a_source_route_that_fails(lt):
    """A source route that is not followed is reported as such, or as forbidden, where it is: no other code says what has failed."""
    lt.send(probe(echo(), options=lsrr(lt.right.lt)))
    if lt.answer("echo-request"):
        lt.not_applicable("the IUT follows it")
    error = lt.answer("unreachable")
    if error is None:
        lt.lacks("reports-failed-source-routes")
        lt.not_applicable("the IUT does not report it")
    lt.check("code", error["code"], one_of(5, 9, 10, 13))


@case("RFC1122-3.3.5-j", stands_on=["takes-source-routes", "reports-failed-source-routes"], violator=drops("unreachable"))
def strict_source_route_that_is_not_followed(lt):
    """So is one whose route is strict, or leads on to a neighbour on the link that it came by."""
    routes = {"strict": ssrr(lt.right.lt), "strict, to a neighbour": ssrr(PEER), "to a neighbour": lsrr(PEER)}
    for route in lt.each(routes):
        lt.send(probe(echo(), options=route))
        if lt.answer("echo-request"):
            lt.not_applicable("the IUT follows it")
        lt.expect(unreachable(code=5))
