# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.3: the interfaces to users."""

from contextlib import suppress

from postel.kit import *

LONGEST_DATA = 65507  # of a UDP datagram, or an echo
IMPOSSIBLE = {
    "a TTL of 257": {"ttl": 257}, "a TOS of 256": {"tos": 256}, "a port of 65537": {"dport": 65537},
    "an address with an octet of 257": {"dst": "192.0.2.257"}, "an address of five octets": {"dst": "192.0.2.1.1"},
}  # fmt: skip


@case("RFC791-3.3_Send-a", needs={"udp"}, violator=accepts("udp.send"))
def send_that_cannot_be(lt):
    """A user whose arguments are bad is told so: here a datagram that is longer than there can be."""
    sock = bind(lt)
    expect_refusal(lt, "udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=bytes(LONGEST_DATA + 1))


@case("RFC791-3.3_Send-a", needs={"udp"}, violator=accepts("udp.send", nth=3))
def arguments_that_cannot_be(lt):
    """So is one whose numbers or addresses no header can hold: nothing is sent with what is left of them."""
    sock = bind(lt)
    user_sends(lt, sock)
    for bad in lt.each(IMPOSSIBLE):
        expect_refusal(lt, "udp.send", **{"sock": sock, "dst": lt.me, "dport": OUR_PORT, "data": b"postel"} | bad)


@case("RFC791-3.3_Send-a", needs={"echo"}, violator=accepts("echo.send"))
def echo_that_cannot_be(lt):
    """So is one who asks for an echo of more data than there can be."""
    lt.call("echo.send", dst=lt.me, id=77, seq=5, data=b"postel")
    lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))
    expect_refusal(lt, "echo.send", dst=lt.me, id=77, seq=6, data=bytes(LONGEST_DATA + 1))


@case("RFC791-3.3_Send-b", needs={"udp"}, ability="checks-sources", violator=accepts("udp.send"))
def send_from_another_address(lt):
    """The source that a user gives must be one of the host's."""
    sock = bind(lt)
    user_sends(lt, sock, src=lt.iut)
    expect_refusal(lt, "udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel", src=PEER)


@case("RFC791-3.3_Recv-a", violator=drops("unreachable", nth=1))
def datagram_without_a_user(lt):
    """Where there is no user an ICMP error goes back, says 3.3; that it may, say 3.2 and RFC 792: so it should."""
    for code, message in (3, udp()), (2, cut(b"postel", 0, False, protocol=253)), (2, IP(proto=254)):
        lt.send(message)
        lt.expect(unreachable(code=code))


@case("RFC791-3.3_Recv-b", needs={"ip", "udp-options", "udp-ttl"}, stands_on="takes-options", violator=alters("ip.recv", nth=1, tos=0))
def what_a_user_is_told(lt):
    """Source, destination, type of service, length and options come with a datagram."""
    lt.call("ip.bind", protocol=253)
    for data, options in (b"postel", b""), (counting(100), UNKNOWN), (b"", UNKNOWN + STREAM_ID):
        lt.send(probe(cut(data, 0, False, protocol=253), tos=0x28, options=options))
        lt.expect_event("ip.recv", src=lt.me, dst=lt.iut, protocol=253, data=data, tos=0x28, options=options)


@case("RFC791-3.3_Recv-b", "RFC791-3.3_Recv-d", kind=characteristic, needs=["ip"], violator=loses("ip.recv"))
def users_of_a_protocol_that_get_a_datagram(lt):
    """How many of the users of a protocol get a datagram of it."""
    socks = [lt.call("ip.bind", protocol=253)["sock"]]
    for _ in range(2):
        with suppress(UpperError):
            socks.append(lt.call("ip.bind", protocol=253)["sock"])
    lt.send(cut(b"postel", 0, False, protocol=253))
    got = [event["sock"] for event in iter(lambda: lt.delivered("ip.recv"), None)]
    return f"{', '.join(str(socks.index(sock) + 1) for sock in sorted(got, key=socks.index)) or 'none'} of {len(socks)}"


@case("RFC791-3.3_Send-a", needs={"udp"}, violator=accepts("udp.send"))
def socket_that_is_closed(lt):
    """Who sends by a socket that was closed is told so as well, and others send on."""
    sock, other = bind(lt), bind(lt, port=USER_PORT + 1)
    user_sends(lt, sock)
    lt.call("udp.close", sock=sock)
    expect_refusal(lt, "udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel")
    user_sends(lt, other, sport=USER_PORT + 1)


@case("RFC791-3.3_Send-b", kind=characteristic, needs={"udp"}, violator=accepts("udp.bind"))
def socket_with_the_address_of_another(lt):
    """Whether a socket is given an address that is another host's."""
    try:
        lt.call("udp.bind", port=USER_PORT, addr=PEER)
    except UpperError as refusal:
        return f"refused: {refusal.code}"
    return "given"


@case("RFC791-3.3_Send-c", needs={"ip"}, stands_on=["sets-ttl", "sets-tos", "sets-options"], violator=changes("protocol-253", id=1))
def all_that_a_user_may_say(lt):
    """Source, destination, protocol, type of service, time to live, identification, Don't Fragment and options are those that the user gives."""
    lt.call("ip.send", dst=lt.me, protocol=253, data=b"postel", src=lt.iut, tos=0x28, ttl=9, id=0x4321, df=1, options=NOP * 4)
    sent = lt.expect(protocol(253, dst=lt.me))
    said = ("src", "tos", "ttl", "id", "df", "options", "payload")
    lt.check("what the user said", [sent[name] for name in said], [lt.iut, 0x28, 9, 0x4321, 1, NOP * 4, b"postel"])


@case("RFC791-3.3_Recv-c", needs={"udp"}, violator=loses("udp.recv", nth=2))
def datagrams_wait_for_their_user(lt):
    """What comes while its user asks for nothing is kept until he does, in the order in which it came."""
    bind(lt)
    lt.send(*(udp(USER_PORT, data=counting(size)) for size in (7, 1, 40, 0)))
    for size in (7, 1, 40, 0):
        lt.expect_event("udp.recv", data=counting(size))


@case("RFC791-3.2_Identification-b", kind=characteristic, needs=["ip"], violator=changes("protocol-253", id=lambda id_: id_ ^ 1))
def identification_that_the_user_chose(lt):
    """Whether a protocol above IP may choose the identification of what it sends."""
    lt.call("ip.send", dst=lt.me, protocol=253, data=counting(16), id=0x5A5A)
    sent = lt.answer("protocol-253")
    return "nothing leaves" if sent is None else "it leaves as chosen" if sent["id"] == 0x5A5A else "another leaves"


HEADER = {"id": 0x1234, "ttl": 77, "tos": 0x28, "protocol": 253, "src": LEFT.iut, "dst": LEFT.lt}


def packet(**changes):
    """A datagram of the user's own making, with some fields of its header as given."""
    return bytes(probe(IP(proto=253) / b"postel", **HEADER | changes).octets(LEFT.iut, LEFT.lt, 7))


@case("RFC791-3.3_Send-c", needs="ip-packet", violator=changes("protocol-253", ttl=64))
def header_of_the_users_own_making(lt):
    """What a user gives with its whole header leaves so, and what is zero in it is filled in."""
    given = packet(options=NOP * 4, df=1)
    lt.call("ip.packet", data=given)
    lt.check("packet", lt.expect(protocol(253, dst=lt.me))["packet"][: len(given)], given)
    lt.call("ip.packet", data=packet(length=0, checksum=0, id=0, src="0.0.0.0"))
    sent = lt.expect(protocol(253, dst=lt.me))
    lt.check("what was filled in", [sent["src"], sent["length"], sent["ttl"], sent["payload"]], [lt.iut, 26, 77, b"postel"])
    lt.check("header:", sent["packet"][:20], header_verifies)


WRONG = {
    "version": {"version": 5}, "header of four words": {"ihl": 4}, "header past the end": {"ihl": 15}, "total length": {"length": 40}, "total length without a checksum": {"length": 40, "checksum": 0}, "no time to live": {"ttl": 0},
    "source of another": {"src": PEER}, "reserved flag": {"reserved": 1}, "checksum": {"checksum": 0xABCD}, "half an option": {"options": b"\x07\x09\x04\x00"},
    "longer than the link, and not to be cut": {"df": 1, "payload": bytes(3000)},
}  # fmt: skip


@case("RFC791-3.3_Send-a", needs="ip-packet", violator=accepts("ip.packet"))
def header_that_must_not_be_sent(lt):
    """A datagram whose header must not be sent is refused to the user who made it, and nothing leaves."""
    lt.call("ip.packet", data=packet())
    lt.expect(protocol(253, dst=lt.me))
    for changes_ in lt.each(WRONG):
        expect_refusal(lt, "ip.packet", data=packet(**changes_))


@case("RFC791-3.3_Send-a", kind=characteristic, needs="ip-packet", violator=accepts("ip.packet"))
def parts_that_a_user_may_send(lt):
    """Whether a user may send a part of a datagram by itself: with more behind it, or with some before it."""
    taken = []
    for name, said in {"the first": {"mf": 1, "payload": bytes(16)}, "the last": {"offset": 16}}.items():
        try:
            lt.call("ip.packet", data=packet(**said))
            taken.append(name)
        except UpperError:
            pass
        lt.forget()
    return " and ".join(taken) or "none"
