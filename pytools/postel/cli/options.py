# SPDX-License-Identifier: BSD-2-Clause
"""The parser of every command, and the options that several commands share, each defined once.

A parser never ends the process: what is wrong with a command line is a UsageError that names the nearest word which would do.
"""

import argparse
import ipaddress
import re
import textwrap
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

from postel.base.exits import UsageError
from postel.base.terminal import instead, near
from postel.catalogue.requirements import PROFILES
from postel.cli import completion
from postel.cli.completion import offer
from postel.iut.definition import LINKS

OUT = Path("postel-out")
PATTERNS = """A PATTERN is a case (rfc1122/3.2.1.1/version_not_4, or version_not_4 alone), a requirement (RFC1122-3.2.1.1-a), a
section (rfc1122/3.2.1.1, RFC1122-3.2.1.1), an RFC (RFC1122, rfc1122, 1122), the beginning of one, or a name with * ? [] as in a
shell. It means the cases of that name and those that judge the requirements of that name; letters may be small or large."""
LARGEST_SEED = 2**64 - 1
LONGEST = 1000 * 3600.0  # seconds


class Help(argparse.RawDescriptionHelpFormatter):
    """Paragraphs are filled to the width of the terminal, those that are set in stay as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        paragraphs = text.strip().split("\n\n")
        return "\n\n".join(each if each.startswith("  ") else textwrap.fill(each, width, break_on_hyphens=False)
                           for each in paragraphs)  # fmt: skip

    def _format_action(self, action: argparse.Action) -> str:
        said = super()._format_action(action)
        return said.partition("\n")[2] if action.nargs == argparse.PARSER else said  # the commands, without `COMMAND` above


class Parser(argparse.ArgumentParser):
    """A command that has options, or commands of its own. Options stand anywhere and are never abbreviated."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(formatter_class=Help, allow_abbrev=False, **facts)
        self.commands: dict[str, Parser] = {}
        self._below: Any = None

    def command(self, name: str, purpose: str, about: str = "") -> "Parser":
        self._below = self._below or self.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
        made: Parser = self._below.add_parser(name, help=purpose, description=about or purpose)
        made.set_defaults(act=name)
        self.commands[name] = made
        return made

    def parsed(self, words: Sequence[str]) -> argparse.Namespace:
        if self.commands:
            self.error(f"say which: {', '.join(self.commands)}")
        known = {text for action in self._actions for text in action.option_strings}
        try:
            args, left = self.parse_known_args(words)
            if left and not _option_in(left):  # words that stand before and behind an option
                args, left = self.parse_known_intermixed_args(words)
        except UsageError:  # of what is missing, perhaps only because it was mistyped
            before = takewhile(lambda word: word != "--", words)
            left = [word for word in before if word.startswith("--") and word.partition("=")[0] not in known]
            if not left:
                raise
        option = _option_in(left)
        if option:
            self.error(f"there is no option {option}{near(option, known) or f'; `{self.prog} --help` shows all'}")
        if left and left != ["--"]:
            self.error(f"{left[0]!r} is one word too many")
        args.words = list(words)  # as they were typed
        return args

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            raise argparse.ArgumentError(action, f"there is no {value!r}{instead(str(value), known)}")

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog.removeprefix('postel ')}: {message}" if " " in self.prog else message)


def _option_in(words: Sequence[str]) -> str:
    return next((word.partition("=")[0] for word in words if word.startswith("-") and word not in ("-", "--")), "")


# What an option's word may be


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A number without sign or point, within bounds."""

    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"[0-9]{1,20}", text) else -1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} {'on' if most is None else f'to {most}'}")
        return number

    return read


def seconds(text: str) -> float:
    """90, 60s, 1.5m or 2h."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smh]?)", text)
    found = float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]] if match else 0.0
    if not 0 < found <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no time up to {LONGEST / 3600:.0f}h: 90, 60s, 10m and 2h are some")
    return found


def address(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no IPv4 address") from None


def directory(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no directory {text!r}")
    return Path(text)


# Options


def patterns(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    offer(add("patterns", nargs="*", metavar="PATTERN", help="only these (default: all)"), completion.patterns)
    offer(add("--exclude", action="append", default=[], metavar="PATTERN", help="not these, repeatable"), completion.patterns)
    parser.epilog = PATTERNS


def iut(parser: argparse.ArgumentParser, words: str, **facts: Any) -> None:
    offer(parser.add_argument("--iut", metavar="NAME|FILE[:LINK]", help=words, **facts), completion.iuts)


def link(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--link", choices=LINKS, help=words)


def profile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="modern", choices=PROFILES, metavar="NAME",
                        help=f"which rule holds where RFCs disagree: {', '.join(PROFILES)} (default: modern)")  # fmt: skip


def seed(parser: argparse.ArgumentParser, words: str = "for the IUT's random numbers and ours (default: 1)", *, least: int = 0,
         most: int = LARGEST_SEED, default: int | None = 1) -> None:  # fmt: skip
    parser.add_argument("--seed", type=whole(least, most), default=default, metavar="N", help=words)


def jobs(parser: argparse.ArgumentParser, words: str, default: int | None = 1) -> None:
    parser.add_argument("-j", "--jobs", type=whole(1, 1024), default=default, metavar="N", help=words)


def out(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"{words} (default: {OUT})")


def baseline(parser: argparse.ArgumentParser, **facts: Any) -> None:
    parser.add_argument("--baseline", metavar="[IUT=]FILE", help="what is expected of it, instead of conformance/baseline/IUT.toml", **facts)


def build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--build", type=directory, metavar="DIR", help="use what is built there, build nothing")


def captures(parser: argparse.ArgumentParser) -> Callable[..., Any]:
    """How files are read that may be captures (inputs.py); what is returned adds to their group."""
    parser.add_argument("--kind", choices=["auto", "capture", "script", "binary"], default="auto", metavar="NAME",
                        help="what the file is: capture, script or binary (default: what it looks like)")  # fmt: skip
    add = parser.add_argument_group("captures, whose hosts become the lab's").add_argument
    add("--as-is", action="store_true", help="rewrite nothing, and send what the IUT itself sent too")
    add("--iut-address", type=address, action="append", default=[], metavar="A",
        help="the IUT's address in the capture, repeatable (default: who is addressed most)")
    add("--client", type=address, metavar="A", help="the other end's (default: who sends most to the IUT)")
    add("--fix-checksums", action="store_true", help="make every checksum right (default: as right or wrong as it was)")
    parser.set_defaults(timed=False, no_arp=False)  # which only replay can be told
    return add


def results(parser: argparse.ArgumentParser, words: str, default: Path | None = OUT) -> None:
    parser.add_argument("--from", dest="results", type=Path, default=default, metavar="DIR|FILE", help=words)


def json(parser: argparse.ArgumentParser, where: str = "") -> None:
    parser.add_argument("--json", action="store_true", help=f"{where}as JSON, with all that is known (docs/cli.md)")


def no_install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-install", action="store_true", help="install nothing: only say what is missing")
