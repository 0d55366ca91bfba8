# SPDX-License-Identifier: BSD-2-Clause
"""Scripts: what happens to an IUT, as text for people and as octets for fuzzers (docs/script.md).

Reading and writing lose nothing: `from_text(to_text(x)) == x`, and for what fits the binary form
`from_binary(to_binary(x)) == x`, except that a step of more than 65,535 ms becomes several."""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from postel.base.exits import UsageError

HEAD = "postel-script 1"
ADVANCE_MAX = 65_535
FRAME_MAX = 65_549  # a packet of 65,535 octets and its Ethernet header
RECORDS = 1_000_000  # of the binary form, where three octets make one; lines of the text
FRAME, ADVANCE, OP, INTERFACE = range(4)
FIXED = {FRAME: 4, ADVANCE: 3, OP: 3, INTERFACE: 7}  # octets of a record that are always there


@dataclass(frozen=True)
class Frame:
    """An Ethernet frame arrives; `iface` counts modulo the interfaces that there are."""

    iface: int
    octets: bytes


@dataclass(frozen=True)
class Advance:
    ms: int


@dataclass(frozen=True)
class Op:
    """A line of the upper tester's protocol without SEQ and LF; one character an octet."""

    line: str


@dataclass(frozen=True)
class Interface:
    iface: int
    address: str
    prefix: int


Record = Frame | Advance | Op | Interface


# The text form


def to_text(records: Iterable[Record], comments: Mapping[int, Sequence[str]] | None = None) -> str:
    """With comments before the records of these numbers."""
    lines = [HEAD]
    for number, record in enumerate(records):
        lines += [*(f"# {comment}" for comment in (comments or {}).get(number, ())), _line(record)]
    return "".join(f"{line}\n" for line in lines)


def _line(record: Record) -> str:
    match record:
        case Frame(iface, octets):
            return f"frame {iface} {octets.hex()}".rstrip()
        case Advance(ms):
            return f"advance {ms}"
        case Interface(iface, address, prefix):
            return f"interface {iface} {address}/{prefix}"
        case Op(line):
            plain = re.fullmatch(r"[!-~]+( [!-~]+)*", line) and " #" not in f" {line}"
            return f"op {line}" if plain else f"op-hex {line.encode('latin-1').hex()}".rstrip()


def from_text(text: str, where: str = "script") -> list[Record]:
    if text.count("\n") > RECORDS:
        raise UsageError(f"{where}: a script of more than {RECORDS:,} lines is not read")
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines()]
    first = next((n for n, line in enumerate(lines) if line), 0)
    if not lines or lines[first].split() != HEAD.split():
        raise UsageError(f"{where}:{first + 1}: a script begins with the line `{HEAD}`")
    records: list[Record] = []
    for number, line in enumerate(lines[first + 1 :], first + 2):
        try:
            records += [_record(line)] if line else []
        except ValueError as error:
            raise UsageError(f"{where}:{number}: {error}") from None
    return records


def _record(line: str) -> Record:
    kind, _, rest = line.partition(" ")
    rest = rest.strip()
    if kind == "frame":
        iface, _, octets = rest.partition(" ")
        return Frame(_number(iface, 255, "an interface's number"), _hex(octets, FRAME_MAX))
    if kind == "advance":
        return Advance(_number(rest, 2**32 - 1, "milliseconds"))
    if kind == "op":
        if not rest:
            raise ValueError("`op` needs a line of the upper tester's protocol")
        return Op(rest)
    if kind == "op-hex":
        return Op(_hex(rest, ADVANCE_MAX).decode("latin-1"))
    if kind == "interface":
        match = re.fullmatch(r"(\d+)\s+([\d.]+)/(\d+)", rest)
        if not match:
            raise ValueError("an interface is written `interface 0 198.18.0.2/20`")
        prefix = _number(match[3], 32, "a prefix length")
        return Interface(_number(match[1], 255, "an interface's number"), _address(match[2]), prefix)
    raise ValueError(f"there is no record {kind!r}: frame, advance, op, op-hex, interface")


def _number(text: str, most: int, what: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > most:
        raise ValueError(f"{text!r} is not {what} (0 to {most})")
    return int(text)


def _hex(text: str, most: int) -> bytes:
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        raise ValueError("octets are written as pairs of hexadecimal digits") from None
    if len(octets) > most:
        raise ValueError(f"{len(octets)} octets are too many, {most} is the most")
    return octets


def _address(text: str) -> str:
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError(f"{text!r} is not an address")
    return ".".join(str(_number(part, 255, "a part of an address")) for part in parts)


# The binary form


def to_binary(records: Iterable[Record]) -> bytes:
    return b"".join(map(_octets, records))


def _octets(record: Record) -> bytes:
    match record:
        case Frame(iface, octets):
            return struct.pack(">BBH", FRAME, iface, _fitting(octets)) + octets
        case Advance(ms):
            steps = [ADVANCE_MAX] * (ms // ADVANCE_MAX)
            steps += [ms % ADVANCE_MAX] if ms % ADVANCE_MAX or not ms else []
            return b"".join(struct.pack(">BH", ADVANCE, step) for step in steps)
        case Op(line):
            octets = line.encode("latin-1")
            return struct.pack(">BH", OP, _fitting(octets)) + octets
        case Interface(iface, address, prefix):
            return bytes([INTERFACE, iface, *map(int, address.split(".")), prefix])


def _fitting(octets: bytes) -> int:
    if len(octets) > 0xFFFF:
        raise UsageError(f"a record of {len(octets)} octets does not fit the binary form (65,535 at most): keep it as text")
    return len(octets)


def from_binary(octets: bytes) -> list[Record]:
    """Every string of octets is a script; what is too short for a record's fixed part ends it."""
    records = [_parsed(kind, head, rest) for kind, head, rest, _ in islice(_walked(octets), RECORDS + 1)]
    if len(records) > RECORDS:
        raise UsageError(f"a script of more than {RECORDS:,} records is not read")
    return records


def cut_off(octets: bytes) -> str:
    """How the binary form ends within a record, in words; nothing when it does not."""
    end = 0
    for _, head, rest, missing in _walked(octets):
        end += len(head) + len(rest)
        if missing:
            return f"its last record has {len(rest)} of {len(rest) + missing} octets"
    return f"its last {len(octets) - end} octets are no record" if end < len(octets) else ""


def _walked(octets: bytes) -> Iterator[tuple[int, bytes, bytes, int]]:
    """Kind, fixed part and the rest of each record, and how many octets of the rest are missing."""
    at = 0
    while at < len(octets):
        kind = octets[at] % 4
        head = octets[at : at + FIXED[kind]]
        at += len(head)
        if len(head) < FIXED[kind]:
            break
        more = int.from_bytes(head[-2:], "big") if kind in (FRAME, OP) else 0
        rest = octets[at : at + more]
        yield kind, head, rest, more - len(rest)
        at += len(rest)


def _parsed(kind: int, head: bytes, rest: bytes) -> Record:
    if kind == FRAME:
        return Frame(head[1], rest)
    if kind == ADVANCE:
        return Advance(int.from_bytes(head[1:], "big"))
    if kind == OP:
        return Op(rest.decode("latin-1"))
    return Interface(head[1], ".".join(map(str, head[2:6])), head[6] % 33)


def interfaces(records: Sequence[Record]) -> dict[int, Interface]:
    """What the script says of the IUT's interfaces, the last word for each."""
    return {record.iface: record for record in records if isinstance(record, Interface)}
