# SPDX-License-Identifier: BSD-2-Clause
"""RFC 768: the fields of a UDP header."""

from postel.kit import *


@case("RFC768-Fields-a", needs=["udp"], violator=changes("udp", nth=1, udp_length=100))
def length_of_a_datagram(lt):
    """The length is that of header and data, whether there is data or none."""
    sock = bind(lt)
    for size in (0, 1, 6, 255, lt.room):
        sent = user_sends(lt, sock, data=counting(size))
        lt.check("UDP length", sent["udp_length"], 8 + size)


@case("RFC768-Fields-a", needs=["udp"], violator=alters("udp.recv", nth=2, data=b"postel\0"))
def data_ends_with_the_length(lt):
    """What lies in the IP datagram behind the UDP length is no data, and reaches no user."""
    bind(lt)
    for more in (0, 1, 2, 7, 100):
        lt.send(probe(udp(USER_PORT), payload=lambda octets, more=more: octets + bytes(more)))
        if event := lt.delivered("udp.recv"):  # it may be discarded as well
            lt.check("data", event["data"], b"postel".hex())


@case("RFC768-Fields-f", needs=["udp"], violator=alters("udp.recv", sock=99))
def ports_that_differ_by_a_bit(lt):
    """The destination port is all of its 16 bits: one that differs in any of them is another."""
    sock = bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", sock=sock, data=b"postel")
    lt.send(*(udp(port) for port in differing(USER_PORT, 16)))
    lt.expect_no_event("udp.recv", after="other ports")
    lt.forget()  # which may be reported


@case("RFC768-User-a", needs=["udp"], violator=alters("udp.recv", nth=3, sport=9))
def source_port_is_told(lt):
    """The user learns the port that a datagram came from, in all its bits, zero too."""
    bind(lt)
    for sport in (0, 1, 255, 256, 0x5AA5, 0xA55A, 65535):
        lt.send(udp(USER_PORT, sport=sport))
        lt.expect_event("udp.recv", sport=sport, data=b"postel")


@case("RFC768-Fields-b", kind=characteristic, needs=["udp"], violator=loses("udp.recv"))
def datagram_without_a_source_port(lt):
    """Whether a datagram whose sender gave no source port is delivered."""
    bind(lt)
    lt.send(udp(USER_PORT, sport=0))
    return "delivered" if lt.delivered() else "discarded"


@case("RFC768-Fields-a", needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def lengths_that_cannot_be(lt):
    """A length that leaves no room for the header, or that the IP datagram does not hold, brings no data to a user."""
    bind(lt)
    for length in lt.each((0, 1, 7, 15, 100, 65535), "length"):
        lt.send(one_fault(udp(USER_PORT), udp_length=length))
        lt.expect_no_event("udp.recv", after=f"a length of {length}")


@case("RFC768-Fields-a", kind=characteristic, needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def lengths_that_no_checksum_covers(lt):
    """Which of these lengths have a datagram delivered that has no checksum, by which it would be told."""
    bind(lt)
    delivered = []
    for length in (0, 1, 7, 15, 100, 65535):
        lt.send(probe(udp(USER_PORT), udp_length=length, udp_checksum=0))
        delivered += [str(length)] if lt.delivered() else []
        lt.forget()
    return ", ".join(delivered) or "none"


@case("RFC768-User-a", ability="delivers-once", needs=["udp"], violator=alters("udp.recv", nth=2, data=b"p"))
def data_of_every_length(lt):
    """The user gets the data of a datagram whole, and once, however few they are, and also where there is none."""
    bind(lt)
    for size in lt.each((0, 1, 2, 7, 64, 255), "octets"):
        lt.send(udp(USER_PORT, data=counting(size)))
        lt.expect_event("udp.recv", data=counting(size))
        lt.expect_no_event("udp.recv", after="one datagram")


@case("RFC768-User-a", ability="sends-by-its-ports", needs=["udp"], violator=changes("udp", nth=1, sport=9))
def ports_of_what_is_sent(lt):
    """What a user sends comes from the port of its socket and goes to the one that it has named."""
    for port, to in ((4001, 40001), (0xA55A, 0x5AA5)):
        lt.call("udp.send", sock=bind(lt, port=port), dst=lt.me, dport=to, data=b"postel")
        sent = lt.answer("udp") or lt.fail("a datagram of a user", "silence")
        lt.check("ports", [sent["sport"], sent["dport"]], [port, to])


@case("RFC768-Fields-c", needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def checksum_over_what_lies_behind(lt):
    """The checksum is one over what the length says: where it is right only with the octets behind that it is wrong."""
    bind(lt)
    wrong = {f"{more} octets behind that count in {words}": (more, more * times) for more in (1, 2, 7, 100)
             for times, words in ((1, "the pseudo header too"), (2, "the sum"))}  # fmt: skip
    for more, less in lt.each(wrong):  # over all of them, where the length field says so much less
        over_all = udp(USER_PORT, data=counting(6 + more, start=1))
        lt.send(one_fault(over_all, udp_length=14, udp_checksum=lambda right, less=less: (right + less) % 0xFFFF))
        lt.expect_no_event("udp.recv", after="a wrong checksum")


@case("RFC768-Fields-f", needs=["udp", "two-interfaces"], violator=alters("udp.recv", sock=99))
def port_of_another_address(lt):
    """Who listens at one address of the IUT gets nothing that is for the other."""
    sock = bind(lt, addr=lt.left.iut)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", sock=sock, data=b"postel")
    lt.send(udp(USER_PORT), on=1)
    lt.expect_no_event("udp.recv", after="a datagram for the other address")
    lt.forget()  # it may be reported


@case("RFC768-Fields-f", kind=characteristic, needs=["udp"], violator=accepts("udp.bind"))
def port_that_is_taken(lt):
    """Whether a port that one user listens to is given to another."""
    bind(lt)
    try:
        lt.call("udp.bind", port=USER_PORT)
    except UpperError as refusal:
        return f"refused: {refusal.code}"
    return "given to both"


@case("RFC768-User-a", kind=characteristic, needs=["udp"], violator=changes("udp", every=True, sport=AS_FIRST))
def ports_that_are_chosen(lt):
    """Which port a user gets who asks for none: RFC 6056 wants one that nobody can guess."""
    ports = []
    for _ in range(8):
        sock = lt.call("udp.bind", port=0)["sock"]
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel")
        ports.append(lt.expect(udp_datagram(dport=OUR_PORT))["sport"])
        lt.call("udp.close", sock=sock)
    steps = {(b - a) % 65536 for a, b in zip(ports, ports[1:], strict=False)}
    return "always the same" if steps == {0} else "counting" if max(steps) < 64 else "scattered"


@case("RFC768-Fields-a", kind=characteristic, needs=["udp"], violator=loses("udp.recv"))
def octets_behind_the_length(lt):
    """Whether a datagram is delivered that is shorter than the IP datagram around it."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), payload=lambda octets: octets + bytes(7)))
    return "delivered" if lt.delivered() else "discarded"


@case("RFC768-Fields-d", needs=["udp"], violator=changes("udp", nth=1, udp_checksum=0))
def computed_zero(lt):
    """A checksum that comes out as zero leaves as all ones, since zero means another thing."""
    sock = bind(lt)
    for data in counting(4), b"p":
        sum_of_rest = user_sends(lt, sock, data=bytes(2) + data)["udp_checksum"]
        completed = user_sends(lt, sock, data=sum_of_rest.to_bytes(2, "big") + data)
        lt.check("UDP checksum", completed["udp_checksum"], 0xFFFF)


@case("RFC768-Fields-e", needs=["udp", "checksum"], violator=changes("udp", nth=1, udp_checksum=0))
def zero_says_that_there_is_none(lt):
    """A checksum of zero is that of whose user wants none, and of nobody else: what has one, and of what sum ever, shows it."""
    sock, other = bind(lt), bind(lt, port=USER_PORT + 1)
    lt.set("checksum", 0, sock=other)
    lt.check("UDP checksum of who wants none", user_sends(lt, other, sport=USER_PORT + 1)["udp_checksum"], 0)
    lt.check("UDP checksum of the other", user_sends(lt, sock)["udp_checksum"], other_than(0))
    lt.set("checksum", 1, sock=other)
    lt.check("UDP checksum of who wants one again", user_sends(lt, other, sport=USER_PORT + 1)["udp_checksum"], other_than(0))


@case("RFC768-Fields-f", needs=["udp", "ip"], stands_on="takes-broadcasts", violator=delivers("udp.recv", sock=99, data=b"postel"))
def user_of_another_protocol_gets_none(lt):
    """Who listens to another protocol gets no datagram of UDP, whatever its port, sent to all or to the host."""
    lt.call("ip.bind", protocol=253)
    sock = bind(lt)
    for said in {}, {"dst": lt.left.broadcast, "eth_dst": BROADCAST_MAC}:
        lt.send(probe(udp(USER_PORT), **said))
        lt.expect_event("udp.recv", sock=sock, data=b"postel")
        lt.expect_no_event("udp.recv", after="a datagram for one user")
        lt.send(probe(udp(), **said))
        lt.expect_no_event("udp.recv", after="a datagram for nobody")
    lt.forget()  # it may be reported
