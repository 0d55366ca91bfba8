# SPDX-License-Identifier: BSD-2-Clause
"""report.html: one file for people, without network and without JavaScript, on a phone as on paper.

What there is to know at once comes first: what was not judged and why, what failed, each cause once. Then the matrix of cases
and IUTs, and behind each cell all that is known of that result. What is shown can be chosen (report_filters); frames are in the
page or beside it (report_frames).
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from postel.base import files
from postel.base.plain import harmless
from postel.catalogue.requirements import section_address
from postel.results import missing, report_filters, report_frames, report_overlaps, report_text, results
from postel.results.causes import Cause, causes, nothing_judged, why
from postel.results.report_filters import Filters
from postel.results.results import Document, Key, Result

LONGEST = 10_000  # characters of one text in the page
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
# What a document may leave out:
IUT = {"about": "", "capabilities": [], "broken": None, "remarks": [], "confinement": [], "settings": [], "baseline": None}
RESULT: dict[str, Any] = {"frames_left_out": 0, "stderr": None, "follows_from": None, "stimuli": None, "apart": [], "broken_too": []}


class Section(NamedTuple):
    """Results that one thing can be said of, each cause once. It is folded when it is not urgent."""

    id: str
    title: str
    causes: list[Cause]
    folded: bool


def write(document: Document, path: Path) -> None:
    """Writes the page; `path` stands where the results' evidence is."""
    document = harmless(document, LONGEST)
    document["results"] = [cast(Result, RESULT | dict(result)) for result in document["results"]]
    templates = environment()
    pieces, beside = report_frames.write(path.parent, document, templates)
    filters = Filters(document)
    page = templates.get_template("report.html").render(
        document=document, run=document["run"], iuts=iuts(document), matrix=matrix(document, filters), details=details(document),
        banners=list(banners(document)), notices=list(notices(document)), sections=list(sections(document)), filters=filters,
        overlaps=report_overlaps.drawing(document), rules=rules(document), verdicts=WORDS, pieces=pieces, beside=beside, key=results.key, title=title(document),
        surprises=[r for r in document["results"] if results.is_unexpected_pass(r)], missing=missing.missing(document),
        anchors={(r["case"], r["iut"], r["link"]): anchor(r) for r in document["results"]}, style=lambda: Markup(filters.style()),
    )  # fmt: skip
    files.write(path, page.encode())


@cache
def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    made.filters |= {"anchor": anchor, "address": quote, "heading": heading, "short": short, "why": why,
                     "kind": report_filters.kind_of, "lacking": missing.words, "policy": report_overlaps.policy}  # fmt: skip
    made.tests |= {"failure": results.is_failure, "known": results.expected_by_baseline}
    return made


# What comes first


def title(document: Document) -> str:
    found = document["results"]
    if found and not any(map(judged, found)):
        return "nothing was judged"
    failed = [r for r in found if results.is_failure(r)]
    lost = sum(not judged(r) for r in failed)
    return counted(len(failed) - lost, "failure") + f", {lost} not judged" * bool(lost)


def judged(result: Result) -> bool:
    return result["verdict"] not in ("inconclusive", "error")


def banners(document: Document) -> Iterator[tuple[str, str]]:
    """What came of it, and how it is to be taken: good, bad or cut."""
    found = document["results"]
    failed = sum(results.is_failure(r) and judged(r) for r in found)
    lost = sum(results.is_failure(r) and not judged(r) for r in found)
    if not document["complete"]:
        why_cut = document["run"].get("cut_short")
        cut = f"The run was cut short, {why_cut}" if why_cut else "The run was cut short"
        yield "cut", f"{cut}: these are the {counted(len(found), 'result')} that it had."
    missing = report_text.left_out(document, asked=True)
    yield from (("bad", f"asked for, and {words}") for words in missing)
    nothing = nothing_judged(found)
    for cause in nothing:
        yield "bad", f"Nothing was judged of {cause.first['iut']} over {cause.first['link']}: {why(cause)}"
    if failed:
        yield "bad", f"{counted(failed, 'failure')} among {counted(len(found), 'result')}"
    if lost > sum(len(cause.results) for cause in nothing):
        yield "bad", f"{counted(lost, 'result')} of {len(found)} could not be judged"
    if found and not failed and not lost and not missing:
        yield "good", f"No failure: {'each of the ' if len(found) > 1 else ''}{counted(len(found), 'result')} is as expected"


def notices(document: Document) -> Iterator[tuple[str, str]]:
    """What else one should know before reading on, and where it is said in full."""
    yield from ((words, "") for words in report_text.left_out(document, asked=False))
    for section in sections(document):
        if section.id not in ("failures", "lost"):
            yield f"{section.title}: {sum(len(cause.results) for cause in section.causes)}", section.id
    surprises = sum(map(results.is_unexpected_pass, document["results"]))
    if surprises:
        yield f"Unexpected passes: {surprises}", "surprises"
    for reason, count in document["deselected"].items():
        if count:
            yield f"{counted(count, 'case')} left out: {report_text.LEFT.get(reason, reason)}", ""


def sections(document: Document) -> Iterator[Section]:
    found = document["results"]
    warned = report_text.warnings(document)
    known = [r for r in found if results.expected_by_baseline(r)]
    failed = [r for r in sorted(found, key=urgency) if results.is_failure(r)]
    apart = [r for r in found if r["verdict"] in ("not-applicable", "unsupported")]
    for name, words, those, folded in (
        ("failures", "Failures", [r for r in failed if judged(r)], False),
        ("lost", "Could not be judged", [r for r in failed if not judged(r)], False),
        ("warnings", "Warnings", warned, False),
        ("known", "As the baseline says", known, True),
        ("apart", "Not applicable or unsupported", apart, True),
    ):
        if those:
            yield Section(name, words, causes(those), folded)


def iuts(document: Document) -> list[tuple[dict[str, Any], list[tuple[str, int]]]]:
    """Each IUT, and how many of its results are of which kind, from bad to good."""
    found = []
    for iut in document["iuts"]:
        own = Counter(report_filters.kind_of(r) for r in document["results"] if (r["iut"], r["link"]) == (iut["name"], iut["link"]))
        found.append(({**IUT, **iut}, [(kind, own[kind]) for kind in report_filters.KINDS if own[kind]]))
    return found


# The matrix, and what is behind its cells


class Row(NamedTuple):
    case: str
    cells: list[Result | None]
    classes: str


def matrix(document: Document, filters: Filters) -> list[tuple[str, str, list[Row]]]:
    """For each section its classes and its cases, for each case a cell an IUT."""
    cells: dict[str, dict[report_filters.Column, Result]] = {}
    for result in document["results"]:
        cells.setdefault(result["case"], {})[result["iut"], result["link"]] = result
    found = []
    for section, group in groupby(sorted(cells, key=natural), key=lambda case: case.rpartition("/")[0]):
        rows = [Row(case, [cells[case].get(column) for column in filters.columns], filters.together([*cells[case].values()]))
                for case in group]  # fmt: skip
        found.append((section, filters.together([cell for row in rows for cell in row.cells if cell]), rows))
    return found


def details(document: Document) -> list[tuple[str, list[Result]]]:
    """The results of each case, the most urgent case first."""
    by_case = groupby(sorted(document["results"], key=lambda r: r["case"]), key=lambda r: r["case"])
    found = [(case, sorted(group, key=urgency)) for case, group in by_case]
    return sorted(found, key=lambda pair: (min(map(urgency, pair[1]))[:2], natural(pair[0])))


def urgency(result: Result) -> tuple[bool, int, Any]:
    """Failures first, then from bad to good."""
    return not results.is_failure(result), -results.VERDICTS.index(result["verdict"]), natural(" ".join(results.key(result)))


def anchor(result: Result) -> str:
    """The name of a result within the page: the same for every run, so that one can link to a cell."""
    return re.sub(r"[^\w.]+", "-", "-".join(results.key(result)))


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


def rules(document: Document) -> dict[str, dict[str, Any]]:
    """Each requirement with the address of its section."""
    return {id_: {**rule, "href": section_address(rule["rfc"], rule["section"])}
            for id_, rule in document["requirements"].items()}


def counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)
