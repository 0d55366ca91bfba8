# SPDX-License-Identifier: BSD-2-Clause
"""The passive checker's rules about ICMP errors that carry an extension (RFC 4884). None need have one, and a length without
one is an octet in use that should not be (RFC792-general-e)."""

from collections.abc import Callable

from postel.kit import wire
from postel.kit.rule import Rule
from postel.kit.seen import Seen
from postel.kit.violator import changes
from postel.kit.wire import Fields

LEAST = 128  # octets of the quote


def _bad_filling(f: Fields, seen: Seen) -> bool:
    return "extension" in f and (len(f["quoted"] + f["filling"]) < LEAST or any(f["filling"]))


def _bad_extension(f: Fields, seen: Seen) -> bool:
    if "extension" not in f:
        return False
    version, checksum = f["extension"][0] >> 4, f["extension"][2:4]
    return version != 2 or (any(checksum) and wire.ones_sum(f["extension"]) != 0xFFFF)  # zero: the sender made none


def _extended(filling: bytes, version: int) -> Callable[[bytes], bytes]:
    """For violators: an error with an empty extension of that version behind a quote that is filled up."""
    head = bytes([version << 4, 0])
    extension = head + wire.checksum(head + bytes(2)).to_bytes(2, "big")

    def extend(payload: bytes) -> bytes:
        quote = (payload[8:LEAST] + filling * LEAST)[:LEAST]
        message = payload[:2] + bytes(3) + bytes([LEAST // wire.WORD]) + payload[6:8] + quote + extension
        return message[:2] + wire.checksum(message).to_bytes(2, "big") + message[4:]

    return extend


EXTENSIONS = (
    Rule("RFC4884-3-b", "a quote of 128 octets or more, filled up with zeros, before an extension", _bad_filling,
         changes("unreachable", payload=_extended(b"?", 2)), stimulus="udp"),
    Rule("RFC4884-4.1-a", "an extension of version 2, with a checksum that verifies", _bad_extension,
         changes("unreachable", payload=_extended(b"\0", 1)), stimulus="udp"),
)  # fmt: skip
