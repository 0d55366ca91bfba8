# SPDX-License-Identifier: BSD-2-Clause
"""The passive checker's rules about ICMP errors that carry an extension (RFC 4884). None need have one, and a length without
one is an octet in use that should not be (RFC792-general-e)."""

from collections.abc import Callable

from postel.kit import wire
from postel.kit.rule import Rule
from postel.kit.seen import Seen
from postel.kit.violator import changes
from postel.kit.wire import Fields

LEAST = wire.LEAST_QUOTE  # octets of the quote
LONGEST = 576  # octets of the message
HEADER, VERSION = 4, wire.EXTENSION_VERSION
OBJECT = bytes([0, 8, 255, 1]) + b"priv"  # of a class for private use
FIXED = {13: 20, 14: 20, 15: 8, 16: 8, 17: 12, 18: 12}  # octets of the messages that are always so long
UNEXTENDED = (4, 5)  # errors that take no extension


def _bad_filling(f: Fields, seen: Seen) -> bool:
    return "extension" in f and (len(f["quoted"] + f["filling"]) < LEAST or any(f["filling"]))


def _bad_extension(f: Fields, seen: Seen) -> bool:
    if "extension" not in f:
        return False
    version, checksum = f["extension"][0] >> 4, f["extension"][2:4]
    return version != VERSION or (any(checksum) and wire.ones_sum(f["extension"]) != 0xFFFF)  # zero: the sender made none


def _of_another_message(f: Fields, seen: Seen) -> bool:
    if f.get("type") in FIXED:
        return wire.is_extension(f["payload"][FIXED[f["type"]] :])
    return f.get("type") in UNEXTENDED and any(wire.is_extension(f["payload"][8 + at :]) for at in {LEAST, f["payload"][5] * wire.WORD} - {0})


def _wrong_objects(octets: bytes) -> bool:
    """Each has its length first, in octets, of which the header's four are a part."""
    while octets:
        length = int.from_bytes(octets[:2], "big")
        if not HEADER <= length <= len(octets) or length % wire.WORD:
            return True
        octets = octets[length:]
    return False


def _sound(f: Fields) -> bytes:
    """The extension of an error that has one of the version that we know."""
    return bytes(f["extension"]) if "extension" in f and f["extension"][0] >> 4 == VERSION else b""


def extended(filling: bytes = b"\0", version: int = VERSION, reserved: int = 0, objects: bytes = OBJECT, told: bool = True, type_: int | None = None
             ) -> Callable[[bytes], bytes]:  # fmt: skip
    """For violators: an error with an extension behind a quote that is filled up; `told`: its length says where that ends."""
    head = bytes([version << 4, reserved])
    extension = head + wire.checksum(head + bytes(2) + objects).to_bytes(2, "big") + objects

    def extend(payload: bytes) -> bytes:
        quote = (payload[8:LEAST] + filling * LEAST)[:LEAST]
        type_code = payload[:2] if type_ is None else bytes([type_, 0])
        message = type_code + bytes(3) + bytes([LEAST // wire.WORD * told]) + payload[6:8] + quote + extension
        return message[:2] + wire.checksum(message).to_bytes(2, "big") + message[4:]

    return extend


EXTENSIONS = (
    Rule("RFC4884-3-b", "a quote of 128 octets or more, filled up with zeros, before an extension", _bad_filling,
         changes("unreachable", payload=extended(b"?")), stimulus="udp"),
    Rule("RFC4884-4.1-a", "an extension of version 2, with a checksum that verifies", _bad_extension,
         changes("unreachable", payload=extended(version=1)), stimulus="udp"),
    Rule("RFC4884-3-a", "the length of the quote in an error that has an extension", lambda f, seen: "unmarked" in f,
         changes("unreachable", payload=extended(told=False)), stimulus="udp"),
    Rule("RFC4884-4.6-a", "no extension of another message than Destination Unreachable, Time Exceeded and Parameter Problem",
         _of_another_message, changes("unreachable", payload=extended(told=False, type_=5)), stimulus="udp"),
    Rule("RFC4884-7-a", "an error of 576 octets at most where it has an extension", lambda f, seen: "extension" in f and f["length"] > LONGEST,
         changes("unreachable", payload=extended(objects=OBJECT * 60)), stimulus="udp"),
    Rule("RFC4884-7-b", "zeros in what is reserved of an extension's header", lambda f, seen: _sound(f)[:1] not in (b"", b"\x20") or any(_sound(f)[1:2]),
         changes("unreachable", payload=extended(reserved=1)), stimulus="udp"),
    Rule("RFC4884-7-c", "an object or more in an extension", lambda f, seen: len(_sound(f)) == HEADER,
         changes("unreachable", payload=extended(objects=b"")), stimulus="udp"),
    Rule("RFC4884-8-a", "objects of whole words that end with the extension", lambda f, seen: _wrong_objects(_sound(f)[HEADER:]),
         changes("unreachable", payload=extended(objects=b"\0\x09" + OBJECT[2:])), stimulus="udp"),
)  # fmt: skip
