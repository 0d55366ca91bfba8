# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2: Internet Control Message Protocol."""

from itertools import product

from postel.kit import *

DIRECTED, ALL_HOSTS = "198.18.0.255", "224.0.0.1"
GROUP_MAC = "01:00:5e:00:00:01"
NOT_ONE_HOST = ("0.0.0.0", "127.0.0.1", "255.255.255.255", ALL_HOSTS, DIRECTED, "240.0.0.9")


@case("RFC1122-3.2.2-a", violator=answers("echo-reply"))
def unknown_type(lt):
    """An ICMP message of a type that nobody knows is silently discarded."""
    for type_ in (1, 2, 7, 44, 100, 252, 255):
        lt.send(one_fault(echo(), type=type_))
        lt.expect_silence(after=f"ICMP type {type_}")


@case("RFC1122-3.2.2-b", kind=characteristic, violator=changes("unreachable", quoted=lambda q: q[:64]))
def how_much_is_quoted(lt):
    """How many octets of a datagram of 1428 an ICMP error quotes."""
    lt.send(udp(data=counting(min(1400, lt.room))))
    return f"{len(expect_if_reported(lt, unreachable(code=3))['quoted'])} octets"


@case("RFC1122-3.2.2-c", ability="quotes-intact", violator=changes("unreachable", quoted=lambda q: q[:8] + bytes([q[8] - 1]) + q[9:]))
def quote_is_what_was_received(lt):
    """The header and the data that an error quotes are, octet by octet, those that came in."""
    lt.send(probe(udp(data=counting(64)), tos=0x28, id=0xABCD, df=1, ttl=3))
    expect_if_reported(lt, unreachable(code=3, quoted=quoting(lt.sent)))
    lt.send(probe(udp(data=counting(64)), options=NOP * 4, ttl=77))
    expect_if_reported(lt, unreachable(code=3, quoted=quoting(lt.sent)))


@case("RFC1122-3.2.2-c", violator=changes("unreachable", quoted=lambda q: q[:22] + b"\x08" + q[23:]))
def quote_has_the_options_as_received(lt):
    """An option in which the IUT may have written on the way in is quoted as it came."""
    lt.send(probe(udp(), options=record_route(room=2)))
    expect_if_reported(lt, unreachable(code=3, quoted=quoting(lt.sent)))


@case("RFC1122-3.2.2-e", profiles=["rfc1122", "modern"], violator=changes("unreachable", tos=0x10))
def errors_have_tos_0(lt):
    """An ICMP error leaves with a TOS of zero, whatever that of the datagram was; precedence is not looked at."""
    for tos in (0, 0x10, 0xA0):
        lt.send(IP(tos=tos) / udp())
        expect_if_reported(lt, unreachable(code=3, tos=saying("zeros in its low five bits", lambda tos: not tos & 0x1F)))


@case("RFC1122-3.2.2-f", violator=answers("parameter-problem"))
def no_error_about_an_error(lt):
    """An ICMP error with a bad option is not answered by an error, an echo request with it is."""
    for type_ in lt.each((3, 4, 5, 11, 12), "type"):
        lt.send(one_fault(a_bad_option(lt), type=type_))
        lt.expect_silence(after=f"an ICMP error of type {type_} with a bad option")


@case("RFC1122-3.2.2-g", violator=answers("unreachable"))
def no_error_about_a_broadcast(lt):
    """Nothing is reported to who broadcasts, were it in a frame to one host."""
    for report, dst, mac in lt.each(product(REPORTS, ("255.255.255.255", DIRECTED), (BROADCAST_MAC, lt.iut_mac))):
        lt.send(one_fault(report(lt), dst=dst, eth_dst=mac))
        expect_no_error(lt, f"destination {dst} in a frame to {mac}")


@case("RFC1122-3.2.2-g", violator=answers("unreachable"))
def no_error_about_a_multicast(lt):
    """Nothing is reported to who sends to a group, the one of all hosts."""
    for report, mac in lt.each(product(REPORTS, (BROADCAST_MAC, GROUP_MAC, lt.iut_mac))):
        lt.send(one_fault(report(lt), dst=ALL_HOSTS, eth_dst=mac))
        expect_no_error(lt, f"destination {ALL_HOSTS} in a frame to {mac}")


@case("RFC1122-3.2.2-h", violator=answers("unreachable"))
def no_error_about_a_link_broadcast(lt):
    """What came as a broadcast of the link is not reported, though its IP destination is the IUT alone."""
    for report in lt.each(REPORTS):
        lt.send(one_fault(report(lt), eth_dst=BROADCAST_MAC))
        expect_no_error(lt, "a link broadcast")


def expect_no_error(lt, after):
    """Another answer may be wrong too, but not by the rules of this section."""
    for kind in ("unreachable", "parameter-problem", "time-exceeded", "source-quench", "redirect"):
        lt.expect_silence(after=after, of=kind)
    lt.answer()


@case("RFC1122-3.2.2-i", violator=answers("parameter-problem"))
def no_error_about_a_later_fragment(lt):
    """A bad option is reported of a whole datagram, and not of a fragment other than the first."""
    for offset, more in lt.each(((8, 1), (64, 0)), "at"):
        lt.send(one_fault(a_bad_option(lt), offset=offset, mf=more))
        lt.expect_silence(after=f"a bad option in a fragment at {offset}")


@case("RFC1122-3.2.2-j", violator=answers("unreachable", dst="198.18.0.1"))
def no_error_to_what_is_not_one_host(lt):
    """Nothing is reported to a source that is not one host."""
    for report, src in lt.each(product(REPORTS, NOT_ONE_HOST)):
        lt.send(one_fault(report(lt), src=src))
        expect_no_error(lt, f"source {src}")


@case("RFC1122-3.2.2-d", needs=["udp", "icmp-errors"], violator=alters("icmp.error", sock=1))
def errors_reach_the_user_that_they_are_about(lt):
    """An error goes to the transport, and there to the socket, that the quoted header belongs to, and to no other."""
    bind(lt)
    second = bind(lt, port=USER_PORT + 1)
    sent = user_sends(lt, second, sport=USER_PORT + 1)
    lt.send(icmp(3, 1, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=1, sock=second)
    lt.expect_no_event("icmp.error", after="the one error")


@case("RFC1122-3.2.2-d", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=3, sock=1))
def errors_about_other_transports_reach_no_user_of_udp(lt):
    """An error whose quote has a UDP user's ports, and another protocol, is not that user's."""
    sock = bind(lt)
    sent = user_sends(lt, sock)
    for protocol in lt.each((6, 16, 19, 136, 253), "protocol"):
        quote = IP(src=lt.iut, dst=lt.me, proto=protocol, id=sent["id"]) / sent["payload"][:8]
        lt.send(icmp(3, 3, data=bytes(quote)))
        told = lt.delivered("icmp.error") or {}
        lt.check("the socket that is told", told.get("sock", "none"), other_than(sock))
