# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.2: ways that are chosen by the type of service, in a router to which RFC 2474 is yet unknown."""

from postel.kit import *

FAR = "192.0.2.9"
FAST, SURE, CHEAP = RIGHT.host(11), RIGHT.host(12), RIGHT.host(13)
MACS = {FAST: "02:00:00:00:01:11", SURE: "02:00:00:00:01:12", CHEAP: "02:00:00:00:01:13"}
DELAY, RELIABILITY, COST = 0x10, 0x04, 0x02


def to_far(lt, *ways):
    """Routes to where FAR is: each a gateway, its type of service, and its preference."""
    lt.neighbours.update(MACS)
    for gateway, tos, preference in ways:
        lt.add("route", net="192.0.2.0", len=24, gateway=gateway, tos=tos, preference=preference)


@case("RFC1812-5.3.2-a", role="router", demands="route", violator=changes("echo-request", nth=1, eth_dst=MACS[CHEAP]))
def type_of_service_chooses_the_way(lt):
    """A router looks at the type of service when it chooses the way."""
    to_far(lt, (CHEAP, 0, 1), (FAST, DELAY, 1), (SURE, RELIABILITY, 1))
    for tos, gateway in lt.each({"of the default": (0, CHEAP), "low delay": (DELAY, FAST), "high reliability": (RELIABILITY, SURE)}):
        crosses(lt, transit(dst=FAR, tos=tos), via=gateway)


@case("RFC1812-5.3.2-b", role="router", demands="route", violator=changes("echo-request", nth=1, eth_dst=MACS[FAST]))
def route_without_a_type_of_service_has_zero(lt):
    """A route of which nobody has said for which type of service it is, is the one of the default."""
    lt.neighbours.update(MACS)
    lt.add("route", net="192.0.2.0", len=24, gateway=CHEAP)
    lt.add("route", net="192.0.2.0", len=24, gateway=FAST, tos=DELAY)
    for tos, gateway in (DELAY, FAST), (0, CHEAP), (COST, CHEAP):
        crosses(lt, transit(dst=FAR, tos=tos), via=gateway)


@case("RFC1812-5.3.2-c", role="router", needs="route", violator=changes("echo-request", nth=1, eth_dst=MACS[CHEAP]))
def exact_before_default_and_best_of_those(lt):
    """Of the routes that are there those of the very type of service come first, those of the default then, of either the preferred."""
    to_far(lt, (CHEAP, 0, 1), (SURE, DELAY, 9), (FAST, DELAY, 5))
    for tos, gateway in lt.each({"of the default": (0, CHEAP), "low delay": (DELAY, FAST), "low cost": (COST, CHEAP), "both": (DELAY | COST, CHEAP)}):
        crosses(lt, transit(dst=FAR, tos=tos), via=gateway)


@case("RFC1812-5.3.2-c", role="router", needs="route", violator=changes("unreachable", code=0))
def no_route_for_the_type_of_service(lt):
    """Where there are ways for other types of service alone, its source is told by code 11 or 12, and nothing leaves."""
    without_gateway(lt)
    to_far(lt, (FAST, DELAY, 1))
    crosses(lt, transit(dst=FAR, tos=DELAY), via=FAST)
    for tos in lt.each((0, COST), "TOS"):
        lt.send(transit(dst=FAR, tos=tos))
        expect_kept(lt, after=f"a TOS of {tos}")
        lt.expect(unreachable(code=one_of(11, 12), src=lt.iut))
