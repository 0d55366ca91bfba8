# SPDX-License-Identifier: BSD-2-Clause
"""The difference of two runs, result by result.

A result that got worse in the order of the verdicts is a regression, whoever changed: the IUT, the suite, or both (`changed`).
A case that only the later run has is new, never a regression; one that only the earlier has is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from postel.results.results import VERDICTS, Document, Key, Result, key

IUT_CHANGED = "the IUT changed"
Pair = tuple[Result, Result]


@dataclass
class Difference:
    regressions: list[Pair] = field(default_factory=list)
    improvements: list[Pair] = field(default_factory=list)
    other: list[Pair] = field(default_factory=list)  # the verdict is the same, a label or the failing rule is not
    new: list[Result] = field(default_factory=list)
    gone: list[Result] = field(default_factory=list)
    same: int = 0
    who: dict[Key, str] = field(default_factory=dict)  # changed, of each that is not the same
    settings: list[str] = field(default_factory=list)  # how the runs themselves differ, in words


def compare(before: Document, after: Document) -> Difference:
    old = {key(result): result for result in before["results"]}
    now = {key(result): result for result in after["results"]}
    found = Difference(settings=_settings(before, after))
    found.new = [result for k, result in now.items() if k not in old]
    found.gone = [result for k, result in old.items() if k not in now]
    for k in [k for k in old if k in now]:
        pair = old[k], now[k]
        worsened = VERDICTS.index(pair[1]["verdict"]) - VERDICTS.index(pair[0]["verdict"])
        if worsened > 0:
            found.regressions.append(pair)
        elif worsened < 0:
            found.improvements.append(pair)
        elif _finding(pair[0]) != _finding(pair[1]):
            found.other.append(pair)
        else:
            found.same += 1
            continue
        found.who[k] = changed(before, after, pair)
    return found


def changed(before: Document, after: Document, pair: Pair) -> str:
    """Who changed between the two results, in words: the suite if the case or what all cases share did, the IUT if its release did
    or the suite did not."""
    suite = _made_of(before, pair[0]) != _made_of(after, pair[1])
    releases = [{(iut["name"], iut["link"]): iut["release"] for iut in document["iuts"]} for document in (before, after)]
    same = releases[0].get((pair[0]["iut"], pair[0]["link"])) == releases[1].get((pair[1]["iut"], pair[1]["link"]))
    if not suite:
        return IUT_CHANGED
    return "the suite changed, the IUT's release did not" if same else "both changed, the IUT and the suite"


def _made_of(document: Document, result: Result) -> tuple[str | None, str | None]:
    """Digests of what all cases share and of the case's file; None in results of before there were any."""
    return document["run"].get("suite", {}).get("digest"), document["cases"].get(result["case"], {}).get("digest")


def _finding(result: Result) -> tuple[str | None, str | None]:
    """What, besides the verdict, makes two results differ; numbers and times in the words do not."""
    failed = result["verdict"] in ("warn", "inconclusive", "fail", "error")
    return result["label"], result["requirement"] if failed else None


def _settings(before: Document, after: Document) -> list[str]:
    words = []
    suites = [document["run"].get("suite", {}).get("version", document["run"]["version"]) for document in (before, after)]
    if suites[0] != suites[1]:
        words.append(f"suite: {suites[0]} before, {suites[1]} after")
    for name in ("version", "profile", "slow", "seed"):
        a, b = before["run"].get(name), after["run"].get(name)
        if a != b:
            words.append(f"{name}: {a} before, {b} after")
    releases = {(iut["name"], iut["link"]): iut["release"] for iut in before["iuts"]}
    for iut in after["iuts"]:
        was = releases.get((iut["name"], iut["link"]), iut["release"])
        if was != iut["release"]:
            words.append(f"release of {iut['name']}: {was} before, {iut['release']} after")
    return words
