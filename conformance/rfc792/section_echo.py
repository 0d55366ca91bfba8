# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Echo and echo reply messages."""

from postel.kit import *


@case("RFC792-echo-a", ability="returns-identifiers", violator=changes("echo-reply", ident=8))
def identifier_returns(lt):
    """The identifier of the request stands in the reply."""
    for ident in (1, 0x1234, 0xFFFF):
        lt.send(echo(ident=ident))
        lt.expect(echo_reply(ident=ident))


@case("RFC792-echo-a", violator=changes("echo-reply", nth=1, seq=lambda seq: seq ^ 0x0100))
def sequence_number_returns(lt):
    """The sequence number of the request stands in the reply."""
    for seq in (1, 0x0100, 0x1234, 0xFFFF):
        lt.send(echo(seq=seq))
        lt.expect(echo_reply(seq=seq))


@case("RFC792-echo-a", violator=changes("echo-reply", nth=2, data=lambda data: bytes(len(data))))
def data_returns(lt):
    """The data of the request stands in the reply, octet by octet."""
    for data in (b"", b"\0", counting(56), b"\xff" * 100, bytes(100), counting(min(1000, lt.room), start=128)):
        lt.send(echo(data=data))
        lt.expect(echo_reply(data=data))


@case("RFC792-echo-a", violator=changes("echo-reply", dst=LEFT.host(9)))
def addresses_are_swapped(lt):
    """The reply goes from the destination of the request to its source, whoever that is."""
    for src in (lt.me, PEER, "192.0.2.9", "203.0.113.1"):
        lt.send(IP(src=src) / echo())
        lt.expect(echo_reply(type=0, src=lt.iut, dst=src))


@case("RFC792-echo-b", kind=characteristic, violator=drops("echo-reply"))
def request_with_a_code(lt):
    """What comes of an echo request whose code is not zero."""
    lt.send(echo(code=5))
    reply = lt.answer("echo-reply")
    return f"answered with code {reply['code']}" if reply else "discarded"


@case("RFC792-echo-b", violator=changes("echo-reply", code=1))
def code_of_a_reply_is_0(lt):
    """The code of a reply is zero."""
    lt.send(echo())
    lt.expect(echo_reply(code=0))


@case("RFC792-echo-c", violator=drops("echo-reply", nth=1))
def identifier_and_sequence_number_may_be_0(lt):
    """An identifier or a sequence number of zero is as good as any."""
    for ident, seq in ((0, 1), (1, 0), (0, 0)):
        lt.send(echo(ident=ident, seq=seq))
        lt.expect(echo_reply(ident=ident, seq=seq))
