# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2: Internet Control Message Protocol."""

from itertools import product

from postel.kit import *

DIRECTED, ALL_HOSTS = "198.18.0.255", "224.0.0.1"
GROUP_MAC = "01:00:5e:00:00:01"
BAD_OPTION = record_route(room=1, pointer=2)  # a pointer into the option's own head
NOT_ONE_HOST = ("0.0.0.0", "127.0.0.1", "255.255.255.255", ALL_HOSTS)


@case("RFC1122-3.2.2-a", violator=answers("echo-reply"))
def unknown_type(lt):
    """An ICMP message of a type that nobody knows is silently discarded."""
    for type_ in (1, 2, 7, 44, 100, 252, 255):
        lt.send(one_fault(echo(), type=type_))
        lt.expect_silence(after=f"ICMP type {type_}")


@case("RFC1122-3.2.2-b", kind=characteristic, violator=changes("unreachable", quoted=lambda q: q[:64]))
def how_much_is_quoted(lt):
    """How many octets of a datagram of 1428 an ICMP error quotes."""
    lt.send(udp(data=counting(1400)))
    return f"{len(expect_if_reported(lt, unreachable(code=3))['quoted'])} octets"


@case("RFC1122-3.2.2-c", violator=changes("unreachable", quoted=lambda q: q[:8] + bytes([q[8] - 1]) + q[9:]))
def quote_is_what_was_received(lt):
    """The header and the data that an error quotes are, octet by octet, those that came in."""
    lt.send(probe(udp(data=counting(64)), tos=0x28, id=0xABCD, df=1, ttl=3))
    expect_if_reported(lt, unreachable(code=3))
    lt.send(probe(udp(data=counting(64)), options=NOP * 4, ttl=77))
    expect_if_reported(lt, unreachable(code=3))


@case("RFC1122-3.2.2-c", violator=changes("unreachable", quoted=lambda q: q[:22] + b"\x08" + q[23:]))
def quote_has_the_options_as_received(lt):
    """An option in which the IUT may have written on the way in is quoted as it came."""
    lt.send(probe(udp(), options=record_route(room=2)))
    expect_if_reported(lt, unreachable(code=3))


@case("RFC1122-3.2.2-e", profiles=["rfc1122", "modern"], violator=changes("unreachable", tos=0x10))
def errors_have_tos_0(lt):
    """An ICMP error leaves with a TOS of zero, whatever that of the datagram was; precedence is not looked at."""
    for tos in (0, 0x10, 0xA0):
        lt.send(IP(tos=tos) / udp())
        expect_if_reported(lt, unreachable(code=3, tos=saying("zeros in its low five bits", lambda tos: not tos & 0x1F)))


@case("RFC1122-3.2.2-f", violator=answers("parameter-problem"))
def no_error_about_an_error(lt):
    """An ICMP error with a bad option is not answered by an error, an echo request with it is."""
    bad_options_are_reported(lt, probe(echo(), options=BAD_OPTION))
    for type_ in (3, 4, 5, 11, 12):
        lt.send(one_fault(probe(echo(data=counting(28)), options=BAD_OPTION), type=type_))
        lt.expect_silence(after=f"an ICMP error of type {type_} with a bad option")


@case("RFC1122-3.2.2-g", violator=answers("unreachable"))
def no_error_about_a_broadcast(lt):
    """Neither a closed port nor an unknown protocol is reported to who broadcasts, were it in a frame to one host."""
    closed_ports_are_reported(lt)
    unknown_protocols_are_reported(lt)
    for packet, mac in product((udp(), IP(proto=253) / b"postel"), (BROADCAST_MAC, lt.iut_mac)):
        for dst in ("255.255.255.255", DIRECTED):
            lt.send(one_fault(packet, dst=dst, eth_dst=mac))
            lt.expect_silence(after=f"destination {dst} in a frame to {mac}")


@case("RFC1122-3.2.2-g", violator=answers("unreachable"))
def no_error_about_a_multicast(lt):
    """Neither a closed port nor an unknown protocol is reported to who sends to a group, the one of all hosts."""
    closed_ports_are_reported(lt)
    unknown_protocols_are_reported(lt)
    for packet, mac in product((udp(), IP(proto=253) / b"postel"), (GROUP_MAC, lt.iut_mac)):
        lt.send(one_fault(packet, dst=ALL_HOSTS, eth_dst=mac))
        lt.expect_silence(after=f"destination {ALL_HOSTS} in a frame to {mac}")


@case("RFC1122-3.2.2-g", violator=answers("parameter-problem"))
def no_error_about_a_bad_option_in_a_broadcast(lt):
    """A bad option is not reported when it came to a broadcast or multicast address."""
    bad_options_are_reported(lt, probe(echo(), options=BAD_OPTION))
    for dst, mac in product(("255.255.255.255", DIRECTED, ALL_HOSTS), (BROADCAST_MAC, GROUP_MAC, lt.iut_mac)):
        lt.send(one_fault(probe(echo(), options=BAD_OPTION), dst=dst, eth_dst=mac))
        lt.expect_silence(after=f"a bad option to {dst} in a frame to {mac}")


@case("RFC1122-3.2.2-h", violator=answers("unreachable"))
def no_error_about_a_link_broadcast(lt):
    """What came as a broadcast of the link is not reported, though its IP destination is the IUT alone."""
    closed_ports_are_reported(lt)
    unknown_protocols_are_reported(lt)
    for packet in (udp(), IP(proto=253) / b"postel", probe(echo(), options=BAD_OPTION)):
        lt.send(one_fault(packet, eth_dst=BROADCAST_MAC))
        lt.expect_silence(after="a link broadcast", of="unreachable")
        lt.expect_silence(after="a link broadcast", of="parameter-problem")
        lt.answer()  # the option may have been taken for a good one


@case("RFC1122-3.2.2-i", violator=answers("parameter-problem"))
def no_error_about_a_later_fragment(lt):
    """A bad option is reported of a whole datagram, and not of a fragment other than the first."""
    bad_options_are_reported(lt, probe(echo(), options=BAD_OPTION))
    for offset, more in ((8, 1), (64, 0)):
        lt.send(one_fault(probe(echo(data=counting(24)), options=BAD_OPTION), offset=offset, mf=more))
        lt.expect_silence(after=f"a bad option in a fragment at {offset}")


@case("RFC1122-3.2.2-j", violator=answers("unreachable", dst="198.18.0.1"))
def no_error_to_what_is_not_one_host(lt):
    """Neither a closed port nor an unknown protocol is reported to a source that is not one host."""
    closed_ports_are_reported(lt)
    unknown_protocols_are_reported(lt)
    for packet in (udp(), IP(proto=253) / b"postel"):
        for src in NOT_ONE_HOST:
            lt.send(one_fault(packet, src=src))
            lt.expect_silence(after=f"source {src}")


@case("RFC1122-3.2.2-j", violator=answers("unreachable", dst="198.18.0.1"))
def no_error_to_a_directed_broadcast(lt):
    """A closed port is not reported to all hosts of a link."""
    closed_ports_are_reported(lt)
    lt.send(one_fault(udp(), src=DIRECTED))
    lt.expect_silence(after=f"source {DIRECTED}")


@case("RFC1122-3.2.2-j", violator=answers("unreachable", dst="198.18.0.1"))
def no_error_to_class_e(lt):
    """A closed port is not reported to an address of class E."""
    closed_ports_are_reported(lt)
    lt.send(one_fault(udp(), src="240.0.0.9"))
    lt.expect_silence(after="source 240.0.0.9")


@case("RFC1122-3.2.2-d", needs=["udp", "icmp-errors"], violator=alters("icmp.error", sock=1))
def errors_reach_the_user_that_they_are_about(lt):
    """An error goes to the transport, and there to the socket, that the quoted header belongs to, and to no other."""
    bind(lt)
    second = bind(lt, port=USER_PORT + 1)
    sent = user_sends(lt, second, sport=USER_PORT + 1)
    lt.send(icmp(3, 1, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=1, sock=second)
    lt.expect_no_event("icmp.error", after="the one error")
