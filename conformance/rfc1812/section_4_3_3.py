# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.3.3: single messages of ICMP, where more is said of a router's than of a host's."""

from postel.kit import *

FAR_NET, FAR_HOST = "192.0.2.0", "192.0.2.9"


@case("RFC1812-4.3.3.1-a", role="router", needs="route", violator=changes("unreachable", code=1))
def without_a_route_the_network_is_unreachable(lt):
    """What no route leads to, for there is no default one either, is reported as of an unreachable network."""
    crosses(lt, transit(dst=FAR_HOST), on=1, out=0)
    without_gateway(lt)
    lt.add("route", net="198.51.100.0", len=24, gateway=LEFT.lt)
    lt.send(transit(dst=FAR_HOST))
    lt.expect(unreachable(code=0, src=lt.iut))


@case("RFC1812-4.3.3.1-c", role="router", needs="vtime", violator=drops("unreachable"))
def neighbour_that_is_not_there_is_unreachable(lt):
    """What is for a host of a network of the router's own that nobody answers for is reported as of an unreachable host."""
    lt.hosts.silent.add(RIGHT.host(40))
    with lt.mute_arp():
        lt.send(transit(dst=RIGHT.host(40)))
        lt.advance(60)
    lt.expect(unreachable(code=1, src=lt.iut))


def by_type_of_service(lt, dst, code, **route):
    """Where the nearest route is for another type of service that is reported, and what has that type is passed on."""
    lt.add("route", tos=8, **route)
    crosses(lt, transit(dst=dst, tos=8))
    for tos in 0, 0x10:
        lt.send(transit(dst=dst, tos=tos))
        lt.expect(unreachable(code=code, src=lt.iut))


@case("RFC1812-4.3.3.1-b", role="router", needs="route", violator=changes("unreachable", code=0))
def without_a_route_for_the_type_of_service(lt):
    """Where there are routes, but neither for that type of service nor for none, the network is unreachable for it: code 11."""
    without_gateway(lt)
    by_type_of_service(lt, FAR_HOST, 11, net=FAR_NET, len=24, gateway=RIGHT.lt)


@case("RFC1812-4.3.3.1-d", role="router", needs="route", violator=changes("unreachable", code=11))
def host_without_a_route_for_the_type_of_service(lt):
    """Where they lead to a network of the router's own it is the host that is: code 12."""
    by_type_of_service(lt, RIGHT.host(40), 12, net=RIGHT.host(32), len=27, iface=1)


@case("RFC1812-4.3.3.2-a", role="router", kind=characteristic, violator=drops("echo-reply", nth=1))
def redirects_of_what_is_its_own(lt):
    """Whether a router goes by Redirects in what it sends itself: it may leave that to its routing protocols."""
    peer_is_known(lt)
    redirect(lt, FAR_HOST)
    return {LEFT.lt_mac: "they are ignored", PEER_MAC: "they are followed"}.get(first_hop(lt, FAR_HOST), "otherwise")


@case("RFC1812-4.3.3.3-a", role="router", profiles=["rfc1812"], violator=answers("source-quench"))
def no_source_is_quenched(lt):
    """However much is passed on, to whom has to be asked for too, no Source Quench is sent."""
    with lt.mute_arp():
        lt.send(*(transit(echo(seq=seq, data=counting(lt.room)), dst=RIGHT.host(40)) for seq in range(64)))
        lt.expect_silence(after="more than waits for a neighbour", of="source-quench")
        lt.forget()
    lt.send(*(transit(echo(seq=seq, data=counting(lt.room))) for seq in range(64)))
    lt.expect_silence(after="64 long datagrams", of="source-quench")
    lt.forget()


@case("RFC1812-4.3.3.3-c", role="router", kind=characteristic, needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def source_quench_that_comes(lt):
    """Whether the user is told of a Source Quench about what it has sent, which a router may ignore."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(4, data=sent["packet"][:28]))
    return "the user is told" if lt.delivered("icmp.error") else "it is ignored"


@case("RFC1812-4.3.3.6-c", role="router", demands="answer-echo", needs="udp", violator=ignores("set"))
def echo_can_be_turned_off(lt):
    """There is a setting by which all echo requests are ignored, silently, and nothing else is."""
    sock = bind(lt)
    lt.set("answer-echo", 0)
    for dst in lt.iut, LEFT.broadcast:
        lt.send(probe(echo(), dst=dst, eth_dst=lt.iut_mac if dst == lt.iut else BROADCAST_MAC))
        lt.expect_silence(after=f"an echo request to {dst}")
    user_sends(lt, sock)
    lt.set("answer-echo", 1)
    lt.send(echo())
    lt.expect(echo_reply())
