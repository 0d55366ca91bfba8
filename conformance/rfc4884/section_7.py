# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4884 sections 7 to 9: What an extension structure is made of, and what is made of it by who reads it."""

from postel.kit import *

TOLD = ("udp", "icmp-errors")


def told_of(lt, sock, build, spoilt=lambda payload: payload):
    """What the user is told of an error about its datagram, which is extended as `build` does it and then spoilt."""
    sent = user_sends(lt, sock, data=counting(64))
    message = spoilt(build(bytes(icmp(3, 1, data=sent["packet"]))))
    lt.send(icmp(3, 1, rest=message[4:8], data=message[8:]))
    return lt.expect_event("icmp.error", type=3, code=1, sock=sock)


@case("RFC4884-7-d", needs=TOLD, stands_on="tells-of-errors", violator=loses("icmp.error", nth=2))
def objects_that_nobody_knows(lt):
    """An error is told whatever objects its extension has: of any class, of any type, with data or without."""
    sock = bind(lt)
    for class_, type_ in lt.each({f"class {class_}, type {type_}": (class_, type_) for class_, type_ in ((0, 0), (4, 1), (200, 9), (255, 255))}):
        told_of(lt, sock, extended(objects=bytes([0, 4, class_, type_]) + bytes([0, 12, class_, type_]) + bytes(8)))


BROKEN = {
    "a wrong checksum": lambda payload: payload[:138] + bytes([payload[138] ^ 0x40]) + payload[139:],
    "an object that was changed": lambda payload: payload[:-1] + bytes([payload[-1] ^ 1]),
    "a length beyond the message": lambda payload: payload[:5] + b"\x40" + payload[6:],
}


@case("RFC4884-9-a", needs=TOLD, stands_on="tells-of-errors", violator=alters("icmp.error", nth=1, extension=OBJECT))
def broken_extensions_are_not_read(lt):
    """A user who is told of extensions is told of none whose syntax or checksum is wrong."""
    sock = bind(lt)
    if "extension" not in told_of(lt, sock, extended()):
        lt.not_applicable("the IUT reads no extensions (extension= of icmp.error), so none can be wrong")
    wrong = {"an object past the end": extended(objects=b"\0\x40" + OBJECT[2:]), "a ragged object": extended(objects=b"\0\7" + OBJECT[2:]),
             "no object": extended(objects=b""), "version 1": extended(version=1)}  # fmt: skip
    rows = {name: (build, bytes) for name, build in wrong.items()} | {name: (extended(), spoilt) for name, spoilt in BROKEN.items()}
    for build, spoilt in lt.each(rows):
        lt.check("the extension", told_of(lt, sock, build, spoilt).get("extension", ""), "")


@case("RFC4884-4.1-a", kind=characteristic, needs=TOLD, stands_on="tells-of-errors", violator=loses("icmp.error", nth=1))
def extension_without_a_checksum(lt):
    """Whether an extension is read whose checksum is zero, which says that there is none."""
    sock = bind(lt)
    told = [told_of(lt, sock, extended(), spoilt).get("extension") for spoilt in (bytes, lambda payload: payload[:138] + bytes(2) + payload[140:])]
    return "none is read" if told[0] is None else "it is read" if told[1] else "it is not read"
