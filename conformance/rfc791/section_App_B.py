# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 appendix B: the order in which octets and bits are sent."""

from postel.kit import *


@case("RFC791-App.B-a", violator=changes("echo-reply", length=lambda n: n >> 8 | (n & 0xFF) << 8))
def octets_in_order(lt):
    """The most significant octet comes first, in what is read and in what is sent."""
    lt.send(echo(ident=0x0102, seq=0x0304, data=counting(0x0106 - 28)))
    reply = lt.expect(echo_reply())
    holds(lt, reply["packet"][2:4], saying("the total length as 01 06", lambda octets: octets == b"\x01\x06"))


@case("RFC791-App.B-a", stands_on="checks-total-length", violator=answers("echo-reply"))
def octets_out_of_order(lt):
    """A total length with its octets exchanged is another number."""
    lt.send(one_fault(echo(data=counting(0x0106 - 28)), length=0x0601))
    lt.expect_silence(after="a total length of 0601 for 262 octets", of="echo-reply")
    lt.answer("parameter-problem")
