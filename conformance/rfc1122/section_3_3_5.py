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


HOP = {"needs": ("source-route", "two-interfaces"), "stands_on": "takes-source-routes"}
NOWHERE = {"a broadcast": RIGHT.broadcast, "all": "255.255.255.255", "a group": "224.0.0.5", "loopback": "127.0.0.1", "class E": "240.0.0.1"}


@case("RFC1122-3.3.5-a", kind=characteristic, **HOP, violator=drops("echo-request"))
def who_passes_on(lt):
    """Whether a host that is told to passes on what has a source route."""
    lt.set("source-route", 1)
    lt.send(probe(echo(), options=lsrr(lt.right.lt)))
    return "passed on" if lt.answer("echo-request") else "not passed on"


@case("RFC1122-3.3.5-b", **HOP, violator=changes("echo-request", tos=0))
def rules_of_gateways(lt):
    """Who passes on keeps to the rules of gateways: but for route, time to live and checksum the datagram stays as it was."""
    lt.set("source-route", 1)
    passed = passed_on(lt, lsrr(lt.right.lt), id=0x4321, tos=0x28, df=1)
    as_it_was = ("src", "id", "tos", "df", "mf", "offset", "data")
    lt.check("passed on", [passed[name] for name in as_it_was], [lt.me, 0x4321, 0x28, 1, 0, 0, b"postel"])


@case("RFC1122-3.3.5-c", **HOP, violator=changes("time-exceeded", nth=1, type=8))
def time_to_live_ends_at_a_hop(lt):
    """A datagram whose time to live comes to zero at a hop goes no further, and is reported."""
    lt.set("source-route", 1)
    lt.check("TTL", passed_on(lt, lsrr(lt.right.lt), ttl=2)["ttl"], 1)
    for ttl in (1, 0):
        lt.send(probe(echo(), options=lsrr(lt.right.lt), ttl=ttl))
        lt.expect(time_exceeded(code=0))
        lt.expect_silence(after=f"a time to live of {ttl}")


@case("RFC1122-3.3.5-d", needs=("source-route", "mtu", "two-interfaces"), stands_on="takes-source-routes", violator=changes("unreachable", code=5))
def codes_that_a_hop_sends(lt):
    """Who passes on reports what is too long and may not be fragmented by code 4, and a route that fails by code 5."""
    lt.set("source-route", 1)
    lt.set("mtu", 576, iface=1)
    lt.send(probe(echo(data=counting(700)), options=lsrr(lt.right.lt), df=1))
    lt.expect(unreachable(code=4))
    lt.send(probe(echo(), options=ssrr("192.0.2.9")))
    lt.expect(unreachable(code=5))


@case("RFC791-3.2_Fragmentation-h", needs=("source-route", "mtu", "two-interfaces"), stands_on=["fragments", "reassembles", "takes-source-routes"],
      violator=changes("fragment", nth=1, mf=0))  # fmt: skip
def fragments_that_are_cut_again(lt):
    """A fragment that does not fit the next link is cut once more: its pieces stand where it stood, and more is behind all but the last."""
    lt.set("source-route", 1)
    lt.set("mtu", 300, iface=1)
    message = echo(data=counting(1392))
    pieces = gathered(lt, *split(message, 800, options=lsrr(lt.right.lt) + NOP))
    if not pieces:
        lt.not_applicable("the IUT passes on no fragments of what has a source route")
    lt.check("octets of the longest packet", max(piece["length"] for piece in pieces), at_most(300))
    lt.check("what is passed on", joined(lt, pieces), bytes(message))


@case("RFC1122-3.3.5-e", kind=characteristic, **HOP, violator=drops("echo-request", nth=1))
def source_of_what_is_passed_on(lt):
    """Whether what is passed on may have the source of a neighbour, or of somebody far away."""
    lt.set("source-route", 1)
    found = []
    for name, src in ("a neighbour", PEER), ("somebody far away", "192.0.2.9"):
        lt.send(probe(echo(), src=src, options=lsrr(lt.right.lt)))
        found += [name] if (lt.answer("echo-request") or {}).get("src") == src else []
        lt.answer()
    return " and ".join(found) or "neither"


@case("RFC1122-3.3.5-f", **HOP, violator=changes("echo-request", options=lambda options: patched(2, 4)(options)))
def records_of_what_is_passed_on(lt):
    """Record Route and Timestamp have the host in them when it passes on the datagram, if there is room."""
    lt.set("source-route", 1)
    route, stamps = record_route(room=2), timestamp(bytes(8), flag=1)
    for ability, option, right in ("records-routes", route, recorded(route, lt.right.iut)), ("stamps", stamps, stamped(stamps, lt.right.iut)):
        lt.stands_on(ability)
        holds(lt, passed_on(lt, option + lsrr(lt.right.lt))["options"], having(option[0], right))


@case("RFC1122-3.3.5-g", **HOP, violator=changes("unreachable", type=8))
def switch_against_passing_on(lt):
    """What passes on source routes to other networks can be switched off again."""
    lt.set("source-route", 1)
    passed_on(lt, lsrr(lt.right.lt))
    lt.set("source-route", 0)
    for route in lsrr, ssrr:
        lt.send(probe(echo(), options=route(lt.right.lt)))
        lt.expect_silence(after="a source route, where none is followed", of="echo-request")
        lt.answer()  # it may be reported


@case("RFC1122-3.3.5-i", **HOP, violator=changes("unreachable", nth=1, type=8))
def filters_of_gateways(lt):
    """A route makes nobody send where a gateway would not: to a broadcast, a group, or an address that no host has."""
    lt.set("source-route", 1)
    passed_on(lt, lsrr(lt.right.lt))
    for dst in lt.each(NOWHERE):
        lt.send(probe(echo(), options=lsrr(dst)))
        lt.expect_silence(after=f"a route to {dst}", of="echo-request")
        lt.answer()  # it may be reported


@case("RFC1122-3.3.5-k", kind=characteristic, **HOP, violator=drops("echo-request"))
def route_by_the_link_of_arrival(lt):
    """Whether a route that leads on by the link that it came by is followed, with the switch off and on."""
    found = []
    for value in (0, 1):
        lt.set("source-route", value)
        lt.send(probe(echo(seq=value), options=lsrr(PEER)))
        found.append("followed" if lt.answer("echo-request") else "not followed")
        lt.answer()
    return "off: {}, on: {}".format(*found)
