# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1071 section 1: the sum, in answers and over what arrives."""

from postel.kit import *

PATTERNS = (b"\xff", b"\x00\xff", b"\xff\x00", b"\xff\xfe\x00\x01", b"\x80", b"\x7f\xff", b"\x00\x01")


@case("RFC792-general-g", stands_on="sums-messages", violator=changes("echo-reply", nth=9, icmp_checksum=lambda n: n + 1 & 0xFFFF))
def sum_of_any_octets(lt):
    """Carries come round at the end and an odd octet is the high one of its word, whatever the octets are."""
    for pattern in PATTERNS:
        for size in sorted({1, 2, 3, 255, min(1000, lt.room), lt.room}):
            data = (pattern * size)[:size]
            lt.send(echo(seq=size, data=data))
            lt.expect(echo_reply(data=data, payload=message_verifies))


@case("RFC792-general-h", stands_on="checks-icmp-checksums", violator=answers("echo-reply", nth=3))
def sum_that_is_one_off(lt):
    """A sum without the carry that comes round is another sum, and a message that has it is not believed."""
    for pattern in PATTERNS:
        lt.send(one_fault(echo(data=pattern * 100), icmp_checksum=lambda n: n - 1 & 0xFFFF))
        lt.expect_silence(after="an ICMP checksum that is one off")
