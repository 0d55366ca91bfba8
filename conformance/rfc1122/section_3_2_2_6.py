# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.6: Echo request and reply."""

from postel.kit import *

DIRECTED, ALL_HOSTS = LEFT.broadcast, "224.0.0.1"
LONGEST_DATA = 65507


@case("RFC1122-3.2.2.6-a", violator=drops("echo-reply", nth=40))
def every_echo_is_answered(lt):
    """Each of a hundred requests has its reply, in whatever order."""
    lt.send(*(echo(seq=seq) for seq in range(100)))
    for seq in range(100):
        lt.expect(echo_reply(seq=seq))


@case("RFC1122-3.2.2.6-b", needs=["echo"], violator=changes("echo-request", seq=3))
def user_sends_an_echo(lt):
    """The user can send an echo request with identifier, sequence number and data of its choice."""
    lt.call("echo.send", dst=lt.me, id=77, seq=5, data=b"from the user")
    asked = {"src": lt.iut, "dst": lt.me, "code": 0, "ident": 77, "seq": 5, "data": b"from the user"}
    lt.expect(Expectation("echo-request", asked))


@case("RFC1122-3.2.2.6-c", kind=characteristic, ability="answers-broadcast-echo", lacking="silent", violator=answers("echo-reply"))
def echo_to_a_broadcast(lt):
    """Whether an echo request to the link's broadcast address is answered."""
    lt.send(probe(echo(), dst=DIRECTED, eth_dst=BROADCAST_MAC))
    return "answered" if lt.answer("echo-reply") else "silent"


@case("RFC1122-3.2.2.6-d", kind=characteristic, violator=answers("echo-reply"))
def echo_to_all_hosts(lt):
    """Whether an echo request to the group of all hosts is answered."""
    lt.send(probe(echo(), dst=ALL_HOSTS, eth_dst="01:00:5e:00:00:01"))
    return "answered" if lt.answer("echo-reply") else "silent"


@case("RFC1122-3.2.2.6-e", violator=changes("echo-reply", src=LEFT.host(9)))
def reply_comes_from_the_address_asked(lt):
    """The source of a reply is the destination of its request."""
    lt.send(echo())
    lt.expect(echo_reply(src=lt.iut))
    lt.send(IP(src="192.0.2.9") / echo())
    lt.expect(echo_reply(src=lt.iut, dst="192.0.2.9"))


@case("RFC1122-3.2.2.6-e", needs="echo-broadcast", violator=changes("echo-reply", nth=1, src=LEFT.host(9)))
def reply_to_all_comes_from_one(lt):
    """Where requests to all are answered the source is the address of the interface that heard them."""
    lt.set("echo-broadcast", 1)
    for lab in links(lt):
        for dst in ("255.255.255.255", lab.broadcast, ALL_HOSTS):
            lt.send(ping(), on=lab.index)
            lt.expect(echo_reply(src=lab.iut), on=lab.index)
            lt.send(probe(ping(), dst=dst, eth_dst=BROADCAST_MAC if dst != ALL_HOSTS else group_mac(dst)), on=lab.index)
            if reply := lt.answer("echo-reply"):
                lt.check("source", reply["src"], lab.iut)


@case("RFC1122-3.2.2.6-e", needs=["two-interfaces"], violator=changes("echo-reply", nth=1, src=LEFT.iut))
def reply_comes_from_each_address_asked(lt):
    """A host with two addresses answers from the one that was asked."""
    lt.send(echo())
    lt.expect(echo_reply(src=lt.left.iut))
    lt.send(echo(), on=1)
    lt.expect(echo_reply(src=lt.right.iut), on=1)


@case("RFC1122-3.2.2.6-f", violator=changes("echo-reply", nth=2, data=lambda data: data[:-1]))
def data_returns_whole(lt):
    """The reply carries all the data of the request."""
    for size in sorted({0, 1, min(548, lt.room), lt.room}):
        lt.send(echo(seq=size, data=counting(size)))
        lt.expect(echo_reply(data=counting(size)))


@case("RFC1122-3.2.2.6-f", ability="returns-data", violator=changes("echo-reply", nth=3, data=lambda data: data[:-1] + b"\0"))
def odd_data_returns_whole(lt):
    """An odd number of octets comes back to the last, and so does data of a single value."""
    for size in sorted({1, 3, 17, 255, lt.room - 1 | 1}):
        for data in (counting(size), b"\xff" * size):
            lt.send(echo(seq=size, data=data))
            lt.expect(echo_reply(data=data))


@case("RFC1122-3.2.2.6-g", violator=drops("fragment", nth=1))
def reply_that_no_packet_can_carry(lt):
    """A reply longer than the link's packets comes in fragments or, from who makes none, cut to what one carries."""
    expect_whole_or_cut(lt, large_echo(lt), LARGE)


@case("RFC1122-3.2.2.6-g", stands_on="reassembles-the-longest", violator=drops("fragment", nth=1))
def reply_to_the_longest_request(lt):
    """So does the reply to a request that is as long as a datagram can be."""
    expect_whole_or_cut(lt, in_pieces(lt, echo(data=counting(LONGEST_DATA)), most=1400), LONGEST_DATA)


def expect_whole_or_cut(lt, request, size):
    pieces = gathered(lt, *request)
    if not pieces:
        lt.lacks(*lt.taken())
        lt.fail("a reply, whole or cut", "silence")
    if [piece["kind"] for piece in pieces] == ["echo-reply"]:
        return holds(lt, pieces[0]["data"], begins_well(lt.room, counting(size)))
    lt.check("data of the reply", joined(lt, pieces)[8:], counting(size))


def begins_well(room, sent):
    return saying(f"the data, or its first {room} octets at least", lambda data: len(data) >= room and sent.startswith(data))


@case("RFC1122-3.2.2.6-h", needs=["echo"], ability="tells-of-replies", violator=loses("echo.recv"))
def user_gets_the_reply(lt):
    """An echo reply is passed to the user that asked."""
    lt.call("echo.send", dst=lt.me, id=77, seq=5, data=b"postel")
    lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))
    lt.send(icmp(0, rest=bytes([0, 77, 0, 5]), data=b"postel"))
    lt.expect_event("echo.recv", src=lt.me, id=77, seq=5, data=b"postel")


@case("RFC1122-3.2.2.6-h", needs=["echo"], stands_on="tells-of-replies", violator=alters("echo.recv", nth=2, seq=5))
def user_gets_every_number(lt):
    """It is passed with its identifier and number whatever they are, and with the data and the sender that it has."""
    for ident, seq in (1, 0), (256, 0x0100), (0x5AA5, 0xA55A), (0xA55A, 0x5AA5), (65535, 65535):
        lt.call("echo.send", dst=lt.me, id=ident, seq=seq, data=b"postel")
        lt.expect(Expectation("echo-request", {"ident": ident, "seq": seq}))
        rest = ident.to_bytes(2, "big") + seq.to_bytes(2, "big")
        lt.send(icmp(0, rest=rest, data=counting(seq % 100)))
        lt.expect_event("echo.recv", src=lt.me, id=ident, seq=seq, data=counting(seq % 100))


@case("RFC1122-3.2.2.6-b", kind=characteristic, needs=["echo"], violator=drops("fragment", every=True))
def longest_echo_of_the_user(lt):
    """How many octets of data the user's echo request can have, of as many as a datagram holds and of fewer."""
    for size in (LONGEST_DATA, LONGEST_DATA - 1, LARGE, lt.room, 548):
        try:
            lt.call("echo.send", dst=lt.me, id=77, seq=5, data=counting(size))
        except UpperError:
            continue
        sent = [packet["length"] for packet in iter(lt.answer, None)]
        if sum(sent) - 20 * len(sent) == 8 + size:
            return f"{size} octets"
    return "fewer than 548 octets"


@case("RFC1122-3.2.2.6-h", kind=characteristic, needs=["udp", "echo", "vtime"], violator=loses("echo.recv"))
def what_the_user_sends_to_its_own_host(lt):
    """Whether it comes back, and whether that is told before the operation has ended, or later."""
    sock, words = bind(lt), []
    echo_sent, udp_sent = {"id": 77, "seq": 5}, {"sock": sock, "dport": USER_PORT}
    for name, event, said in ("echo", "echo.recv", echo_sent), ("udp", "udp.recv", udp_sent):
        lt.call(f"{name}.send", dst=lt.iut, data=b"postel", **said)
        at_once = lt.told_at_once(event)
        words.append(f"{name}: {'at once' if at_once else 'later' if lt.delivered(event) else 'never'}")
    return ", ".join(words)


@case("RFC1122-3.2.2.6-i", kind=characteristic, needs=["two-interfaces"], violator=changes("echo-reply", options=b""))
def address_that_is_recorded(lt):
    """Which of its addresses a host records in a request that came by one interface to the address of the other."""
    lt.send(probe(echo(), dst=lt.right.iut, options=record_route(room=1) + NOP))
    reply = lt.answer("echo-reply")
    names = {"that of the interface": lt.left.iut, "the one that was asked": lt.right.iut}
    found = [name for name, addr in names.items() if reply and with_option(record_route(addr, pointer=8))(reply["options"])]
    return (found or ["none"])[0]
