# SPDX-License-Identifier: BSD-2-Clause
"""Wrong in how ICMP errors are extended (RFC 4884), or in how much they quote."""

from postel.fakes.engine import ASKED, SENT, Call, Frame, Passed, World, edit, wrong
from postel.fakes.extensions import EXTENDED, MPLS, extended, is_hosts, structure
from postel.kit import wire

BOTH = (SENT, ASKED)


@wrong("RFC4884-3-a", "errors are extended, and nothing says where the quote ends", BOTH)
def extension_without_a_length(what: Frame | Call, world: World) -> Passed:
    if not is_hosts(what, world) or what["type"] not in EXTENDED:
        return what
    return edit(what, data=what["quoted"].ljust(128, b"\0") + structure(MPLS))


@wrong("RFC4884-7-a", "errors are extended beyond 576 octets", BOTH)
def extension_of_sixty_objects(what: Frame | Call, world: World) -> Passed:
    return extended(what, objects=MPLS * 60) if is_hosts(what, world) else what


@wrong("RFC4884-7-b", "the bits that are reserved in an extension are used", BOTH)
def extension_with_reserved_bits(what: Frame | Call, world: World) -> Passed:
    if not is_hosts(what, world) or (changed := extended(what)) is what:
        return what
    whole = bytes(changed["data"])
    at = changed["rest"][1] * wire.WORD
    head = whole[at : at + 1] + b"\x01\0\0" + whole[at + 4 :]
    return edit(changed, data=whole[:at] + head[:2] + wire.checksum(head).to_bytes(2, "big") + head[4:])


@wrong("RFC4884-7-c", "errors have extensions of no object", BOTH)
def extension_of_no_object(what: Frame | Call, world: World) -> Passed:
    return extended(what, objects=b"") if is_hosts(what, world) else what


@wrong("RFC4884-8-a", "the length of an object does not count its header", BOTH)
def extension_with_a_short_object(what: Frame | Call, world: World) -> Passed:
    return extended(what, objects=b"\0\4" + MPLS[2:]) if is_hosts(what, world) else what


@wrong("RFC1122-3.2.2-k", "an error quotes seven octets of data")
def errors_quote_seven_octets(frame: Frame) -> Passed:
    least = (frame["quoted"][0] & 15) * 4 + 7 if frame.is_error and frame["quoted"] else 0
    return edit(frame, data=frame["quoted"][:least]) if least else frame
