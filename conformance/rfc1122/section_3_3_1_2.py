# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.2: Gateway selection."""

from postel.kit import *

FAR, ITS_NEIGHBOUR = "192.0.2.9", "192.0.2.10"
GATEWAY_MAC = "02:00:00:00:00:01"


@case("RFC1122-3.3.1.2-b", stands_on="follows-redirects", violator=changes("echo-reply", where={"dst": ITS_NEIGHBOUR}, eth_dst=PEER_MAC))
def network_redirect_moves_one_host(lt):
    """A Redirect for a network moves the one destination that it was about, and no other of that network."""
    peer_is_known(lt)
    redirect(lt, FAR, code=0)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
    lt.check("first hop of another host", first_hop(lt, ITS_NEIGHBOUR), GATEWAY_MAC)


@case("RFC1122-3.3.1.2-c", "RFC1122-3.3.1.1-a", ability="reaches-far-hosts", violators={
    "RFC1122-3.3.1.2-c": changes("echo-reply", eth_dst=PEER_MAC), "RFC1122-3.3.1.1-a": adds("arp-request", to="echo-reply", tpa=FAR),
})  # fmt: skip
def default_gateway_is_used(lt):
    """A destination of which nothing is known goes to the default gateway, and is not asked for on the link."""
    for far in (FAR, "198.51.100.1", "203.0.113.254"):
        lt.send(asking := IP(src=far) / echo())
        lt.settle()
        asked = [question["tpa"] for question in lt.take("arp-request")]
        with lt.judging("RFC1122-3.3.1.1-a"):
            lt.check("asked for on the link:", ", ".join(asked), saying("nobody who is off it", lambda hosts: far not in hosts))
        lt.again(asking)
        lt.check("first hop", lt.expect(echo_reply())["eth_dst"], GATEWAY_MAC)


@case("RFC1122-3.3.1.2-c", needs=["udp"], ability="reaches-far-hosts-for-users", stands_on="reaches-far-hosts", violator=changes("udp", eth_dst=PEER_MAC))
def default_gateway_is_used_for_a_user(lt):
    """So does what a user sends to another network."""
    sock = bind(lt)
    for far in (FAR, "198.51.100.1", "203.0.113.254"):
        lt.check("first hop", user_sends(lt, sock, far)["eth_dst"], GATEWAY_MAC)


@case("RFC1122-3.3.1.2-d", demands="route", violator=changes("echo-reply", nth=1, eth_dst=GATEWAY_MAC))
def several_gateways_are_known(lt):
    """Beside a default gateway there may be others: when the one that was used is taken away the next one is."""
    peer_is_known(lt)
    lt.add("route", net="0.0.0.0", len=0, gateway=PEER, preference=7)
    lt.check("first hop while both are there", first_hop(lt, FAR), GATEWAY_MAC)
    lt.remove("route", net="0.0.0.0", len=0, gateway=lt.me)
    lt.check("first hop of what is left", first_hop(lt, ITS_NEIGHBOUR), PEER_MAC)


@case("RFC1122-3.3.1.2-e", kind=characteristic, needs="route", violator=changes("echo-reply", eth_dst=GATEWAY_MAC))
def static_routes(lt):
    """Which static routes are heeded, where the host has any: to one host, and to a network."""
    peer_is_known(lt)
    heeded = []
    for name, far, length in ("a host", FAR, 32), ("a network", "198.51.100.9", 24):
        try:
            lt.add("route", net=far if length == 32 else "198.51.100.0", len=length, gateway=PEER)
        except UpperError:
            continue
        heeded += [f"to {name}"] if first_hop(lt, far) == PEER_MAC else []
    return " and ".join(heeded) or "none"


@case("RFC1122-3.3.1.2-f", kind=characteristic, needs="route", stands_on="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def static_route_and_redirect(lt):
    """Whether a Redirect overrides a static route."""
    peer_is_known(lt)
    lt.add("route", net=FAR, len=32, gateway=PEER)
    lt.send(IP(src=FAR) / echo())
    reply = lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.send(probe(icmp(5, 1, rest=address_octets(lt.me), data=reply["packet"][:28]), src=PEER))
    return "overridden" if first_hop(lt, FAR) == GATEWAY_MAC else "kept"


@case("RFC1122-3.3.1.2-d", kind=characteristic, needs="route", violator=changes("echo-reply", eth_dst=GATEWAY_MAC))
def equal_gateways(lt):
    """Which of two gateways is used that nobody prefers to the other."""
    peer_is_known(lt)
    lt.add("route", net="192.0.2.0", len=24, gateway=PEER, preference=3)
    lt.add("route", net="192.0.2.0", len=24, gateway=lt.me, preference=3)
    return {PEER_MAC: "the first", GATEWAY_MAC: "the second"}.get(first_hop(lt, FAR), "neither")


@case("RFC1122-3.3.1.2-e", kind=characteristic, needs=["route", "udp"], violator=answers("udp", dst="203.0.113.1"))
def routes_that_refuse(lt):
    """What a user is told who sends where a route says unreachable, prohibit or blackhole."""
    sock, told = bind(lt), []
    for host, kind in enumerate(("unreachable", "prohibit", "blackhole"), 1):
        try:
            lt.add("route", net=f"203.0.113.{host}", len=32, type=kind)
            lt.call("udp.send", sock=sock, dst=f"203.0.113.{host}", dport=OUR_PORT, data=b"postel")
            told.append(f"{kind}: {'sent' if lt.answer('udp') else 'nothing'}")
        except UpperError as error:
            told.append(f"{kind}: {error.code}")
    return ", ".join(told)


@case("RFC1122-3.3.1.2-e", kind=characteristic, needs=["udp", "address", "route"], violator=changes("udp", eth_dst=GATEWAY_MAC))
def gateway_on_a_second_network(lt):
    """Whether a route can lead by a gateway that is on the network of an interface's second address."""
    lt.add("address", iface=0, addr="203.0.113.9", len=25)
    lt.neighbours["203.0.113.77"] = PEER_MAC
    lt.send(arp(spa="203.0.113.77", tpa="203.0.113.9"))
    lt.take("arp-reply")
    try:
        lt.add("route", net="198.51.100.0", len=24, gateway="203.0.113.77")
    except UpperError as refusal:
        return f"refused with {refusal.code}"
    lt.call("udp.send", sock=bind(lt), dst="198.51.100.9", dport=OUR_PORT, data=b"postel")
    sent = lt.answer("udp")
    return "it leads there" if sent and sent["eth_dst"] == PEER_MAC else "it leads elsewhere"


@case("RFC1122-3.3.1.2-b", kind=characteristic, stands_on="follows-redirects", violator=changes("echo-reply", nth=2, eth_dst=LEFT.lt_mac))
def redirect_beside_many_for_another_host(lt):
    """Whether a way that a Redirect has told is still known after a score of them for another host, each by the gateway that the last one named."""
    for who, mac in (PEER, PEER_MAC), (OTHER, OTHER_MAC):
        lt.neighbours[who] = mac
        lt.send(arp(spa=who, sha=mac))
        lt.expect(arp_reply(tpa=who))
    redirect(lt, FAR)
    lt.send(probe(echo(), src=ITS_NEIGHBOUR))
    quoted = lt.expect(echo_reply(dst=ITS_NEIGHBOUR))["packet"][:28]
    gateways = [lt.me, *[OTHER, PEER] * 10]
    lt.send(*(probe(icmp(5, 1, rest=address_octets(to), data=quoted), src=by) for by, to in zip(gateways, gateways[1:], strict=False)))
    both = replies_to(lt, [FAR, ITS_NEIGHBOUR])
    return ", ".join("known" if both[far]["eth_dst"] == PEER_MAC else "forgotten" for far in (FAR, ITS_NEIGHBOUR))


@case("RFC1122-3.3.1.2-e", kind=characteristic, needs="route", violator=accepts("add"))
def how_many_routes_there_may_be(lt):
    """How many more routes can be given, of a hundred."""
    return f"{sum('code' not in lt.tried('add', kind='route', net=f'198.51.100.{number}', len=32, gateway=PEER) for number in range(100))} of 100"
