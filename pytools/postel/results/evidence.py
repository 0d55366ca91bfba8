# SPDX-License-Identifier: BSD-2-Clause
"""Evidence: the frames of one result as a pcapng file that says what it shows.

The capture stands at the lower tester's end: what it sent is outbound, what the IUT sent is
inbound. Times count from the start of the case, in nanoseconds, because virtual time knows no date.
Every frame's comment is its step and the requirement; the judged frame's holds the verdict too.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from postel.base.exits import UsageError
from postel.base.files import octets_of
from postel.captures import capture
from postel.captures.capture import BYTE_ORDER, COMMENT, FLAGS, IF_TSRESOL, INBOUND, INTERFACE, OUTBOUND, PACKET, SECTION
from postel.iut.iut import INTERFACES
from postel.kit import Outcome, Recorded

APPLICATION = 4  # option of a section
IF_NAME, IF_DESCRIPTION = 2, 3  # options of an interface
ETHERNET = 1
NANOSECONDS = 9  # ten to the minus that
ITS_OWN = ("control probe", "address resolution")  # how the comments of frames begin that the lower tester sends anyway
OURS = b"Postel: the frames of a case"


def name(case: str, iut: str, link: str) -> str:
    """The file that holds the frames of a case: the same for every run."""
    return re.sub(r"[^\w.]+", "-", f"{case}-{iut}-{link}") + ".pcapng"


def stderr_name(case: str, iut: str, link: str) -> str:
    """The file that holds what an IUT has said on its standard error from this case on."""
    return name(case, iut, link).removesuffix(".pcapng") + ".stderr.txt"


def write(path: Path, outcome: Outcome, *, iut: str, link: str) -> None:
    path.write_bytes(written(outcome, iut=iut, link=link))


def written(outcome: Outcome, *, iut: str, link: str) -> bytes:
    case = outcome.case
    about = f"{case.id} ({case.words}) {iut} over {link}: {_verdict(outcome)}"
    interfaces = max((frame.iface for frame in outcome.frames), default=0) + 1
    blocks = [_section(about), *(_interface(n) for n in range(interfaces))]
    for number, frame in enumerate(outcome.frames, start=1):
        blocks.append(_packet(frame, _comment(outcome, frame, judged=number == outcome.frame)))
    return b"".join(blocks)


def read(path: Path) -> list[Recorded]:
    """The frames of a file that write() wrote; UsageError for what is none, or not whole."""
    octets = octets_of(path, capture.LIMIT)
    try:
        if octets[:4] != capture.PCAPNG:
            raise ValueError("it does not begin like one")
        return [Recorded(time=packet.time / 1e9, iface=packet.iface, sent=bool(packet.outbound), octets=packet.octets,
                         comment=packet.comment) for packet in capture.packets(octets)]
    except (struct.error, ValueError) as error:
        raise UsageError(f"{path} is not evidence that this postel wrote ({error}); run its case again") from error


def is_stimulus(packet: capture.Packet) -> bool:
    """Did the case send this, and not the lower tester on its own?"""
    return bool(packet.outbound) and not packet.comment.startswith(ITS_OWN)


def is_ours(octets: bytes) -> bool:
    """Did write() write this?"""
    return octets[:4] == capture.PCAPNG and OURS in octets[:4096]


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
    return _block(SECTION, body + _options((APPLICATION, OURS), (COMMENT, comment.encode(errors="backslashreplace"))))


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
    return _block(PACKET, body + _options((COMMENT, comment.encode(errors="backslashreplace")), (FLAGS, flags)))


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _options(*options: tuple[int, bytes]) -> bytes:
    packed = (struct.pack("<HH", code, len(value[:0xFFFF])) + _padded(value[:0xFFFF]) for code, value in options)
    return b"".join(packed) + bytes(4)  # code 0: no more


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
