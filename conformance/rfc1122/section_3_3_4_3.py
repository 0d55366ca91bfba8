# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.4.3: Choosing a source address."""

from postel.kit import *


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "two-interfaces"], violator=changes("udp", nth=1, src=LEFT.iut))
def source_is_of_the_destination_s_network(lt):
    """Whether of several addresses the one is taken that is on the destination's network."""
    sock = bind(lt)
    chosen = user_sends(lt, sock, lt.left.lt)["src"], user_sends(lt, sock, lt.right.lt, on=1)["src"]
    return "of the destination's network" if chosen == (lt.left.iut, lt.right.iut) else " and ".join(chosen)


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "two-interfaces"], violator=changes("udp", src=RIGHT.iut))
def source_is_of_the_gateway_s_network(lt):
    """Whether for a destination far away the address of the interface is taken that the datagram leaves by."""
    source = user_sends(lt, bind(lt), "192.0.2.9")["src"]
    return "of the gateway's network" if source == lt.left.iut else source


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "address"], violator=changes("udp", nth=1, src=LEFT.iut))
def source_among_several_on_one_network(lt):
    """Which of two addresses on one network is chosen: as they are, and where the first is taken away and comes back behind the other."""
    sock = bind(lt)
    lt.add("address", iface=0, addr=LEFT.host(200), len=LEFT.prefix)
    chosen = []
    for _ in range(2):
        lt.call("udp.send", sock=sock, dst=PEER, dport=OUR_PORT, data=b"postel")
        sent = lt.answer("udp")
        chosen.append("the first" if sent and sent["src"] == lt.iut else "the second")
        lt.remove("address", iface=0, addr=LEFT.host(200))
        lt.add("address", iface=0, addr=LEFT.host(200), len=LEFT.prefix, primary=1)
    return f"{chosen[0]}, and {chosen[1]} once it is the primary one"


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "address", "source"], violator=changes("udp", src=LEFT.iut))
def source_that_is_told_beforehand(lt):
    """Whether the address that the host says it will choose is the one that it sends from, where it has one on the destination's network."""
    lt.add("address", iface=0, addr="203.0.113.9", len=24)
    lt.neighbours["203.0.113.77"] = PEER_MAC
    lt.send(arp(spa="203.0.113.77", tpa="203.0.113.9"))
    lt.take("arp-reply")
    told = lt.get("source", dst="203.0.113.77")
    lt.call("udp.send", sock=bind(lt), dst="203.0.113.77", dport=OUR_PORT, data=b"postel")
    sent = lt.answer("udp")
    return "as was told" if sent and sent["src"] == told else f"{sent['src'] if sent else 'none'}, where {told} was told"


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "address"], violator=changes("udp", src=LEFT.iut))
def deprecated_source(lt):
    """Whether an address that is deprecated is chosen where another on the destination's network is not."""
    lt.add("address", iface=0, addr="203.0.113.9", len=24, deprecated=1)
    lt.add("address", iface=0, addr="203.0.113.10", len=24)
    lt.neighbours["203.0.113.77"] = PEER_MAC
    lt.send(arp(spa="203.0.113.77", tpa="203.0.113.10"))
    lt.take("arp-reply")
    lt.call("udp.send", sock=bind(lt), dst="203.0.113.77", dport=OUR_PORT, data=b"postel")
    sent = lt.answer("udp")
    names = {"203.0.113.9": "the deprecated one", "203.0.113.10": "the other"}
    return names.get(sent["src"], "an address of another network") if sent else "none"


@case("RFC1122-3.3.4.3-a", kind=characteristic, needs=["udp", "address", "vtime"], stands_on="probes-addresses", violator=changes("udp", src=LEFT.iut))
def deprecated_source_that_was_tested(lt):
    """The same where the deprecated address is tested before it is used."""
    lt.add("address", iface=0, addr="203.0.113.9", len=24, deprecated=1, probe=1)
    lt.advance(HELD)
    lt.add("address", iface=0, addr="203.0.113.10", len=24)
    lt.neighbours["203.0.113.77"] = PEER_MAC
    lt.send(arp(spa="203.0.113.77", tpa="203.0.113.10"))
    lt.take("arp-reply")
    lt.call("udp.send", sock=bind(lt), dst="203.0.113.77", dport=OUR_PORT, data=b"postel")
    sent = lt.answer("udp")
    names = {"203.0.113.9": "the deprecated one", "203.0.113.10": "the other"}
    return names.get(sent["src"], "an address of another network") if sent else "none"
