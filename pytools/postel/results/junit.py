# SPDX-License-Identifier: BSD-2-Clause
"""junit.xml: one file for all IUTs, a test suite each.

Each worker's pytest writes the suite of its IUT; a run puts them together. Where there is no such file (a worker that
crashed, a run that was killed) the suite is made of the results, in the same form.
"""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from postel.base import files
from postel.base.plain import harmless
from postel.results import results
from postel.results.results import Document, Result

COUNTED = {"error": "errors", "skipped": "skipped"}


def read(path: Path) -> xml.Element | None:
    """The test suite in a file of pytest; None when there is none, or half of one."""
    try:
        return xml.parse(path).getroot().find("testsuite")
    except (OSError, xml.ParseError):
        return None


def joined(found: Iterable[xml.Element]) -> list[xml.Element]:
    """Suites of one name are one: of workers that shared an IUT's cases."""
    made: dict[str, xml.Element] = {}
    for each in found:
        one = made.setdefault(each.get("name", ""), each)
        if one is not each:
            for count in ("tests", "errors", "failures", "skipped"):
                one.set(count, str(int(one.get(count, "0")) + int(each.get(count, "0"))))
            one.set("time", f"{float(one.get('time', '0')) + float(each.get('time', '0')):.3f}")
            one.extend(each)
            one[:] = sorted(one, key=lambda case: (case.get("file", ""), int(case.get("line", "0"))))
    return list(made.values())


def suites(document: Document) -> list[xml.Element]:
    """A suite for each IUT and link that was judged, made of results."""

    def of(result: Result) -> tuple[str, str, str]:
        return result["iut"], result["link"], result["profile"]

    found, strict = sorted(document["results"], key=of), bool(document["run"]["strict"])
    return [suite("-".join(names), list(group), strict) for names, group in groupby(found, key=of)]


def left_out(document: Document) -> list[xml.Element]:
    """A suite for each IUT that was not judged here: an error when it was asked for by its name, else skipped."""
    made = []
    missing = sorted(harmless(results.not_judged(document)), key=lambda left: left["iut"])
    for name, group in groupby(missing, key=lambda left: left["iut"]):
        links = list(group)
        tag = "error" if any(left.get("asked") for left in links) else "skipped"
        counted = {"tests": "1", "errors": "0", "failures": "0", "skipped": "0", COUNTED[tag]: "1"}
        one = xml.Element("testsuite", {"name": name, **counted})
        why = "; ".join(f"over {left['link']}: {left['why']}" for left in links)
        _say(xml.SubElement(one, "testcase", classname="left_out", name=name, time="0"), tag, f"not judged here {why}")
        made.append(one)
    return made


def suite(name: str, found: Sequence[Result], strict: bool) -> xml.Element:
    cases = [case(result, strict) for result in found]
    failures, skipped = (sum(c.find(tag) is not None for c in cases) for tag in ("failure", "skipped"))
    made = xml.Element(
        "testsuite", name=name, errors="0", tests=str(len(cases)), failures=str(failures), skipped=str(skipped)
    )
    made.extend(cases)
    return made


def case(result: Result, strict: bool) -> xml.Element:
    result = harmless(result)  # which leaves nothing that XML cannot hold
    folder, _, name = result["case"].rpartition("/")
    where = f"{result['iut']}-{result['link']}-{result['profile']}"
    made = xml.Element(
        "testcase", classname=folder.replace("/", "."), name=f"{name}[{where}]", time=f"{result['duration_ms'] / 1000:.3f}"
    )
    known = result["baseline"]
    properties = xml.SubElement(made, "properties")
    for id_ in result["requirements"]:
        xml.SubElement(properties, "property", name="requirement", value=id_)
    xml.SubElement(properties, "property", name="verdict", value=result["verdict"])
    if results.is_failure(result):
        _say(made, "failure", said(result))
    elif known and results.is_unexpected_pass(result) and strict:
        _say(made, "failure", f"unexpected pass: the baseline says {known['verdict']}: {known['reason']}")
    elif known and result["verdict"] in results.RED:
        _say(made, "skipped", f"{known['verdict']}: {known['reason']}")
    elif result["verdict"] in ("not-applicable", "unsupported"):
        _say(made, "skipped", f"{result['verdict']}: {result['actual']}")
    return made


def said(result: Result) -> str:
    return f"{result['verdict']}: expected {result['expected']}; actual {result['actual']}"


def _say(parent: xml.Element, tag: str, message: str) -> None:
    xml.SubElement(parent, tag, message=message)


def write(path: Path, found: Iterable[xml.Element]) -> None:
    root = xml.Element("testsuites")
    root.extend(found)
    xml.indent(root)
    files.write(path, xml.tostring(root, encoding="utf-8", xml_declaration=True))
