# SPDX-License-Identifier: BSD-2-Clause
"""The frames behind a result, for report.html: of failures in the page itself as long as it stays light, of the others in a page
beside the captures, one a section.

The captures may be anybody's: those that are too long are not opened, and of a flood the beginning, the end and what was judged
are shown. The captures have all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from postel.base import files
from postel.base.exits import UsageError
from postel.base.plain import plain
from postel.kit import Recorded, wire
from postel.kit.fence import FENCE_ID
from postel.results import evidence, results
from postel.results.results import Document, Key, Result

EMBEDDED = 300_000  # octets of frames in the report itself
ASIDE = 32 << 20  # in all the pages beside it
OPENED = 8 << 20  # octets of a capture that is shown
OPENED_IN_ALL = 256 << 20
FRAMES = 120  # of one result
SHOWN = 256  # octets of one frame


def page_of(case: str) -> str:
    """The page that has the frames of a case: its section's, as an address from the report."""
    return f"evidence/{re.sub(r'[^A-Za-z0-9_.]+', '-', case.rpartition('/')[0])}.html"


def pages(directory: Path, document: Document) -> list[str]:
    """The pages of frames that there are."""
    return sorted(name for name in {page_of(result["case"]) for result in document["results"]} if files.inside(directory, name))


def write(directory: Path, document: Document, templates: jinja2.Environment) -> tuple[dict[Key, Markup], dict[Key, str]]:
    """The frames that go into the report, and the addresses of those that were written beside it."""
    pieces = decoded(directory, document, templates)
    embedded = chosen(document, pieces)
    for old in pages(directory, document):
        (directory / old).unlink()
    where: dict[Key, str] = {}
    for page, group in groupby(sorted(document["results"], key=by_page), key=by_page):
        shown = [(r, pieces[results.key(r)]) for r in group if results.key(r) in pieces and results.key(r) not in embedded]
        if shown:  # then their captures are there: the directory is one, and inside
            section = shown[0][0]["case"].rpartition("/")[0]
            files.write(directory / page, templates.get_template("aside.html").render(section=section, shown=shown).encode())
            where |= {results.key(result): page for result, _ in shown}
    return {key: pieces[key] for key in embedded}, where


def by_page(result: Result) -> str:
    return page_of(result["case"])


def decoded(directory: Path, document: Document, templates: jinja2.Environment) -> dict[Key, Markup]:
    """The frames of each result, as long as there is room, of failures first."""
    macros: Any = templates.get_template("frames.html").module
    pieces: dict[Key, Markup] = {}
    room, readable = ASIDE, OPENED_IN_ALL
    for result in sorted(document["results"], key=lambda r: not results.is_failure(r)):
        path = files.inside(directory, result["evidence"]) if result["evidence"] else None
        size = path.stat().st_size if path else 0
        if not path or size > min(OPENED, readable) or room <= 0:
            continue
        piece = Markup(macros.table(rows_of(path, result), None if result["verdict"] == "pass" else result["frame"]))
        pieces[results.key(result)] = piece
        room, readable = room - len(piece), readable - size
    return pieces


def chosen(document: Document, pieces: dict[Key, Markup]) -> set[Key]:
    """Those of failures, the smallest first, that the report can hold."""
    failed = [results.key(r) for r in document["results"] if results.is_failure(r) and results.key(r) in pieces]
    held: set[Key] = set()
    room = EMBEDDED
    for key in sorted(failed, key=lambda key: len(pieces[key])):
        room -= len(pieces[key])
        if room >= 0:
            held.add(key)
    return held


def rows_of(path: Path, result: Result) -> list[dict[str, Any]]:
    """The frames of a capture for people. Of too many the first, the last and the one that was judged."""
    try:
        frames = evidence.read(path)
    except UsageError as error:
        return [{"gap": str(error)}]
    half, named = FRAMES // 2, result["requirements"]
    if len(frames) <= FRAMES:
        return list(told(frames, named))
    judged = (result["frame"] or 0) - 1
    between = list(told(frames[judged : judged + 1], named, judged)) if half <= judged < len(frames) - half else []
    gap = {"gap": f"and {len(frames) - FRAMES - len(between):,} more, which are in the capture"}
    return [*told(frames[:half], named), *between, gap, *told(frames[-half:], named, len(frames) - half)]


def told(frames: Sequence[Recorded], requirements: Sequence[str], before: int = 0) -> Iterator[dict[str, Any]]:
    """A row a frame, but one for a control probe and its answer: each is like any other."""
    parsed = [wire.parse(frame.octets) for frame in frames]
    at = 0
    while at < len(frames):
        frame, fields, number = frames[at], parsed[at], before + at + 1
        row: dict[str, Any] = {"numbers": [number], "ms": frame.time * 1000, "iface": frame.iface, "sent": frame.sent}
        if is_probe(fields):
            answered = frame.sent and fields["seq"] in [f["seq"] for f in parsed[at + 1 : at + 2] if is_probe(f)]
            row["numbers"] += [number + 1] * answered
            said = "control probe, answered" if answered else "control probe" if frame.sent else "answer to a control probe"
            yield row | {"summary": said, "comment": "", "header": "", "hex": ""}
        else:
            summary = wire.summary(fields)
            parts = [part for part in frame.comment.split("; ") if part not in requirements]  # the result names them already
            comment = plain("; ".join(parts).removeprefix(summary).strip("; "))
            yield row | {"summary": summary, "comment": comment, "header": header(fields), "hex": dump(frame.octets)}
        at += len(row["numbers"])


def is_probe(fields: wire.Fields) -> bool:
    return fields["kind"] in ("echo-request", "echo-reply") and fields["ident"] == FENCE_ID


def header(fields: wire.Fields) -> str:
    """The IPv4 header in one line, whatever it says."""
    if "src" not in fields:
        return ""
    flags = "".join(f" {name.upper()}" for name in ("reserved", "df", "mf") if fields[name])
    options = f" options {fields['options'].hex()}" if fields.get("options") else ""
    names = ("version", "IHL", "TOS", "length", "id", "offset", "TTL", "protocol")
    said = " ".join(f"{name} {fields[name.lower()]}" for name in names)
    return f"{said}{flags} checksum {fields['checksum']:#06x}{options}"


def dump(octets: bytes) -> str:
    lines = [f"{at:04x}  {octets[at : min(at + 16, SHOWN)].hex(' ')}" for at in range(0, min(len(octets), SHOWN), 16)]
    more = len(octets) - SHOWN
    return "\n".join(lines + [f"and {more} octets more in the capture"] * (more > 0))
