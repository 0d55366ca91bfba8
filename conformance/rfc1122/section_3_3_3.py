# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.3: Fragmentation."""

from postel.kit import *



def sent_in(lt, sock, dst, size):
    """The lengths of the packets in which the user's datagram leaves; none where the IUT refuses it."""
    try:
        lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=counting(size))
    except UpperError as refusal:
        lt.check("reason of a refusal", refusal.code, "EMSGSIZE")
    lengths = []
    while packet := lt.answer():
        lengths += [packet["length"]] * (packet["kind"] in ("udp", "fragment"))  # hosts also ask gateways whether they live
    return lengths


@case("RFC1122-3.3.3-b", kind=characteristic, ability="fragments", lacking="no", violator=drops("fragment", every=True))
def whether_datagrams_are_fragmented(lt):
    """Whether a datagram that does not fit the link leaves in fragments: the user's, or else the reply to a large echo request."""
    if lt.ut and "udp" in lt.ut.caps:
        lengths = sent_in(lt, bind(lt), lt.me, LARGE)
    else:
        lengths = [piece["length"] for piece in gathered(lt, *large_echo(lt))]
    return "yes" if len(lengths) > 1 else "no"


@case("RFC1122-3.3.3-b", needs=["udp"], kind=characteristic, violator=drops("fragment"))
def large_datagram_of_the_user(lt):
    """Into how many packets a datagram is fragmented that does not fit the link."""
    return f"{len(sent_in(lt, bind(lt), lt.me, 4000))} packets"


@case("RFC1122-3.3.3-c", violator=changes("fragment", payload=lambda octets: octets + bytes(64)))
def answers_fit_the_link(lt):
    """What answers a datagram that came in pieces leaves in packets that fit the link, or not at all."""
    lt.send(echo(data=counting(lt.room)))
    lt.expect(echo_reply(data=counting(lt.room)))
    longest = max((piece["length"] for piece in gathered(lt, *large_echo(lt))), default=0)
    lt.check("octets of the longest packet", longest, at_most(lt.mtu))


@case("RFC1122-3.3.3-c", needs=["udp"], violator=changes("udp", where={"length": 1500}, data=lambda data: data + b"!"))
def nothing_is_too_large_for_the_link(lt):
    """What the user sends leaves in packets that fit the link, or not at all."""
    sock = bind(lt)
    for size in (0, lt.room, lt.room + 1, 4000):
        longest = max(sent_in(lt, sock, lt.me, size), default=0)
        lt.check(f"octets of the longest packet for {size} octets of data:", longest, at_most(lt.mtu))
    lt.check("packets for a datagram that fits", len(sent_in(lt, sock, lt.me, lt.room)), 1)


@case("RFC1122-3.3.3-c", needs=["udp"], stands_on="sets-options", violator=changes("udp", nth=1, mf=1))
def what_just_fits_leaves_whole(lt):
    """A datagram that is as long as the link allows leaves in one packet, however much of that is options."""
    sock = bind(lt)
    for words in lt.each(range(1, 11), "words of options:"):
        user_sends(lt, sock, data=counting(lt.room - 4 * words), options=NOP * 4 * words)


@case(
    "RFC1122-3.3.3-d", profiles=["rfc791", "rfc1122"], needs=["udp"],
    violator=changes("udp", nth=1, data=lambda data: data + bytes(40)),
)  # fmt: skip
def what_goes_far_is_small(lt):
    """Where nothing is known of the path a datagram to another network leaves in packets of 576 octets at most."""
    sock = bind(lt)
    for size in (100, 548, 1400):
        longest = max(sent_in(lt, sock, "192.0.2.9", size), default=0)
        lt.check("octets of the longest packet to another network:", longest, at_most(576))


@case("RFC1122-3.3.3-b", needs=["echo"], kind=characteristic, violator=drops("fragment"))
def large_echo_of_the_user(lt):
    """Into how many packets an echo request is fragmented that does not fit the link."""
    try:
        lt.call("echo.send", dst=lt.me, id=77, seq=5, data=counting(LARGE))
    except UpperError as refusal:
        return f"refused: {refusal.code}"
    pieces = gathered(lt)
    return f"{len(pieces)} packets"


@case("RFC1122-3.3.3-f", needs="udp", demands="mtu", stands_on="fragments", violator=ignores("set", nth=1))
def mtu_of_an_interface_is_configurable(lt):
    """The MTU of each interface can be set, and what leaves by it goes by that from then on."""
    sock = bind(lt)
    for lab in links(lt):
        for mtu in (576, 68):
            lt.set("mtu", mtu, iface=lab.index)
            lt.check("the MTU that is told", lt.get("mtu", iface=lab.index), mtu)
            lt.call("udp.send", sock=sock, dst=lab.lt, dport=OUR_PORT, data=counting(700))
            pieces = gathered(lt)
            lt.check("length of the longest", max((piece["length"] for piece in pieces), default=0), at_most(mtu))
            lt.check("the datagram's length", len(joined(lt, pieces)), 708)


@case("RFC1122-3.3.3-f", needs="udp", demands="mtu", violator=ignores("set"))
def mtu_of_one_interface_is_not_anothers(lt):
    """What just fits leaves whole, on the interface whose MTU was set and on the other one."""
    sock = bind(lt)
    lt.set("mtu", 576, iface=0)
    user_sends(lt, sock, data=counting(576 - 28))
    lt.check("packets for more", len(sent_in(lt, sock, lt.me, 576 - 27)), one_of(0, 2))  # or it is refused
    for lab in links(lt)[1:]:
        user_sends(lt, sock, lab.lt, on=lab.index, data=counting(1000))


@case("RFC1122-3.3.3-a", needs="udp", demands="mms-s", stands_on=["fragments", "reaches-far-hosts-for-users"], violator=replies("get", value=9000))
def a_user_learns_how_much_goes_in_a_datagram(lt):
    """Who sends can learn the longest data that a datagram takes in one piece, by the way that it goes."""
    sock = bind(lt)
    for dst in (lt.me, "192.0.2.1"):
        most = lt.get("mms-s", dst=dst)
        lt.check("the longest data that is told", most, at_most(lt.mtu - 20))
        lt.check("packets", sent_in(lt, sock, dst, most - 8), [most + 20])
        lt.check("packets for more", len(sent_in(lt, sock, dst, most - 7)), other_than(1))


@case("RFC1122-3.3.3-e", needs=["udp", "two-interfaces"], kind=characteristic, violator=drops("udp", every=True))
def what_goes_to_another_subnet_is_small(lt):
    """Whether a datagram to another subnet of the same network goes by the rule for far ones, where there is one, or by the MTU."""
    other = lt.right.host(100)  # behind the gateway: its network's length is that of 64 hosts
    return f"packets of {', '.join(map(str, sent_in(lt, bind(lt), other, 1000))) or 'none'}"


@case("RFC1122-3.3.3-f", needs=("udp", "mtu"), stands_on="discovers-path-mtu", violator=changes("fragment", payload=lambda octets: octets + bytes(200)))
def path_is_no_wider_than_its_first_link(lt):
    """What is known of a path does not count where its first link carries less by now."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    lt.set("mtu", 300, iface=0)
    for dst in FAR, lt.me:
        sent = packets_of(lt, sock, 500, dst)
        lt.check("octets of the longest packet", max((packet["length"] for packet in sent), default=0), at_most(300))
