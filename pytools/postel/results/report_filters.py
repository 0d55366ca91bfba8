# SPDX-License-Identifier: BSD-2-Clause
"""What of the report is shown: by IUT, level and verdict, chosen in the page itself, by CSS alone.

The inputs stand before the sections. What shows one result has its IUT's and its verdict's class; what shows several (a row of
the matrix, a case) has a class that names them all, and is hidden when nothing of it is left. One rule a class hides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from postel.results import results
from postel.results.results import Document, Result

LEVELS = {"must": "MUST", "should": "SHOULD", "may": "MAY", "other": "no rule"}
OF = {"MUST": "must", "MUST NOT": "must", "IMPLIED": "must", "SHOULD": "should", "SHOULD NOT": "should", "MAY": "may"}
SHORT = {"not-applicable": "na"}  # a class joins names by dashes
KINDS = ("error", "fail", "inconclusive", "warn", "known", "unsupported", "not-applicable", "info", "pass")  # from bad to good
COLUMNS = 24  # of so many IUTs one can be chosen alone

Column = tuple[str, str]  # an IUT and its link


class Filters:
    """Gives out classes, and has the rules for those that it gave."""

    def __init__(self, document: Document) -> None:
        named = [(iut["name"], iut["link"]) for iut in document["iuts"]]
        self.columns: list[Column] = list(dict.fromkeys([*named, *((r["iut"], r["link"]) for r in document["results"])]))
        self.alone = list(enumerate(self.columns[:COLUMNS])) if len(self.columns) > 1 else []
        self._rules = {id_: OF.get(rule["level"], "other") for id_, rule in document["requirements"].items()}
        self._found, self._given = document["results"], set[str]()

    def levels(self) -> list[tuple[str, str]]:
        used = {level for result in self._found for level in self._levels([result])}
        return [(name, words) for name, words in LEVELS.items() if name in used]

    def kinds(self) -> list[tuple[str, str, int]]:
        """Name, verdict and how many, of those that there are."""
        counted = {kind: sum(kind_of(result) == kind for result in self._found) for kind in KINDS}
        return [(SHORT.get(kind, kind), kind, count) for kind, count in counted.items() if count]

    def together(self, found: Sequence[Result]) -> str:
        """The classes of what shows all of these."""
        names = ["-".join(["l", *self._levels(found)]), "-".join(["a", *_kinds(found)])]
        for n, column in self.alone:
            own = _kinds(result for result in found if (result["iut"], result["link"]) == column)
            names.append("-".join([f"i{n}", *(own or ["none"])]))
        self._given.update(names)
        return " ".join(names)

    def single(self, result: Result) -> str:
        """Those of what shows just this one, inside of its case."""
        names = [f"v-{kind}" for kind in _kinds([result])]
        names += [f"o{n}" for n, column in self.alone if column == (result["iut"], result["link"])]
        self._given.update(names)
        return " ".join(names)

    def level(self, result: Result) -> str:
        """That of the rule which a result is about."""
        found = [result["requirement"]] if result["requirement"] else result["requirements"]
        name = "-".join(["l", *self._levels_of(found)])
        self._given.add(name)
        return name

    def style(self) -> str:
        hiding = [f"{_unless(name)}~section .{name}" for name in sorted(self._given) if name[0] != "o"]
        for n, _ in self.alone:
            others = [f".o{m}" for m, _ in self.alone if m != n and f"o{m}" in self._given]
            hiding += [f"#iut-{n}:checked~section {other}" for other in others]
            hiding.append(f"#iut-{n}:checked~section .matrix tr>:not(:first-child):not(:nth-child({n + 2}))")
        hidden = "".join(f"{selector}{{display:none}}\n" for selector in hiding)
        names = "".join(f'.matrix td:nth-child({n + 2})::before{{content:"{_word(name)} "}}' for n, (name, _) in self.alone)
        return f"{hidden}@media (max-width:40rem){{{names}}}\n"

    def _levels(self, found: Sequence[Result]) -> list[str]:
        return self._levels_of([id_ for result in found for id_ in result["requirements"]])

    def _levels_of(self, requirements: Iterable[str]) -> list[str]:
        held = {self._rules.get(id_, "other") for id_ in requirements}
        return [level for level in LEVELS if level in (held or {"other"})]


def kind_of(result: Result) -> str:
    """Its verdict, or that it is one which the baseline says."""
    return "known" if results.expected_by_baseline(result) else result["verdict"]


def _kinds(found: Iterable[Result]) -> list[str]:
    held = {kind_of(result) for result in found}
    return [SHORT.get(kind, kind) for kind in KINDS if kind in held]


def _unless(name: str) -> str:
    """When what has this class is hidden: every input that would show it is off."""
    which, *parts = name.split("-")
    if parts == ["none"]:
        return f"#iut-{which[1:]}:checked"
    chosen = [] if which in ("l", "v") else ["#iut-all:checked" if which == "a" else f"#iut-{which[1:]}:checked"]
    return "~".join([*chosen, *(f"#show-{part}:not(:checked)" for part in parts)])


def _word(name: str) -> str:
    """A name as it may stand in a style sheet, whoever made it up."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)
