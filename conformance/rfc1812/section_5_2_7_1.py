# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.7.1: Destination Unreachable."""

from postel.kit import *

NOBODY, NARROW, SOON = RIGHT.host(9), 576, 5  # who has no MAC, octets that the next link carries, seconds until who is asked for is given up
NETS = {"prohibit": "198.51.100.0", "unreachable": "203.0.113.0", "blackhole": "192.0.2.0"}  # to which there is a route of this type
REASONS = {
    "no route": probe(udp(), dst="100.64.0.9"), "who does not answer": probe(udp(), dst=NOBODY), "too long": probe(udp(data=counting(700)), dst=RIGHT.lt, df=1),
    "a prohibited network": probe(udp(), dst="198.51.100.9"), "a network that is unreachable": probe(udp(), dst="203.0.113.9"),
}  # fmt: skip
STANDS = {"role": "router", "stands_on": "reports-what-it-cannot-pass-on"}
NOWHERE = "100.64.0.9"  # where no route leads to


def leads_nowhere(lt):
    """There is no default route, the link to the right is narrow, somebody there is silent, and routes refuse what goes to some networks."""
    without_gateway(lt)
    lt.set("mtu", NARROW, iface=1)
    for kind, net in NETS.items():
        lt.add("route", net=net, len=24, type=kind)
    lt.hosts.strangers.add(NOBODY)
    lt.hosts.silent.add(NOBODY)


def code_of(lt, stimulus):
    """The code by which it is reported, in its time."""
    lt.send(stimulus)
    lt.comes("unreachable", SOON)
    return lt.expect(unreachable(anything, src=anything))["code"]


@case("RFC1812-5.2.7.1-a", role="router", needs="route", ability="reports-what-it-cannot-pass-on", violator=drops("unreachable"))
def no_way_is_reported(lt):
    """What a router has no way for it reports as unreachable."""
    without_gateway(lt)
    lt.send(probe(udp(), dst=NOWHERE))
    lt.expect(unreachable(anything, src=anything))


@case("RFC1812-5.2.7.1-h", **STANDS, needs="route", violator=changes("unreachable", code=6))
def network_without_a_route(lt):
    """A network to which there is no route is unreachable, whether or not there is such a network: code 0."""
    without_gateway(lt)
    for dst in lt.each((NOWHERE, FAR, RIGHT.host(64)), "destination"):
        lt.check("code", code_of(lt, probe(udp(), dst=dst)), 0)


@case("RFC1812-5.2.7.1-b", "RFC1812-5.2.7.1-g", **STANDS, needs=("route", "mtu"),
      violators={"RFC1812-5.2.7.1-b": changes("unreachable", code=6), "RFC1812-5.2.7.1-g": changes("unreachable", nth=1, code=8)})  # fmt: skip
def codes_that_are_never_sent(lt):
    """Whatever the reason is, neither is the network called unknown (6) nor the source isolated (8)."""
    leads_nowhere(lt)
    for stimulus in lt.each(REASONS, "of"):
        code = code_of(lt, stimulus)
        with lt.judging("RFC1812-5.2.7.1-g"):
            lt.check("code", code, other_than(8))
        lt.check("code", code, other_than(6))


@case("RFC1812-5.2.7.1-m", **STANDS, needs=("route", "up"), violator=changes("unreachable", code=8))
def source_that_is_cut_off(lt):
    """Where nobody else can be reached either from where a packet came the network or the host is called unreachable, not the source isolated."""
    crosses(lt)
    without_gateway(lt)
    lt.set("up", 0, iface=1)
    for dst in lt.each({"of the other link": lt.right.lt, "far away": NOWHERE}, "a host"):
        lt.check("code", code_of(lt, probe(udp(), dst=dst)), one_of(0, 1))


@case("RFC1812-5.2.7.1-c", **STANDS, needs="route", violator=changes("unreachable", code=9))
def prohibited_network(lt):
    """Where its administrators let a router pass nothing on it says that: code 13, and not 9 or 10."""
    lt.add("route", net=NETS["prohibit"], len=24, type="prohibit")
    lt.check("code", code_of(lt, probe(udp(), dst="198.51.100.9")), 13)
    lt.expect_silence(after="it")


@case("RFC1812-5.2.7.1-d", role="router", kind=characteristic, needs="route", violator=drops("unreachable"))
def routes_that_refuse(lt):
    """By which code each kind of route that refuses is reported: an administrator may want silence."""
    found = []
    for kind, net in NETS.items():
        lt.add("route", net=net, len=24, type=kind)
        lt.send(probe(udp(), dst=net[:-1] + "9", src=LEFT.host(90)))
        error = lt.answer("unreachable")
        found.append(f"{kind}: {error['code'] if error else 'silence'}")
    return ", ".join(found)


@case("RFC1812-5.2.7.1-e", "RFC1812-5.2.7.1-j", **STANDS, violators={"RFC1812-5.2.7.1-e": changes("unreachable", code=0), "RFC1812-5.2.7.1-j": changes("unreachable", code=7)})
def host_that_does_not_answer(lt):
    """One host of a network that answers no question for its MAC is unreachable, and not the network; nothing tells that it is unknown."""
    lt.hosts.strangers.add(NOBODY)
    lt.hosts.silent.add(NOBODY)
    crosses(lt)
    code = code_of(lt, probe(udp(), dst=NOBODY))
    with lt.judging("RFC1812-5.2.7.1-j"):
        lt.check("code", code, other_than(7))
    lt.check("code", code, 1)


@case("RFC1812-5.2.7.1-f", role="router", needs="mtu", violator=changes("unreachable", rest=bytes(4)))
def next_mtu_is_told(lt):
    """What is too long for the next link and may not be fragmented is reported with how long it may be, in the form of RFC 1191."""
    for mtu in lt.each((576, 600, 1006), "MTU of the next link"):
        lt.set("mtu", mtu, iface=1)
        crosses(lt, transit(udp(data=counting(mtu - 28)), df=1))
        for more in 1, 300:
            lt.send(transit(udp(data=counting(mtu - 28 + more)), df=1))
            lt.check("MTU", lt.expect(unreachable(4, src=anything))["unused"], mtu.to_bytes(4, "big"))
            lt.expect_silence(after="what is too long")


@case("RFC1812-5.2.7.1-f", role="router", needs="mtu", stands_on="fragments", violator=drops("fragment"))
def mtu_is_that_of_the_way_out(lt):
    """How long a packet may be is a matter of the link by which it leaves, not of that by which it came."""
    lt.set("mtu", NARROW, iface=0)
    crosses(lt, transit(udp(data=counting(1000)), df=1))
    lt.send(transit(udp(data=counting(700)), out=0), on=1)
    lt.check("octets of its fragments", sum(len(piece["payload"]) for piece in gathered(lt)), 708)


@case("RFC1812-5.2.7.1-l", role="router", stands_on=["takes-source-routes", "reports-failed-source-routes"], needs="source-route", violator=changes("unreachable", code=0))
def source_route_that_fails(lt):
    """The code is the one that fits best: a source route that cannot be followed has failed, whatever the network is."""
    lt.set("source-route", 1)
    lt.send(probe(echo(), options=ssrr(FAR) + NOP))
    lt.expect(unreachable(5))


@case("RFC1812-5.2.7.1-l", **STANDS, needs="route", profiles=["rfc1812"], violator=changes("unreachable", code=0))
def type_of_service_without_a_route(lt):
    """So has a network that is reached for no type of service but another."""
    without_gateway(lt)
    lt.add("route", net=NETS["unreachable"], len=24, gateway=lt.right.lt, tos=8)
    crosses(lt, probe(udp(), dst="203.0.113.9", tos=8))
    lt.check("code", code_of(lt, probe(udp(), dst="203.0.113.9", tos=16)), one_of(11, 12))
