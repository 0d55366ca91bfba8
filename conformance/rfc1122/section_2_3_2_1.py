# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.3.2.1: ARP cache validation."""

from postel.kit import *

POLLS = 24  # "on the order of a minute" each, "typically 2": five seconds at a time


@case("RFC1122-2.3.2.1-a", needs=["vtime"], violator=changes("echo-reply", every=True, eth_dst=PEER_MAC))
def stale_mapping_is_flushed(lt):
    """A neighbour that has silently got a new interface is found again after as long as the IUT believes its mappings."""
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.neighbours[PEER] = OTHER_MAC
    lt.advance(seconds=lt.timers.neighbour)
    found = first_hop(lt, PEER)
    for _ in range(POLLS):  # who finds out by questions to the old MAC begins when the entry is used, and waits for answers
        lt.advance(seconds=5)
        found = found if found == OTHER_MAC else first_hop(lt, PEER)
    lt.check("Ethernet destination", found, OTHER_MAC)


@case("RFC1122-2.3.2.1-b", violator=answers("arp-request", tpa=PEER))
def requests_for_a_silent_neighbour_are_limited(lt):
    """An address that does not answer is not asked for with every datagram that waits for it."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo(seq=1))
        began = lt.now()
        lt.send(IP(src=PEER) / echo(seq=2), IP(src=PEER) / echo(seq=3))
        lt.settle()
        asked = sum(request["tpa"] == PEER for request in lt.take("arp-request"))
        lt.check("requests after more datagrams for the same neighbour, one a second:", asked, at_most(int(lt.now() - began)))


@case("RFC1122-2.3.2.1-d", needs=["vtime"], violator=adds("arp-request", to="arp-request", tpa=PEER))
def silent_neighbour_is_asked_once_a_second(lt):
    """An address that goes on not to answer is asked for once a second, as often as something is sent there."""
    asked, began = 0, lt.now()
    with lt.mute_arp():
        for tenth in range(1, 51):
            lt.send(IP(src=PEER) / echo(seq=tenth))
            lt.advance(0.1)
            while request := lt.answer("arp-request"):
                asked += request["tpa"] == PEER
    lt.check("requests, one at once and one a second:", asked, at_most(1 + int(lt.now() - began + 0.01)))
    lt.advance(1)
    lt.send(IP(src=PEER) / echo(seq=99))  # which resolves it, and releases whatever waits
    lt.expect_life()


@case("RFC1122-2.3.2.1-a", kind=characteristic, needs=["vtime"], violator=changes("arp-request", every=True, eth_dst=OTHER_MAC))
def how_a_mapping_is_checked(lt):
    """A time-out asks everybody, a poll the one MAC. Advice, the link's or a user's, would take somebody who complains."""
    lt.send(IP(src=PEER) / echo())
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    asked = set()
    lt.advance(seconds=lt.timers.neighbour)
    for seq in range(POLLS):
        lt.send(IP(src=PEER) / echo(seq=seq))
        while request := lt.answer("arp-request"):
            asked.add("time-out" if request["eth_dst"] == BROADCAST_MAC else "poll" if request["eth_dst"] == PEER_MAC else "other")
        lt.forget()
        lt.advance(seconds=5)
    return " and ".join(sorted(asked)) or "not at all"


@case("RFC1122-2.3.2.1-b", kind=characteristic, needs=["vtime"], violator=drops("arp-request", nth=1))
def requests_for_one_datagram(lt):
    """How often a neighbour that does not answer is asked for on behalf of one datagram, within a minute."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo())
        lt.advance(60)
        return f"{1 + len(list(iter(lambda: lt.answer('arp-request'), None)))} times"


@case("RFC1122-2.3.2.1-d", needs=["vtime"], violator=adds("arp-request", to="echo-reply", every=True, tpa=PEER))
def neighbour_that_answers_is_asked_once_a_second(lt):
    """Nor is one that answers asked for more often, however much is sent there: what it says is remembered, or asked for at that rate."""
    asked, began = 0, lt.now()
    for seq in range(72):
        lt.send(probe(ping(seq=seq), src=PEER))
        lt.advance(0.3)
        while frame := lt.answer("arp-request") or lt.answer("echo-reply"):
            asked += frame.get("tpa") == PEER
    lt.check("requests, one at once and one a second:", asked, at_most(1 + int(lt.now() - began + 0.01)))


def asked_within_a_minute(lt):
    """Whether the IUT asks for PEER in the minute after that has said where it is, while something goes there every five seconds."""
    asked = False
    lt.send(arp(REPLY))
    for seq in range(12):
        lt.advance(5)
        lt.send(IP(src=PEER) / echo(seq=seq))
        while frame := lt.answer("arp-request") or lt.answer("echo-reply"):
            asked |= frame.get("tpa") == PEER
    return asked


@case("RFC1122-2.3.2.1-c", needs="vtime", demands="neighbor-lifetime", violator=ignores("set", nth=1))
def lifetime_of_a_mapping_can_be_set(lt):
    """What is to be believed for a short while is asked for again soon, and what for long is not."""
    found = []
    for lifetime in (600, 10):
        lt.set("neighbor-lifetime", lifetime)
        found += [lifetime] if asked_within_a_minute(lt) else []
    if 600 in found:
        lt.not_applicable("the IUT asks anew before a mapping is old")
    lt.check("seconds that the lifetimes had of which there was another request within a minute", found, [10])


@case("RFC1122-2.3.2.1-a", needs=["vtime", "neighbor-lifetime", "neighbor-polls"], stands_on="keeps-datagrams",
      violator=changes("arp-request", where={"tpa": PEER}, nth=1, eth_dst=BROADCAST_MAC))  # fmt: skip
def neighbour_that_is_polled(lt):
    """A poll asks the neighbour alone; who leaves as many as were wanted without an answer is forgotten, and asked for of all."""
    lt.set("neighbor-lifetime", 60)
    lt.set("neighbor-polls", 2)
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    with lt.mute_arp():
        lt.advance(120)
        polls = [request["eth_dst"] for request in iter(lambda: lt.answer("arp-request"), None) if request["tpa"] == PEER]
        lt.check("who was polled", set(polls), {PEER_MAC})
        asked_for(lt, PEER, IP(src=PEER) / echo(seq=2), eth_dst=BROADCAST_MAC)
    lt.send(arp(REPLY))
    lt.expect(echo_reply(seq=2))


@case("RFC1122-2.3.2.1-a", kind=characteristic, needs=["vtime", "advice"], violator=drops("arp-request", every=True))
def advice_about_a_neighbour(lt):
    """Whether a neighbour is asked for again when a user says that nothing gets there."""
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.advance(5)
    lt.add("advice", dst=PEER, good=0)
    lt.send(IP(src=PEER) / echo(seq=2))
    asked = lt.answer("arp-request")
    while lt.answer("echo-reply"):
        pass
    return "asked for again" if asked else "not asked for"


@case("RFC1122-2.3.2.1-d", kind=characteristic, needs=["vtime", "udp", "advice"], violator=adds("arp-request", to="udp", every=True, tpa=PEER))
def complaints_do_not_make_it_ask_more_often(lt):
    """How often a neighbour is asked for while a user says eight times in less than two seconds that nothing arrives there."""
    peer_is_known(lt)
    sock, asked = bind(lt), 0
    lt.advance(2)
    for _ in range(8):
        lt.add("advice", dst=PEER, good=0)
        user_sends(lt, sock, PEER)
        asked += len(lt.take("arp-request"))
        lt.advance(0.2)
    return f"{asked} times"
