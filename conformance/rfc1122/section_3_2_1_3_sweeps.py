# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.3: whose datagrams a host takes, swept over addresses that are nearly its own."""

from ipaddress import ip_network

from postel.kit import *

OTHERS = (PEER, RIGHT.host(37), "192.0.2.9", "233.252.0.7", "127.0.0.1", "240.0.0.2")
GROUP_MAC = "01:00:5e:7c:00:07"
CLASSLESS = ("rfc1812", "modern")  # before, all ones under the mask of a class were a broadcast wherever they were
ROUND = {f"host {number:#05x}": LEFT.host(number) for number in (0x0FF, 0x100, 0x3FF, 0x400, 0xEFF, 0xF00)}  # x.y.z.255 and x.y.z.0


@case("RFC1122-3.2.1.3-c", violator=answers("echo-reply"))
def addresses_that_differ_by_a_bit(lt):
    """An address that differs from the IUT's own in one bit is another's, whichever bit and by whichever link."""
    for lab in links(lt):
        lt.send(echo(), on=lab.index)
        lt.expect(echo_reply(), on=lab.index)
        lt.send(*(ping(dst=dst) for dst in differing_addresses(lab.iut, groups=False)), on=lab.index)
        lt.expect_silence(after=f"addresses that differ from {lab.iut} in one bit")


@case("RFC1122-3.2.1.3-c", violator=answers("echo-reply"))
def neighbours_of_the_address(lt):
    """No address near its own makes the IUT answer."""
    for lab in links(lt):
        lt.send(echo(), on=lab.index)
        lt.expect(echo_reply(), on=lab.index)
        near = map(lab.host, (1, *range(3, 66), *range(125, 132), *range(250, 255)))
        lt.send(*(ping(dst=dst) for dst in near if dst != lab.broadcast), on=lab.index)
        lt.expect_silence(after="addresses near its own")


@case("RFC1122-3.2.1.3-c", needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def what_is_anothers_reaches_no_socket(lt):
    """Nor does it reach a socket bound to any address, or a user who receives all datagrams of a protocol."""
    bind(lt)
    users = {"a socket": ("udp.recv", udp(USER_PORT))}
    if "ip" in lt.ut.caps:
        lt.call("ip.bind", protocol=253)
        users["a user of a protocol"] = ("ip.recv", IP(proto=253) / b"postel")
    for event, packet in lt.each(users):
        lt.send(packet)
        lt.expect_event(event, data=b"postel")
        lt.send(probe(packet, dst="233.252.0.7", eth_dst=GROUP_MAC), *(probe(packet, dst=dst) for dst in (*OTHERS, *differing_addresses(lt.iut))))
        lt.expect_no_event(event, after="other destinations")


@case("RFC1122-3.2.1.3-c", kind=characteristic, needs=["udp", "two-interfaces"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def broadcast_of_the_other_link(lt):
    """Whether the broadcast address of one link is taken on the other: RFC 1122 3.3.4.2 lets a host discard what comes by another interface."""
    bind(lt)
    taken = []
    for lab, other in (lt.left, lt.right), (lt.right, lt.left):
        for mac in BROADCAST_MAC, lab.iut_mac:
            lt.send(probe(udp(USER_PORT), dst=other.broadcast, eth_dst=mac), on=lab.index)
            taken += [f"on interface {lab.index} in a frame to {'all' if mac == BROADCAST_MAC else 'the host'}"] if lt.delivered() else []
    return ", ".join(taken) or "discarded"


@case("RFC1122-3.2.1.3-a", profiles=CLASSLESS, violator=drops("echo-reply", where={"dst": LEFT.host(0x3FF)}, every=True))
def hosts_that_end_in_ones_or_zeros_are_answered(lt):
    """Amid a network whose mask does not end with an octet x.y.z.255 and x.y.z.0 are hosts: they are asked for and answered as such."""
    for near in lt.each(ROUND):
        reply = resolved(lt, near, eth_dst=BROADCAST_MAC)
        lt.check("Ethernet destination", reply["eth_dst"], lt.mac)


@case("RFC1122-3.2.1.3-a", profiles=CLASSLESS, needs=["udp"], violator=drops("udp", where={"dst": LEFT.host(0x400)}, every=True))
def hosts_that_end_in_ones_or_zeros_are_sent_to(lt):
    """What a user sends to them leaves in a frame to them alone."""
    sock = bind(lt)
    for near in lt.each(ROUND):
        lt.check("Ethernet destination", user_sends(lt, sock, near)["eth_dst"], lt.mac)


@case("RFC1122-3.2.1.3-c", profiles=CLASSLESS, needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def broadcasts_under_another_mask(lt):
    """What would be a broadcast under a mask of octets, or of a bit more or less, is none: it reaches no user."""
    bind(lt)
    for lab in links(lt):
        masks = [ip_network(f"{lab.iut}/{bits}", strict=False) for bits in (16, lab.prefix - 1, lab.prefix + 1, 24)]
        ones = {f"all ones under {net.prefixlen} bits, link {lab.index}": str(net.broadcast_address) for net in masks}
        for dst in lt.each({name: each for name, each in ones.items() if each != lab.broadcast}):
            lt.send(udp(USER_PORT), on=lab.index)
            lt.expect_event("udp.recv", data=b"postel")
            lt.send(*(probe(udp(USER_PORT), dst=dst, eth_dst=mac) for mac in (BROADCAST_MAC, lab.iut_mac)), on=lab.index)
            lt.expect_no_event("udp.recv", after=f"a datagram to {dst}")


@case("RFC1122-3.2.1.3-l", violator=answers("echo-reply", dst=LEFT.lt))
def source_network_zero(lt):
    """A host number of zero is no host: {network, 0} is no source, to which nothing is answered and from which no user gets anything."""
    lt.neighbours[LEFT.number] = lt.mac
    lt.send(one_fault(echo(), src=LEFT.number))
    lt.expect_silence(after="the link's number as source")
    if lt.ut and "udp" in lt.ut.caps:
        bind(lt)
        lt.send(one_fault(udp(USER_PORT), src=LEFT.number))
        lt.expect_no_event("udp.recv", after="the link's number as source")


@case("RFC1122-3.2.1.3-j", needs=["two-interfaces"], violator=changes("echo-reply", nth=2, src=LEFT.iut))
def answer_to_a_broadcast_has_the_address_of_its_interface(lt):
    """On whichever interface a broadcast came in, what answers it comes from an address of that one, and not of the other."""
    answered = 0
    for lab in links(lt):
        for dst in (lab.broadcast, "255.255.255.255"):
            lt.send(probe(ping(), dst=dst, eth_dst=BROADCAST_MAC), on=lab.index)
            if reply := lt.answer("echo-reply"):
                answered += lab.index
                lt.check(f"source of the answer to {dst} on interface {lab.index}", reply["src"], lab.iut)
    if not answered:
        lt.stands_on("answers-broadcast-echo")
        lt.not_applicable("the IUT answers no broadcast on its second interface")


@case("RFC1122-3.2.1.3-c", needs=["udp"], violator=delivers("udp.recv", nth=1, sock=1, src=LEFT.lt, data=b"postel"))
def groups_that_differ_by_a_bit(lt):
    """A group whose address differs in one bit from that of all hosts is another, of which the IUT is no member."""
    bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    lt.send(probe(udp(USER_PORT), dst="233.252.0.7", eth_dst=GROUP_MAC))
    if lt.delivered():
        lt.not_applicable("the IUT takes every group, with which what_is_anothers_reaches_no_socket is charged")
    others = [f"224.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in differing(1, 24)]
    for mac in (lt.iut_mac, "01:00:5e:00:00:01", BROADCAST_MAC):
        lt.send(*(probe(udp(USER_PORT), dst=dst, eth_dst=mac) for dst in others if dst != "224.0.0.0"))
        lt.expect_no_event("udp.recv", after=f"groups that nobody has joined, in frames to {mac}")
