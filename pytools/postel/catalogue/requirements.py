# SPDX-License-Identifier: BSD-2-Clause
"""The catalogue of requirements, conformance/requirements.toml, and how far the suite has come with it.

`python3 -m postel.catalogue.requirements` prints the counts; with `--write` it brings the file's `pending` up to date.
"""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE

LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "IMPLIED")
PROFILES = ("rfc791", "rfc1122", "rfc1812", "modern")  # which rule holds where RFCs disagree: docs/profiles.md
ROLES = ("host", "router", "both")
SOURCES = ("text", "quoted", "memory")  # all but "text" is yet to be checked against the RFC itself
NOT_TESTABLE = {  # the closed list of reasons
    "internal": "has no effect that can be seen from outside the stack",
    "application": "is about programs above the stack",
    "no-such-link": "is about a link or a network that no longer exists or is not Ethernet",
    "out-of-scope": "is about NAT, tunnels or routing protocols",
    "no-measure": "sets a goal without saying when it is met",
    "no-rule": "says nothing that a stack could do or leave undone",
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
    obsoleted_by: str = ""

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
    rows.pop("pending", None)
    for id_, row in rows.items():
        wrong = fault(id_, row)
        if wrong:
            raise PostelError(f"{path}: [{id_!r}]: {wrong}")
    return rows


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
    known = {*closed, "rfc", "section", "rule", "observable", "obsoleted_by", "table_row", "not_testable"}
    unknown = sorted(set(row) - known)
    return f"has an unknown key {unknown[0]}" if unknown else None


def judged(conformance: Path = CONFORMANCE) -> frozenset[str]:
    """The ids that cases name, in their @case(...), and the passive checker, in its Rule(...); neither is imported."""
    calls = [(path, "case") for path in conformance.glob("*/section_*.py")]
    calls.append((Path(__file__).parents[1] / "kit" / "checker.py", "Rule"))
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
    by_case = judged()
    return {
        id_: Requirement(
            id=id_,
            status=status(row, id_ in by_case),
            **{k: v for k, v in row.items() if k not in ("not_testable", "table_row")},  # type: ignore[arg-type]
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


def write_pending(path: Path, truth: int) -> str:
    """Sets the file's number, which may only fall; returns what was done."""
    text = path.read_text()
    held = re.search(r"^pending = (\d+)$", text, re.MULTILINE)
    if not held:
        raise PostelError(f"{path} has no line `pending = NUMBER`")
    if truth > int(held[1]):
        raise PostelError(f"pending would rise from {held[1]} to {truth}: a case that judged a requirement is gone")
    path.write_text(text.replace(held[0], f"pending = {truth}", 1))
    return f"pending: {held[1]} -> {truth}"


def main(arguments: list[str]) -> int:
    counts = Counter(row.status for row in catalogue().values())
    print("\n".join(f"{count:5} {name}" for name, count in sorted(counts.items())))
    if arguments == ["--write"]:
        print(write_pending(CONFORMANCE / "requirements.toml", pending()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
