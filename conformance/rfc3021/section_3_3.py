# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3021 section 3.3: the last and the first address of a prefix, at a router, and links with a prefix of 31 bits."""

from contextlib import suppress

from postel.kit import *

NUMBERS = {"0.0.0.0": ("0.0.0.0", BROADCAST_MAC), "the network that it came by": (LEFT.number, BROADCAST_MAC), "another network": (RIGHT.number, LEFT.iut_mac)}
NOBODY = ("0.0.0.0", LEFT.number, RIGHT.number)
ENDS = {"the even one": (RIGHT.host(40), RIGHT.host(41)), "the odd one": (RIGHT.host(43), RIGHT.host(42))}  # the router, and who is at the other end


@case("RFC3021-3.3-a", role="router", violator=changes("time-exceeded", src=LEFT.broadcast))
def broadcast_is_no_source(lt):
    """Whatever was sent to, what a router says does not come from the last address of a prefix."""
    places = ((LEFT.iut, LEFT.iut_mac), (LEFT.broadcast, BROADCAST_MAC), (LEFT.number, BROADCAST_MAC), (RIGHT.broadcast, LEFT.iut_mac), (RIGHT.number, LEFT.iut_mac))
    for dst, mac in places:
        lt.send(*(probe(message, dst=dst, eth_dst=mac) for message in (ping(), udp())))
    lt.send(transit(ttl=1))
    sources = [answer["src"] for answer in iter(lt.answer, None)]
    lt.check("answers", len(sources), at_least(1))
    lt.check("answers from a broadcast", [src for src in sources if src in (LEFT.broadcast, RIGHT.broadcast)], [])


@case("RFC3021-3.3-d", role="router", needs="udp", violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def number_of_a_prefix_is_dropped(lt):
    """What is for 0.0.0.0 or for the number of a prefix is silently dropped: no user receives it, nothing is forwarded, and nothing said."""
    bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    for dst, mac in lt.each(NUMBERS):
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=mac))
        expect_silent_discard(lt, after=f"a datagram to {dst}")
        lt.expect_no_event("udp.recv", after=f"a datagram to {dst}")


@case("RFC3021-3.3-e", role="router", needs="directed-broadcast", violator=passes())
def number_that_is_forwarded_is_a_broadcast(lt):
    """Where it is not dropped it is a broadcast: what is forwarded is in a frame to all, and only where broadcasts are."""
    crosses(lt, udp())
    lt.send(transit(udp(), dst=RIGHT.number))
    expect_kept(lt, after="a datagram to the number of a prefix where broadcasts are not forwarded")
    lt.answer()
    lt.set("directed-broadcast", 1)
    lt.send(transit(udp(), dst=RIGHT.number))
    for passed in lt.crossing():
        lt.check("Ethernet destination", passed["eth_dst"], BROADCAST_MAC)
    lt.forget()


def linked(lt, ours, theirs):
    """The router has one of the two addresses of a link on the right, and knows who has the other."""
    lt.neighbours[theirs] = OTHER_MAC
    lt.add("address", iface=1, addr=ours, len=31)
    lt.send(arp(spa=theirs, sha=OTHER_MAC, tpa=ours), on=1)
    lt.expect(arp_reply(spa=ours, tpa=theirs), on=1)


@case("RFC3021-3.3-f", role="router", needs="address", violator=drops("echo-reply", nth=1))
def both_addresses_of_a_link_of_31_bits(lt):
    """What goes to either of the two addresses is for the router that has it, and through it for who has the other."""
    for ours, theirs in ENDS.values():
        linked(lt, ours, theirs)
        lt.send(IP(src=theirs, dst=ours) / echo(), on=1)
        lt.expect(echo_reply(src=ours, dst=theirs, eth_dst=OTHER_MAC), on=1)
        crosses(lt, transit(dst=theirs))


@case("RFC3021-3.3-g", role="router", needs="udp", violator=answers("udp", dst=RIGHT.number))
def nothing_is_sent_to_the_number_of_a_prefix(lt):
    """A router's user sends nothing to 0.0.0.0 nor to the number of a prefix: it is refused, or does not leave."""
    sock = bind(lt)
    user_sends(lt, sock)
    for dst in lt.each(NOBODY, "address"):
        with suppress(UpperError):
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        lt.settle(probe_anyway=True)
        lt.check("datagrams to such an address", [sent["dst"] for sent in lt.take("udp") if sent["dst"] in NOBODY], [])
        taken(lt)  # who sends to himself may hear of it


@case("RFC3021-3.3-h", role="router", needs=("udp", "address"), violator=drops("udp"))
def first_address_of_a_link_of_31_bits_is_somebody(lt):
    """But on a link with a prefix of 31 bits a router can send to its first address."""
    ours, theirs = ENDS["the odd one"]
    linked(lt, ours, theirs)
    lt.call("udp.send", sock=bind(lt), dst=theirs, src=ours, dport=OUR_PORT, data=b"postel")
    sent = lt.expect(udp_datagram(src=ours, dst=theirs, dport=OUR_PORT), on=1)
    lt.check("Ethernet destination", sent["eth_dst"], OTHER_MAC)
