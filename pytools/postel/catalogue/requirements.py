# SPDX-License-Identifier: BSD-2-Clause
"""The catalogue of requirements, conformance/requirements.toml, and how far the suite has come with it.

`python3 -m postel.catalogue.requirements` prints the counts; with `--write` it brings the file's `rows` and `pending` up to
date, and conformance/judged.txt.
"""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE

LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "IMPLIED")
PROFILES: dict[str, int | None] = {"rfc791": 1981, "rfc1122": 1989, "rfc1812": 1995, "modern": None}  # until when RFCs count: docs/profiles.md
EFFECTS = ("same", "changed", "withdrawn")  # what a later RFC did to a row; the first leaves it in force
ROLES = ("host", "router", "both")
SOURCES = ("text", "quoted", "knowledge")  # all but "text" is yet to be checked against the RFC itself
JUDGED = CONFORMANCE / "judged.txt"  # the ids that a case has ever judged, a line each: none is pending again
NOT_TESTABLE = {  # the closed list of reasons
    "internal": "has no effect that can be seen from outside the stack",
    "application": "is about programs above the stack",
    "no-such-link": "is about a link or a network that no longer exists or is not Ethernet",
    "out-of-scope": "is about NAT, tunnels or routing protocols",
    "no-measure": "sets a goal without saying when it is met",
    "no-rule": "says nothing that a stack could do or leave undone",
    "memo": "suggests a way to do what rows of other RFCs demand",
    "double": "says what other rows say",
}
ID = re.compile(r"RFC\d+-[A-Za-z0-9._]+(?:-\d+)?-[a-z]+")


@dataclass(frozen=True)
class Requirement:
    id: str
    rfc: int
    section: str
    level: str
    role: str
    rule: str
    observable: str
    source: str
    status: str  # "judged", "pending" or "not testable: " and why
    profiles: list[str]  # in which it judges
    superseded_by: list[dict[str, str]] = field(default_factory=list)
    also_in: dict[str, str] = field(default_factory=dict)  # profile -> why it judges there all the same

    @property
    def provisional(self) -> bool:
        """Not yet checked against the RFC's text: can at worst warn."""
        return self.source != "text"

    def shown(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "provisional": self.provisional}


def load(path: Path = CONFORMANCE / "requirements.toml") -> dict[str, dict[str, object]]:
    """The rows as they stand in the file; raises when one is not what this module's lists allow."""
    rows = tomllib.loads(path.read_text())
    for name in "pending", "rows":
        rows.pop(name, None)
    years = rows.pop("published", {})
    for id_, row in rows.items():
        wrong = fault(id_, row) or later_fault(id_, rows, years)
        if wrong:
            raise PostelError(f"{path}: [{id_!r}]: {wrong}")
    return rows


def published(path: Path = CONFORMANCE / "requirements.toml") -> dict[int, int]:
    """The year of each RFC that the catalogue speaks of."""
    return {int(rfc): year for rfc, year in tomllib.loads(path.read_text())["published"].items()}


def fault(id_: str, row: object) -> str | None:
    """What is wrong with a row, or None."""
    if not isinstance(row, dict):
        return "is not a table"
    if not ID.fullmatch(id_):
        return "is no requirement id: RFC1122-3.2.1.1-a is one"
    for key in ("section", "rule", "observable"):
        if not isinstance(row.get(key), str) or not row[key]:
            return f"lacks {key}"
    if not isinstance(row.get("rfc"), int) or not id_.startswith(f"RFC{row['rfc']}-"):
        return "does not begin with its RFC"
    closed = {"level": LEVELS, "role": ROLES, "source": SOURCES}
    for key, allowed in closed.items():
        if row.get(key) not in allowed:
            return f"{key} must be one of {', '.join(allowed)}"
    if row.get("not_testable", "internal") not in NOT_TESTABLE:
        return f"not_testable must be one of {', '.join(NOT_TESTABLE)}"
    if bool(row.get("why")) != ("not_testable" in row) or not isinstance(row.get("why", ""), str):
        return "must argue in a line, `why`, what is not testable, and nothing else"
    known = {*closed, "rfc", "section", "rule", "observable", "superseded_by", "also_in", "table_row", "not_testable", "why"}
    unknown = sorted(set(row) - known)
    return f"has an unknown key {unknown[0]}" if unknown else None


def later_fault(id_: str, rows: Mapping[str, dict[str, Any]], years: Mapping[str, int]) -> str | None:
    """What is wrong with what a row says of profiles and of RFCs that came after it, or None."""
    row = rows[id_]
    also = row.get("also_in", {})
    if not isinstance(also, dict) or not all(name in PROFILES and why for name, why in also.items()):
        return "also_in must give a reason for each of its profiles"
    if str(row["rfc"]) not in years:
        return f"is of RFC {row['rfc']}, whose year [published] lacks"
    if strange := [cited for cited in ID.findall(row.get("why", "")) if cited not in rows]:
        return f"why names {strange[0]}, which is no row"
    for entry in row.get("superseded_by", []):
        wrong = _superseding_fault(entry, row["rfc"], rows, years)
        if wrong:
            return f"superseded_by {wrong}"
    return None


def _superseding_fault(entry: Mapping[str, str], rfc: int, rows: Mapping[str, object], years: Mapping[str, int]) -> str | None:
    if set(entry) - {"effect"} not in ({"row"}, {"section"}):
        return "says an effect, and either the row or the section (`RFC 6918 2.1`) that has it"
    if entry.get("effect") not in EFFECTS:
        return f"must have an effect: {', '.join(EFFECTS)}"
    if "row" in entry and entry["row"] not in rows:
        return f"names {entry['row']}, which is no row"
    if entry["effect"] == "changed" and "row" not in entry:
        return "names no row that replaces it"
    by = superseding(entry)
    if str(by) not in years:
        return f"names RFC {by}, whose year [published] lacks"
    return None if by != rfc and years[str(by)] >= years[str(rfc)] else f"names RFC {by}, which did not come after it"


def superseding(entry: Mapping[str, str]) -> int:
    """The RFC of an entry of `superseded_by`; 0 where it is none."""
    found = re.match(r"RFC ?(\d+)\b", entry.get("row") or entry["section"])
    return int(found[1]) if found else 0


def holds(row: Mapping[str, Any], profile: str, years: Mapping[int, int]) -> bool:
    """Does a row judge in this profile? Its RFC, and what changed or withdrew the rule, must be no younger than that."""
    until = PROFILES[profile]
    if profile in row.get("also_in", {}):
        return True
    stops = [superseding(entry) for entry in row.get("superseded_by", []) if entry["effect"] != "same"]
    counts = [rfc for rfc in (row["rfc"], *stops) if until is None or years[rfc] <= until]
    return counts == [row["rfc"]]


def judged(conformance: Path = CONFORMANCE) -> frozenset[str]:
    """The ids that cases name, in their @case(...) or as_router(...), and the passive checker, in its Rule(...); neither is imported."""
    calls = [(path, name) for path in conformance.glob("*/section_*.py") for name in ("case", "as_router")]
    calls += [(path, "Rule") for path in (Path(__file__).parents[1] / "kit").glob("checker*.py")]
    return frozenset(id_ for path, name in calls for id_ in _named(path, name))


def _named(path: Path, function: str) -> Iterator[str]:
    """The ids among the arguments of every call of a function."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in (function, f"kit.{function}"):
            strings = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
            yield from (s for s in strings if isinstance(s, str) and ID.fullmatch(s))


def status(row: Mapping[str, object], is_judged: bool) -> str:
    if is_judged:
        return "judged"
    return f"not testable: {row['not_testable']}" if "not_testable" in row else "pending"


@cache
def catalogue() -> dict[str, Requirement]:
    """Every requirement by its id, in the file's order."""
    by_case, years = judged(), published()
    return {
        id_: Requirement(
            id=id_,
            status=status(row, id_ in by_case),
            profiles=[profile for profile in PROFILES if holds(row, profile, years)],
            **{k: v for k, v in row.items() if k not in ("not_testable", "table_row", "why")},  # type: ignore[arg-type]
        )
        for id_, row in load().items()
    }


def section_address(rfc: int, section: str) -> str:
    page = f"https://www.rfc-editor.org/rfc/rfc{rfc}"
    number = re.match(r"\d+(\.\d+)*", section)
    if number:
        return f"{page}#section-{number[0]}"
    appendix = re.match(r"App\.([A-Z])", section)
    return f"{page}#appendix-{appendix[1]}" if appendix else page


def pending() -> int:
    return sum(row.status == "pending" for row in catalogue().values())


def ever_judged(path: Path = JUDGED) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


def write_counts(path: Path, rows: int, truth: int) -> str:
    """Sets the file's two numbers. There are never fewer rows, and only as many more may be pending as there are new ones."""
    text = path.read_text()
    held = re.search(r"^rows = (\d+)\npending = (\d+)$", text, re.MULTILINE)
    if not held:
        raise PostelError(f"{path} has no lines `rows = NUMBER` and `pending = NUMBER`")
    new, more = rows - int(held[1]), truth - int(held[2])
    if new < 0:
        raise PostelError(f"there were {held[1]} rows and are {rows}: none is ever removed")
    if more > new:
        raise PostelError(f"pending would rise from {held[2]} to {truth} with {new} new rows: a case that judged one is gone")
    path.write_text(text.replace(held[0], f"rows = {rows}\npending = {truth}", 1))
    return f"rows: {held[1]} -> {rows}, pending: {held[2]} -> {truth}"


def write_judged(path: Path, now: Iterable[str]) -> str:
    """Adds what is judged now; nothing is ever removed."""
    head = "".join(f"{line}\n" for line in path.read_text().splitlines() if line.startswith("#"))
    held = set(ever_judged(path))
    path.write_text(head + "".join(f"{id_}\n" for id_ in sorted(held | set(now))))
    return f"judged: {len(set(now) - held)} for the first time"


def main(arguments: list[str]) -> int:
    counts = Counter(row.status for row in catalogue().values())
    print("\n".join(f"{count:5} {name}" for name, count in sorted(counts.items())))
    if arguments == ["--write"]:
        print(write_counts(CONFORMANCE / "requirements.toml", len(catalogue()), pending()))
        print(write_judged(JUDGED, judged()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
