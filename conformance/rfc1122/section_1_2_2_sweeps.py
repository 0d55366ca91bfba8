# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 1.2.2: no packet, however malformed, keeps a host from the next one."""

from itertools import product

from postel.kit import *

ERRORS = (3, 4, 5, 11, 12)


def quotes(packet):
    """What an error may quote of a packet: any number of its octets, and any header length."""
    cut_short = [packet[:size] for size in range(len(packet) + 1)]
    return cut_short + [bytes([packet[0] & 0xF0 | ihl]) + packet[1:size] for ihl in range(16) for size in (20, 28)]


@case("RFC1122-1.2.2-a", kind=robustness)
def errors_with_every_quote(lt):
    """An ICMP error of any type with a quote of any length, about a reply of the IUT, does no harm."""
    lt.send(echo())
    reply = lt.answer("echo-reply") or {"packet": bytes(36)}
    for type_ in ERRORS:
        lt.send(*(message(type_, data=quote) for quote in quotes(reply["packet"][:36])))
        lt.expect_life()


@case("RFC1122-1.2.2-a", needs=["udp"], kind=robustness)
def errors_about_a_users_datagram(lt):
    """Nor does one about a datagram of a user, who can send on."""
    sock = bind(lt)
    sent = user_sends(lt, sock)
    for type_ in ERRORS:
        lt.send(*(message(type_, code, data=quote) for code in (1, 4) for quote in quotes(sent["packet"][:36])))
        lt.expect_life()
    lt.answer()


@case("RFC1122-1.2.2-a", needs=["udp"], kind=robustness)
def every_mtu_of_a_next_hop(lt):
    """Fragmentation needed with an MTU of nothing, or of less than any link has, does no harm."""
    sock = bind(lt)
    sent = user_sends(lt, sock)
    for mtu in (*range(70), 296, 576, 1500, 1501, 65535):
        lt.send(message(3, 4, rest=mtu.to_bytes(4, "big"), data=sent["packet"][:28]))
    lt.expect_life()
    refusal(lt, sock, min(1400, lt.room), lt.me)  # or it leaves
    lt.expect_life()


@case("RFC1122-1.2.2-a", needs=["udp"], kind=robustness)
def wrong_udp_lengths_to_a_socket(lt):
    """A UDP length that is wrong does no harm where a user listens."""
    bind(lt)
    for length in (*range(9), 13, 15, 16, 1480, 9999, 65535):
        lt.send(probe(udp(USER_PORT), udp_length=length), probe(udp(USER_PORT), udp_length=length, udp_checksum=0))
        lt.expect_life()
    for size in range(8):
        lt.send(probe(udp(USER_PORT), payload=lambda octets, size=size: octets[:size]))
    lt.expect_life()


@case("RFC1122-1.2.2-a", kind=robustness)
def every_type_and_code(lt):
    """An ICMP message of any type and code, with nothing in it or with much, does no harm."""
    for type_ in range(256):
        lt.send(*(message(type_, code, data=data) for code in (0, 255) for data in (b"", counting(8))))
        lt.forget()
    lt.expect_life()


@case("RFC1122-1.2.2-a", kind=robustness)
def igmp_of_every_length(lt):
    """Nor does an IGMP message of any version that is cut short, to the IUT or to all hosts."""
    for type_, dst in product((0x11, 0x12, 0x13, 0x16, 0x17, 0x22), (lt.iut, "224.0.0.1")):
        lt.send(*(IP(proto=2, dst=dst, ttl=1) / bytes([type_, 0, 0, 0] * 4)[:size] for size in range(17)))
        lt.expect_life()


@case("RFC1122-1.2.2-a", kind=robustness)
def arp_of_every_length(lt):
    """Nor do addresses of any length in an ARP packet, or one that ends anywhere."""
    for length in range(256):
        lt.send(arp(hlen=length), arp(plen=length), arp(hlen=length, plen=length, op=REPLY))
    lt.expect_life()
    for size in range(29):
        lt.send(arp(size=size), arp(REPLY, size=size))
    lt.expect_life()
