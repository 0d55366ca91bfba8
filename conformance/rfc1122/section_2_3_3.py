# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.3.3: Ethernet and IEEE 802 encapsulation."""

from postel.kit import *

RAW_IP = bytes.fromhex("060603")


@case("RFC1122-2.3.3-a", violator=changes("echo-reply", eth_type=0x0801))
def ip_is_carried_by_ethernet_ii(lt):
    """Datagrams come and go in frames of type 0x0800."""
    lt.send(echo())
    lt.expect(echo_reply(eth_type=0x0800, eth_src=lt.iut_mac, eth_dst=lt.mac))


@case("RFC1122-2.3.3-b", ability="reads-802-frames", violator=drops("echo-reply", where={"seq": 2}))
def snap_is_received_too(lt):
    """A datagram behind an 802.2 SNAP header is received on a link where others use Ethernet II."""
    lt.send(echo(seq=1))
    lt.expect(echo_reply())
    lt.send(probe(echo(seq=2), llc=SNAP_IP))
    lt.expect(echo_reply())


@case("RFC1122-2.3.3-e", violator=changes("echo-reply", eth_type=34, version=0, ihl=6, tos=6))
def access_point_6_is_never_sent(lt):
    """No datagram leaves behind the 802.2 service access point 6, not even in answer to one that came so."""
    lt.send(echo(seq=1))
    lt.expect(echo_reply(eth_type=0x0800))
    lt.send(probe(echo(seq=2), llc=RAW_IP))
    lt.answer("echo-reply")  # receiving it is left open; the passive checker looks at how it is answered


@case("RFC1122-2.3.3-f", violator=changes("echo-reply", eth_dst=OTHER_MAC))
def addresses_are_translated_by_arp(lt):
    """A neighbour's MAC is what its ARP reply says."""
    lt.check("Ethernet destination", resolved(lt)["eth_dst"], PEER_MAC)


@case("RFC1122-2.3.3-g", violator=answers("echo-reply"))
def other_types_are_not_ip(lt):
    """A type up to 1500 is a length and any other EtherType another protocol, whatever the octets after it look like."""
    for eth_type in (34, 1500, 0x0801, 0x1001, 0x86DD):
        lt.send(one_fault(echo(), eth_type=eth_type))
        lt.expect_silence(after=f"type {eth_type:#06x}")


@case("RFC1122-2.3.3-g", violator=answers("echo-reply"))
def other_802_headers_are_not_ip(lt):
    """Behind an 802.2 header there is IP only where RFC 1042's service access points, organization and type stand in it."""
    others = {"another organization": "aaaa0300000c0800", "another type": "aaaa030000000801", "other access points": "4242030000000800",
              "another destination": "06aa030000000800"}  # fmt: skip
    for name, llc in lt.each({name: (name, bytes.fromhex(octets)) for name, octets in others.items()}):
        lt.send(one_fault(echo(), llc=llc))
        lt.expect_silence(after=f"an 802.2 header of {name}")


@case("RFC1122-2.3.3-b", violator=drops("echo-reply", nth=3))
def snap_with_padding_is_received(lt):
    """So is one that is padded to the length that a frame must have, or further."""
    reads_802(lt)
    for size in lt.each((1, 10, 18, 46, 300), "octets of padding"):
        lt.send(probe(echo(seq=size), llc=SNAP_IP, padding=bytes(size)))
        lt.expect(echo_reply())


@case("RFC1122-2.3.3-b", kind=characteristic, violator=drops("echo-reply"))
def who_goes_by_the_source_access_point(lt):
    """RFC 1042 has the same access point in both places; it is the destination's that says whose the frame is."""
    answered = []
    for source in ("aa", "06", "ab"):
        lt.send(probe(echo(), llc=bytes.fromhex(f"aa{source}030000000800")))
        answered += [source] if lt.answer("echo-reply") else []
    return f"taken from {', '.join(answered)}" if answered else "silent"


@case("RFC1122-2.3.3-c", kind=characteristic, needs="framing", violator=ignores("set"))
def whether_802_frames_are_sent(lt):
    """Whether a host sends frames of 802.3 where it is told to."""
    lt.set("framing", "snap", iface=0)
    return "sent to who sends them" if says_so(lt, PEER, "snap") == "snap" else "not sent"


@case("RFC1122-2.3.3-d", needs="framing", ability="switches-framing", violator=ignores("set"))
def ethernet_ii_unless_the_switch_says_otherwise(lt):
    """Who can send both kinds sends Ethernet II, even to who sends 802.3, until it is switched over, and from when it is switched back."""
    lt.check("frame before", says_so(lt, PEER, "snap"), "ethernet")
    for framing in ("snap", "ethernet"):
        lt.set("framing", framing, iface=0)
        lt.check("frame", says_so(lt, PEER, "snap"), framing)


@case("RFC1122-2.3.3-h", needs="framing", stands_on=["fragments", "switches-framing"], violator=ignores("set", nth=1))
def mtu_of_either_framing(lt):
    """A packet in a frame of 802.3 has at most 1492 octets, also where one in a frame of Ethernet II may have 1500."""
    longest = []
    for framing in ("ethernet", "snap"):
        lt.set("framing", framing, iface=0)
        says_so(lt, PEER, framing)
        pieces = large_reply(lt, large_echo(lt, src=PEER))
        joined(lt, pieces)  # a frame that is too long cannot be read
        longest.append(max(piece["length"] for piece in pieces))
    lt.check("octets of the longest packet of Ethernet II", longest[0], at_most(1500))
    lt.check("octets of the longest packet of 802.3", longest[1], at_most(MOST))
