# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.4: UDP checksums."""

from postel.kit import *


def lowest_bit(checksum):
    return checksum ^ 1


@case("RFC1122-4.1.3.4-a", needs=["udp"], violator=loses("udp.recv", nth=1))
def right_checksum_is_accepted(lt):
    """Datagrams of even and of odd length whose checksum is right are delivered."""
    bind(lt)
    for data in (b"", b"p", counting(17), counting(lt.room)):
        lt.send(udp(USER_PORT, data=data))
        lt.expect_event("udp.recv", data=data)


@case("RFC1122-4.1.3.4-b", violator=answers("unreachable"))
def wrong_checksum_for_a_closed_port(lt):
    """A datagram with a wrong checksum is silently discarded: not even its port is known."""
    for wrong in (lowest_bit, lambda c: c ^ 0x8000, lambda c: 0x1234):
        lt.send(one_fault(udp(), udp_checksum=wrong))
        lt.expect_silence(after="a wrong UDP checksum")


@case("RFC1122-4.1.3.4-b", needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def wrong_checksum_reaches_no_user(lt):
    """A datagram with a wrong checksum is silently discarded, whether it has data or none."""
    bind(lt)
    for data in (b"postel", b"odd", b""):
        lt.send(one_fault(udp(USER_PORT, data=data), udp_checksum=lowest_bit))
        lt.expect_no_event("udp.recv", after="a wrong UDP checksum")
        lt.expect_silence(after="a wrong UDP checksum")


@case("RFC1122-4.1.3.4-b", needs=["udp"], violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def checksum_that_is_nearly_right(lt):
    """So is one whose checksum has the right bits in the wrong places, or none of them."""
    bind(lt)
    nearly = {"octets exchanged": lambda c: (c & 255) << 8 | c >> 8, "complement": lambda c: c ^ 0xFFFF, "one more": lambda c: c + 1,
              "all ones": lambda _: 0xFFFF}  # fmt: skip
    for wrong in lt.each(nearly):
        lt.send(one_fault(udp(USER_PORT), udp_checksum=wrong))
        lt.expect_no_event("udp.recv", after="a wrong UDP checksum")


@case("RFC1122-4.1.3.4-d", needs=["udp"], violator=changes("udp", udp_checksum=0))
def checksum_is_on_by_default(lt):
    """A datagram leaves with a checksum unless its user has asked for none."""
    lt.check("UDP checksum", user_sends(lt, bind(lt))["udp_checksum"], other_than(0))


@case("RFC1122-4.1.3.4-e", kind=characteristic, needs=["udp"], ability="takes-no-checksum", lacking="discarded", violator=loses("udp.recv"))
def datagram_without_a_checksum(lt):
    """Whether a datagram whose sender made no checksum is delivered."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), udp_checksum=0))
    return "delivered" if lt.delivered() else "discarded"


@case("RFC1122-4.1.3.4-f", needs=["udp"], violator=changes("udp", nth=1, udp_checksum=0))
def computed_zero_leaves_as_ones(lt):
    """A checksum that comes out as zero is sent as all ones: zero says that there is none."""
    sock = bind(lt)
    over_zeros = user_sends(lt, sock, data=bytes(2))["udp_checksum"]
    completing = over_zeros.to_bytes(2, "big")  # this word in place of zero makes the sum all ones
    lt.check("UDP checksum", user_sends(lt, sock, data=completing)["udp_checksum"], 0xFFFF)


@case("RFC1122-4.1.3.4-c", kind=characteristic, needs=["udp", "checksum"], violator=ignores("set"))
def sender_without_a_checksum(lt):
    """Whether a user who wants none sends without a checksum."""
    sock = bind(lt)
    lt.set("checksum", 0, sock=sock)
    return "none" if user_sends(lt, sock)["udp_checksum"] == 0 else "one all the same"


@case("RFC1122-4.1.3.4-b", kind=characteristic, needs=["udp", "ip"], violator=loses("udp.recv", nth=1))
def checksum_of_another_user(lt):
    """What becomes of a datagram to the host's own address, and to loopback, whose UDP header another of its users wrote."""
    bind(lt)
    words = []
    for dst in lt.iut, "127.9.9.9":
        segment = bytes(IP(src=dst, dst=dst) / udp(USER_PORT))[20:]
        for sum_, octets in {"right": segment, "wrong": segment[:7] + bytes([segment[7] ^ 1]) + segment[8:]}.items():
            refused = lt.tried("ip.send", dst=dst, src=dst, protocol=17, data=octets).get("code")
            words.append(f"{sum_} sum to {dst}: {refused or ('delivered' if lt.delivered() else 'discarded')}")
    return ", ".join(words)
