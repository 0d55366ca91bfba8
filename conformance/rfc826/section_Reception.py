# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: Packet reception."""

from postel.kit import *


def is_alive(lt):
    """A good request is answered: what is silent below is silent for a reason."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))


@case("RFC826-Reception-a", ability="checks-hardware-types", violator=answers("arp-reply"))
def other_hardware_type(lt):
    """A packet about hardware that the IUT does not have is discarded."""
    is_alive(lt)
    for htype in (0, 2, 7, 0x0100, 0xFFFF):
        lt.send(arp(htype=htype))
        lt.expect_silence(after=f"hardware type {htype}", of="arp-reply")


@case("RFC826-Reception-b", violator=answers("arp-reply"))
def other_protocol_type(lt):
    """A packet about a protocol that the IUT does not speak is discarded."""
    is_alive(lt)
    for ptype in (0, 0x0008, 0x0801, 0x1001, 0x809B, 0xFFFF):
        lt.send(arp(ptype=ptype))
        lt.expect_silence(after=f"protocol type {ptype:#06x}", of="arp-reply")


@case("RFC826-Reception-c", kind=characteristic, violator=answers("arp-reply"))
def lengths_of_addresses_are_checked(lt):
    """Whether requests with a wrong length of addresses are answered."""
    wrong = ({"hlen": 0}, {"hlen": 5}, {"hlen": 8}, {"plen": 0}, {"plen": 6})
    lt.send(*(arp(**each) for each in wrong))
    return "answered" if lt.answer("arp-reply") else "discarded"


@case("RFC826-Reception-d", ability="updates-known-senders", violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def known_sender_is_updated_by_a_request(lt):
    """A known neighbour that asks for somebody else with a new MAC is found there from then on."""
    is_alive(lt)
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.send(arp(sha=OTHER_MAC, tpa=LEFT.host(99)))
    lt.send(IP(src=PEER) / echo(seq=2))
    lt.expect(echo_reply(eth_dst=OTHER_MAC))


@case("RFC826-Reception-d", violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def known_sender_is_updated_by_a_reply(lt):
    """The operation does not matter: an unasked reply moves a known neighbour as well."""
    is_alive(lt)
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.send(arp(REPLY, sha=OTHER_MAC))
    lt.send(IP(src=PEER) / echo(seq=2))
    lt.expect(echo_reply(eth_dst=OTHER_MAC))


@case("RFC826-Reception-d", stands_on="updates-known-senders", violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def known_sender_is_updated_by_an_announcement(lt):
    """A neighbour that announces itself, asking for its own address, is found at its new MAC."""
    is_alive(lt)
    lt.send(IP(src=PEER) / echo(seq=1))
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.send(arp(sha=OTHER_MAC, tpa=PEER))
    lt.send(IP(src=PEER) / echo(seq=2))
    lt.expect(echo_reply(eth_dst=OTHER_MAC))


@case("RFC826-Reception-e", violator=changes("echo-reply", eth_dst=OTHER_MAC))
def who_asks_is_known(lt):
    """Who asks for the IUT need not be asked for: its MAC is in its request."""
    with lt.mute_arp():
        lt.send(arp())
        lt.expect(arp_reply(tpa=PEER))
        lt.send(IP(src=PEER) / echo())
        lt.expect(echo_reply(eth_dst=PEER_MAC))


@case("RFC826-Reception-f", violator=answers("arp-reply"))
def only_requests_are_answered(lt):
    """Neither a reply nor any other operation is answered."""
    is_alive(lt)
    for op in (REPLY, 0, 3, 8, 0x0100, 0xFFFF):
        lt.send(arp(op))
        lt.expect_silence(after=f"operation {op}", of="arp-reply")


@case("RFC826-Reception-f", violator=answers("arp-reply"))
def requests_for_others_are_not_answered(lt):
    """A request for another's address, near or not, is not answered; of one for a broadcast RFC 919 7.1 speaks."""
    is_alive(lt)
    for tpa in (LEFT.host(99), LEFT.lt, PEER, "0.0.0.0", "127.0.0.1", "192.0.2.9"):
        lt.send(arp(tpa=tpa))
        lt.expect_silence(after=f"a request for {tpa}", of="arp-reply")


@case("RFC1122-3.3.4.2-d", needs=["two-interfaces"], kind=characteristic, violator=answers("arp-reply"))
def requests_for_the_other_interface(lt):
    """Whether a request on one link for the IUT's address on the other is answered (weak) or not (strong)."""
    lt.send(arp(tpa=lt.right.iut))
    return "weak" if lt.answer("arp-reply") else "strong"


@case("RFC826-Reception-g", ability="answers-arp", violator=changes("arp-reply", eth_dst=BROADCAST_MAC))
def reply_goes_to_who_asked(lt):
    """The reply has the fields swapped, the IUT's own MAC, and goes to the asker alone."""
    lt.send(arp())
    lt.expect(arp_reply(eth_dst=PEER_MAC, eth_src=lt.iut_mac, op=2, sha=lt.iut_mac, spa=lt.iut, tha=PEER_MAC, tpa=PEER))


@case("RFC826-Reception-g", needs=["two-interfaces"], violator=changes("arp-reply", nth=1, sha="02:00:00:00:00:02"))
def each_interface_answers_for_itself(lt):
    """A request is answered on the link that it came from, with the MAC that the IUT has there."""
    is_alive(lt)
    lt.send(arp(spa=RIGHT.host(37), tpa=lt.right.iut), on=1)
    lt.expect(arp_reply(sha=lt.right.iut_mac, spa=lt.right.iut, tpa=RIGHT.host(37)), on=1)


@case("RFC826-Reception-h", violator=drops("arp-request", every=True))
def who_asks_for_others_is_not_remembered(lt):
    """Who asks for somebody else gets no reply and no entry: it is asked for when it is needed."""
    lt.send(arp(sha=OTHER_MAC, tpa=LEFT.host(99)))
    lt.check("Ethernet destination", resolved(lt)["eth_dst"], PEER_MAC)


@case("RFC826-Reception-i", ability="answers-requests-to-it-alone", violator=drops("arp-reply"))
def unicast_request(lt):
    """A request that came to the IUT alone is answered like a broadcast."""
    lt.send(arp(eth_dst=lt.iut_mac))
    lt.expect(arp_reply(eth_dst=PEER_MAC, sha=lt.iut_mac, spa=lt.iut, tha=PEER_MAC, tpa=PEER))


@case("RFC826-Reception-j", violator=answers("arp-reply"))
def request_that_was_cut_off(lt):
    """A packet that ends before its last address does is discarded."""
    is_alive(lt)
    for size in (0, 1, 8, 14, 24, 27):
        lt.send(arp(size=size))
        lt.expect_silence(after=f"{size} octets of a request", of="arp-reply")


@case("RFC826-Reception-j", violator=drops("arp-reply", nth=1))
def padding_is_ignored(lt):
    """What follows a whole packet, as the smallest Ethernet frame has it, changes nothing."""
    for padding in (bytes(18), b"\xff" * 18, counting(100)):
        lt.send(arp(padding=padding))
        lt.expect(arp_reply(tha=PEER_MAC, tpa=PEER))
