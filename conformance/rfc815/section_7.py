# SPDX-License-Identifier: BSD-2-Clause
"""RFC 815 section 7: finding the buffer, and the timer."""

from postel.kit import *


@case("RFC791-3.2_Fragmentation-a", stands_on="reassembles-several", violator=changes("echo-reply", nth=2, data=blocks("AD")))
def interleaved_datagrams(lt):
    """Datagrams whose fragments arrive between each other's are told apart by addresses, protocol and identification."""
    lt.send(IP(src=PEER) / echo())  # whose MAC the IUT knows from now on: not every answer may wait for it
    lt.expect(echo_reply(dst=PEER))
    sources = (lt.me, PEER)
    specs = "HA@0+ B@2", "HC@0+ D@2", "HE@0+ F@2", "HG@0+ I@2"
    pieces = [fragments(spec, seq=n, id=50 + n // 2, src=sources[n % 2]) for n, spec in enumerate(specs)]
    lt.send(*(head for head, _ in pieces), *(end for _, end in reversed(pieces)))
    for seq, data in enumerate(("AB", "CD", "EF", "GI")):
        lt.expect(echo_reply(dst=sources[seq % 2], seq=seq, data=blocks(data)))


@case("RFC1122-3.3.2-f", violator=answers("echo-reply"))
def expired_fragments_are_reaped(lt):
    """Fragments that outlived their usefulness are deleted: what comes later finds none of them."""
    *early, late = fragments("C@3 B@2+ HA@0+", id=60)
    lt.send(*early)
    lt.advance(lt.timers.reassembly)
    lt.expect_silence(after="a datagram that was not complete in time")
    lt.send(late)
    lt.expect_silence(after="the first fragment of a datagram whose others have expired")
