# SPDX-License-Identifier: BSD-2-Clause
"""RFC 894: the frame around a packet."""

from postel.kit import *


@case("RFC894-Frame-b", violator=changes("echo-reply", nth=3, padding=bytes(8) + b"heap"))
def short_packets_are_filled_with_zeros(lt):
    """What fills the frame of a short packet are zeros, not what was in memory: after longer ones that are not."""
    lt.send(echo(data=b"\xaa" * 200))
    lt.expect(echo_reply(data=b"\xaa" * 200))
    for size in range(18):
        lt.send(echo(seq=size, data=b"\xaa" * size))
        lt.expect(echo_reply(seq=size, data=b"\xaa" * size, padding=nothing_but_zeros))


@case("RFC894-Frame-a", violator=changes("echo-reply", eth_type=0x0801))
def type_of_a_frame(lt):
    """A datagram is in a frame of type 0x0800, its header first."""
    lt.send(echo())
    frame = lt.expect(echo_reply())["frame"]
    lt.check("type, and version of what follows", (frame[12:14].hex(), frame[14] >> 4), ("0800", 4))


@case("RFC894-Frame-c", violator=changes("fragment", payload=lambda octets: octets + bytes(64)))
def no_packet_is_longer_than_1500(lt):
    """No packet on an Ethernet is longer than 1500 octets."""
    lt.send(echo(data=counting(lt.room)))
    lt.expect(echo_reply(data=counting(lt.room)))
    longest = max((piece["length"] for piece in gathered(lt, *large_echo(lt))), default=0)
    lt.check("octets of the longest packet", longest, at_most(1500))


@case("RFC894-Frame-f", violator=drops("echo-reply", nth=1))
def packets_of_full_length(lt):
    """Packets as long as the link carries are received, and sent."""
    for size in (lt.room - 1, lt.room):
        lt.send(echo(data=counting(size)))
        lt.expect(echo_reply(data=counting(size)))


@case("RFC1042-MTU-b", violator=drops("echo-reply", where={"seq": 9}))
def packets_as_long_as_the_link_carries(lt):
    """A host takes packets as long as the link carries."""
    lt.send(probe(ping(seq=9, data=counting(lt.room))))
    lt.expect(echo_reply(data=counting(lt.room)))


@case("RFC894-Frame-e", needs=["tcp", "mtu"], violator=changes("protocol-6", payload=lambda payload: payload[:22] + (1460).to_bytes(2, "big") + payload[24:]))
def peers_of_a_small_host_are_told(lt):
    """A host whose interface takes less than full packets says so by TCP's segment size."""
    for mtu in (576, 1006):
        lt.set("mtu", mtu, iface=0)
        _, syn = asks(lt, port=mtu)
        lt.check("size on offer", segment_of(syn).mss or 536, at_most(mtu - 40))
