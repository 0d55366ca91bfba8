# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.1: Destination Unreachable."""

from postel.kit import *

FAR, GATEWAY_MAC = "192.0.2.9", "02:00:00:00:00:01"


@case("RFC1122-3.2.2.1-a", ability="reports-unknown-protocols", violator=changes("unreachable", code=3))
def protocol_unreachable(lt):
    """A datagram of a protocol that the IUT does not have is answered with code 2."""
    for number in (253, 254):
        lt.send(IP(proto=number) / counting(40))
        lt.expect(unreachable(code=2))


@case("RFC1122-3.2.2.1-a", violator=drops("unreachable"))
def port_unreachable(lt):
    """A UDP datagram for a port that nobody listens to is answered with code 3."""
    for data in (b"", b"p", counting(lt.room)):
        lt.send(udp(data=data))
        lt.expect(unreachable(code=3))


@case("RFC1122-3.2.2.1-b", needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def every_code_reaches_the_user(lt):
    """A Destination Unreachable of each code that RFC 792 has is reported to whom it concerns."""
    sock = bind(lt)
    for code in range(6):
        sent = user_sends(lt, sock)
        lt.send(icmp(3, code, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=3, code=code)


@case("RFC1122-3.2.2.1-d", needs=["udp", "icmp-errors"], violator=drops("udp", nth=1))
def soft_errors_are_only_hints(lt):
    """After net unreachable, host unreachable and source route failed the user can send on."""
    sock = bind(lt)
    for code in (0, 1, 5):
        sent = user_sends(lt, sock)
        lt.send(icmp(3, code, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=3, code=code)
    user_sends(lt, sock)


@case("RFC1122-3.2.2.1-g", needs=["udp", "icmp-errors"], violator=alters("icmp.error", code=1))
def later_codes_are_known(lt):
    """The codes 6 to 12, younger than RFC 792, are understood as unreachable too."""
    sock = bind(lt)
    for code in range(6, 13):
        sent = user_sends(lt, sock)
        lt.send(icmp(3, code, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=3, code=code)


@case("RFC1122-3.2.2.1-a", needs=["ip"], violator=answers("unreachable", code=2))
def protocol_that_a_user_takes(lt):
    """A datagram of a protocol that a user of the IUT takes is not reported."""
    lt.call("ip.bind", protocol=253)
    lt.send(cut(b"postel", 0, False, protocol=253))
    lt.expect_event("ip.recv", protocol=253, data=b"postel")
    lt.expect_silence(after="a datagram that a user got")


@case("RFC1122-3.2.2.1-a", stands_on="reports-unknown-protocols", violator=drops("unreachable", nth=3))
def every_unknown_protocol_is_reported(lt):
    """So is one of any other protocol that nobody has, from the lowest number to the highest."""
    for number in lt.each((0, 3, 61, 63, 99, 114, 127, 128, 200, 255), "protocol"):
        lt.send(IP(proto=number) / counting(40))
        lt.expect(unreachable(code=2))


@case("RFC1122-3.2.2.1-c", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=1, sock=1))
def udp_tells_whom_a_report_is_about(lt):
    """What UDP can make of a Destination Unreachable is to tell the one of its users who has sent the datagram, be it before others."""
    first, second = bind(lt), bind(lt, port=USER_PORT + 1)
    sent = {first: user_sends(lt, first), second: user_sends(lt, second, sport=USER_PORT + 1)}
    for sock, code in (first, 3), (second, 1), (first, 0):
        lt.send(icmp(3, code, data=sent[sock]["packet"][:28]))
        lt.expect_event("icmp.error", type=3, code=code, sock=sock)


@case("RFC1122-3.2.2.1-e", stands_on="follows-redirects", violator=changes("echo-reply", nth=2, eth_dst=GATEWAY_MAC))
def unreachable_does_not_prove_a_gateway_dead(lt):
    """A gateway that calls a network or a host unreachable lives, and is used on."""
    peer_is_known(lt)
    redirect(lt, FAR)
    for code in (0, 1):
        asking = IP(src=FAR) / echo()
        lt.send(asking)
        reply = lt.expect(echo_reply(eth_dst=PEER_MAC))
        lt.send(probe(icmp(3, code, data=reply["packet"][:28]), src=PEER, eth_src=PEER_MAC))
        lt.check(f"first hop after code {code}", first_hop(lt, FAR), PEER_MAC)


@case("RFC1122-3.2.2.1-f", needs=["ip", "icmp-errors"], stands_on="tells-of-errors", violator=loses("icmp.error"))
def port_unreachable_of_a_transport_with_its_own_signal(lt):
    """TCP has a signal of its own for a port that nobody has: a Port Unreachable is passed up to its user all the same."""
    try:
        sock = lt.call("ip.bind", protocol=6)["sock"]
        lt.call("ip.send", dst=lt.me, protocol=6, data=counting(20))
    except UpperError:
        lt.not_applicable("no user of the IUT can stand in TCP's place")
    sent = lt.expect(protocol(6, dst=lt.me))
    lt.send(icmp(3, 3, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=3, sock=sock)
