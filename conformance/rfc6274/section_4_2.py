# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 4.2: what becomes of datagrams that wait."""

from postel.kit import *


@case("RFC6274-4.2.3-a", kind=characteristic, needs="vtime", violator=drops("arp-request", where={"tpa": PEER}, nth=3))
def what_waits_in_vain(lt):
    """What becomes of a datagram whose neighbour does not answer in a minute, and whether the next one has it asked for again."""
    with lt.mute_arp():
        asked_for(lt, PEER, IP(src=PEER) / echo(seq=1))
        lt.advance(60)
        while lt.answer("arp-request"):
            pass
        lt.send(IP(src=PEER) / echo(seq=2))
        asked = lt.answer("arp-request")
    lt.send(arp(REPLY))
    left = {reply["seq"] for reply in iter(lambda: lt.answer("echo-reply"), None)}
    return f"{'kept' if 1 in left else 'dropped'}, and the next one {'asks again' if asked else 'asks nobody'}"


def waited(lt, size, near):
    """The fragments that leave of a user's datagram that had to wait for its neighbour."""
    lt.hosts.strangers.add(near)
    with lt.mute_arp():
        sock = bind(lt, port=0)
        lt.call("udp.send", sock=sock, dst=near, dport=OUR_PORT, data=counting(size))
        while lt.answer("arp-request"):
            pass
    lt.send(arp(REPLY, spa=near))
    return gathered(lt)


@case("RFC6274-4.2.4-a", needs="udp", stands_on="fragments", violator=drops("fragment", nth=4))
def datagrams_wait_whole_or_not_at_all(lt):
    """Of a datagram that waits for its neighbour all fragments leave in the end, or none does, however long it is."""
    sock = bind(lt)
    lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE))
    lt.check("octets of one that need not wait", sum(len(piece["payload"]) for piece in gathered(lt)), LARGE + 8)
    for last, size in enumerate((LARGE, 9000, 20000, 65507), 40):
        left = sum(len(piece["payload"]) for piece in waited(lt, size, LEFT.host(last)))
        lt.check("octets that left of a datagram", left, one_of(0, size + 8))
