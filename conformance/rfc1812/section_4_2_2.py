# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.2.2: the Internet Protocol of a router, where more is said of it than of a host."""

from contextlib import suppress

from postel.kit import *

ROUTE, STAMP = 7, 68
CUT = 5  # fragments of 1,400 octets of data where a packet has 20 octets of header and 296 of data, or less


@case("RFC1812-4.2.2.1d-a", "RFC1812-4.2.2.1e-c", role="router", kind=characteristic, needs="udp", violator=changes("udp", nth=1, options=b""))
def options_that_its_users_may_send(lt):
    """Whether Record Route and Timestamp leave in what the router's own user sends."""
    sent, sock = [], bind(lt)
    for name, option in ("Record Route", record_route(room=2)), ("Timestamp", timestamp(bytes(8))):
        with suppress(UpperError):
            left = user_sends(lt, sock, options=option + bytes(-len(option) % 4))
            sent += [name] if left["options"][:1] == option[:1] else []
    return " and ".join(sent) or "neither"


@case("RFC1812-4.2.2.3-b", role="router", violator=drops("echo-request"))
def reserved_flag_keeps_nothing_back(lt):
    """What has the reserved flag set is taken, and passed on."""
    lt.send(probe(echo(), reserved=1))
    lt.expect(echo_reply())
    lt.send(transit(reserved=1))
    lt.expect(passed(lt, reserved=anything), on=1)


@case("RFC1812-4.2.2.3-e", role="router", violator=drops("echo-request"))
def reserved_bit_of_tos_keeps_nothing_back(lt):
    """What has the last bit of the type of service set is taken, and passed on, like what has not."""
    for tos in 1, 0x11:
        lt.send(probe(echo(), tos=tos))
        lt.expect(echo_reply())
        lt.send(transit(tos=tos))
        lt.expect(passed(lt, tos=anything), on=1)


@case("RFC1812-4.2.2.3-d", role="router", violator=changes("echo-reply", tos=0x11))
def reserved_bit_of_tos_is_not_sent(lt):
    """What the router sends itself has that bit clear, also in answer to what has it set."""
    lt.send(probe(echo(), tos=0x11), probe(udp(), tos=0x11), transit(tos=0x11, ttl=1))
    answers = [(answer["kind"], answer["tos"] & 1) for answer in iter(lt.answer, None)]
    lt.check("answers", len(answers), at_least(1))
    lt.check("answers with the bit set:", [kind for kind, bit in answers if bit], [])


def pieces(lt, size=1400):
    """The fragments of a datagram with so many octets of data that is passed on to a link of 316 octets."""
    lt.set("mtu", 316, iface=1)
    lt.send(transit(echo(data=counting(size - 8))))
    return list(iter(lambda: lt.answer("fragment"), None))


@case("RFC1812-4.2.2.7-a", role="router", needs="mtu", violator=changes("fragment", nth=1, mf=0))
def what_is_too_long_is_passed_on_in_fragments(lt):
    """What the next link cannot carry is passed on in fragments, which make up what came."""
    lt.check("data of all fragments", joined(lt, pieces(lt)), saying("that of what came", lambda data: data == lt.sent[20:]))


@case("RFC1812-4.2.2.7-b", role="router", needs="mtu", violator=drops("fragment", nth=1))
def fragments_are_as_few_as_can_be(lt):
    """There are no more fragments than there have to be."""
    lt.check("fragments", len(pieces(lt)), CUT)


@case("RFC1812-4.2.2.7-c", role="router", needs="mtu", violator=changes("fragment", offset=1184, mf=1))
def fragments_are_sent_in_order(lt):
    """They are sent in the order that they stand in."""
    offsets = [piece["offset"] for piece in pieces(lt)]
    lt.check("offsets", offsets, saying("some, in order", lambda offsets: offsets and sorted(offsets) == offsets))


@case("RFC1812-4.2.2.7-d", role="router", needs="mtu", kind=characteristic, violator=changes("fragment", payload=bytes(8)))
def sizes_of_fragments(lt):
    """How long the fragments are: who makes a small one may make it the first."""
    return ", ".join(str(len(piece["payload"])) for piece in pieces(lt))


@case("RFC1812-4.2.2.9-a", role="router", violator=drops("echo-reply", nth=1))
def time_to_live_is_not_looked_at_but_in_transit(lt):
    """What is for the router is taken whatever its time to live, also where it is for the address of another interface."""
    for dst in lt.iut, lt.right.iut:
        for ttl in lt.each((1, 0), f"for {'the other' if dst != lt.iut else 'this'} interface, time to live"):
            lt.send(probe(echo(), dst=dst, ttl=ttl))
            lt.expect(echo_reply(src=dst))


@case("RFC1812-4.2.2.11-a", role="router", violator=changes("unreachable", src="0.0.0.0"))
def nobody_s_address_is_no_source(lt):
    """What the router says of what was sent to it, to all, or through it does not come from 0.0.0.0."""
    lt.send(echo(), udp(), probe(echo(), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC), transit(ttl=1))
    sources = [answer["src"] for answer in iter(lt.answer, None)]
    lt.check("sources", sources, saying("some, and not 0.0.0.0", lambda sources: sources and "0.0.0.0" not in sources))


@case("RFC1812-4.2.2.11-l", role="router", kind=characteristic, needs="udp", violator=drops("udp"))
def directed_broadcasts_of_its_users(lt):
    """Whether what the router's user sends to all on a network of its own, or elsewhere, leaves, and in which frame."""
    words, sock = [], bind(lt)
    with suppress(UpperError):
        lt.set("broadcast", 1, sock=sock)
    for where, dst in ("on its link", RIGHT.broadcast), ("elsewhere", "192.0.2.255"):
        with suppress(UpperError):
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        left = lt.answer("udp")
        words.append(f"{where} {'not at all' if not left else 'in a frame to all' if left['eth_dst'] == BROADCAST_MAC else 'in a frame to one'}")
    return ", ".join(words)


@case("RFC1812-4.2.2.11-p", "RFC1812-4.2.3.1-g", role="router", needs="udp",
      violators={"RFC1812-4.2.2.11-p": alters("udp.recv", dst=LEFT.host(9)), "RFC1812-4.2.3.1-g": loses("udp.recv", nth=1)})  # fmt: skip
def limited_broadcasts_are_received(lt):
    """What is sent to 255.255.255.255 reaches the router's user, on each link, and is not passed on."""
    bind(lt)
    for lab in lt.left, lt.right:
        lt.send(probe(udp(USER_PORT), dst="255.255.255.255", eth_dst=BROADCAST_MAC), on=lab.index)
        expect_kept(lt, after="a limited broadcast")
        with lt.judging("RFC1812-4.2.3.1-g"):
            told = lt.expect_event("udp.recv", src=lab.lt, data=b"postel")
        lt.check("destination that is told", told["dst"], one_of("255.255.255.255", lt.iut, lt.right.iut))  # as it came, or the specific one


SOURCES = {
    "nobody": "0.0.0.0", "loopback": "127.0.0.1", "a group": "224.0.0.1", "everybody": "255.255.255.255", "everybody on the link": LEFT.broadcast,
}  # fmt: skip


@case("RFC1812-4.2.2.11-q", role="router", needs="counters", violator=keeps("counters"))
def sources_that_cannot_be_are_counted(lt):
    """Of what is dropped for its source a counter tells, which good datagrams leave as it is."""
    good = risen(lt, echo(), transit())
    taken(lt)
    for src in lt.each(SOURCES):
        tell = risen(lt, probe(echo(), src=src)) - good
        if not taken(lt):  # else it was not dropped, which is another case's matter
            lt.check("counters that tell of it:", sorted(tell), saying("one at least", bool))
