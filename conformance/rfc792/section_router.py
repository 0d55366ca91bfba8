# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: what a gateway says of datagrams that it does not pass on, and of those that another gateway is better for."""

from postel.kit import *
from postel.kit.expect import ERRORS

OLD = ("rfc791", "rfc1122")
NET = {"net": "192.0.2.0", "len": 24}
ASIDE = NET | {"gateway": PEER}  # a network behind another gateway on the link from which datagrams come


def told(lt):
    """What the gateway says of what it has not passed on."""
    expect_kept(lt)
    said = next(filter(None, map(lt.answer, ERRORS)), None)
    return f"{said['kind'].replace('-', ' ')} of code {said['code']}" if said else "nothing"


@case("RFC792-unreach-a", role="router", kind=characteristic, needs="route", violator=drops("unreachable"))
def no_way_to_the_network(lt):
    """What a gateway says of a datagram for a network that none of its routes leads to."""
    without_gateway(lt)
    lt.send(transit(dst=FAR))
    return told(lt)


@case("RFC792-unreach-b", role="router", kind=characteristic, violator=drops("unreachable"))
def nobody_there(lt):
    """What a gateway says of a datagram for a host on one of its own networks that does not answer."""
    lt.send(transit())
    expect_passed(lt)
    with lt.mute_arp():
        lt.send(transit(dst=RIGHT.host(33)))
        lt.advance(seconds=10)
        return told(lt)


@case("RFC792-unreach-d", role="router", needs="mtu", violator=passes())
def too_long_to_pass_whole(lt):
    """A datagram that must not be fragmented and does not fit the next link is discarded."""
    lt.set("mtu", 576, iface=1)
    crosses(lt, transit(echo(data=counting(548)), df=1))
    lt.send(transit(echo(data=counting(549)), df=1))
    expect_kept(lt, after="a datagram of 577 octets")
    lt.answer()  # it may be reported


@case("RFC792-unreach-e", role="router", kind=characteristic, needs="mtu", violator=drops("unreachable"))
def what_is_said_of_the_too_long(lt):
    """What a gateway says of such a datagram."""
    lt.set("mtu", 576, iface=1)
    lt.send(transit(echo(data=counting(700)), df=1))
    return told(lt)


@case("RFC792-time-a", role="router", stands_on="ends-time-to-live", violator=passes(where={"ttl": 1}))
def time_is_up(lt):
    """A datagram whose time to live comes to zero at a gateway is discarded."""
    crosses(lt, transit(ttl=2))
    for ttl in lt.each((1, 0), "time to live"):
        lt.send(transit(ttl=ttl))
        expect_kept(lt, after=f"a time to live of {ttl}")
        lt.answer()  # it may be reported


@case("RFC792-time-b", role="router", kind=characteristic, violator=drops("time-exceeded"))
def what_is_said_when_time_is_up(lt):
    """What a gateway says of a datagram whose time to live is over."""
    lt.send(transit(ttl=1))
    return told(lt)


@case(
    "RFC792-redirect-a", "RFC792-redirect-c", role="router", needs="route", stands_on="sends-redirects",
    violators={"RFC792-redirect-a": drops("redirect"), "RFC792-redirect-c": changes("redirect", gateway=LEFT.lt)},
)  # fmt: skip
def better_gateway(lt):
    """Who has a better gateway on his own network is told which, and what he has sent goes there all the same."""
    peer_is_known(lt)
    lt.add("route", **ASIDE)
    lt.send(transit(dst=FAR))
    expect_passed(lt, out=0, via=PEER)
    told = lt.expect(Expectation("redirect", {"src": LEFT.iut, "dst": LEFT.lt}))
    with lt.judging("RFC792-redirect-c"):
        lt.check("gateway", told["gateway"], PEER)


@case("RFC792-redirect-b", role="router", needs=("route", "source-route"), stands_on="takes-source-routes", violator=adds("redirect", to="echo-request"))
def better_gateway_for_a_source_route(lt):
    """Of what a source route has brought to the gateway no better one is told."""
    peer_is_known(lt)
    lt.set("source-route", 1)
    lt.add("route", **ASIDE)
    passed_on(lt, lsrr(FAR), out=0)
    lt.expect_silence(after="a source route that leads back to the same network")
