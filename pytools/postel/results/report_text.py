# SPDX-License-Identifier: BSD-2-Clause
"""What `postel run` says on a terminal: progress, one table, and three things of each failure."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

from postel.base import terminal
from postel.base.plain import harmless, lines, plain
from postel.base.terminal import columns, painted
from postel.results import missing, results
from postel.results.causes import NUMBER, Cause, causes, nothing_judged, why
from postel.results.results import Document, Result

LISTED = 40  # causes of failures that are told in full; report.html holds all of them
NAMED = 4  # cases of one cause
STIMULI = 12  # of a sweep that failed
LEFT = {"pattern": "not asked for", "slow": "slow (--slow runs them)", "shard": "in other shards", "excluded": "excluded",
        "last-failed": "did not fail last time"}  # fmt: skip
WRITTEN = ("results.json", "events.jsonl", "junit.xml", "report.html")
WARNED = 10  # warnings that are told without -v
COLUMNS = {"not-applicable": "n/a", "unsupported": "unsupp", "inconclusive": "inconcl"}  # too long for a heading


class Progress:
    """How far a run has come, what it is at, and how long the rest takes at this pace."""

    def __init__(self, stream: TextIO, total: int, done: int = 0, *, quiet: bool = False) -> None:
        """`done` are there already; `quiet`: only what stays is said."""
        self._line, self._total, self._before, self._quiet = terminal.Line(stream, terminal.EVERY), total, done, quiet
        self._started = time.monotonic()
        self._done, self._failed = done, 0
        self.close = self._line.close

    def begins(self, what: str) -> None:
        if not self._quiet:
            self._line.show(f"{self._count()}  {plain(what)}")

    def ended(self, failed: bool) -> None:
        self._done += 1
        self._failed += failed

    def taken_back(self, count: int, failed: int) -> None:
        """So many results will be replaced."""
        self._done -= count
        self._failed -= failed

    def say(self, text: str) -> None:
        """Something that stays, between the lines of progress."""
        self._line.say(lines(text))

    def _count(self) -> str:
        failed = f", {self._failed} failed" if self._failed else ""
        now, total = self._done - self._before, self._total - self._before
        left = terminal.time_left(now, total, time.monotonic() - self._started)
        return f"{self._done} of {self._total}{failed}{left}"


def table(document: Document) -> list[str]:
    """How many results of which verdict each IUT has."""
    shown = [v for v in results.VERDICTS if v in ("pass", "fail") or results.counts(document["results"])[v]]
    rows = [["IUT", "link", *(COLUMNS.get(v, v) for v in shown), "in the baseline"]]
    for iut in document["iuts"]:
        found = [r for r in document["results"] if (r["iut"], r["link"]) == (iut["name"], iut["link"])]
        known = sum(results.expected_by_baseline(r) for r in found)
        rows.append([iut["name"], iut["link"], *(str(results.counts(found)[v]) for v in shown), str(known)])
    return columns(rows, left=2)


def differing(document: Document) -> list[str]:
    """The cases that the IUTs answer differently, a line each."""
    several = len(document["iuts"]) > 1
    rows = []
    for case, group in groupby(document["results"], key=lambda r: r["case"]):
        found = [r for r in group if r["verdict"] not in ("not-applicable", "unsupported")]
        if several and len({r["label"] or r["verdict"] for r in found}) > 1:
            rows.append([case, *(f"{r['iut']} {_answer(r)}" for r in found)])
    width = max(map(len, rows), default=0)
    return [f"  {line}" for line in columns([row + [""] * (width - len(row)) for row in rows], left=width)] if rows else []


def _answer(result: Result) -> str:
    known = " (baseline)" if results.expected_by_baseline(result) else ""
    return textwrap.shorten(result["label"] or result["verdict"], 44, placeholder=" ...") + known


def failure(result: Result, requirements: Mapping[str, Mapping[str, Any]], out: str = "") -> str:
    """What was required, what was expected, what was there instead."""
    where = f"   {out}{result['evidence']}" if result["evidence"] else ""
    where += f" frame {result['frame']}" if where and result["frame"] else ""
    verdict = painted(result["verdict"].upper(), "red" if result["verdict"] in results.RED else "yellow")
    lines = [f"{verdict}  {result['case']}   {result['iut']}  {result['link']}"]
    lines.append(f"  requirement  {rule(result, requirements)}")
    lines.append(f"  expected     {result['expected']}")
    lines.append(f"  actual       {result['actual']}{where}")
    lines += _stimuli(result)
    if result["drops"]:
        lines.append(f"  dropped for  {', '.join(result['drops'])}")
    return "\n".join(lines)


def _stimuli(result: Result) -> list[str]:
    """Those of a sweep that failed; where some are in the baseline, those that are news."""
    stimuli, known = result.get("stimuli"), result["baseline"]
    if not stimuli or not stimuli["failed"]:
        return []
    news = known.get("news") if known else None
    names = news or [each["name"] for each in stimuli["failed"]]
    more = f" and {len(names) - STIMULI} more" if len(names) > STIMULI else ""
    of = f"{len(names)} of {stimuli['judged']}" + " that the baseline does not name" * bool(news)
    return [f"  failed of    {of}: {'; '.join(names[:STIMULI])}{more}"]


def rule(result: Result, requirements: Mapping[str, Mapping[str, Any]]) -> str:
    """`MUST  RFC 1122 3.2.1.1: only version 4 is processed`: of the failed requirement, or else of each."""
    ids = [result["requirement"]] if result["requirement"] else result["requirements"]
    return "; ".join(f"{r['level']}  RFC {r['rfc']} {r['section']}: {lowered(r['rule'])}" if (r := requirements.get(id_))
                     else id_ for id_ in ids)


def lowered(words: str) -> str:
    """A sentence's words after a colon: the first letter is small unless its word is a name in capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def told(found: Iterable[Result], document: Document, out: str = "") -> list[str]:
    """The results in three things each; those that have one cause are told once."""
    in_order = sorted(found, key=lambda r: (r["iut"], r["link"]))
    blocks = [one_cause(cause, document["requirements"], out) for cause in causes(in_order)]
    more = len(blocks) - LISTED
    return blocks[:LISTED] + ([f"and {more} more, all in report.html"] if more > 0 else [])


def one_cause(cause: Cause, requirements: Mapping[str, Mapping[str, Any]], out: str) -> str:
    first, count = cause.first, len(cause.results)
    if count == 1:
        return failure(first, requirements, out)
    head, *lines = failure(first, requirements, out).split("\n")
    if not cause.judged:  # of many rules, none of which has to do with it
        lines = [f"  because      {why(cause)}"]
    names = [result["case"] for result in cause.results[:NAMED]]
    more = f" and {count - NAMED} more" if count > NAMED else ""
    head = head.replace(first["case"], f"{count} cases" + " that could not be judged" * (not cause.judged), 1)
    return "\n".join([head, *lines, f"  cases        {', '.join(names)}{more}"])


def unexpected(document: Document) -> list[str]:
    """What the baseline says otherwise."""
    lines = []
    for r in document["results"]:
        known = r["baseline"]
        if known and known["state"] == "unexpected-pass":
            lines.append(f"UNEXPECTED PASS  {r['case']}   {r['iut']}  {r['link']}   the baseline says {known['verdict']}: "
                         f"{known['reason'] or 'no reason given'}")
        elif known and known.get("mended"):
            lines.append(f"UNEXPECTED PASS  {r['case']} of {'; '.join(known['mended'])}   {r['iut']}  {r['link']}")
        if known and known.get("whole"):
            lines.append(f"BASELINE  {r['case']}   {r['iut']}  {r['link']}   its entry names no stimuli, so that it excuses every one; "
                         f"`./postel baseline write {r['iut']}` names them")
    return lines


def left_out(document: Document, asked: bool | None = None) -> list[str]:
    """What is not judged here, links with the same reason in one line; what was `asked` for by name, or was not, or both."""
    links: dict[tuple[str, str], list[str]] = {}
    for left in results.not_judged(document):
        if asked in (None, left.get("asked", False)):
            links.setdefault((left["iut"], left["why"]), []).append(left["link"])
    return [f"not judged here: {iut} over {', '.join(those)} ({reason})" for (iut, reason), those in links.items()]


def unjudged(document: Document) -> list[str]:
    """What is not here, and of which IUT nothing was found out; why."""
    return left_out(document) + [f"nothing was judged of {cause.first['iut']} over {cause.first['link']}: {why(cause)}"
                                 for cause in nothing_judged(document["results"])]  # fmt: skip


def unasked(document: Document) -> list[str]:
    """What the IUTs sent and no step of a case asked for, each once, numbers apart; no rule forbids it."""
    seen: dict[tuple[str, str, str], list[Result]] = {}
    for result in document["results"]:
        for words in result.get("apart", ()):
            seen.setdefault((result["iut"], result["link"], NUMBER.sub("#", words)), []).append(result)
    return [f"UNASKED  {found[0]['apart'][0]}   {iut}  {link}   in {found[0]['case']}" + f" and {len(found) - 1} more" * (len(found) > 1)
            for (iut, link, _), found in seen.items()]  # fmt: skip


def broken_too(document: Document) -> list[str]:
    """Rules that were seen broken in cases that are not about them, each once, with the case that is charged."""
    seen: dict[tuple[str, str, str], list[str]] = {}
    for result in document["results"]:
        for rule in result.get("broken_too", ()):
            words = f"{rule['requirement']}, with which {rule['charged']} is charged"
            seen.setdefault((result["iut"], result["link"], words), []).append(result["case"])
    return [f"BROKEN TOO  {words}   {iut}  {link}   in {cases[0]}" + f" and {len(cases) - 1} more" * (len(cases) > 1)
            for (iut, link, words), cases in seen.items()]  # fmt: skip


def remarks(document: Document) -> list[str]:
    """What else was seen of the IUTs."""
    return [f"{iut['name']} over {iut['link']}: {remark}" for iut in document["iuts"] for remark in iut.get("remarks", ())]


def summary(document: Document) -> str:
    found, seconds = document["results"], document["run"].get("duration_s")
    lost = [r for r in found if r["verdict"] in ("inconclusive", "error")]
    failed = sum(results.is_failure(r) for r in found) - sum(map(results.is_failure, lost))
    warned, known = len(warnings(document)), sum(map(results.expected_by_baseline, found))
    words = [f"{len(found) - len(lost)} judged" + (f" in {seconds:.1f} s" if seconds is not None else "")]
    words += [f"{len(lost)} could not be judged"] * bool(lost)
    words += [f"{failed} failed" if failed else "none failed"] * (len(found) > len(lost))
    words += [f"{warned} warned"] * bool(warned)
    words += [f"{known} as the baseline says"] * bool(known)
    why_cut = document["run"].get("cut_short")
    words += ["the run was cut short" + (f": {why_cut}" if why_cut else "")] * (not document["complete"])
    left = [f"{count} {LEFT.get(reason, reason)}" for reason, count in document["deselected"].items() if count]
    words += [f"cases left out: {', '.join(left)}"] * bool(left)
    return "; ".join(words)


def warnings(document: Document) -> list[Result]:
    """Those that no baseline expects."""
    return [r for r in document["results"] if r["verdict"] == "warn" and not results.expected_by_baseline(r)]


def warned(document: Document, most: int) -> list[str]:
    """A line for each warning: the case, the rule, and what was there instead."""
    found = sorted(warnings(document), key=lambda r: (r["iut"], r["link"]))
    width = max((len(r["case"]) for r in found[:most]), default=0)
    said = [f"{painted('WARN', 'yellow')}  {r['case']:<{width}}  {r['iut']}  {r['link']}  {r['requirement'] or ''}: {r['actual']}"
            for r in found[:most]]  # fmt: skip
    more = [f"and {len(found) - most} more warnings: -v tells all, report.html too"] * (len(found) > most)
    return ["\n".join(said + more)] if found else []


def findings(document: Document, out: str, *, quiet: bool = False, every: bool = False) -> Iterable[str]:
    """All that is said of a run that has ended, block by block; evidence is named with `out` before it. `quiet`: what failed and
    the summary; `every`: no warning is left out."""
    document = harmless(document)
    different = differing(document)
    if not quiet:
        yield "\n".join(table(document))
    if different and not quiet:
        yield "\n".join([f"{len(different)} cases differ between IUTs:", *different])
    if lacking := missing.lines(document):
        yield "\n".join(lacking)
    yield from told(filter(results.is_failure, document["results"]), document, out)
    if not quiet:
        yield from warned(document, len(document["results"]) if every else WARNED)
    for lines_ in (unexpected(document), broken_too(document), unasked(document), remarks(document), unjudged(document)):
        if lines_:
            yield "\n".join(lines_)
    yield summary(document)


def written(document: Document, out: Path, names: Sequence[str] = WRITTEN) -> str:
    evidence = sum(result["evidence"] is not None for result in document["results"])
    return f"wrote {out}/: {', '.join(names)}, evidence/ ({evidence} pcapng files)"
