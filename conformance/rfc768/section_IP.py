# SPDX-License-Identifier: BSD-2-Clause
"""RFC 768: the interface to IP, and the number of the protocol."""

from postel.kit import *


@case("RFC768-IP-a", needs=["udp"], violator=alters("udp.recv", nth=1, src=LEFT.lt))
def addresses_are_told(lt):
    """UDP learns from the internet header where a datagram came from and for whom it was, and its user from UDP."""
    bind(lt)
    for src in lt.me, PEER, "192.0.2.9":
        lt.send(IP(src=src) / udp(USER_PORT))
        lt.expect_event("udp.recv", src=src, dst=lt.iut, data=b"postel")


@case("RFC768-Protocol-a", needs=["udp"], violator=changes("udp", nth=1, protocol=136))
def number_of_the_protocol(lt):
    """UDP is protocol 17, in what comes and in what is sent."""
    sock = bind(lt)
    lt.send(cut(bytes(UDP(sport=OUR_PORT, dport=USER_PORT, len=14, chksum=0)) + b"postel", 0, False, protocol=136))
    lt.answer("unreachable")
    lt.expect_no_event("udp.recv", after="another protocol")
    for data in b"", b"postel":
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=data)
        sent = lt.answer() or lt.fail("a datagram of a user", "silence")
        lt.check("protocol", sent["protocol"], 17)
