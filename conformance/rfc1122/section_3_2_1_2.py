# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.2: Checksum."""

from postel.kit import *


@case("RFC1122-3.2.1.2-a", violator=answers("echo-reply"))
def wrong_header_checksum(lt):
    """Every datagram's header checksum is verified, and one that does not verify is silently discarded."""
    for wrong in (lambda c: c ^ 1, lambda c: c ^ 0x8000, lambda c: c - 1 or 1, lambda c: c ^ 0xFFFF):
        lt.send(one_fault(echo(), checksum=wrong))
        lt.expect_silence(after="a wrong header checksum")


@case("RFC1122-3.2.1.2-a", violator=answers("echo-reply"))
def header_bit_that_changed_on_the_way(lt):
    """A bit of any field that changed on the way is noticed by the header checksum, and an echo by no other."""
    for bit in (14, 40, 48, 67, 79, 103, 127):
        lt.send(one_fault(echo(), flip=bit))
        lt.expect_silence(after=f"bit {bit} of the header changed")


@case("RFC1122-3.2.1.2-a", violator=answers("echo-reply"))
def wrong_header_checksum_of_a_fragment(lt):
    """So is that of each fragment: one that does not verify is no part of its datagram."""
    for wrong in range(3):
        pieces = fragments("H@0+ A@1+ B@2", seq=wrong, id=720 + wrong)
        lt.send(*(probe(piece, checksum=1) if n == wrong else piece for n, piece in enumerate(pieces)))
        lt.expect_silence(after="a wrong header checksum of a fragment")
        lt.send(pieces[wrong])
        lt.expect(echo_reply(ident=7, seq=wrong, data=blocks("AB")))
