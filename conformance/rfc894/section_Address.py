# SPDX-License-Identifier: BSD-2-Clause
"""RFC 894: addresses."""

from postel.kit import *


@case("RFC894-Address-b", needs=["udp"], violator=changes("udp", nth=1, eth_dst=PEER_MAC))
def broadcasts_leave_in_frames_to_all(lt):
    """What the user sends to a broadcast leaves in a frame to all stations."""
    sock = bind(lt)
    for dst in ("255.255.255.255", LEFT.broadcast):
        try:
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        except UpperError:
            continue  # no rule says that a user may
        if sent := lt.answer("udp"):
            lt.check("Ethernet destination", sent["eth_dst"], BROADCAST_MAC)


@case("RFC1042-Address-c", violator=changes("echo-reply", eth_dst=PEER_MAC))
def neighbour_is_found_by_arp(lt):
    """A neighbour's hardware address is what ARP says."""
    lt.neighbours[LEFT.host(78)] = OTHER_MAC
    lt.check("Ethernet destination", resolved(lt, LEFT.host(78))["eth_dst"], OTHER_MAC)


@case("RFC894-Address-c", violator=drops("arp-reply"))
def host_answers_for_its_own_address(lt):
    """A host knows its address, and answers who asks for it."""
    lt.send(arp())
    lt.expect(arp_reply(spa=lt.iut, tpa=PEER))
