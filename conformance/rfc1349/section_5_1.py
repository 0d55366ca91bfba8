# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1349 section 5: TOS of ICMP messages and of what a transport sends."""

from postel.kit import *

TOS = 0x1E  # the four bits


@case("RFC1349-4-a", violator=changes("echo-reply", nth=2, tos=0))
def replies_have_the_tos_of_the_request(lt):
    """A reply leaves with the TOS of its request."""
    for tos in (0x02, 0x04, 0x08, 0x10, 0x1E):
        lt.send(probe(echo(), tos=tos))
        lt.check("TOS", lt.expect(echo_reply(tos=anything))["tos"] & TOS, tos)


@case("RFC1349-4-a", violator=changes("unreachable", tos=0xC6))
def errors_have_the_default_tos(lt):
    """An error leaves with the default TOS or, as RFC 1812 4.3.2.5 would have it, with that of the datagram it is about."""
    lt.send(probe(udp(), tos=0x10))
    lt.check("TOS", expect_if_reported(lt, unreachable(code=3, tos=anything))["tos"] & TOS, one_of(0, 0x10))


@case("RFC1349-5.1-b", kind=characteristic, needs=["echo"], violator=changes("echo-request", nth=1, tos=0))
def tos_of_a_request(lt):
    """Which TOS a request can have that a user has sent."""
    found = []
    for tos in (0, 0x02, 0x10, 0x1E):
        try:
            lt.call("echo.send", dst=lt.me, id=77, seq=tos, data=b"postel", **({"tos": tos} if tos else {}))
        except UpperError:
            continue
        sent = lt.answer("echo-request") or {}
        found += [f"{tos:#04x}"] if sent.get("tos") == tos else []
    return ", ".join(found) or "none"


@case("RFC1349-5.2-a", needs=["udp"], stands_on="sets-tos", violator=changes("udp", nth=3, tos=0x08))
def each_user_has_the_tos_that_it_asks_for(lt):
    """Two users who ask for different types of service get them, whoever sends first."""
    first, second = bind(lt), bind(lt, port=USER_PORT + 1)
    for _ in range(2):
        lt.check("TOS of the first", user_sends(lt, first, tos=0x08)["tos"], 0x08)
        lt.check("TOS of the second", user_sends(lt, second, sport=USER_PORT + 1, tos=0x10)["tos"], 0x10)
