# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1042: packets in frames of 802.3, of a host that sends them."""

from postel.kit import *


@case("RFC1042-Frame-a", needs="framing", stands_on="switches-framing", violator=ignores("set"))
def header_of_a_packet(lt):
    """IP and ARP stand behind the access points and the control octet of SNAP, no organization, and the EtherType."""
    lt.set("framing", "snap", iface=0)
    lt.check("frame of an ARP reply", says_so(lt, PEER, "snap"), "snap")
    lt.send(IP(src=PEER) / echo())
    lt.check("frame of a datagram", lt.expect(echo_reply(eth_dst=PEER_MAC, eth_type=0x0800))["framing"], "snap")


@case("RFC1042-Frame-c", needs="framing", stands_on="switches-framing", violator=changes("echo-reply", nth=3, padding=bytes(4) + b"heap"))
def padding_of_short_frames(lt):
    """What fills the frame of a short packet are zeros, behind its length: after longer ones that are not."""
    lt.set("framing", "snap", iface=0)
    says_so(lt, PEER, "snap")
    for size in (200, 0, 1, 9, 10):
        lt.send(IP(src=PEER) / echo(data=b"\xaa" * size))
        lt.expect(echo_reply(data=b"\xaa" * size, padding=nothing_but_zeros))


@case("RFC1042-Address-b", needs=["framing", "udp"], violator=changes("udp", nth=1, eth_dst=PEER_MAC))
def broadcasts_of_802_go_to_all(lt):
    """What the user sends to a broadcast leaves in a frame to all stations, of 802.3 too."""
    lt.set("framing", "snap", iface=0)
    sock = bind(lt)
    for dst in ("255.255.255.255", LEFT.broadcast):
        try:
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        except UpperError:
            continue  # no rule says that a user may
        if sent := lt.answer("udp"):
            lt.check("Ethernet destination", sent["eth_dst"], BROADCAST_MAC)


@case("RFC1042-Ethernet-a", needs="framing", stands_on=["keeps-datagrams", "switches-framing"], violator=ignores("set"))
def neighbours_of_either_kind(lt):
    """Each neighbour is sent frames of the kind that it sends, also from when it sends others."""
    lt.set("framing", "snap", iface=0)
    for near, framing in (LEFT.host(31), "snap"), (LEFT.host(32), "ethernet"), (LEFT.host(31), "snap"), (LEFT.host(32), "snap"), (LEFT.host(31), "ethernet"):
        lt.check("frame of an ARP reply", says_so(lt, near, framing), framing)
        lt.send(IP(src=near) / echo())
        lt.check("frame of a datagram", lt.expect(echo_reply())["framing"], framing)
