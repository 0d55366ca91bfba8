# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3927 sections 1.9 and 2.6 to 2.8: link-local addresses beside routable ones, and where what has them goes."""

from postel.kit import *

NEEDS = ["address", "link-local", "vtime"]
STANDS = "tests-link-local-addresses"
NEIGHBOUR, FAR = "169.254.7.7", "192.0.2.7"


def goes_to(lt, dst, src=""):
    """Where what a user sends there leaves to, and from which address."""
    lt.neighbours[dst] = OTHER_MAC
    sock = lt.call("udp.bind", port=USER_PORT, **({"addr": src} if src else {}))["sock"]
    lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
    sent = lt.expect(udp_datagram(dst=dst, dport=OUR_PORT))
    lt.call("udp.close", sock=sock)
    return sent["eth_dst"], sent["src"]


@case("RFC3927-2.6.2-a", "RFC3927-2.6.2-b", "RFC3927-2.7-d", needs=["link-local", "udp"], violators={
    f"RFC3927-{name}": changes("udp", nth=nth, eth_dst=LEFT.lt_mac) for nth, name in enumerate(("2.6.2-a", "2.6.2-b", "2.7-d"))})  # fmt: skip
def destination_is_on_the_link(lt):
    """What is for a link-local address goes to who answers for it on the link, from a routable address too, and never to the default gateway."""
    peer_is_known(lt)
    whom = {"RFC3927-2.6.2-a": NEIGHBOUR, "RFC3927-2.6.2-b": "169.254.200.1", "RFC3927-2.7-d": "169.254.1.0"}
    for requirement, dst in whom.items():
        with lt.judging(requirement):
            lt.check("Ethernet destination", goes_to(lt, dst)[0], OTHER_MAC)


@case("RFC3927-2.6.2-c", needs=[*NEEDS, "udp"], stands_on=STANDS, violator=changes("arp-request", tpa=LEFT.host(99)))
def source_goes_no_further_than_the_link(lt):
    """What comes from a link-local address goes to its destination directly, whatever that is, and not by a router."""
    own = chosen(lt)
    lt.neighbours[FAR] = OTHER_MAC
    sock = lt.call("udp.bind", port=USER_PORT, addr=own)["sock"]
    lt.call("udp.send", sock=sock, dst=FAR, dport=OUR_PORT, data=b"postel")
    lt.expect(arp_request(spa=own, tpa=FAR))
    lt.expect(udp_datagram(src=own, dst=FAR, eth_dst=OTHER_MAC))


@case("RFC3927-1.9-b", "RFC3927-2.6.1-a", "RFC3927-2.6.2-d", needs=[*NEEDS, "udp"], stands_on=STANDS, violators={
    "RFC3927-1.9-b": drops("udp"), "RFC3927-2.6.1-a": drops("udp", nth=1), "RFC3927-2.6.2-d": drops("udp", nth=2)})  # fmt: skip
def routable_source_is_preferred(lt):
    """Once the interface has a routable address what begins then comes from that: to neighbours, routable or not, and to all others."""
    chosen(lt)
    lt.add("address", iface=0, addr=LEFT.iut, len=LEFT.prefix)
    peer_is_known(lt)
    whom = {"RFC3927-1.9-b": PEER, "RFC3927-2.6.1-a": NEIGHBOUR, "RFC3927-2.6.2-d": LEFT.host(40)}
    for requirement, dst in whom.items():
        with lt.judging(requirement):
            lt.check("source", goes_to(lt, dst)[1], LEFT.iut)


@case("RFC3927-1.9-a", "RFC3927-1.9-d", needs=NEEDS, stands_on=STANDS, violators={
    "RFC3927-1.9-a": answers("arp-reply", nth=0), "RFC3927-1.9-d": drops("arp-reply")})  # fmt: skip
def address_is_left_once_there_is_another(lt):
    """Once there is a routable address what is under way goes on, and some minutes later the link-local one is left."""
    own = chosen(lt)
    lt.add("address", iface=0, addr=LEFT.iut, len=LEFT.prefix)
    with lt.judging("RFC3927-1.9-d"):
        lt.send(arp(spa=NEIGHBOUR, tpa=own))
        lt.expect(arp_reply(spa=own))
    lt.advance(600)
    lt.send(arp(spa=NEIGHBOUR, tpa=own))
    lt.expect_silence(after="ten minutes with a routable address", of="arp-reply")


@case("RFC3927-1.9-g", kind=characteristic, needs=NEEDS, stands_on=STANDS, violator=drops("echo-reply"))
def new_communication_with_a_link_local_address(lt):
    """Whether an echo request to the link-local address is answered once there is a routable one."""
    own = chosen(lt)
    lt.add("address", iface=0, addr=LEFT.iut, len=LEFT.prefix)
    lt.send(arp(spa=NEIGHBOUR, tpa=own))
    lt.take("arp-reply")
    lt.send(probe(echo(), src=NEIGHBOUR, dst=own))
    return "answered" if lt.answer("echo-reply") else "silent"


@case("RFC3927-1.9-e", kind=characteristic, needs=NEEDS, stands_on=STANDS, violator=drops("announcement", every=True))
def address_is_chosen_when_the_last_one_is_lost(lt):
    """Whether an interface that may choose a link-local address does so once its other address is removed."""
    lt.set("link-local", 1, iface=0)
    lt.advance(HELD)
    before = len(claims(lt, "announcement"))
    lt.remove("address", iface=0, addr=LEFT.iut)
    lt.advance(HELD)
    return f"{'some' if before else 'none'} beside another, {'one' if claims(lt, 'announcement') else 'none'} when that is lost"


@case("RFC3927-2.8-a", needs=NEEDS, stands_on=STANDS, violator=alters("address", len=24))
def prefix_is_not_subnetted(lt):
    """The address has the prefix of 16 bits that all of them have."""
    own = chosen(lt)
    lt.check("bits of its prefix:", [each["len"] for each in lt.listed("address", iface=0) if each["addr"] == own], [16])


@case("RFC3927-2.8-b", kind=characteristic, needs=["udp"], violator=drops("arp-request"))
def destinations_of_the_prefix(lt):
    """Where what is for 169.254/16 goes where no interface has such an address: asked for on the link, or to the gateway."""
    sock = bind(lt)
    try:
        lt.call("udp.send", sock=sock, dst=NEIGHBOUR, dport=OUR_PORT, data=b"postel")
    except UpperError:
        return "nowhere"
    asked = lt.answer("arp-request")
    return "asked for" if asked and asked["tpa"] == NEIGHBOUR else "by the gateway" if lt.answer("udp") else "nowhere"


@case("RFC3927-2.7-a", "RFC3927-2.7-b", violators={
    "RFC3927-2.7-a": answers("echo-request", src=NEIGHBOUR, dst=FAR), "RFC3927-2.7-b": answers("echo-request", nth=1, src=NEIGHBOUR, dst="224.0.0.9")})  # fmt: skip
def datagrams_are_not_forwarded(lt):
    """What comes from or is for a link-local address is not forwarded, whatever its time to live, nor is a multicast from there."""
    lt.send(echo())
    lt.expect(echo_reply())
    for requirement, dst in (("RFC3927-2.7-a", FAR), ("RFC3927-2.7-b", "224.0.0.9")):
        with lt.judging(requirement):
            lt.send(probe(echo(), src=NEIGHBOUR, dst=dst, ttl=64))
            lt.expect_silence(after=f"a datagram from {NEIGHBOUR} to {dst}")


@case("RFC3927-2.7-c", violator=answers("arp-reply"))
def nobody_answers_for_all_of_them(lt):
    """Requests for link-local addresses that the host does not have are not answered."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))
    for tpa in (NEIGHBOUR, "169.254.1.0", "169.254.255.255"):
        lt.send(arp(tpa=tpa))
        lt.expect_silence(after=f"a request for {tpa}", of="arp-reply")


@case("RFC3927-2.7-b", role="router", needs=OF_GROUPS, violator=passes(eth_dst=group_mac(GROUP)))
def multicasts_from_there_are_not_forwarded(lt):
    """What comes from a link-local address for a group is not passed on, where others are."""
    routes_groups(lt)
    for src in lt.each((NEIGHBOUR, "169.254.1.0", "169.254.254.255"), "from"):
        spreads(lt)
        ends_in_silence(lt, for_group(src=src), after=f"a multicast from {src}")
