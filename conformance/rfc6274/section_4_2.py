# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 4.2: what becomes of datagrams that wait."""

from collections import Counter
from itertools import combinations

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


@case("RFC6274-4.2.4-a", kind=characteristic, needs="ip", stands_on="fragments", violator=drops("fragment", every=True))
def datagrams_of_one_identification_that_wait(lt):
    """Which of three datagrams leave that wait for one neighbour, of which the first two, of two protocols, have the same identification."""
    lt.hosts.strangers.add(PEER)
    with lt.mute_arp():
        for protocol_, ident in (253, 7), (254, 7), (253, 8):
            lt.call("ip.send", dst=PEER, protocol=protocol_, data=counting(2000), id=ident)
        while lt.answer("arp-request"):
            pass
    lt.send(arp(REPLY))
    left = {f"{piece['protocol']} with {piece['id']}": 0 for piece in gathered(lt)}
    return ", ".join(left) or "none"


def waited(lt, sizes, near):
    """The octets that leave of each of a user's datagrams, which had to wait for their neighbour; of one that is dropped there are none."""
    lt.hosts.strangers.add(near)
    with lt.mute_arp():
        sock = bind(lt, port=0)
        for size in sizes:
            lt.call("udp.send", sock=sock, dst=near, dport=OUR_PORT, data=counting(size))
        while lt.answer("arp-request"):
            pass
    lt.send(arp(REPLY, spa=near))
    left = Counter()
    for piece in gathered(lt):
        left[piece["id"]] += len(piece["payload"])
    return list(left.values())


def sums(sizes):
    """The octets of some of these datagrams: several may have one identification, which is another rule's matter."""
    return {sum(size + 8 for size in some) for many in range(1, len(sizes) + 1) for some in combinations(sizes, many)}


@case("RFC6274-4.2.4-a", needs="udp", stands_on="fragments", violator=drops("fragment", nth=4))
def datagrams_wait_whole_or_not_at_all(lt):
    """Of a datagram that waits for its neighbour all fragments leave in the end, or none does, however long it is, and however many wait."""
    sock = bind(lt)
    lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE))
    lt.check("octets of one that need not wait", sum(len(piece["payload"]) for piece in gathered(lt)), LARGE + 8)
    for last, sizes in enumerate(((LARGE,), (9000,), (20000,), (65507,), (2900, 3000, 3100)), 40):
        whole = saying("those of whole datagrams", lambda found, sizes=sizes: {*found} <= sums(sizes))
        lt.check("octets that left of datagrams", waited(lt, sizes, LEFT.host(last)), whole)


@case("RFC6274-4.2.3-a", kind=characteristic, needs="udp", stands_on="asks-for-neighbours", violator=drops("echo-reply", nth=0))
def neighbour_among_many_that_are_silent(lt):
    """Whether a neighbour that answers is found while datagrams wait for hundreds that do not."""
    sock = bind(lt)
    with lt.mute_arp():
        for number in range(100, 330):
            lt.tried("udp.send", sock=sock, dst=LEFT.host(number), dport=OUR_PORT, data=bytes(LARGE))
        lt.settle()
        lt.forget()
    lt.hosts.strangers.add(PEER)
    lt.send(IP(src=PEER) / echo())
    return "found at once" if lt.answer("echo-reply") else "not found at once"
