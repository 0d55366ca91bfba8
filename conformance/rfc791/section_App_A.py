# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 appendix A: the worked examples, with an echo request or a UDP datagram as their data."""

from postel.kit import *

OPTIONS = bytes([0x2E, 3, 1]) + bytes([0x6E, 4, 1, 2]) + NOP + bytes([0xEE, 3, 1]) + EOL  # three that nobody knows


@case("RFC791-App.A-a", violator=changes("unreachable", quoted=lambda packet: packet[:-1] + b"?"))
def example_1(lt):
    """21 octets, one of them data, identification 111, time 123. (RFC 791 gives it to ICMP, which needs more.)"""
    lt.send(probe(cut(b"1", 0, False, protocol=253), id=111, ttl=123))
    lt.check("octets on the wire", len(lt.sent), 21)
    lt.expect(unreachable(code=2, quoted=quoting(lt.sent)))


@case("RFC791-App.A-a", violator=changes("echo-reply", nth=1, data=lambda data: data[:-1]))
def example_2(lt):
    """452 octets of data, whole (472) and as the fragments of 276 and 216 octets that a link of 280 makes of them."""
    request = echo(data=counting(444))
    lt.send(probe(request, id=111, ttl=123))
    lt.check("octets on the wire", [len(packet) for packet in lt.sent_all], [472])
    lt.expect(echo_reply())
    lt.send(*split(request, 256, id=112, ttl=119))
    lt.check("octets on the wire", [len(packet) for packet in lt.sent_all], [276, 216])
    lt.expect(echo_reply(ident=7, seq=1, data=counting(444)))


@case("RFC791-App.A-a", violator=drops("echo-reply"))
def example_3(lt):
    """576 octets with a header of eight words, whose options do not align."""
    lt.send(probe(echo(data=counting(536)), id=111, ttl=123, options=OPTIONS))
    lt.check("octets on the wire", len(lt.sent), 576)
    lt.expect(echo_reply())
