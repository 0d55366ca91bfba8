# SPDX-License-Identifier: BSD-2-Clause
"""Says all that is known of an id: a case, a requirement, or the name of a reason to drop a packet.

`postel explain version_not_4`, `postel explain RFC1122-3.2.1.1-a`, `postel explain IHL`
"""

from __future__ import annotations

import argparse
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from postel import baseline, drops, kit, results
from postel.drops import Drop
from postel.exits import Exit, PostelError, UsageError
from postel.kit import Case
from postel.kit.checker import RULES
from postel.paths import CONFORMANCE, relative
from postel.plain import harmless
from postel.report import section_address
from postel.requirements import Requirement, catalogue
from postel.results import Document
from postel.terminal import near

FOUND = "postel-out"


def run(args: argparse.Namespace) -> int:
    print("\n".join(explain(args.id, last(args.results))))
    return Exit.OK


def last(path: Path | None) -> Document | None:
    """The results that were named, which must be readable, or those of the last run here, which need not."""
    if path:
        return harmless(results.read(path))
    try:
        return harmless(results.read(Path(FOUND)))
    except PostelError:
        return None


def explain(word: str, document: Document | None) -> Iterator[str]:
    known: dict[str, Callable[[], Iterator[str]]] = {}
    for drop in drops.load().values():
        known[drop.name] = lambda drop=drop: of_drop(drop)  # type: ignore[misc]
    for row in catalogue().values():
        known[row.id] = lambda row=row: of_requirement(row, document)  # type: ignore[misc]
    for case in kit.cases():
        known[case.id] = lambda case=case: of_case(case, document)  # type: ignore[misc]
    name = word.removeprefix("V4_DROP_")
    if name in known:
        return known[name]()
    meant = [id_ for id_ in known if id_.lower() == name.lower() or id_.endswith(f"/{name}")]
    if len(meant) == 1:
        return known[meant[0]]()
    if meant:
        raise UsageError(f"{word} may be {' or '.join(meant)}")
    raise UsageError(f"nothing is called {word}{near(name, known)}; `./postel list` shows what there is")


def of_case(case: Case, document: Document | None) -> Iterator[str]:
    yield f"case {case.id}"
    yield case.words
    yield ""
    yield from rows([
        ("kind", case.kind + ", slow" * case.slow + (f", of a {case.role}" if case.role != "host" else "")),
        ("profiles", ", ".join(sorted(case.profiles))),
        ("needs", ", ".join(sorted(case.needs)) or "only the wire"),
        ("since", f"suite {case.since}"),
    ])  # fmt: skip
    for id_ in case.requirements:
        row = catalogue().get(id_)
        yield ""
        yield from (rule(row) if row else [f"{id_}, which is not in the catalogue"])
        if id_ in case.violators:
            yield f"  violator  {case.violators[id_].words()}"
    yield ""
    yield f"source {relative(case.path)}:{case.line}"
    yield textwrap.indent(inspect.getsource(case.function).rstrip(), "  ")
    yield from deviations(lambda entry: entry.case == case.id)
    yield from found(document, {case.id})


def of_requirement(row: Requirement, document: Document | None) -> Iterator[str]:
    yield f"requirement {row.id}"
    yield from rule(row)
    yield from rows([
        ("role", row.role), ("seen", row.observable), ("status", row.status), ("obsoleted", row.obsoleted_by),
        ("source", "checked against the RFC" if not row.provisional else f"{row.source}: provisional, can at worst warn"),
    ])  # fmt: skip
    cases = [case for case in kit.cases() if row.id in case.requirements]
    for case in cases:
        yield ""
        yield f"judged by {case.id}   {relative(case.path)}:{case.line}"
        yield f"  {case.words}"
        if row.id in case.violators:
            yield f"  violator  {case.violators[row.id].words()}"
    for passive in (passive for passive in RULES if passive.requirement == row.id):
        yield ""
        yield "judged by the passive checker, in every frame of every case"
        yield f"  {passive.words}"
        yield f"  violator  {passive.violator.words()}"
    reasons = [
        drop for drop in drops.load().values() if (drop.rfc, drop.section) == (row.rfc, row.section.partition(" ")[0])
    ]
    if reasons:
        yield ""
        yield "the reference drops packets under this section for"
        yield from rows((f"  {drop.name}", drop.words) for drop in reasons)
    yield from deviations(lambda entry: entry.requirement == row.id)
    yield from found(document, {case.id for case in cases})


def of_drop(drop: Drop) -> Iterator[str]:
    yield f"drop reason {drop.name}"
    yield drop.words
    yield f"RFC {drop.rfc} {drop.section}   {section_address(drop.rfc, drop.section)}"
    where = drops.used(drop.name)
    if where:
        yield ""
        yield "the reference refuses packets for it at"
        yield from (f"  {place}" for place in where)


def rule(row: Requirement) -> Iterator[str]:
    yield f"{row.level}  RFC {row.rfc} {row.section}: {row.rule}"
    yield f"  {row.id}   {section_address(row.rfc, row.section)}"


def deviations(mine: Callable[[baseline.Entry], bool]) -> Iterator[str]:
    """The baselines' entries on it."""
    for path in sorted((CONFORMANCE / "baseline").glob("*.toml")):
        for entry in filter(mine, baseline.load(path)):
            yield ""
            yield f"known of {path.stem}: {entry.verdict} in {entry.case}"
            yield f"  {entry.reason or 'no reason given'}"


def found(document: Document | None, cases: set[str]) -> Iterator[str]:
    here = [r for r in document["results"] if r["case"] in cases] if document else []
    if not document or not here:
        return
    yield ""
    yield f"results of {document['run']['started']}"
    for r in here:
        answer = r["label"] if r["verdict"] == "info" else r["actual"]
        known = ", as the baseline says" if results.expected_by_baseline(r) else ""
        yield f"  {r['iut']} over {r['link']}  {r['case']}: {r['verdict']}{known}" + (f": {answer}" if answer else "")


def rows(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, words in pairs:
        if words:
            yield f"{name:<18}  {words}" if name.startswith(" ") else f"{name:<10}  {words}"
