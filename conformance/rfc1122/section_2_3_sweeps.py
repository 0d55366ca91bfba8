# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.3: mappings that are in use, frames of every framing and length, and what a host remembers of its gateways."""

from postel.kit import *

SNAP_IP = bytes.fromhex("aaaa030000000800")
STEPS, POLLS = 16, 12  # of an eighth of the lifetime each; a poll takes a question or two, a few seconds each


@case("RFC1122-2.3.2.1-a", needs=["vtime", "udp"], violator=changes("udp", every=True, eth_dst=PEER_MAC))
def stale_mapping_in_use_is_flushed(lt):
    """A mapping is checked also while it is used: who sends on and on to a neighbour that has got a new interface finds it."""
    sock = bind(lt)
    lt.send(IP(src=PEER) / echo())
    lt.expect(echo_reply(eth_dst=PEER_MAC))
    lt.neighbours[PEER] = OTHER_MAC
    found = {PEER_MAC}
    for step in range(STEPS * POLLS):
        lt.advance(seconds=5 if step % POLLS else lt.timers.neighbour / 8)
        lt.call("udp.send", sock=sock, dst=PEER, dport=OUR_PORT, data=b"postel")
        found |= {sent["eth_dst"] for sent in [lt.answer("udp")] if sent}
        if OTHER_MAC in found:
            break
    lt.check("Ethernet destinations", sorted(found), saying(f"{OTHER_MAC} among others", lambda macs: OTHER_MAC in macs))


@case("RFC1122-2.3.3-b", violator=drops("echo-reply", where={"seq": 1464}))
def snap_of_every_length(lt):
    """Who reads datagrams behind an 802.2 SNAP header reads the shortest and the longest, which fills the frame with that header."""
    reads_802(lt)
    longest = lt.room - 8
    for size in (0, 18, 227, 228, longest - 1, longest):
        lt.send(probe(ping(seq=size, data=counting(size)), llc=SNAP_IP))
        lt.expect(echo_reply(data=counting(size)))


@case("RFC1122-2.3.3-g", violator=answers("echo-reply"))
def types_that_differ_by_a_bit(lt):
    """An EtherType that differs from IPv4's in one bit is another protocol's, or a length."""
    lt.send(echo())
    lt.expect(echo_reply())
    lt.send(*(probe(ping(), eth_type=eth_type) for eth_type in differing(0x0800, 16)))
    lt.expect_silence(after="other types")


@case("RFC791-3.1_Protocol-a", violator=adds("echo-reply", to="unreachable"))
def protocols_that_are_not_icmp(lt):
    """Of all protocols only ICMP's answers an echo request."""
    lt.send(echo())
    lt.expect(echo_reply())
    request = bytes(echo())
    lt.send(*(cut(request, 0, False, protocol=number) for number in range(256) if number != 1))
    lt.expect_silence(after="echo requests under other protocols", of="echo-reply")
    lt.forget()  # which may be reported, or be a TCP segment to somebody else's mind


@case("RFC1122-3.2.2.2-b", kind=characteristic, violator=changes("echo-reply", nth=30, eth_dst="02:00:00:00:00:01"))
def redirects_that_are_remembered(lt):
    """How many of twenty destinations go by the gateway that a Redirect has named for each, and which do not."""
    peer_is_known(lt)
    hosts = [f"192.0.2.{number}" for number in range(1, 21)]
    lt.send(*(icmp(5, 1, rest=address_octets(PEER), data=reply["packet"][:28]) for reply in replies_to(lt, hosts).values()))
    moved = {far for far, reply in replies_to(lt, hosts).items() if reply["eth_dst"] == PEER_MAC}
    others = [far.rpartition(".")[2] for far in hosts if far not in moved]
    return f"{len(moved)} of {len(hosts)}{', not ' if moved and others else ''}{', '.join(others) if moved else ''}"


@case("RFC1122-2.3.3-g", violator=drops("echo-reply", where={"seq": 1464}))
def greatest_length_is_no_type(lt):
    """Who reads datagrams behind an 802.2 header takes the length of the longest frame, 1500 octets on most Ethernets, for one."""
    reads_802(lt)
    for size in (lt.room - 9, lt.room - 8):
        lt.send(probe(ping(seq=size, data=counting(size)), llc=SNAP_IP))
        lt.expect(echo_reply(data=counting(size)))


@case("RFC1122-2.3.3-b", violator=answers("echo-reply"))
def snap_of_a_length_that_is_too_short(lt):
    """What an 802.2 frame holds ends with its length: one that leaves no room for the headers, or cuts the datagram off, brings none."""
    reads_802(lt)
    for length in lt.each((0, 1, 3, 7, 8, 9, 27, 28, 41), "length"):
        lt.send(one_fault(probe(echo(), llc=SNAP_IP), eth_type=length))
        lt.expect_silence(after=f"a length of {length} for 42 octets")


@case("RFC791-3.1_TotalLength-a", kind=characteristic, violator=drops("echo-reply"))
def frame_longer_than_those_of_the_link(lt):
    """Whether a datagram is read that ends within a frame longer than any of the link's may be."""
    lt.send(probe(echo(), padding=bytes(1600)))
    return "read" if lt.answer("echo-reply") else "discarded"
