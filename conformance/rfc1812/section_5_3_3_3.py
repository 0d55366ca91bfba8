# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.3.3: Precedence, in routers that order nothing by it."""

from postel.kit import *

PRECEDENCES = {f"precedence {number}": number << 5 for number in range(8)}


@case("RFC1812-5.3.3.3-a", role="router", violator=drops("echo-request", nth=3))
def every_precedence_is_taken(lt):
    """What has any precedence is passed on, and taken where it is for the router, as long as nobody has told it otherwise."""
    for tos in lt.each(PRECEDENCES):
        crosses(lt, transit(tos=tos), tos=anything)
        lt.send(probe(echo(), tos=tos))
        lt.expect(echo_reply())


@case("RFC1812-5.3.3.3-b", role="router", violator=changes("echo-request", nth=6, tos=0xA0))
def precedence_stays_as_it_is(lt):
    """What a router passes on has the precedence with which it came, whatever its type of service."""
    for tos in lt.each(PRECEDENCES):
        for service in (0, 0x10, 0x1E):
            lt.check("precedence", crosses(lt, transit(tos=tos | service), tos=anything)["tos"] & 0xE0, tos)


@case("RFC1812-5.3.3.3-f", kind=characteristic, role="router", needs="precedence-cutoff", violator=drops("echo-request"))
def precedences_above_a_cutoff(lt):
    """What is passed on where a switch lets through nothing below precedence 3."""
    lt.set("precedence-cutoff", 3)
    found = []
    for tos in PRECEDENCES.values():
        lt.send(transit(tos=tos))
        found += [str(tos >> 5)] if lt.answer("echo-request") else []
        lt.forget()
    return "precedence " + ", ".join(found) if found else "none"


@case("RFC1812-5.3.3.3-g", role="router", needs="precedence-cutoff", violator=changes("unreachable", code=14))
def who_is_cut_off_is_told(lt):
    """What is not passed on for its precedence is reported by code 15."""
    crosses(lt, transit(tos=0x20))
    lt.set("precedence-cutoff", 2)
    lt.send(transit(tos=0x20))
    expect_kept(lt, after="a precedence below the cutoff")
    lt.expect(unreachable(code=15, src=lt.iut))


@case("RFC1812-5.3.3.3-c", role="router", needs="precedence-cutoff", violator=drops("echo-request", nth=1))
def control_is_never_cut_off(lt):
    """However high the cutoff what has the precedence of control, of this network or between networks, is passed on."""
    lt.set("precedence-cutoff", 6)
    stays(lt, transit(tos=0xA0), after="a precedence below the cutoff")
    for tos in lt.each((0xC0, 0xE0), "TOS"):
        crosses(lt, transit(tos=tos), tos=anything)
