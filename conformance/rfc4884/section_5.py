# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4884 section 5: Backwards compatibility, of who receives an extension and knows none, or of who sent none."""

from postel.kit import *

TOLD = ("udp", "icmp-errors")


def about(lt, sock, build=extended(), **said):
    """An error about what the user has sent from `sock`, extended as `build` does it; its octets after the first eight are returned."""
    sent = user_sends(lt, sock, data=counting(64))
    message = build(bytes(icmp(3, 1, data=sent["packet"])))
    lt.send(probe(cut(message, 0, False), **said))
    return message[8:]


@case("RFC4884-5-a", needs=TOLD, stands_on="tells-of-errors", violator=loses("icmp.error", nth=1))
def extended_errors_are_told(lt):
    """An error of which the quote is filled up and extended is told as any other, and with all that was sent back of the datagram."""
    sock = bind(lt)
    for build in lt.each({"an object": extended(), "ten of them": extended(objects=OBJECT * 10), "a long one": extended(objects=b"\1\0" + bytes(254))}):
        data = about(lt, sock, build)
        told = lt.expect_event("icmp.error", type=3, code=1, sock=sock)
        lt.check("the beginning of the quote", told["data"][:184], data[:92].hex())


@case("RFC4884-5.4-a", needs=TOLD, stands_on="tells-of-errors", violator=alters("icmp.error", nth=1, extension=OBJECT))
def length_of_zero_means_no_extension(lt):
    """Where no length is told there is no extension, whatever stands behind the quote: the error is told, and no extension of it."""
    sock = bind(lt)
    for build in lt.each({"a whole one": extended(told=False), "one of version 1": extended(told=False, version=1)}):
        about(lt, sock, build)
        told = lt.expect_event("icmp.error", type=3, code=1, sock=sock)
        lt.check("the extension", told.get("extension", ""), "")
