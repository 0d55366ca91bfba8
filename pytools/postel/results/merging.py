# SPDX-License-Identifier: BSD-2-Clause
"""The results of several runs as those of one: the shards of a suite, or IUTs that were judged apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from postel.base import files
from postel.base.exits import UsageError, worst
from postel.captures import capture
from postel.results import junit, outdir, report, report_frames, results
from postel.results.results import Document, Key

FILES = ("results.json", "junit.xml", "report.html")
Row = TypeVar("Row", bound=Any)
ALIKE = ("version", "profile", "seed", "slow", "strict", "patterns", "exclude")  # of two runs that may stand in one table


def merged(documents: Sequence[Document], names: Sequence[str]) -> Document:
    """One document; `names` say whose each was. UsageError where they cannot be one."""
    first = documents[0]
    whose: dict[Key, str] = {}
    for document, name in zip(documents, names, strict=True):
        if odd := [fact for fact in ALIKE if document["run"].get(fact) != first["run"].get(fact)]:
            raise UsageError(f"{name} was run with another {odd[0]} than {names[0]}: `postel diff` compares such runs")
        for result in document["results"]:
            key = results.key(result)
            if key in whose:
                raise UsageError(f"{whose[key]} and {name} both judged {' '.join(key)}: `postel diff` compares such runs")
            whose[key] = name
    together: Document = {
        "schema": results.SCHEMA,
        "complete": all(document["complete"] for document in documents),
        "run": {**first["run"], "shard": None, "duration_s": sum(document["run"].get("duration_s", 0) for document in documents)},
        "iuts": _once([iut for document in documents for iut in document["iuts"]]),
        "left_out": _once([left for document in documents for left in document["left_out"]]),
        "deselected": _deselected(documents),
        "cases": {id_: case for document in documents for id_, case in document["cases"].items()},
        "requirements": {id_: row for document in documents for id_, row in document["requirements"].items()},
        "results": sorted((result for document in documents for result in document["results"]), key=results.key),
    }
    exits = [document["exit"] for document in documents if "exit" in document]
    if len(exits) == len(documents):
        together["exit"] = max([code for code in exits if code > 128], default=worst(exits))  # over 128: a signal ended that run
    return together


def _once(rows: Sequence[Row]) -> list[Row]:
    """One row an IUT and link; of two the one that tells of a fault."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = row["name" if "name" in row else "iut"], row["link"]
        before = found.get(key, row)
        if key not in found or row.get("broken"):
            found[key] = row
        if "abilities" in before:
            found[key]["abilities"] = list({each["ability"]: each for each in (*row.get("abilities", ()), *before["abilities"])}.values())
    return list(found.values())


def _deselected(documents: Sequence[Document]) -> dict[str, int]:
    """What was left out of all of them; what one shard left to another was not."""
    every = sum(documents[0]["deselected"].values()) + len(documents[0]["cases"])
    judged = {id_ for document in documents for id_ in document["cases"]}
    counts = {why: min(document["deselected"].get(why, 0) for document in documents) for why in documents[0]["deselected"]}
    counts["shard"] = max(0, every - len(judged) - sum(count for why, count in counts.items() if why != "shard"))
    return counts


def write(document: Document, sources: Sequence[tuple[Path, Document]], out: Path) -> None:
    """Writes the document and its pages into a directory, with the evidence of each source beside them."""
    with outdir.opened(out) as place:
        beside = {
            name: directory
            for directory, each in sources for result in each["results"] for name in (result["evidence"], result.get("stderr")) if name
        }  # fmt: skip
        place.begin([*FILES, *beside, *{report_frames.page_of(result["case"]) for result in document["results"]}])
        with outdir.told(out):
            for name, directory in beside.items():
                if (path := files.inside(directory, name)) is not None:
                    (place.staging / name).write_bytes(files.octets_of(path, capture.LIMIT))
            results.write(document, place.staging / "results.json")
            junit.write(place.staging / "junit.xml", [*junit.suites(document), *junit.left_out(document)])
            report.write(document, place.staging / "report.html")
        place.finish()
