# SPDX-License-Identifier: BSD-2-Clause
"""Evidence: the frames of one result as a pcapng file that says what it shows.

The capture stands at the lower tester's end: what it sent is outbound, what the IUT sent is
inbound. Times count from the start of the case, in nanoseconds, because virtual time knows no date.
Every frame's comment is its step and the requirement; the judged frame's holds the verdict too.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from postel.exits import UsageError
from postel.iut import INTERFACES
from postel.kit import Outcome, Recorded

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6  # types of blocks
COMMENT, EPB_FLAGS = 1, 2  # options of any block; of a packet
IF_NAME, IF_DESCRIPTION, IF_TSRESOL = 2, 3, 9  # options of an interface
INBOUND, OUTBOUND = 1, 2
ETHERNET = 1
NANOSECONDS = 9  # ten to the minus that
BYTE_ORDER = 0x1A2B3C4D


def name(case: str, iut: str, link: str) -> str:
    """The file that holds the frames of a case: the same for every run."""
    return re.sub(r"[^\w.]+", "-", f"{case}-{iut}-{link}") + ".pcapng"


def write(path: Path, outcome: Outcome, *, iut: str, link: str) -> None:
    case = outcome.case
    about = f"{case.id} ({case.words}) {iut} over {link}: {_verdict(outcome)}"
    interfaces = max((frame.iface for frame in outcome.frames), default=0) + 1
    blocks = [_section(about), *(_interface(n) for n in range(interfaces))]
    for number, frame in enumerate(outcome.frames, start=1):
        blocks.append(_packet(frame, _comment(outcome, frame, judged=number == outcome.frame)))
    path.write_bytes(b"".join(blocks))


def read(path: Path) -> list[Recorded]:
    """The frames of a file that write() wrote; UsageError for any other."""
    try:
        return list(_frames(path.read_bytes()))
    except (struct.error, ValueError) as error:
        raise UsageError(f"{path} is not evidence that this postel wrote ({error}); run its case again") from error


def _verdict(outcome: Outcome) -> str:
    words = outcome.label or (f"expected {outcome.expected}, actual {outcome.actual}" if outcome.expected
                              else outcome.actual)
    return f"{outcome.verdict}: {words}" if words else str(outcome.verdict)


def _comment(outcome: Outcome, frame: Recorded, *, judged: bool) -> str:
    requirement = outcome.requirement or ", ".join(outcome.case.requirements)
    parts = [frame.comment, requirement, _verdict(outcome) if judged else ""]
    return "; ".join(part for part in parts if part)


def _section(comment: str) -> bytes:
    body = struct.pack("<IHHq", BYTE_ORDER, 1, 0, -1)
    return _block(SECTION, body + _options((COMMENT, comment.encode(errors="backslashreplace"))))


def _interface(number: int) -> bytes:
    about = "the lower tester's end of an interface of the IUT"
    if number < len(INTERFACES):
        known = INTERFACES[number]
        about = f"{known.network}: lower tester {known.lt}, IUT {known.iut}"
    body = struct.pack("<HHI", ETHERNET, 0, 0)
    return _block(INTERFACE, body + _options(
        (IF_NAME, f"if{number}".encode()), (IF_DESCRIPTION, about.encode()), (IF_TSRESOL, bytes([NANOSECONDS]))))


def _packet(frame: Recorded, comment: str) -> bytes:
    time = max(0, round(frame.time * 1e9))
    size = len(frame.octets)
    body = struct.pack("<IIIII", frame.iface, time >> 32, time & 0xFFFFFFFF, size, size) + _padded(frame.octets)
    flags = struct.pack("<I", OUTBOUND if frame.sent else INBOUND)
    return _block(PACKET, body + _options((COMMENT, comment.encode(errors="backslashreplace")), (EPB_FLAGS, flags)))


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _options(*options: tuple[int, bytes]) -> bytes:
    packed = (struct.pack("<HH", code, len(value[:0xFFFF])) + _padded(value[:0xFFFF]) for code, value in options)
    return b"".join(packed) + bytes(4)  # code 0: no more


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _frames(data: bytes) -> Iterator[Recorded]:
    if data[:4] != struct.pack("<I", SECTION) or data[8:12] != struct.pack("<I", BYTE_ORDER):
        raise ValueError("it does not begin like one")
    while data:
        kind, size = struct.unpack_from("<II", data)
        if size < 12 or size % 4 or size > len(data):
            raise ValueError("a block has an impossible length")
        if kind == PACKET:
            yield _frame(data[8 : size - 4])
        data = data[size:]


def _frame(body: bytes) -> Recorded:
    iface, high, low, captured, _ = struct.unpack_from("<IIIII", body)
    end = 20 + captured
    options = _read_options(body[end + -captured % 4 :])
    sent = options.get(EPB_FLAGS, b"")[:1] == bytes([OUTBOUND])
    return Recorded(time=(high << 32 | low) / 1e9, iface=iface, sent=sent, octets=body[20:end],
                    comment=options.get(COMMENT, b"").decode(errors="replace"))


def _read_options(data: bytes) -> dict[int, bytes]:
    options = {}
    while data:
        code, size = struct.unpack_from("<HH", data)
        if code == 0:
            break
        options[code] = data[4 : 4 + size]
        data = data[4 + size + -size % 4 :]
    return options
