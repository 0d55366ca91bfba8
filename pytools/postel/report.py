# SPDX-License-Identifier: BSD-2-Clause
"""report.html: one file for people, without network and without JavaScript.

What failed comes first, then the matrix of cases and IUTs, and behind each cell all that is known of that result. Frames
come from the evidence files beside it; what would make the page too big is put into pages of its own beside them.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from postel import evidence, files, results
from postel.exits import UsageError
from postel.kit import Recorded, wire
from postel.kit.fence import FENCE_ID
from postel.plain import harmless, plain
from postel.requirements import section_address
from postel.results import Document, Result

EMBEDDED = 5_000_000  # octets of frames in the page itself
SHOWN = 256  # octets of one frame; the capture has all of them
WORDS = {
    "pass": "does what the rule says",
    "info": "a characteristic: RFCs leave the choice open",
    "not-applicable": "the rule does not hold for this profile, role or link",
    "unsupported": "the IUT declares that it cannot show this",
    "warn": "a rule that should be met is not, or one not yet checked against the RFC's text",
    "inconclusive": "could not be judged",
    "fail": "a rule that must be met is not",
    "error": "a fault of Postel or of the adapter",
}


def write(document: Document, path: Path) -> None:
    """Writes the page; `path` stands where the results' evidence is."""
    document = harmless(document, 10_000)
    templates = environment()
    pieces = frames_of(document, path.parent, templates)
    page = templates.get_template("report.html").render(
        document=document, run=document["run"], iuts=document["iuts"], rows=rows(document), details=details(document),
        failures=[r for r in sorted(document["results"], key=urgency) if results.is_failure(r)],
        surprises=[r for r in document["results"] if results.is_unexpected_pass(r)],
        rules=rules(document), verdicts=WORDS, counts=counts(document), pieces=pieces, key=results.key,
    )  # fmt: skip
    files.write(path, page.encode())


@cache
def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    made.filters |= {"anchor": anchor, "address": quote, "heading": heading, "short": short}
    made.tests |= {"failure": results.is_failure, "known": results.expected_by_baseline}
    return made


def frames_of(document: Document, directory: Path, templates: jinja2.Environment) -> dict[results.Key, Markup]:
    """The frames of each result; or, those of failures last and the biggest first, a link to them."""
    macros: Any = templates.get_template("frames.html").module
    shown = {results.key(r): recorded(directory, r) for r in document["results"]}
    judged = {results.key(r): r["frame"] for r in document["results"] if r["verdict"] not in ("pass", "info")}
    pieces = {key: Markup(macros.table(frames, judged.get(key)) if frames else "") for key, frames in shown.items()}
    for old in asides(directory, document):
        (directory / old).unlink()
    size = 0
    for result in sorted(document["results"], key=lambda r: (not results.is_failure(r), len(pieces[results.key(r)]))):
        key = results.key(result)
        if size + len(pieces[key]) > EMBEDDED:
            pieces[key] = Markup(macros.link(aside(templates, directory, result, pieces[key])))
        size += len(pieces[key])
    return pieces


def urgency(result: Result) -> tuple[bool, int, Any]:
    """Failures first, then from bad to good."""
    return not results.is_failure(result), -results.VERDICTS.index(result["verdict"]), natural(" ".join(results.key(result)))


def anchor(result: Result) -> str:
    """The name of a result within the page: the same for every run, so that one can link to a cell."""
    return re.sub(r"[^\w.]+", "-", "-".join(results.key(result)))


def rows(document: Document) -> list[tuple[str, list[tuple[str, list[Result | None]]]]]:
    """The matrix: for each section its cases, for each case a cell an IUT."""
    cells = {(r["case"], r["iut"], r["link"]): r for r in document["results"]}
    cases = sorted({r["case"] for r in document["results"]}, key=natural)
    return [
        (section, [(case, [cells.get((case, iut["name"], iut["link"])) for iut in document["iuts"]]) for case in group])
        for section, group in groupby(cases, key=lambda case: case.rpartition("/")[0])
    ]


def short(result: Result) -> str:
    """What a cell says: a characteristic's label, or the verdict."""
    words = result["label"] if result["verdict"] == "info" and result["label"] else result["verdict"]
    return textwrap.shorten(words, 40, placeholder=" ...") + ", known" * results.expected_by_baseline(result)


def heading(section: str) -> str:
    """`RFC 1122 3.2.1.1` for rfc1122/3.2.1.1."""
    return re.sub(r"^rfc(\d+)/", r"RFC \1 ", section)


def natural(case: str) -> list[list[tuple[int, str]]]:
    """3.2.10 comes after 3.2.9, and 3.1.options after all of 3.1."""
    return [[(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", step)] for step in case.split("/")]


def details(document: Document) -> list[tuple[str, list[Result]]]:
    """The results of each case, the most urgent case first."""
    by_case = groupby(sorted(document["results"], key=lambda r: r["case"]), key=lambda r: r["case"])
    found = [(case, sorted(group, key=urgency)) for case, group in by_case]
    return sorted(found, key=lambda pair: (min(map(urgency, pair[1]))[:2], natural(pair[0])))


def rules(document: Document) -> dict[str, dict[str, Any]]:
    """Each requirement with the address of its section."""
    return {id_: {**rule, "href": section_address(rule["rfc"], rule["section"])}
            for id_, rule in document["requirements"].items()}


def counts(document: Document) -> list[tuple[dict[str, Any], dict[str, int], int]]:
    """For each IUT how many results of which verdict, and how many of them the baseline expects."""
    found = []
    for iut in document["iuts"]:
        own = [r for r in document["results"] if (r["iut"], r["link"]) == (iut["name"], iut["link"])]
        found.append((iut, results.counts(own), sum(map(results.expected_by_baseline, own))))
    return found


def recorded(directory: Path, result: Result) -> list[dict[str, Any]]:
    """The frames of a result for people; none when its capture is not there, or is none. UsageError when it is a device, a
    pipe or something outside of the directory."""
    path = files.inside(directory, result["evidence"]) if result["evidence"] else None
    if not path:
        return []
    try:
        return list(told(evidence.read(path), result["requirements"]))
    except UsageError:
        return []


def told(frames: Sequence[Recorded], requirements: Sequence[str]) -> Iterable[dict[str, Any]]:
    """A row a frame, but one for a control probe and its answer: each is like any other."""
    parsed = [wire.parse(frame.octets) for frame in frames]
    number = 0
    while number < len(frames):
        frame, fields = frames[number], parsed[number]
        row: dict[str, Any] = {"numbers": [number + 1], "ms": frame.time * 1000, "iface": frame.iface, "sent": frame.sent}
        if is_probe(fields):
            answered = frame.sent and fields["seq"] in [f["seq"] for f in parsed[number + 1 : number + 2] if is_probe(f)]
            row["numbers"] += [number + 2] * answered
            said = "control probe, answered" if answered else "control probe" if frame.sent else "answer to a control probe"
            yield row | {"summary": said, "comment": "", "header": "", "hex": ""}
        else:
            summary = wire.summary(fields)
            parts = [part for part in frame.comment.split("; ") if part not in requirements]  # the result names them already
            comment = plain("; ".join(parts).removeprefix(summary).strip("; "))
            yield row | {"summary": summary, "comment": comment, "header": header(fields), "hex": dump(frame.octets)}
        number += len(row["numbers"])


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


def asides(directory: Path, document: Document) -> list[str]:
    """The pages of frames that there are."""
    names = {aside_name(result) for result in document["results"]}
    return sorted(name for name in names if files.inside(directory, name))


def aside_name(result: Result) -> str:
    return f"evidence/{evidence.name(result['case'], result['iut'], result['link']).removesuffix('.pcapng')}.html"


def aside(templates: jinja2.Environment, directory: Path, result: Result, piece: Markup) -> str:
    """Writes the frames of a result as a page of its own beside the captures; returns its address from the report."""
    name = aside_name(result)
    page = templates.get_template("aside.html").render(result=result, piece=piece)
    files.write(directory / name, page.encode())  # the capture is there, so the directory is one, and inside
    return name


