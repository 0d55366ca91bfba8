# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: senders of ARP packets that are none, or that nobody could reach."""

from postel.kit import *

GROUP_MAC = "01:00:5e:00:00:05"


@case("RFC1122-3.3.6-e", violator=changes("echo-reply", eth_dst=BROADCAST_MAC))
def neighbour_that_claims_the_broadcast_mac(lt):
    """A neighbour that says its MAC is that of all makes nobody send to all what is for one."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo())  # whoever believes no neighbour that it knows may believe who answers
        for op in REPLY, REQUEST, REPLY:
            lt.send(arp(op, sha=BROADCAST_MAC, eth_src=PEER_MAC))
            lt.answer("arp")
            lt.send(IP(src=PEER) / echo(seq=9))
            while reply := lt.answer("echo-reply"):
                lt.check("Ethernet destination", reply["eth_dst"], other_than(BROADCAST_MAC))
            peer_is_known(lt)


@case("RFC826-Reception-e", kind=characteristic, violator=answers("arp-reply"))
def neighbour_that_claims_a_group_mac(lt):
    """What becomes of a neighbour that says its MAC is a group's: only RFC 1812 3.3.2 speaks of it, to routers."""
    peer_is_known(lt)
    lt.send(arp(sha=GROUP_MAC, eth_src=PEER_MAC))
    answered = "answered" if lt.answer("arp") else "not answered"
    lt.send(IP(src=PEER) / echo())
    reply = lt.answer("echo-reply") or {"eth_dst": "nowhere"}
    known = {GROUP_MAC: "is believed", PEER_MAC: "is not believed"}.get(reply["eth_dst"], "is asked for again")
    return f"{answered}, {known}"


@case("RFC1122-3.2.1.3-i", violator=answers("arp-reply", tpa="127.0.0.1"))
def loopback_as_a_sender(lt):
    """Who says that it has an address of 127/8 gets no ARP reply, which would bring that address onto the wire."""
    peer_is_known(lt)  # who asks otherwise is answered
    for spa in "127.0.0.1", "127.9.9.9":
        lt.send(arp(spa=spa))
        lt.expect_silence(after=f"a request from {spa}", of="arp-reply")


@case("RFC826-Reception-e", kind=characteristic, violator=answers("arp-reply"))
def senders_that_are_no_host(lt):
    """Which senders of a request are answered whose address is no host's."""
    answered = []
    own = {"the link's broadcast": LEFT.broadcast, "the link's number": LEFT.number, "the IUT": LEFT.iut}
    for name, spa in (own | {each: each for each in ("224.0.0.5", "255.255.255.255", "240.0.0.9")}).items():
        lt.send(arp(spa=spa))
        answered += [name] if lt.answer("arp-reply") else []
    return f"answered: {', '.join(answered)}" if answered else "none is answered"


@case("RFC826-Reception-f", violator=drops("arp-reply"))
def probe_is_answered(lt):
    """A request from who has no address yet, 0.0.0.0, is answered like any other."""
    lt.send(arp(spa="0.0.0.0"))
    lt.expect(arp_reply(eth_dst=PEER_MAC, sha=lt.iut_mac, spa=lt.iut, tha=PEER_MAC, tpa="0.0.0.0"))


@case("RFC826-Reception-e", violator=drops("echo-reply", where={"seq": 9}))
def target_mac_of_a_reply_means_nothing(lt):
    """A reply is taken by its protocol addresses: whatever target hardware address it names, its sender is known by it."""
    for last, tha in enumerate(("02:00:00:00:00:99", NO_MAC, BROADCAST_MAC), 40):
        near = LEFT.host(last)
        with lt.mute_arp():
            asked_for(lt, near, IP(src=near) / echo())
            lt.send(arp(REPLY, spa=near, tha=tha))
            while lt.answer("echo-reply"):
                pass  # what waited may be sent now, or may be lost
            lt.send(IP(src=near) / echo(seq=9))
            lt.expect(echo_reply(eth_dst=PEER_MAC))


@case("RFC826-Reception-f", violator=answers("arp-reply"))
def targets_that_differ_by_a_bit(lt):
    """A request for an address that differs from the IUT's own in one bit is for another."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))
    lt.send(*(arp(tpa=tpa) for tpa in differing_addresses(lt.iut)))
    lt.expect_silence(after="requests for addresses that differ in one bit", of="arp-reply")


def only_the_usual_is_answered(lt, *others):
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))
    lt.send(*others)
    lt.expect_silence(after="requests that differ in one bit", of="arp-reply")


@case("RFC826-Reception-a", stands_on="checks-hardware-types", violator=answers("arp-reply"))
def hardware_types_that_differ_by_a_bit(lt):
    """A hardware type that differs from Ethernet's in one bit is another."""
    only_the_usual_is_answered(lt, *(arp(htype=htype) for htype in differing(1, 16)))


@case("RFC826-Reception-b", violator=answers("arp-reply"))
def protocol_types_that_differ_by_a_bit(lt):
    """A protocol type that differs from IP's in one bit is another."""
    only_the_usual_is_answered(lt, *(arp(ptype=ptype) for ptype in differing(0x0800, 16)))


@case("RFC826-Reception-f", violator=answers("arp-reply"))
def operations_that_differ_by_a_bit(lt):
    """An operation that differs from a request's in one bit is none."""
    only_the_usual_is_answered(lt, *(arp(op) for op in differing(REQUEST, 16)))
