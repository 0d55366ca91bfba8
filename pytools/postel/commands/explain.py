# SPDX-License-Identifier: BSD-2-Clause
"""Says all that is known of an id: a case, a requirement, or the name of a reason to drop a packet.

`postel explain version_not_4`, `postel explain RFC1122-3.2.1.1-a`, `postel explain IHL`
"""

from __future__ import annotations

import argparse
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from postel.base import plain
from postel.base.exits import Exit, PostelError, UsageError
from postel.base.paths import CONFORMANCE, ROOT
from postel.base.plain import harmless
from postel.base.terminal import near
from postel.catalogue import drops, selection
from postel.catalogue.drops import Drop
from postel.catalogue.requirements import Requirement, section_address
from postel.cli import index
from postel.cli.index import Entry, Index, Passive
from postel.cli.options import OUT
from postel.results import baseline, results
from postel.results.results import Document, Result


@dataclass(frozen=True)
class About:
    """What is known of one id; `id` is a case, a requirement or a drop reason, the first of its list."""

    id: str
    cases: Sequence[Entry] = ()
    requirements: Sequence[Requirement] = ()
    passive: Sequence[Passive] = ()
    drops: Sequence[Drop] = ()
    baselines: Sequence[tuple[str, baseline.Entry]] = ()  # each with the name of its IUT
    results: Sequence[Result] = ()


def run(args: argparse.Namespace) -> int:
    document = last(args.results)
    found = about(args.id, index.load(), document)
    if args.json:
        known = [{"iut": iut, **asdict(entry)} for iut, entry in found.baselines]
        print(plain.as_json(asdict(found) | {"requirements": [row.shown() for row in found.requirements], "baselines": known}))
        return Exit.OK
    print("\n".join([*told(found), *told_results(found.results, document)]))
    return Exit.OK


def last(path: Path | None) -> Document | None:
    """The results that were named, which must be readable, or those of the last run here, which need not."""
    if path:
        return harmless(results.read(path))
    try:
        return harmless(results.read(OUT))
    except PostelError:
        return None


def about(word: str, known: Index, document: Document | None) -> About:
    cases = {case.id: case for case in known.cases}
    reasons = drops.load()
    names = {id_: [id_] for id_ in (*cases, *known.requirements)} | {name: [name, f"V4_DROP_{name}"] for name in reasons}
    meant = sorted(selection.meant(names, word))
    if not meant:
        raise UsageError(f"nothing is called {word}{near(word, names)}; `./postel list` shows what there is")
    if len(meant) > 1:
        more = f" or {len(meant) - 4} more; `./postel list` shows them" if len(meant) > 4 else ""
        raise UsageError(f"{word} may be {' or '.join(meant[:4])}{more}")
    (id_,) = meant
    if id_ in reasons:
        return About(id_, drops=[reasons[id_]])
    if id_ in cases:
        case = cases[id_]
        rows = [known.requirements[rule] for rule in case.requirements]
        return About(id_, cases=[case], requirements=rows, baselines=deviations(lambda entry: entry.case == id_),
                     results=judged(document, {id_}))  # fmt: skip
    row = known.requirements[id_]
    judges = [case for case in known.cases if id_ in case.requirements]
    return About(
        id_, cases=judges, requirements=[row], passive=[rule for rule in known.passive if rule.requirement == id_],
        drops=[drop for drop in reasons.values() if (drop.rfc, drop.section) == (row.rfc, row.section.partition(" ")[0])],
        baselines=deviations(lambda entry: entry.requirement == id_), results=judged(document, {case.id for case in judges}),
    )  # fmt: skip


def deviations(mine: Callable[[baseline.Entry], bool]) -> list[tuple[str, baseline.Entry]]:
    paths = sorted((CONFORMANCE / "baseline").glob("*.toml"))
    return [(path.stem, entry) for path in paths for entry in filter(mine, baseline.load(path))]


def judged(document: Document | None, cases: set[str]) -> list[Result]:
    return [result for result in document["results"] if result["case"] in cases] if document else []


# In words


def told(found: About) -> Iterator[str]:
    if found.cases and found.id == found.cases[0].id:
        yield from told_case(found.cases[0], found.requirements)
    elif found.requirements:
        yield from told_requirement(found)
    else:
        yield from told_drop(found.drops[0])
    for iut, entry in found.baselines:
        yield ""
        yield f"known of {iut}: {entry.verdict} in {entry.case}"
        yield f"  {entry.reason or 'no reason given'}"


def told_case(case: Entry, requirements: Iterable[Requirement]) -> Iterator[str]:
    yield f"case {case.id}"
    yield case.words
    yield ""
    yield from pairs([
        ("kind", case.kind + ", slow" * case.slow + (f", of a {case.role}" if case.role != "host" else "")),
        ("profiles", ", ".join(case.profiles)),
        ("needs", ", ".join(case.needs) or "only the wire"),
        ("ability", case.ability), ("stands on", ", ".join(case.stands_on)),
        ("since", f"suite {case.since}"),
    ])  # fmt: skip
    for row in requirements:
        yield ""
        yield from told_rule(row)
        if row.id in case.violators:
            yield f"  violator  {case.violators[row.id]}"
    yield ""
    yield f"source {case.source}"
    yield textwrap.indent(text_of(case).rstrip(), "  ")


def text_of(case: Entry) -> str:
    path, _, line = case.source.rpartition(":")
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(inspect.getblock(lines[int(line) - 1 :]))


def told_requirement(found: About) -> Iterator[str]:
    (row,) = found.requirements
    yield f"requirement {row.id}"
    yield from told_rule(row)
    yield from pairs([
        ("role", row.role), ("seen", row.observable), ("status", row.status),
        ("profiles", ", ".join(row.profiles) or "none"), ("superseded", "; ".join(map(told_later, row.superseded_by))),
        ("but", "; ".join(f"in {profile}, as {why}" for profile, why in row.also_in.items())),
        ("source", "checked against the RFC" if not row.provisional else f"{row.source}: provisional, can at worst warn"),
    ])  # fmt: skip
    for case in found.cases:
        yield ""
        yield f"judged by {case.id}   {case.source}"
        yield f"  {case.words}"
        if row.id in case.violators:
            yield f"  violator  {case.violators[row.id]}"
    for passive in found.passive:
        yield ""
        yield "judged by the passive checker, in every frame of every case"
        yield f"  {passive.words}"
        yield f"  violator  {passive.violator}"
    if found.drops:
        yield ""
        yield "the reference drops packets under this section for"
        yield from pairs((f"  {drop.name}", drop.words) for drop in found.drops)


def told_later(entry: Mapping[str, str]) -> str:
    words = {"same": "said again by", "changed": "changed by", "withdrawn": "withdrawn by"}
    return f"{words[entry['effect']]} {entry.get('row') or entry['section']}"


def told_drop(drop: Drop) -> Iterator[str]:
    yield f"drop reason {drop.name}"
    yield drop.words
    yield f"RFC {drop.rfc} {drop.section}   {section_address(drop.rfc, drop.section)}"
    where = drops.used(drop.name)
    if where:
        yield ""
        yield "the reference refuses packets for it at"
        yield from (f"  {place}" for place in where)


def told_rule(row: Requirement) -> Iterator[str]:
    yield f"{row.level}  RFC {row.rfc} {row.section}: {row.rule}"
    yield f"  {row.id}   {section_address(row.rfc, row.section)}"


def told_results(found: Sequence[Result], document: Document | None) -> Iterator[str]:
    if not found or not document:
        return
    yield ""
    yield f"results of {document['run']['started']}"
    for r in found:
        answer = r["label"] if r["verdict"] == "info" else r["actual"]
        known = ", as the baseline says" if results.expected_by_baseline(r) else ""
        yield f"  {r['iut']} over {r['link']}  {r['case']}: {r['verdict']}{known}" + (f": {answer}" if answer else "")


def pairs(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, words in rows:
        if words:
            yield f"{name:<18}  {words}" if name.startswith(" ") else f"{name:<10}  {words}"
