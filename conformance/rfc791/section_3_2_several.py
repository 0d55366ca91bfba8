# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.2, Addressing: a host may have several addresses on one interface."""

from postel.kit import *

SECOND, ELSEWHERE = LEFT.host(200), "203.0.113.9"  # on the same network, and on one of its own


@case("RFC791-3.2_Addressing-a", demands="address", violator=drops("echo-reply", nth=1))
def each_of_several_addresses_is_answered_from(lt):
    """The host takes what comes for any of them, and answers from the one that was meant."""
    for addr, bits in (SECOND, LEFT.prefix), (ELSEWHERE, 24):
        lt.add("address", iface=0, addr=addr, len=bits)
    for dst in (lt.iut, SECOND, ELSEWHERE, lt.iut):
        lt.send(IP(dst=dst) / echo())
        lt.expect(echo_reply(src=dst))


@case("RFC791-3.2_Addressing-a", demands="address", violator=drops("arp-reply", nth=1))
def each_of_several_addresses_is_told_by_arp(lt):
    """Who asks for either of two on one network is told the same MAC."""
    lt.add("address", iface=0, addr=SECOND, len=LEFT.prefix)
    for tpa in (lt.iut, SECOND):
        lt.send(arp(tpa=tpa))
        lt.expect(arp_reply(spa=tpa, sha=lt.iut_mac, tpa=PEER))


@case("RFC791-3.2_Addressing-a", needs="udp", demands="address", violator=drops("udp", nth=1))
def each_of_several_addresses_is_a_source(lt):
    """A user sends from either, and nothing comes from one that was taken away."""
    lt.add("address", iface=0, addr=SECOND, len=LEFT.prefix)
    sock = bind(lt)
    for src in (lt.iut, SECOND):
        lt.call("udp.send", sock=sock, dst=lt.me, src=src, dport=OUR_PORT, data=b"postel")
        lt.expect(udp_datagram(src=src, dst=lt.me, sport=USER_PORT, dport=OUR_PORT))
    lt.remove("address", iface=0, addr=SECOND)
    expect_refusal(lt, "udp.send", sock=sock, dst=lt.me, src=SECOND, dport=OUR_PORT, data=b"postel")
    lt.check("source then", user_sends(lt, sock)["src"], lt.iut)
