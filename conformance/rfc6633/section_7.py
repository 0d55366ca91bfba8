# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6633 sections 7 and 8: what Source Quench must not do to a host."""

from postel.kit import *


@case("RFC6633-7-a", violator=drops("echo-reply", nth=5))
def source_quench_slows_nothing_down(lt):
    """However many quenches there are about what a host sends, the next goes out at once: the scheme of RFC 1016 put it off."""
    for seq in range(8):
        lt.send(echo(seq=seq))
        reply = lt.expect(echo_reply(seq=seq))
        lt.send(*[icmp(4, data=reply["packet"][:28])] * 4)


@case("RFC6633-7-a", needs=["udp"], violator=drops("udp", nth=5))
def source_quench_slows_no_user_down(lt):
    """Nor does it slow down a user of UDP."""
    sock = bind(lt)
    for _ in range(8):
        sent = user_sends(lt, sock)
        lt.send(*[icmp(4, data=sent["packet"][:28])] * 4)
    while lt.delivered("icmp.error"):
        pass  # whether it is told is RFC6633-5-a


@case("RFC6633-8-b", violator=answers("echo-reply", nth=3))
def source_quench_is_discarded_silently(lt):
    """Whatever a Source Quench is about, and whoever has sent it, it is answered by nothing."""
    quotes = {"a reply": IP(src=lt.iut, dst=lt.me) / icmp(0, data=bytes(8)), "a datagram": IP(src=lt.iut, dst=lt.me) / udp(),
              "a segment": IP(src=lt.iut, dst=lt.me, proto=6) / bytes(20), "a protocol that nobody has": IP(src=lt.iut, dst=lt.me, proto=253) / bytes(8),
              "what another has sent": IP(src=PEER, dst=lt.me) / udp()}  # fmt: skip
    for quote, src in lt.each({f"{name}, from {src}": (quote, src) for name, quote in quotes.items() for src in (lt.me, PEER, LEFT.host(9))}):
        lt.send(IP(src=src) / echo())
        lt.expect(echo_reply())
        lt.send(probe(icmp(4, data=bytes(quote)), src=src))
        lt.expect_silence(after="a Source Quench")
