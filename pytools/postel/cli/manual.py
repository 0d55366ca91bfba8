# SPDX-License-Identifier: BSD-2-Clause
"""The manual, postel(1), made of the tree of commands. (argparse-manpage would do, but Debian 12 and 13 have versions of it that
write other pages, and all that it would spare is this.)"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

from postel import __version__
from postel.base.exits import Exit
from postel.cli import options, tree
from postel.cli.options import Parser

HELP = """Options stand before, between or behind words, and are never abbreviated. `postel help COMMAND`, and `-h` or `--help` anywhere, show
what stands here of one command; a mistyped word is told the nearest."""
ENDS = {
    Exit.OK: "as expected", Exit.FAILED: "a failure, a regression, a finding", Exit.USAGE: "usage",
    Exit.ENVIRONMENT: "this system cannot run what was asked for", Exit.IUT: "the IUT or its adapter failed",
    Exit.NOTHING: "nothing was selected", Exit.INTERNAL: "an internal error; please report it",
}  # fmt: skip
ENVIRONMENT = {
    "POSTEL_BUILD": "where builds and the index are kept (default: build/ in the checkout, or below XDG_CACHE_HOME)",
    "POSTEL_PYTHON": "the Python interpreter to take, and no other",
    "POSTEL_DEBUG": "an internal error shows its trace",
    "COLUMNS": "how wide a line may be (default: what the terminal says)",
    "NO_COLOR, CLICOLOR=0": "no colours",
    "CLICOLOR_FORCE, FORCE_COLOR": "colours in a pipe, too",
}


def page(top: Parser) -> str:
    return "\n".join(
        [
            f'.TH POSTEL 1 "" "Postel {__version__}" "Postel"',
            ".SH NAME", f"postel \\- {plain((top.description or '').partition('?')[0])}?",
            ".SH SYNOPSIS", r".B postel", r"\fICOMMAND\fR [\fIOPTION\fR ...]",
            ".SH DESCRIPTION", *prose(top.description or ""), *prose(HELP),
            ".SH COMMANDS", *(line for leaf in tree.leaves(top) for line in command(leaf)),
            ".SH PATTERNS", *prose(options.PATTERNS),
            '.SH "EXIT STATUS"', *listed((str(int(code)), words) for code, words in ENDS.items()),
            "Of several the first of 70, 2, 3, 4, 5, 1 is taken. 130: interrupted.",
            ".SH ENVIRONMENT", *listed(ENVIRONMENT.items()),
            ".SH FILES", *listed([(str(options.OUT), "what a run leaves: docs/results.md")]),
            '.SH "SEE ALSO"', "README.md and docs/ in the checkout.", "",
        ]
    )  # fmt: skip


def command(leaf: Parser) -> Iterator[str]:
    yield f'.SS "{plain(leaf.prog.removeprefix("postel "))}"'
    yield from prose(leaf.description or "")
    yield ".PP"
    yield plain(" ".join(leaf.format_usage().removeprefix("usage: ").split()))
    for action in leaf._actions:
        if action.help and action.dest != "help":
            yield ".TP"
            yield invocation(action)
            yield plain(action.help)


def invocation(action: argparse.Action) -> str:
    """`-j, --jobs N`: names bold, values in italics."""
    value = rf"\fI{plain(value_of(action))}\fR" if action.nargs != 0 else ""
    if not action.option_strings:
        return value
    return ", ".join(rf"\fB{plain(name)}\fR" for name in action.option_strings) + (f" {value}" if value else "")


def value_of(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


def prose(text: str) -> Iterator[str]:
    """Paragraphs; those that are set in stay as they are."""
    for paragraph in text.strip().split("\n\n"):
        yield ".PP"
        if paragraph.startswith("  "):
            yield from (".nf", *map(plain, paragraph.splitlines()), ".fi")
        else:
            yield plain(" ".join(paragraph.split()))


def listed(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, words in pairs:
        yield from (".TP", rf"\fB{plain(name)}\fR", plain(words))
    yield ".PP"


def plain(text: str) -> str:
    """As roff must read it to print just this."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga").replace('"', r"\(dq")
    return rf"\&{text}" if text.startswith(".") else text
