# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.13.2: the checks of each option. What it says beside RFC 791 needs a host that can be told so (section_3_13_told.py)."""

from postel.kit import *

GATEWAYS = (LEFT.host(8), LEFT.host(9))  # two hops that a datagram came by, the nearer one last
ROUTE, STAMPS, PAIRS = record_route(room=2), timestamp(bytes(16)), timestamp(bytes(16), flag=1)
ANSWERED = {"type": 0}  # for violators: what makes a reply of an error
FAULTS_OF_A_ROUTE = {
    "an octet too long": {"length": 12}, "three octets too long": {"length": 14}, "a pointer of 3": {"pointer": 3},
    "a pointer between two addresses": {"pointer": 6},
}  # fmt: skip


def discards(lt, option, twin, size=24):
    """The option has its datagram dropped where the twin in its place does not; a Parameter Problem may point into it."""
    room = b"\0" * (-len(option) % 4)
    lt.send(one_fault(probe(echo(), options=twin), options=option + room))
    expect_discard(lt, range(20, 20 + size), or_unreachable=5, dst=anything, quoted=anything)


@case("RFC6274-3.13.2.3-c", stands_on="takes-source-routes", violator=changes("parameter-problem", nth=1, **ANSWERED))
def two_source_routes(lt):
    """A datagram with two source routes, of one kind or of both, is dropped."""
    for first, second in lt.each({"loose, loose": (lsrr, lsrr), "loose, strict": (lsrr, ssrr), "strict, strict": (ssrr, ssrr)}):
        used = first(GATEWAYS[0], pointer=8)
        discards(lt, used + second(GATEWAYS[1], pointer=8), twin=used)


@case("RFC6274-3.13.2.3-d", stands_on="takes-source-routes", violator=changes("parameter-problem", **ANSWERED))
def fields_of_a_source_route(lt):
    """So is one whose source route has a length that is not 3 and whole addresses, or a pointer that is at none."""
    faults = {f"{route.__name__}: {name}": (route, change) for route in (lsrr, ssrr) for name, change in FAULTS_OF_A_ROUTE.items()}
    for route, change in lt.each(faults):
        discards(lt, route(*GATEWAYS, **{"pointer": 16} | change) + bytes(3), twin=route(*GATEWAYS, pointer=12))


@case("RFC6274-3.13.2.4-b", stands_on="takes-source-routes", violator=answers("echo-reply"))
def strict_route_to_somebody_else(lt):
    """A strict source route is for the host of the destination address: nobody else takes its datagram."""
    for dst in PEER, lt.right.lt, "192.0.2.9":
        lt.send(one_fault(probe(echo(), options=ssrr(*GATEWAYS, pointer=12)), dst=dst))
        lt.expect_silence(after=f"a strict source route to {dst}")


@case("RFC6274-3.13.2.5-a", stands_on="records-routes", violator=changes("parameter-problem", nth=4, **ANSWERED))
def fields_of_a_record_route(lt):
    """A second Record Route, or one with such a length or pointer, has its datagram dropped."""
    faults = {name: record_route(*GATEWAYS, **{"pointer": 16} | change) + bytes(3) for name, change in FAULTS_OF_A_ROUTE.items()}
    behind = {"behind a timestamp": timestamp(bytes(4)) + faults["an octet too long"]}
    for options in lt.each(faults | behind | {"twice": ROUTE + ROUTE}):
        discards(lt, options, twin=ROUTE)


@case("RFC792-param-c", kind=characteristic, stands_on=["records-routes", "reports-bad-options"], violator=changes("parameter-problem", nth=1, pointer=20))
def octets_of_a_record_route_that_are_pointed_at(lt):
    """At which octet of a wrong Record Route an error points: 0 is its type, 1 its length, 2 its pointer."""
    pointed = []
    for name, change in FAULTS_OF_A_ROUTE.items():
        lt.send(probe(echo(), options=record_route(*GATEWAYS, **{"pointer": 16} | change) + bytes(3)))
        error = lt.answer("parameter-problem")
        pointed.append(f"{name}: {error['pointer'] - 20 if error else 'not reported'}")
        lt.forget()
    return ", ".join(pointed)


@case("RFC6274-3.13.2.5-b", stands_on=["records-routes", "reassembles-with-options"], violator=answers("echo-reply"))
def record_route_of_a_later_fragment(lt):
    """A fragment that is not the first has no Record Route: one that does is dropped, and nothing is put together with it."""
    head, tail = split(echo(data=counting(32)), 24)
    lt.send(head, probe(tail, options=NOP * 12))
    lt.expect(echo_reply(data=counting(32)))
    lt.send(head, probe(tail, options=ROUTE + NOP))
    lt.expect_silence(after="a Record Route in a later fragment")


@case("RFC6274-3.13.2.7-b", stands_on="stamps", violator=changes("parameter-problem", nth=1, **ANSWERED))
def fields_of_a_timestamp(lt):
    """Who honours timestamps drops what has one of less than 4 octets, with a pointer between two entries, or with flags that mean nothing."""
    wrong = {"3 octets": bytes([68, 3, 5]), "a pointer into an entry": timestamp(bytes(16), pointer=7),
             "a pointer into a pair": timestamp(bytes(16), flag=1, pointer=9)}  # fmt: skip
    wrong |= {f"flag {flag}": timestamp(bytes(16), flag=flag) for flag in (2, 4, 7, 15)}
    for option in lt.each(wrong):
        discards(lt, option, twin=STAMPS)


@case("RFC6274-3.13.2.3-b", needs=["two-interfaces"], violator=changes("unreachable", nth=1, type=8, dst=RIGHT.lt))
def source_route_through_a_host(lt):
    """A host that nobody has told to forwards nothing by a source route."""
    for route in (lsrr(lt.right.lt), ssrr(lt.right.lt), lsrr(PEER)):
        lt.send(probe(echo(), options=route))
        lt.expect_silence(after="a source route that leads on", of="echo-request")
        lt.answer()  # it may be reported
    lt.send(echo())
    lt.expect(echo_reply())


@case("RFC6274-3.13.2.6-a", violator=drops("echo-reply", nth=1))
def stream_identifiers_are_ignored(lt):
    """A Stream Identifier, and whatever it holds, changes nothing."""
    for seq, options in enumerate((STREAM_ID, bytes([136, 4, 255, 255]), NOP * 2 + STREAM_ID + EOL * 2)):
        lt.send(probe(echo(seq=seq), options=options))
        lt.expect(echo_reply())  # that it does not come back is RFC 1122 3.2.1.8's matter
