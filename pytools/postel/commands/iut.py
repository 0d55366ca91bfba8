# SPDX-License-Identifier: BSD-2-Clause
"""Lists the IUTs, checks how one is plugged in, sets up an optional one.

  postel iut list                          what can be judged, over which links
  postel iut check NAME|FILE[:LINK]        does it keep to the rules that every verdict rests on?
  postel iut check 'COMMAND --fd {if0}'    the same for a command, before there is a definition (docs/iut.md)
  postel iut setup lwip                    fetches and builds it

Exit codes: 0 all is well, 2 usage, 3 environment unusable, 4 the IUT or its adapter breaks a rule.
"""

from __future__ import annotations

import argparse
import importlib
import shlex
from collections.abc import Iterator
from pathlib import Path

from postel import adapter_check, iut, targets
from postel.exits import Exit, IutFailed, UsageError
from postel.iut import OPTIONAL, Definition
from postel.paths import build_dir
from postel.targets import Asked

TYPED = Path("command line")  # where the definition of a command stands


def run(args: argparse.Namespace) -> int:
    if args.act == "list":
        print("\n".join(listed()))
        return Exit.OK
    if args.act == "setup":
        importlib.import_module(f"postel.{args.iut}").setup()
        return Exit.OK
    return check(args)


def listed() -> Iterator[str]:
    """A line an IUT: its name, links, whether it is there, and what it is."""
    rows = [("IUT", "LINKS", "READY", "ABOUT")]
    for name in iut.names():
        definition = iut.load(name)
        rows.append((name, " ".join(definition.links), ready(definition), definition.about))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])


def ready(definition: Definition) -> str:
    """Whether what it runs is there; `run` builds what is ours."""
    if definition.upper_tester == "kernel":
        return "yes"
    words = [definition.object[link] if link == "sim" else definition.command[link][0]
             for link in definition.links if link != "iface"]  # fmt: skip
    if all((iut.placed(word, build_dir("release"))) for word in words):
        return "yes"
    return f"no: ./postel iut setup {definition.name}" if definition.name in OPTIONAL else "when built"


def check(args: argparse.Namespace) -> int:
    asked = meant(args)
    link = asked.links[0]
    try:
        instance = targets.starter(asked, args)(link)()
    except IutFailed as error:
        raise IutFailed(f"{error}{none_at_all(asked.definition, str(error))}") from error
    print(f"{asked.definition.name} over {link}: level {1 if instance.upper else 0}" + capabilities(instance))
    broken = 0
    try:
        for found, rule, why in adapter_check.checked(instance, args.profile):
            broken += found == "FAIL"
            print(f"{found:<4}  {rule}" + (f"\n      {why}" if why else ""), flush=True)
    finally:
        instance.close()
    print(f"{broken} broken" if broken else "all is well")
    return Exit.IUT if broken else Exit.OK


def none_at_all(definition: Definition, error: str) -> str:
    """What to do about an upper tester that says nothing, for there may be none."""
    if "no answer to" not in error:
        return ""
    word = "--no-upper-tester" if definition.path == TYPED else 'upper_tester = "none"'
    return f"; if there is none, {word} says so"


def capabilities(instance: iut.Instance) -> str:
    upper = instance.upper
    return f", {upper.name} {upper.release}, capabilities {', '.join(sorted(upper.caps)) or 'none'}" if upper else ""


def meant(args: argparse.Namespace) -> Asked:
    """A definition, by its name or file; or one made for a command: what holds a space or names a program."""
    if " " not in args.iut and "{" not in args.iut:
        return targets.asked_for(args.iut, args.link)
    link = args.link or "fd"
    if link not in ("fd", "tap"):
        raise UsageError(f"a command can be checked over fd and tap, not {link}; write a definition (docs/iut.md)")
    try:
        words = shlex.split(args.iut)
    except ValueError as error:
        raise UsageError(f"{args.iut}: {error}") from error
    upper = "none" if args.no_upper_tester else "stdio"
    table = {"name": "command", "about": args.iut, "links": [link], "command": {link: words}, "upper_tester": upper}
    return Asked(iut.parse(table, TYPED), args.iut, (link,))
