# SPDX-License-Identifier: BSD-2-Clause
"""Mutants: mechanical mistakes, one in each line of the stack that can hold one, in an order that the seed says.

Which one a line gets, and its place in the order, depend on the seed and on the line's own text, so that a change elsewhere moves
no other mutant; and as each line has one, a file has as many as its lines call for."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from postel.base.paths import ROOT

FOLDERS = ("wire", "table", "proto", "host")
SEED = 1
SWAPS = {  # binary operators stand between blanks here, which a pointer's star and a minus sign do not
    "relational": {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="},
    "arithmetic": {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "+=": "-=", "-=": "+="},
    "logical": {"&&": "||", "||": "&&"},
    "bitwise": {"&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<", "|=": "&=", "&=": "|="},
}
OPERATOR = {old: (kind, new) for kind, pairs in SWAPS.items() for old, new in pairs.items()}
BINARY = re.compile(r"(?<=[\w)\]+\-]) (<=|>=|==|!=|&&|\|\||<<|>>|\+=|-=|\|=|&=|[<>+\-*/%&|^]) (?=[\w(!~*&\-])")
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)(u?)(?![\w.])")
CONDITION = re.compile(r"\b(if|while) \((.*)\)( \{)?$")
RETURN = re.compile(r"\breturn ([^;]+);")
STEP = re.compile(r"\+\+|--")
NOT = re.compile(r"(?<![\w!])!(?!=)")
STATEMENT = re.compile(r"^\s+(?!return\b|goto\b|case\b|default\b|struct\b|const\b|static\b|enum\b|bool\b|size_t\b|u?int|unsigned\b|char\b|void \*|v4_time\b|[{}#])[\w*(][^{}]*;$")
JUMP = re.compile(r"^(\s+)(break|continue);$")


@dataclass(frozen=True)
class Mutant:
    name: str  # of what it is, wherever the line stands
    file: str
    line: int  # from 1
    kind: str
    old: str
    new: str

    def applied(self) -> str:
        """The whole file with this one mistake."""
        lines = (ROOT / self.file).read_text().split("\n")
        assert lines[self.line - 1] == self.old
        lines[self.line - 1] = self.new
        return "\n".join(lines)


def every(seed: int = SEED) -> list[Mutant]:
    """One for each line that can hold one, as the seed orders them."""
    found = [mutant for file in files() for mutant in of_file(file, (ROOT / file).read_text(), seed)]
    return sorted(found, key=lambda mutant: _draw(seed, "order", mutant.name))


def files() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in sorted((ROOT / "stack" / folder).glob("*.c"))]


def of_file(file: str, text: str, seed: int) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    lines = text.split("\n")
    for number, (line, code) in enumerate(zip(lines, blanked(text).split("\n"), strict=True), start=1):
        changes = list(changed(line, code))
        if not changes or not code.startswith(" ") or code.lstrip().startswith("#"):
            continue
        nth = seen[line] = seen[line] + 1
        kind, new = changes[_draw(seed, file, line, str(nth)) % len(changes)]
        name = hashlib.sha256(f"{file}\n{line}\n{nth}\n{new}".encode()).hexdigest()[:8]
        yield Mutant(f"{file.removeprefix('stack/').removesuffix('.c').replace('/', '-')}-{kind}-{name}", file, number, kind, line, new)


def _draw(seed: int, *words: str) -> int:
    return int.from_bytes(hashlib.sha256("\n".join([str(seed), *words]).encode()).digest()[:8], "big")


def blanked(text: str) -> str:
    """With comments, strings and characters made blank, at their length."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def changed(line: str, code: str) -> Iterator[tuple[str, str]]:
    """Every mistake that can be made of a line of code, with its kind."""

    def put(match: re.Match[str], new: str, group: int = 0) -> str:
        return line[: match.start(group)] + new + line[match.end(group) :]

    for match in BINARY.finditer(code):
        kind, new = OPERATOR[match[1]]
        yield kind, put(match, new, 1)
    for match in NUMBER.finditer(code):
        for new in numbers(match[1]):
            yield "constant", put(match, new + match[2])
    for match in STEP.finditer(code):
        yield "arithmetic", put(match, "--" if match[0] == "++" else "++")
    for match in NOT.finditer(code):
        yield "condition", put(match, "")
    if (condition := CONDITION.search(code)) and balanced(condition[2]):
        yield "condition", put(condition, f"!({line[condition.start(2) : condition.end(2)]})", 2)
    if returned := RETURN.search(code):
        yield "return", put(returned, "!" + (returned[1] if returned[1] in ("true", "false") else f"({line[returned.start(1) : returned.end(1)]})"), 1)
        if returned[1] not in ("0", "false", "NULL"):
            yield "return", put(returned, "0", 1)
    if STATEMENT.match(code.rstrip()):
        yield "deletion", re.sub(r"\S.*$", ";", line)
    if jump := JUMP.match(code.rstrip()):
        yield "deletion", f"{jump[1]};"


def numbers(text: str) -> list[str]:
    value = int(text, 0)
    near = [value + 1, *([value - 1] if value > 0 else [])]
    return [hex(each) if text.startswith("0x") else str(each) for each in near]


def balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0
