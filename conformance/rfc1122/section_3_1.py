# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.1: what is silently discarded is counted."""

from postel.kit import *

SOMEBODYS = bytes(IP(src=LEFT.iut, dst=LEFT.lt, proto=253) / counting(8))  # what nobody here has sent
SILENT = {  # of each rule that has something silently discarded, and of which only a counter tells
    "version": probe(echo(), version=5),
    "header checksum": probe(echo(), checksum=0xABCD),
    "destination of another host": probe(echo(), dst=PEER),
    "source that is none": probe(echo(), src="127.0.0.1"),
    "link broadcast around a unicast": probe(echo(), eth_dst=BROADCAST_MAC),
    "ICMP type": message(255),
    "UDP checksum": probe(udp(USER_PORT), udp_checksum=0xABCD),
    "source that is everybody": probe(echo(), src="255.255.255.255"),
    "source that is a group": probe(echo(), src="233.252.0.7"),
    "source that has no host": probe(echo(), src="127.255.255.254"),
    "echo request to all": probe(echo(), dst="255.255.255.255", eth_dst=BROADCAST_MAC),
    "timestamp request to all": probe(message(13, data=bytes(12)), dst="255.255.255.255", eth_dst=BROADCAST_MAC),
    "UDP source that is a group": probe(udp(USER_PORT), src="233.252.0.7"),
}
IN_ERROR = {
    "header of four words": probe(echo(), ihl=4),
    "total length": probe(echo(), length=19),
    "cut off": one_fault(echo(), size=24),
    "option": probe(echo(), options=UNKNOWN[:1] + b"\x01\0\0"),
    "source route": probe(echo(), options=lsrr("192.0.2.9")),
    "own address as source": probe(echo(), src=LEFT.iut),
    "empty fragment": cut(b"", 0, True),
    "ragged fragment": cut(b"postel", 0, True),
    "fragment past the end": cut(bytes(16), 65528, False),
    "protocol": probe(IP(proto=253) / b"postel", dst=LEFT.broadcast, eth_dst=BROADCAST_MAC),
    "route back over a group": probe(echo(), options=lsrr("233.252.0.7", pointer=8)),
    "overlap": lambda lt: lt.send(*fragments("HA@0+ BB@1+ C@3")),
    "two ends": lambda lt: lt.send(*fragments("HA@0+ C@3 B@2")),
    "congestion and no ECN": lambda lt: lt.send(*(probe(piece, tos=tos) for piece, tos in zip(fragments("HA@0+ B@2"), (3, 0), strict=True))),
    "hundred beginnings": lambda lt: lt.send(*(cut(bytes(8), 0, True, id=2000 + n) for n in range(100))),
}
MESSAGES = {
    "ICMP checksum": probe(echo(), icmp_checksum=0xABCD),
    "ICMP cut off": cut(b"\x08\0\xf7", 0, False),
    "information request": message(15),
    "mask request": message(17, data=bytes(4)),
    "mask reply": message(18, data=bytes(4)),
    "error about nobody's": message(3, 1, data=bytes(28)),
    "error cut off": message(3, 1, data=SOMEBODYS[:12]),
    "error cut off in options": message(3, 1, data=b"\x46" + SOMEBODYS[1:20]),
    "redirect": probe(message(5, 1, rest=address_octets(PEER), data=SOMEBODYS), src=PEER),
    "source quench": message(4, data=SOMEBODYS),
    "UDP length": probe(udp(USER_PORT), udp_length=7),
    "UDP cut off": cut(b"\x9c\x40\x0f", 0, False, protocol=17),
    "closed port": udp(),
    "closed port, to all": probe(udp(), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC),
}

STANDARD = {  # what is done, and the counters of RFC 1213 that rise with it, beside those of the control probes
    "a datagram": (udp(USER_PORT), "udpInDatagrams"),
    "a closed port": (udp(), "udpNoPorts icmpOutDestUnreachs"),
    "a UDP checksum": (probe(udp(USER_PORT), udp_checksum=0xABCD), "udpInErrors"),
    "a header checksum": (probe(echo(), checksum=0xABCD), "ipInHdrErrors"),
    "a version": (probe(echo(), version=5), "ipInHdrErrors"),
    "another host": (probe(echo(), dst=PEER), "ipInAddrErrors"),
    "a protocol": (IP(proto=253) / b"postel", "ipInUnknownProtos icmpOutDestUnreachs"),
    "fragments": (lambda lt: lt.send(*fragments("HA@0+ B@2")), "ipReasmReqds ipReasmOKs"),
    "an ICMP checksum": (probe(echo(), icmp_checksum=0xABCD), "icmpInErrors"),
    "a timestamp reply": (message(14, data=bytes(12)), "icmpInTimestampReps"),
    "an echo reply": (message(0), "icmpInEchoReps"),
    "a mask request": (message(17, data=bytes(4)), "icmpInAddrMasks"),
}


def usual(lt):
    """What good datagrams raise; a user listens, so that they are good for UDP as well."""
    bind(lt)
    names = risen(lt, echo(), udp(USER_PORT))
    taken(lt)
    return names


@case("RFC1122-3.1-i", needs=["udp", "counters"], violator=keeps("counters"))
def what_is_silently_discarded_is_counted(lt):
    """Of each kind of datagram that a host silently discards a counter tells, which good ones leave as it is."""
    good = usual(lt)
    for fault in lt.each(SILENT):
        tell = risen(lt, fault) - good
        if not taken(lt):  # else it was not discarded, which is another case's matter
            lt.check("counters that tell of it:", sorted(tell), saying("one at least", bool))


@case("RFC1122-3.1-h", needs=["udp", "log"], demands="log", violator=alters("log", nth=2, data=b"postel"))
def what_is_discarded_is_logged_with_its_contents(lt):
    """Who asks for it is told of each datagram that is discarded, and what was in it."""
    bind(lt)
    lt.set("log", 1)
    for fault in lt.each(SILENT):
        lt.send(fault)
        expect_logged(lt)


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_by_their_standard_names(lt):
    """Whether what has a name in RFC 1213 is counted there, and by nothing else that has one; who has none of its names says so."""
    bind(lt)
    return counted_as(lt, STANDARD)


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_what_is_silently_discarded(lt):
    """By which counters that is told."""
    return told_by(lt, usual(lt), SILENT)


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_datagrams_in_error(lt):
    """By which counters a user is told of datagrams that IP cannot take."""
    return told_by(lt, usual(lt), IN_ERROR)


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_messages_in_error(lt):
    """By which counters a user is told of messages that ICMP and UDP cannot take, and of errors that are not sent."""
    return told_by(lt, usual(lt), MESSAGES)


@case("RFC1122-3.1-a", violator=drops("echo-reply", nth=1))
def ip_and_icmp_are_both_there(lt):
    """A datagram is taken whole or in pieces, and ICMP's echo of it comes back."""
    lt.send(echo(data=counting(24)))
    lt.expect(echo_reply(data=counting(24)))
    lt.send(*fragments("H@0 A@1"))
    lt.expect(echo_reply())


FAR = "192.0.2.7"
TRANSIT = {
    "UDP": IP(dst=PEER) / udp(), "an echo request": IP(dst=PEER) / echo(), "an unknown protocol": IP(dst=PEER, proto=253) / b"postel",
    "UDP to far away": IP(dst="198.51.100.1") / udp(), "a fragment": cut(bytes(8), 0, True, dst=PEER), "TTL 1": IP(dst=PEER, ttl=1) / udp(),
    "UDP from far away": IP(src=FAR, dst=PEER) / udp(), "what is as long as the link allows": IP(dst=PEER) / udp(data=bytes(1472)),
}  # fmt: skip


@case("RFC1122-3.1-f", violator=answers("udp", src=LEFT.lt, dst=PEER, ttl=63, eth_dst=PEER_MAC))
def forwarding_is_off_at_first(lt):
    """What is for another host is not sent on by a host that nobody has told to."""
    for stimulus in (TRANSIT["UDP"], TRANSIT["UDP to far away"]):
        lt.send(stimulus)
        lt.expect_silence(after="a datagram for another host")
    lt.send(echo())
    lt.expect(echo_reply())


@case("RFC1122-3.1-g", needs=["two-interfaces"], violator=answers("udp", src=LEFT.lt, dst=RIGHT.host(9), ttl=63, eth_dst=OTHER_MAC))
def two_interfaces_do_not_make_a_router(lt):
    """A host with two interfaces does not send on by one what came in by the other."""
    for here, there in ((lt.left, lt.right), (lt.right, lt.left)):
        for dst in (there.lt, there.host(9), there.broadcast):
            lt.send(IP(src=here.lt, dst=dst) / udp(), on=here.index)
            lt.expect_silence(after="a datagram for the other link")
        lt.send(IP(src=here.lt, dst=here.iut) / echo(), on=here.index)
        lt.expect(echo_reply(), on=here.index)


@case("RFC1122-3.1-l", violator=answers("udp", src=LEFT.lt, dst=PEER, ttl=63, eth_dst=PEER_MAC))
def nothing_in_transit_is_sent_on(lt):
    """Nor is anything else that came in and is for others, whatever it carries, but what has a source route."""
    for stimulus in lt.each(TRANSIT):
        lt.send(stimulus)
        lt.expect_silence(after="what is for another host")
        lt.send(echo())
        lt.expect(echo_reply())


@case("RFC1122-3.1-j", needs="udp", violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def silently_discarded_is_neither_answered_nor_passed_up(lt):
    """What is silently discarded is not processed further: no user gets it, and no error tells of it."""
    bind(lt)
    for fault in lt.each({"version": {"version": 5}, "header checksum": {"checksum": 0xABCD}, "destination": {"dst": PEER}}):
        lt.send(one_fault(udp(USER_PORT), **fault))
        lt.expect_silence(after="what is silently discarded")
        lt.expect_no_event("udp.recv", after="what is silently discarded")


@case("RFC1122-3.1-k", kind=characteristic, stands_on="reports-bad-options", violator=drops("parameter-problem", nth=0))
def options_are_read_before_fragments_are_put_together(lt):
    """Whether a bad option in a first fragment is reported at once, as the section tells the order of things, or with the whole datagram."""
    option, _ = bad_option(lt)
    head, end = fragments("HA@0+ B@2")
    lt.send(head := probe(head, options=option))
    if lt.answer("parameter-problem"):
        return "at once"
    lt.send(head, end)
    return "when all is there" if lt.answer("parameter-problem") else "never"


@case("RFC1122-3.1-m", needs="udp", violator=changes("udp", nth=1, checksum=0xABCD))
def ip_fills_in_what_a_user_leaves_out(lt):
    """What the user has not set in a header IP has: version, length, time to live, source and checksum."""
    sock = bind(lt)
    for data in (b"", counting(100)):
        sent = user_sends(lt, sock, data=data)
        lt.check("header:", sent["packet"][:20], header_verifies)
        lt.check("version, IHL and length", (sent["version"], sent["ihl"], sent["length"]), (4, 5, 28 + len(data)))
        lt.check("TTL", sent["ttl"], at_least(1))


@case("RFC1122-3.1-c", kind=characteristic, needs="address", violator=drops("echo-reply", nth=1))
def several_addresses_on_an_interface(lt):
    """Whether an interface can have several addresses, on one network or on several."""
    found = []
    for name, near, ours, bits in (("one network", lt.left.host(8), lt.left.host(9), lt.left.prefix), ("another", "203.0.113.1", "203.0.113.9", 24)):
        lt.send(echo())  # so that the first address is there beside them
        lt.expect(echo_reply())
        lt.add("address", iface=0, addr=ours, len=bits)
        lt.send(IP(src=near, dst=ours) / echo())
        found += [name] if lt.answer("echo-reply") else []
    return "on " + " and ".join(found) if found else "none"


@case("RFC1122-3.1-e", needs=("source-route", "two-interfaces"), stands_on="takes-source-routes", violator=changes("unreachable", nth=1, type=8))
def passing_on_can_be_turned_on_and_off(lt):
    """What a host has of a gateway begins with a switch, and ends with it."""
    for _ in range(2):
        lt.set("source-route", 1)
        passed_on(lt, lsrr(lt.right.lt))
        lt.set("source-route", 0)
        lt.send(probe(echo(), options=lsrr(lt.right.lt) + EOL))
        lt.expect_silence(after="a source route that leads on, in a host that is to follow none", of="echo-request")
        lt.answer("unreachable")  # it may be told of


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters", "vtime"], violator=keeps("counters"))
def how_much_the_counters_rise(lt):
    """Which counters rise by how much with a datagram of each kind, with what is sent in fragments, and with an error that is sent."""
    sock = bind(lt)
    large = {"sent in fragments": lambda lt: lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE))}
    return by_how_much(lt, {kind: doing for kind, (doing, _) in STANDARD.items()} | large)
