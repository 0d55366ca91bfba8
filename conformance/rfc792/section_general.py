# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Message formats, what holds for all messages."""

from postel.kit import *

REACH = 32  # hops back


@case("RFC792-general-a", violator=drops("echo-reply"))
def icmp_is_there(lt):
    """ICMP is a part of every IP module: an echo request finds it."""
    lt.send(echo())
    lt.expect(echo_reply(protocol=1))


@case("RFC792-general-b", violator=changes("echo-reply", tos=0x08))
def messages_have_tos_0(lt):
    """The answer to a message of type of service zero has protocol 1 and type of service zero."""
    for ttl in (64, 1):
        lt.send(probe(echo(), tos=0, ttl=ttl))
        lt.expect(echo_reply(protocol=1, tos=0))


@case("RFC792-general-b", kind=characteristic, violator=changes("echo-reply", tos=0x28))
def tos_of_a_reply(lt):
    """What a reply keeps of its request's type of service: RFC 1812 4.3.2.5 has routers copy it, RFC 792 lists zero."""
    lt.send(probe(echo(), tos=0xFF))
    tos = lt.expect(echo_reply(tos=anything))["tos"]
    return {0: "nothing", 0xFC: "the codepoint", 0xFE: "all but the last bit", 0xFF: "all"}.get(tos, f"{tos:#04x} of 0xff")


@case("RFC792-general-c", violator=answers("parameter-problem"))
def no_error_about_an_error(lt):
    """A bad option is reported of an echo request and not of an ICMP error."""
    bad = probe(echo(data=counting(28)), options=bad_option(lt)[0])
    for type_ in (3, 11, 12):
        lt.send(one_fault(bad, type=type_))
        lt.expect_silence(after=f"an ICMP error of type {type_} with a bad option")


@case("RFC792-general-d", violator=answers("parameter-problem"))
def errors_are_about_the_first_fragment(lt):
    """A bad option is reported of the fragment at zero and of no other."""
    bad = probe(echo(data=counting(24)), options=bad_option(lt)[0], mf=1)
    bad_options_are_reported(lt, bad)
    lt.send(probe(bad, offset=8))
    lt.expect_silence(after="a bad option in a fragment at 8")


@case("RFC792-general-e", violator=changes("unreachable", rest=b"\0\0\0\1"))
def unused_octets_are_zero(lt):
    """The unused octets of Destination Unreachable are zero, whether it is about a port or a protocol."""
    for packet, code in ((udp(), 3), (IP(proto=253) / b"postel", 2)):
        lt.send(packet)
        expect_if_reported(lt, unreachable(code, unused=bytes(4)))


@case("RFC792-general-f", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=loses("icmp.error"))
def unused_octets_are_ignored(lt):
    """An error whose unused octets are not zero is passed on like any other."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(3, 3, rest=b"\xff\xff\xff\xff", data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=3)


@case("RFC792-general-g", ability="sums-messages", violator=changes("echo-reply", nth=1, icmp_checksum=lambda c: c ^ 1))
def checksum_covers_the_whole_message(lt):
    """The checksum of a reply verifies over all of it, an odd last octet being the high one of its word."""
    for data in (b"", b"\xa5", b"\x01\xa5", counting(255), b"\xff" * min(1001, lt.room - 1 | 1)):
        lt.send(echo(data=data))
        lt.expect(echo_reply(payload=message_verifies, data=data))


@case("RFC792-general-h", ability="checks-icmp-checksums", violator=answers("echo-reply"))
def wrong_checksum(lt):
    """A message whose checksum does not verify is discarded."""
    for wrong in (lambda c: c ^ 1, lambda c: c ^ 0x8000, lambda c: 0x1234):
        lt.send(one_fault(echo(), icmp_checksum=wrong))
        lt.expect_silence(after="a wrong ICMP checksum")


@case("RFC792-general-h", stands_on="checks-icmp-checksums", violator=answers("echo-reply"))
def data_that_changed_on_the_way(lt):
    """A message of which an octet changed after its checksum was made is discarded, be it the last and odd one."""
    for at in (1, 4, 7, 8, 24):
        lt.send(one_fault(echo(data=counting(17)), payload=lambda p, at=at: p[:at] + bytes([p[at] ^ 4]) + p[at + 1 :]))
        lt.expect_silence(after=f"octet {at} of the message changed")


@case("RFC792-general-i", violator=answers("echo-reply"))
def message_shorter_than_its_header(lt):
    """A message of less than 8 octets is discarded, though its checksum may verify."""
    for size in range(8):
        lt.send(one_fault(echo(data=b""), payload=bytes.fromhex("0800f7ff000000")[:size]))
        lt.expect_silence(after=f"an ICMP message of {size} octets")


@case("RFC792-general-j", violator=changes("unreachable", ttl=9))
def messages_live_long_enough(lt):
    """Replies and errors have a time to live that brings them back, whatever was left of the request's."""
    lt.send(IP(ttl=2) / echo())
    lt.expect(echo_reply(ttl=at_least(REACH)))
    lt.send(IP(ttl=2) / udp())
    expect_if_reported(lt, unreachable(code=3, ttl=at_least(REACH)))


@case("RFC792-general-k", violator=changes("unreachable", dst=LEFT.host(9)))
def errors_go_to_the_source(lt):
    """An error is sent to the source that stands in the datagram, and not to who passed it on."""
    for src in (lt.me, "192.0.2.9", PEER):
        lt.send(IP(src=src) / udp())
        expect_if_reported(lt, unreachable(code=3, dst=src))


@case(
    "RFC792-general-l", "RFC1122-3.3.4.2-a", ability="reports-from-the-address-asked",
    violators={
        "RFC792-general-l": changes("unreachable", src=LEFT.host(9)),
        "RFC1122-3.3.4.2-a": changes("unreachable", src=RIGHT.iut),
    },
)  # fmt: skip
def errors_come_from_who_found_them(lt):
    """The source of an error is an address of the host that found it, and the one that was asked."""
    lt.send(udp())
    error = expect_if_reported(lt, unreachable(code=3, src=one_of(lt.left.iut, lt.right.iut)))
    with lt.judging("RFC1122-3.3.4.2-a"):
        lt.check("source", error["src"], lt.iut)


@case("RFC792-general-h", needs=["udp", "icmp-errors"], stands_on=["checks-icmp-checksums", "tells-of-errors"], violator=delivers("icmp.error", sock=1, type=3, code=3, src=LEFT.lt, data=b""))
def wrong_checksum_of_an_error(lt):
    """An error whose checksum does not verify is told to nobody."""
    sent = user_sends(lt, bind(lt))
    for wrong in (lambda c: c ^ 1, lambda c: c ^ 0x8000):
        lt.send(probe(icmp(3, 3, data=sent["packet"][:28]), icmp_checksum=wrong))
        lt.expect_no_event("icmp.error", after="a wrong ICMP checksum")


@case("RFC792-general-n", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", nth=1, sock=1))
def process_is_found_by_the_quoted_ports(lt):
    """Of several users, who have sent to the same host, the one is told whose port is in the data that is quoted."""
    socks = {port: bind(lt, port=port) for port in (USER_PORT, USER_PORT + 1, USER_PORT + 256)}
    sent = {port: user_sends(lt, sock, sport=port) for port, sock in socks.items()}
    for port, sock in reversed(socks.items()):
        lt.send(icmp(3, 3, data=sent[port]["packet"][:28]))
        lt.expect_event("icmp.error", type=3, code=3, sock=sock)
        lt.expect_no_event("icmp.error", after="the one error")
