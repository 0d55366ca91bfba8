# SPDX-License-Identifier: BSD-2-Clause
"""Abilities that an IUT lacks, each once, with what follows from that: what a reader should know before all else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from postel.results.results import Document, Result

MATTER = {"fail": "a failure", "warn": "a warning"}


class Missing(NamedTuple):
    iut: str
    link: str
    ability: str
    case: str  # whose matter it is
    verdict: str
    actual: str
    result: Result | None  # of that case, where it was one of the run's
    follow: list[Result]


def missing(document: Document) -> list[Missing]:
    """Of each IUT what it lacks, that first from which most follows; what follows from something else is not named."""
    found = [each for iut in document["iuts"] for each in _of(document, iut["name"], iut["link"], iut.get("abilities", []))]
    return sorted(found, key=lambda each: (each.iut, each.link, -len(each.follow)))


def _of(document: Document, iut: str, link: str, abilities: list[dict[str, Any]]) -> Iterator[Missing]:
    mine = [r for r in document["results"] if (r["iut"], r["link"]) == (iut, link)]
    roots = {each["case"]: each for each in abilities if each["there"] is False and each["case"] == each["root"]}
    follow: dict[str, list[Result]] = {case: [] for case in roots}
    for result in mine:
        if lacking := result.get("follows_from"):
            follow.setdefault(lacking["case"], []).append(result)
    for case, results in follow.items():
        own = next((r for r in mine if r["case"] == case), None)
        known = roots.get(case, {})
        name = known.get("ability") or next((r["follows_from"] or {})["ability"] for r in results if r.get("follows_from"))
        said = own["actual"] or own["label"] if own else known.get("actual")
        yield Missing(iut, link, name, case, own["verdict"] if own else known.get("verdict", ""), said or "", own, results)


def lines(document: Document) -> list[str]:
    """A line for each, for a terminal."""
    return [f"LACKS  {each.ability}   {each.iut}  {each.link}   {words(each)}" for each in missing(document)]


def words(each: Missing) -> str:
    """Whose matter it is and how bad that is, and how much follows from it."""
    count = len(each.follow)
    what = MATTER.get(each.verdict, "no rule demands it")
    selected = "" if each.result else ", which was not asked for"
    follows = f"; {count} result{'s follow' if count != 1 else ' follows'} from it" if count else ""
    return f"{what} of {each.case}{selected}{follows}" if each.verdict in MATTER else f"{what} ({each.case}{selected}){follows}"
