# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 1.2.3: Error logging. What a host counts is its own choice; here is which counters tell of what."""

from contextlib import suppress
from functools import partial

from postel.kit import *

FRAMES = {
    "another station": probe(echo(), eth_dst=OTHER_MAC),
    "another type": probe(echo(), eth_type=0x1001),
    "802.2": probe(echo(), llc=bytes.fromhex("424203")),
}
ASKED = {
    "request": arp(),
    "request for another": arp(tpa=LEFT.host(99)),
    "probe": arp(spa="0.0.0.0"),
    "probe by another": arp(spa="0.0.0.0", sha=OTHER_MAC),
    "announcement": arp(tpa=PEER),
    "reply": arp(REPLY),
    "reply by another": arp(REPLY, spa=LEFT.host(78), sha=OTHER_MAC),
    "operation": arp(3),
    "hardware": arp(htype=7),
    "protocol": arp(ptype=0x0801),
    "cut off": arp(size=20),
    "own address": arp(spa=LEFT.iut, sha=OTHER_MAC),
    "broadcast as sender": arp(spa="255.255.255.255"),
    "own MAC": arp(sha="02:00:00:00:00:02"),
    "MAC of a group": arp(sha="01:00:5e:00:00:07"),
}


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["counters"], violator=keeps("counters"))
def counters_of_frames(lt):
    """Which counters tell of frames that are not for IP."""
    return told_by(lt, risen(lt), FRAMES)


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["counters"], violator=keeps("counters"))
def counters_of_arp(lt):
    """Which counters tell of ARP packets, of the good ones too."""
    return told_by(lt, risen(lt), ASKED)


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["counters", "vtime"], violator=keeps("counters"))
def counters_of_what_time_ends(lt):
    """Which counters tell of datagrams that are never whole, of neighbours that never answer, and of those that have not been heard for long."""
    usual = risen(lt, echo())
    over = {"reassembly": lambda lt: lt.advance(lt.timers.reassembly), "mapping": lambda lt: lt.advance(lt.timers.neighbour)}
    with lt.mute_arp():
        waiting = {
            "fragment": cut(bytes(8), 0, True),
            "wait": IP(src=PEER) / echo(),
            "waits": lambda lt: lt.send(*(IP(src=PEER) / echo(seq=seq) for seq in range(2, 12))),
            "no answer": lambda lt: lt.advance(10),
        }
        return told_by(lt, usual, waiting | over)


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["counters"], violator=keeps("counters"))
def counters_after_a_reset(lt):
    """Whether the operation `reset` makes the counters begin anew."""
    lt.send(*(ping(seq=seq) for seq in range(20)))
    lt.forget()
    before = counters(lt)
    lt.call("reset")
    now = counters(lt)
    kept = [name for name, value in before.items() if value >= 20 and now.get(name, 0) >= value]
    lt.forget()
    return "go on" if kept else "begin anew"


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_what_is_not_sent(lt):
    """Which counters tell of what a user asks for in vain, beside what is sent: too long a datagram and one from another's address."""
    sock = bind(lt)
    asked = {"sent": {}, "too long": {"data": bytes(65508)}, "from another": {"src": PEER}}
    return told_by(lt, risen(lt, echo()), {name: partial(sends, sock=sock, **said) for name, said in asked.items()})


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_what_may_not_be_fragmented(lt):
    """Which counters tell of a datagram that is too long for the link, and that the user wants whole."""
    sock = bind(lt)
    asked = {"whole": {"df": 1}, "in fragments": {}}
    return told_by(lt, risen(lt, echo()), {name: partial(sends, sock=sock, data=counting(LARGE), **said) for name, said in asked.items()})


@case("RFC1122-1.2.3-a", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_what_is_right(lt):
    """Which counters tell of an echo, and which beside them of what else is taken, sent, reported, or put together."""
    sock, usual = bind(lt), risen(lt, echo())
    kinds = {"fragments": lambda lt: lt.send(*fragments("HA@0+ B@2")), "datagram": udp(USER_PORT), "error": udp(), "error to us": hears_an_error,
             "user": partial(sends, sock=sock), "large": partial(sends, sock=sock, data=counting(LARGE))}  # fmt: skip
    return f"echo: {', '.join(sorted(usual)) or 'none'}; {told_by(lt, usual, kinds)}"


def hears_an_error(lt):
    lt.send(icmp(3, 1, data=bytes(IP(src=lt.iut, dst=lt.me) / udp(OUR_PORT, sport=USER_PORT))[:28]))


def sends(lt, **said):
    """A user's datagram, or the refusal."""
    with suppress(UpperError):
        lt.call("udp.send", **{"dst": lt.me, "dport": OUR_PORT, "data": b"postel"} | said)
