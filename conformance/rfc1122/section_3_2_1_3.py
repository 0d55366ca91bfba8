# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.3: Addressing."""

from contextlib import suppress

from postel.kit import *

LIMITED, DIRECTED = "255.255.255.255", LEFT.broadcast
TO_ALL = [{"dst": dst, "eth_dst": BROADCAST_MAC} for dst in (LIMITED, DIRECTED)]


@case("RFC1122-3.2.1.3-b", violator=changes("echo-reply", src=LEFT.host(9)))
def source_is_an_own_address(lt):
    """What the IUT sends has its own address as source, whether it answers or reports an error."""
    lt.send(echo())
    lt.expect(echo_reply(src=lt.iut))
    lt.send(udp())
    expect_if_reported(lt, unreachable(code=3, src=lt.iut))


@case(
    "RFC1122-3.2.1.3-b", needs="address", stands_on="reports-reassembly-time-outs", violator=changes("time-exceeded", src=LEFT.host(200)),
)  # fmt: skip
def source_is_no_address_that_is_gone(lt):
    """Nor is it an address that was taken away since: fragments to it, whose time is over, are reported from another or by nobody."""
    lt.add("address", iface=0, addr=LEFT.host(200), len=LEFT.prefix)
    lt.send(*unfinished(lt, "HA@0+ B@2+", dst=LEFT.host(200)))
    lt.remove("address", iface=0, addr=LEFT.host(200))
    lt.advance(lt.timers.reassembly)
    while report := lt.answer("time-exceeded"):
        lt.check("source of a report", report["src"], lt.iut)
    lt.send(*unfinished(lt, "HA@0+ B@2+"))  # the twin, to an address that it has still
    lt.advance(lt.timers.reassembly)
    lt.expect(time_exceeded(code=1, src=lt.iut))


@case("RFC1122-3.2.1.3-c", violator=answers("echo-reply"))
def destination_of_another_host(lt):
    """A datagram for another host, near or far, is silently discarded, also when its frame is for the IUT."""
    for dst in (lt.me, PEER, RIGHT.host(37), LEFT.host(LEFT.network.num_addresses + 2), "192.0.2.9", "240.0.0.2"):
        lt.send(one_fault(echo(), dst=dst))
        lt.expect_silence(after=f"destination {dst}")


@case("RFC1122-3.2.1.3-c", violator=answers("echo-reply"))
def destination_loopback(lt):
    """No address of 127/8 is valid as a destination from the wire."""
    for dst in ("127.0.0.1", "127.255.255.255"):
        lt.send(one_fault(echo(), dst=dst))
        lt.expect_silence(after=f"destination {dst}")


@case("RFC1122-3.2.1.3-c", violator=answers("echo-reply"))
def destination_group_that_was_not_joined(lt):
    """A datagram to a group that the IUT is no member of is silently discarded."""
    lt.send(one_fault(echo(), dst="233.252.0.7", eth_dst="01:00:5e:7c:00:07"))
    lt.expect_silence(after="destination 233.252.0.7")


def is_no_source(lt, src, on=0):
    """An echo request from there is silently discarded, though ARP would find it."""
    lt.neighbours[src] = lt.mac
    lt.send(one_fault(echo(), src=src), on=on)
    lt.expect_silence(after=f"source {src}")


@case("RFC1122-3.2.1.3-d", violator=answers("echo-reply"))
def source_zero(lt):
    """{0, 0} is no source for anything but the search for an own address."""
    is_no_source(lt, "0.0.0.0")


@case("RFC1122-3.2.1.3-d", violator=answers("echo-reply"))
def source_host_on_this_network(lt):
    """Nor is {0, host}."""
    is_no_source(lt, "0.0.0.5")


@case("RFC1122-3.2.1.3-d", violator=answers("echo-reply"))
def source_loopback(lt):
    """An address of 127/8 is no source from the wire."""
    for src in ("127.0.0.1", "127.9.9.9"):
        is_no_source(lt, src)


@case("RFC1122-3.2.1.3-d", violator=answers("echo-reply", dst=LEFT.lt))
def source_limited_broadcast(lt):
    """The limited broadcast is no source."""
    is_no_source(lt, LIMITED)


@case("RFC1122-3.2.1.3-d", violator=answers("echo-reply", dst=LEFT.lt))
def source_directed_broadcast(lt):
    """Nor is the broadcast address of the link, on either."""
    for lab in links(lt):
        is_no_source(lt, lab.broadcast, lab.index)


@case("RFC1122-3.2.1.3-d", violator=answers("echo-reply"))
def source_multicast(lt):
    """A group is no source."""
    for src in ("224.0.0.1", "233.252.0.7"):
        is_no_source(lt, src)


@case("RFC1122-3.2.1.3-d", kind=characteristic, violator=answers("echo-reply"))
def source_class_e(lt):
    """Whether an address of class E is taken for a source: the section calls it reserved, and does not forbid it."""
    lt.send(IP(src="240.0.0.9") / echo())
    return "answered" if lt.answer("echo-reply") else "discarded"


@case(
    "RFC1122-3.2.1.3-j", "RFC1122-3.2.1.3-k",
    violators={
        "RFC1122-3.2.1.3-j": changes("echo-reply", src=LEFT.host(9)),
        "RFC1122-3.2.1.3-k": changes("echo-reply", nth=1, src=DIRECTED),
    },
)  # fmt: skip
def answer_to_a_broadcast_has_a_unicast_source(lt):
    """What was sent to a broadcast address is answered, if it is, from an address of the interface that it came in by."""
    lt.send(*(probe(echo(), **to_all) for to_all in TO_ALL))
    sources = set()
    while reply := lt.answer("echo-reply"):
        sources.add(reply["src"])
    if not sources:
        lt.stands_on("answers-broadcast-echo")
        lt.not_applicable("the IUT answers no echo request to a broadcast address here")
    with lt.judging("RFC1122-3.2.1.3-k"):
        lt.check("broadcast addresses as sources:", sources & {LIMITED, DIRECTED}, set())
    lt.check("sources:", sources, {lt.iut})


@case(
    "RFC1122-3.2.1.3-f", "RFC1122-3.2.1.3-g", "RFC1122-3.2.1.3-h",
    violators={
        "RFC1122-3.2.1.3-f": changes("echo-reply", src="0.0.0.2"),
        "RFC1122-3.2.1.3-g": changes("unreachable", src=LIMITED),
        "RFC1122-3.2.1.3-h": changes("echo-reply", src=DIRECTED),
    },
)  # fmt: skip
def sources_that_are_never_sent(lt):
    """Neither {0, host} nor any broadcast address is the source of an answer."""
    lt.send(echo(), udp(), *(probe(packet, **to_all) for packet in (echo(), udp()) for to_all in TO_ALL))
    sources = set()
    while answer := lt.answer():
        sources.add(answer["src"])
    if not sources:
        lt.inconclusive("an answer to an echo request", "silence")
    for requirement, bad in (("f", "0.0.0.2"), ("g", LIMITED), ("h", DIRECTED)):
        with lt.judging(f"RFC1122-3.2.1.3-{requirement}"):
            lt.check("sources that are none:", sources & {bad}, set())


@case("RFC1122-3.2.1.3-i", needs=["udp"], violator=answers("udp", dst="127.0.0.1"))
def loopback_stays_inside(lt):
    """What a user sends to 127/8 stays in the host; it may be refused."""
    sock = bind(lt)
    for dst in lt.each(("127.0.0.1", "127.255.255.254"), "destination"):
        try:
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        except UpperError:
            continue
        lt.expect_silence(after=f"a datagram to {dst}")
        lt.delivered("icmp.error")  # nobody listens there, and the host may say so to its user


@case("RFC1122-3.2.1.3-i", needs=["udp"], violator=answers("udp", src="127.0.0.1"))
def loopback_as_the_users_source(lt):
    """What a user sends under an address of 127/8 does not leave under it; it may be refused."""
    sock = bind(lt)
    user_sends(lt, sock)
    for src in lt.each(("127.0.0.1", "127.9.9.9"), "source"):
        with suppress(UpperError):
            lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel", src=src)
        left = [sent["src"] for sent in iter(lambda: lt.answer("udp"), None)]
        lt.check("sources", left, saying("none of 127/8", lambda found: not any(each.startswith("127.") for each in found)))


@case("RFC1122-3.3.1.1-a", kind=characteristic, needs=["udp", "two-interfaces"], violator=loses("udp.recv", nth=2))
def what_the_user_sends_to_the_host_itself(lt):
    """How long a datagram is that reaches the host's own user, of 1, 1,400 and 4,000 octets of data, at either of its addresses."""
    sock, longest = bind(lt), []
    for lab in links(lt):
        told = [0]
        for size in (1, 1400, 4000):
            with suppress(UpperError):
                lt.call("udp.send", sock=sock, dst=lab.iut, dport=USER_PORT, data=counting(size))
            told += [size] if lt.delivered() else []
        longest.append(f"{max(told)} octets {'on the right' if lab.index else 'on the left'}")
        lt.forget()
    return ", ".join(longest)


@case(
    "RFC1122-3.2.1.3-e", "RFC1122-3.2.1.3-f", needs=["udp"],
    violators={
        "RFC1122-3.2.1.3-e": answers("udp", nth=6, dst="0.0.0.0"),
        "RFC1122-3.2.1.3-f": answers("udp", dst="0.0.0.5"),
    },
)  # fmt: skip
def this_network_is_no_destination(lt):
    """What a user sends to {0, 0} or {0, host} does not leave under that address; it may be refused."""
    sock = bind(lt)
    for dst in lt.each(("0.0.0.5", "0.1.2.3", "0.255.255.255", "0.0.0.0"), "destination"):
        with suppress(UpperError):
            lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
        with lt.judging("RFC1122-3.2.1.3-e" if dst == "0.0.0.0" else "RFC1122-3.2.1.3-f"):
            while sent := lt.answer("udp"):
                lt.check("destination", sent["dst"], other_than(dst))
        lt.delivered("icmp.error")  # the host may take it for itself, and nobody listens there
