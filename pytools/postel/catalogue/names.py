# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT may be told and asked by the upper tester's verbs: conformance/iut/names.toml, the one table of names.

`python3 -m postel.catalogue.names` prints it as docs/upper-tester.md has it; with `--write` it brings that section up to date, and
fuzz/names.def, by which the fuzzers know all that a line may say.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE, ROOT
from postel.catalogue.requirements import section_address

TABLE = CONFORMANCE / "iut/names.toml"
PAGE = ROOT / "docs/upper-tester.md"
DEFINITIONS = ROOT / "fuzz/names.def"
BEGIN, END = "<!-- names: begin -->\n", "<!-- names: end -->\n"
SETTING, QUERY, ITEM = "setting", "query", "item"
SCOPES = ("host", "iface", "sock", "dst")
VERBS = ("add", "del", "list")
DEFINITIONS_HEAD = (
    "/* SPDX-License-Identifier: BSD-2-Clause",
    " *",
    " * Made from conformance/iut/names.toml and docs/upper-tester.md by `python3 -m",
    " * postel.catalogue.names --write`; read by calls.c. */",
)
_RANGE = re.compile(r"(\d+)\.\.(\d+)")
_PATTERNS = {"address": r"\d{1,3}(\.\d{1,3}){3}", "mac": r"[0-9a-f]{12}", "octets": r"([0-9a-f]{2})*"}
_DOTTED = r"\d{1,3}(?:\.\d{1,3}){3}"
_PATTERNS |= {"numbers": r"(\d+(,\d+)*)?", "addresses": rf"({_DOTTED}(,{_DOTTED})*)?", "filter": rf"(in|ex)clude(,{_DOTTED})*"}


@dataclass(frozen=True)
class Name:
    """One row; what it says is in the file's head."""

    name: str
    is_: str
    rfc: str
    words: str
    scope: tuple[str, ...] = ()
    type: str = ""
    keys: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    del_: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    told: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()


@cache
def names(path: Path = TABLE) -> dict[str, Name]:
    """Every name, in the table's order; raises when a row is not what the file's head says."""
    rows = tomllib.loads(path.read_text())
    found = {}
    for name, row in rows["names"].items():
        shape = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        try:
            found[name] = Name(name, is_=shape.pop("is", ""), del_=shape.pop("del", ()), with_=shape.pop("with", ()), **shape)
        except TypeError as error:
            raise PostelError(f"{path}: [names.{name}]: {error}") from None
        if wrong := _fault(found[name], rows["keys"]):
            raise PostelError(f"{path}: [names.{name}]: {wrong}")
    return found


@cache
def key_types(path: Path = TABLE) -> dict[str, str]:
    """Of the keys of items."""
    return dict(tomllib.loads(path.read_text())["keys"])


def _fault(row: Name, types: dict[str, str]) -> str | None:
    if row.is_ not in (SETTING, QUERY, ITEM):
        return "is a setting, a query or an item"
    if row.is_ == ITEM:
        unknown = {*row.keys, *row.optional, *row.told} - set(types)
        strange = set(row.del_) - {*row.keys, *row.optional} or set(row.verbs) - set(VERBS)
        return "has keys that are not in [keys], or verbs and keys of del that it has not" if unknown or strange or not row.keys else None
    if not row.scope or set(row.scope) - set(SCOPES):
        return f"has a scope: {', '.join(SCOPES)}"
    return None if _RANGE.fullmatch(row.type) or row.type in _PATTERNS or "|" in row.type else "has no type"


def fits(value: str, type_: str) -> bool:
    """Can a value be of this type?"""
    if span := _RANGE.fullmatch(type_):
        return value.isdecimal() and len(value) <= len(span[2]) and int(span[1]) <= int(value) <= int(span[2])
    if type_ in _PATTERNS:
        octets = re.findall(r"\d+", value) if type_ in ("address", "addresses", "filter") else []
        return re.fullmatch(_PATTERNS[type_], value) is not None and all(int(octet) < 256 for octet in octets)
    return value in type_.split("|")


def is_number(type_: str) -> bool:
    return _RANGE.fullmatch(type_) is not None


def section() -> Iterator[str]:
    """The lines of the page's tables."""
    rows = names().values()
    yield from ("", "| setting or query | of | value | meaning |", "|---|---|---|---|")
    for row in rows:
        if row.is_ != ITEM:
            of = ", ".join("the host" if scope == "host" else f"`{scope}=`" for scope in row.scope) + (" `addr=` `[iface=]`" if row.with_ else "")
            yield f"| `{row.name}`{' (query)' * (row.is_ == QUERY)} | {of} | {_shown(row.type)} | {row.words} ({_link(row)}) |"
    yield from ("", "| item | keys | found by | meaning |", "|---|---|---|---|")
    for row in rows:
        if row.is_ == ITEM:
            keys = " ".join(f"{key}=" for key in row.keys) + "".join(f" [{key}=]" for key in row.optional)
            found = " ".join(f"{key}=" for key in row.del_)
            only = f" (only `{'`, `'.join(row.verbs)}`)" if row.verbs != VERBS else ""
            yield f"| `{row.name}`{only} | `{keys}` | {f'`{found}`' if found else ''} | {row.words} ({_link(row)}) |"
    yield from ("", "Their keys: " + ", ".join(f"`{key}` {_shown(type_)}" for key, type_ in key_types().items()) + ".", "")


def _shown(type_: str) -> str:
    if span := _RANGE.fullmatch(type_):
        return f"{span[1]} to {span[2]}" if type_ != "0..1" else "0 or 1"
    return " or ".join(f"`{word}`" for word in type_.split("|")) if "|" in type_ else type_


def _link(row: Name) -> str:
    number, _, section_ = row.rfc.removeprefix("RFC").partition(" ")
    return f"[RFC {number} {section_}".rstrip() + f"]({section_address(int(number), section_)})"


def page(text: str) -> str:
    """docs/upper-tester.md as it should be."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    return head + BEGIN + "\n".join(section()) + "\n" + END + tail


def operations() -> Iterator[tuple[str, str, str]]:
    """The page's operations but the verbs: the name, the keys that must be there, those that may."""
    table = PAGE.read_text().partition("\n## Operations\n")[2].partition("\n## ")[0]
    for cell, keys in re.findall(r"^\| (`[^|]*`) \|([^|]*)\|", table, re.MULTILINE):
        if "kind" not in keys and "name" not in keys:
            must, may = (" ".join(re.findall(r"\b([a-z]+)=", part)) for part in (re.sub(r"`\[.*?\]`", "", keys), "".join(re.findall(r"`\[.*?\]`", keys))))
            yield cell.strip("`"), must, may


def definitions() -> str:
    """fuzz/names.def as it should be."""
    rows: list[tuple[str, ...]] = [("OPERATION", *row) for row in operations()]
    for row in names().values():
        if row.is_ != ITEM:
            rows.append((row.is_.upper(), row.name, " ".join(row.scope), row.type))
        keys = {"add": (row.keys, row.optional), "del": (row.del_, ()), "list": ((), ("iface",))}
        rows += [(verb.upper(), row.name, *map(" ".join, keys[verb])) for verb in row.verbs if row.is_ == ITEM]
    rows += [("KEY", key, type_, "") for key, type_ in key_types().items()]
    lines = (f"ROW({kind}, " + ", ".join(f'"{word}"' for word in words) + ")" for kind, *words in rows)
    return "\n".join([*DEFINITIONS_HEAD, *lines, ""])


def main(arguments: list[str]) -> int:
    if arguments == ["--write"]:
        PAGE.write_text(page(PAGE.read_text()))
        DEFINITIONS.write_text(definitions())
    else:
        print("\n".join(section()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
