# SPDX-License-Identifier: BSD-2-Clause
"""What `replay` and `fuzz` read: captures, evidence, scripts in either form, gzip around any of them.

What a file is, its octets say: captures by their magic, scripts by their head. The binary form has neither, for every string of
octets is one; so it is believed where it is exactly what we would write, or where the file is a fuzzer's by its name or place."""

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path

from postel.base import script
from postel.base.exits import UsageError
from postel.base.files import octets_of
from postel.base.script import Frame, Record
from postel.captures import capture

HEAD = re.compile(rb"\s*(#[^\n]*\n\s*)*postel-script\s")  # of a script, perhaps behind comments
ARTIFACT = re.compile(r"(^|-)(crash|leak|oom|timeout|slow-unit)-[0-9a-f]{40}$")  # as libFuzzer names what it finds
HEADER = 14  # octets of an Ethernet header


@dataclass
class Input:
    records: list[Record]
    octets: bytes = b""  # as they are in the binary form, whatever a writer would make of them
    captured: bool = False
    said: list[str] = field(default_factory=list)  # what was read, and what became of it, a line each
    then: dict[int, list[bytes]] = field(default_factory=dict)  # before a record's number: frames that the IUT sent in the capture
    neighbours: dict[str, str] = field(default_factory=dict)  # who answers ARP with which MAC


def read(path: Path, args: argparse.Namespace, *, fuzzers: bool = False) -> Input:
    """The records of a file; UsageError when it is nothing of the kind. `fuzzers`: what looks like nothing is a fuzzer's input."""
    where = str(path)
    octets, cut = octets_of(path, capture.LIMIT, capture.CUT_IT), ""
    if args.kind != "binary":
        octets, cut = capture.unpacked(octets, where)
    sure = args.kind == "binary" or fuzzers or is_fuzzers(path)
    if args.kind == "capture" or (args.kind == "auto" and capture.is_one(octets)):
        found = from_capture(octets, where, args)
    elif args.kind == "script" or (args.kind == "auto" and (HEAD.match(octets[:4096]) or (is_text(octets) and not sure))):
        found = Input(from_text(octets, where))
    else:
        found = from_binary(octets, path, sure=sure)
    found.said += [f"{where}: {cut}: what came before is used"] if cut else []
    return found


def is_text(octets: bytes) -> bool:
    """Would a person call it text? What is text and no script gets an error with a line number."""
    return bool(octets) and all(octet in b"\t\n\r" or 32 <= octet < 127 for octet in octets[:512])


def is_fuzzers(path: Path) -> bool:
    return path.suffix == ".bin" or "corpus" in path.absolute().parts or bool(ARTIFACT.search(path.name))


def from_text(octets: bytes, where: str) -> list[Record]:
    try:
        return script.from_text(octets.decode("ascii"), where)
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{where}:{line}: a script is ASCII, this is not") from error


def from_binary(octets: bytes, path: Path, *, sure: bool) -> Input:
    other = next((words for magic, words in capture.OTHERS.items() if octets.startswith(magic)), "")
    if not octets or (other and not sure):
        raise UsageError(f"{path} cannot be read: {other or 'it is empty'}")
    records = script.from_binary(octets)
    whole = any(isinstance(record, script.Op) or (isinstance(record, Frame) and len(record.octets) >= HEADER) for record in records)
    if not sure and (script.to_binary(records) != octets or not whole):
        raise UsageError(f"{path} is neither a capture (pcap, pcapng) nor a script; a fuzzer's input without a suffix .bin "
                         "is read with --kind binary")  # fmt: skip
    cut = script.cut_off(octets)
    counted = f"{path}: read as a script in the binary form: {counts(records)}"
    return Input(records, octets, said=[counted + (f"; {cut}" if cut else "")])


def counts(records: list[Record]) -> str:
    names = {"Frame": "frame", "Advance": "step of the clock", "Op": "operation", "Interface": "interface"}
    found = {name: sum(type(record).__name__ == kind for record in records) for kind, name in names.items()}
    return ", ".join(many(count, name) for name, count in found.items() if count) or "no records"


def many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what.replace(' ', 's ', 1) if ' ' in what else what + 's'}"


def from_capture(octets: bytes, where: str, args: argparse.Namespace) -> Input:
    """What happens to the IUT in it."""
    from postel.captures import ethernet  # they need Scapy, and help should not wait for it
    from postel.replay import moved  # they need Scapy, and help should not wait for it
    from postel.results import evidence  # they need Scapy, and help should not wait for it

    if not capture.is_one(octets):
        raise UsageError(f"{where} is no capture: it begins like neither pcap nor pcapng")
    found = capture.read(octets, where)
    packets, links = found.packets, ethernet.links_of(found.packets)
    said = f"{where}: {found.form}{', ' * bool(links)}{links}: {many(len(packets), 'packet')}"
    said += f"; it ends {found.cut}" if found.cut else ""
    ours = evidence.is_ours(octets)
    chosen = [packet for packet in packets if evidence.is_stimulus(packet)] if ours else packets
    frames, notes = ethernet.frames(chosen, tags=ours or args.as_is)
    if not frames:
        raise UsageError(f"{said}; {'; '.join(notes) or 'none that could be sent'}")
    if ours:
        said += f", evidence of a case, in which the case sent {len(frames):,}"
    made = moved.as_is(frames, args) if ours or args.as_is else moved.into_lab(frames, args)
    made.said, made.captured = [said, *notes, *made.said], True
    return made
