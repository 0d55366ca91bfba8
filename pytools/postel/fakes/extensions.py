# SPDX-License-Identifier: BSD-2-Clause
"""ICMP errors with the extensions of RFC 4884."""

from typing import TypeGuard

from postel.fakes.engine import Call, Frame, World, edit
from postel.kit import wire

EXTENDED, LONGEST = (3, 11, 12), 576
MPLS = bytes.fromhex("000801010001f101")  # RFC 4950: one label, as objects of class 1 hold it


def structure(objects: bytes, checksum: int | None = None) -> bytes:
    """An extension structure of version 2."""
    octets = b"\x20\0\0\0" + objects
    return octets[:2] + (wire.checksum(octets) if checksum is None else checksum).to_bytes(2, "big") + octets[4:]


def extended(frame: Frame, *, objects: bytes = MPLS, least: int = 128, filler: bytes = b"\0", words: int = 0,
             checksum: int | None = None) -> Frame:  # fmt: skip
    """An error of a kind that may have one gets an extension behind its quote, which is cut so that the message has 576 octets at most
    where that leaves `least` of it; `words` are added to the true length."""
    if frame["type"] not in EXTENDED:
        return frame
    quote, extension = frame["quoted"], structure(objects, checksum)
    room = max(least, (LONGEST - frame["ihl"] * 4 - 8 - len(extension)) // 4 * 4)
    length = min(room, max(least, len(quote) + -len(quote) % 4))
    rest = frame["rest"][:1] + bytes([length // 4 + words]) + frame["rest"][2:]
    return edit(frame, rest=rest, data=quote[:length].ljust(length, filler) + extension)


def is_hosts(what: Frame | Call, world: World) -> TypeGuard[Frame]:
    """An error that is the host's, and not as its user has made it."""
    said: set[str] = world.memory.setdefault("said by users", set())
    if isinstance(what, Call):
        said.add(what.keys.get("data", "")[8:])  # behind the checksum, which may be left to the host
        return False
    return what.is_error and not world.passes_on(what) and what["payload"][4:].hex() not in said
