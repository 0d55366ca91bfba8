# SPDX-License-Identifier: BSD-2-Clause
"""Lists the IUTs, checks how one is plugged in, begins a new one, sets up an optional one.

  postel iut list                          what can be judged, over which links
  postel iut check NAME|FILE[:LINK]        does it keep to the rules that every verdict rests on?
  postel iut check 'COMMAND --fd {if0}'    the same for a command, before there is a definition (docs/iut.md)
  postel iut new NAME --lang LANGUAGE      writes a skeleton that passes the check: c, python, go, rust
  postel iut setup lwip                    fetches and builds it; smoltcp and gvisor likewise

Exit codes: 0 all is well, 2 usage, 3 environment unusable, 4 the IUT or its adapter breaks a rule.
"""

from __future__ import annotations

import argparse
import importlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from postel.base import plain
from postel.base.exits import Exit, IutFailed, UsageError
from postel.base.paths import build_dir
from postel.base.terminal import columns, painted
from postel.iut import definition, skeleton
from postel.iut.definition import OPTIONAL, Definition

if TYPE_CHECKING:  # a list waits neither for Scapy nor for pytest
    from postel.iut.iut import Instance
    from postel.runs.targets import Asked

CAPTURE = "check.pcapng"
SETUPS = {"lwip": ("lwip", "setup"), "smoltcp": ("third_party", "smoltcp"), "gvisor": ("third_party", "gvisor")}
TYPED = Path("command line")  # where the definition of a command stands


def run(args: argparse.Namespace) -> int:
    if args.act == "list":
        return listed(args.json)
    if args.act == "setup":
        module, setup = SETUPS[args.iut]
        getattr(importlib.import_module(f"postel.iut.{module}"), setup)()
        return Exit.OK
    if args.act == "new":
        return begun(args.iut, args.lang)
    return check(args)


def begun(name: str, language: str) -> Exit:
    made = skeleton.write(name, language, Path())
    print(f"wrote {name}/\n\n  cd {name}" + f"\n  {made}" * bool(made) + f"\n  postel iut check {name}.toml\n\n"
          "`frame` there is where frames come in; docs/iut.md and docs/upper-tester.md say what else there is to fill in.")  # fmt: skip
    return Exit.OK


def listed(as_json: bool) -> Exit:
    every = [known(definition.load(name)) for name in definition.names()]
    if as_json:
        print(plain.as_json({"iuts": every}))
        return Exit.OK
    rows = [[each["name"], " ".join(each["links"]), said_of(each), each["about"]] for each in every]
    print("\n".join(columns([["IUT", "LINKS", "READY", "ABOUT"], *rows], left=4)))
    return Exit.OK


def known(found: Definition) -> dict[str, Any]:
    """An IUT as `--json` shows it; `ready` says whether what it runs is there, and `run` builds what is ours."""
    words = [found.object[link] if link == "sim" else found.command[link][0]
             for link in found.links if link != "iface" and found.upper_tester != "kernel"]  # fmt: skip
    ready = all(definition.placed(word, build_dir("release")) for word in words)
    mend = f"./postel iut setup {found.name}" if not ready and found.name in OPTIONAL else None
    return {"name": found.name, "about": found.about, "links": found.links, "upper_tester": found.upper_tester,
            "interfaces": found.interfaces, "optional": found.name in OPTIONAL, "ready": ready, "mend": mend}  # fmt: skip


def said_of(each: dict[str, Any]) -> str:
    return "yes" if each["ready"] else f"no: {each['mend']}" if each["mend"] else "when built"


def check(args: argparse.Namespace) -> int:
    from postel.checking import adapter_check
    from postel.kit import LowerTester
    from postel.results import evidence, outdir
    from postel.runs import targets

    asked = meant(args)
    link = asked.links[0]
    try:
        instance = targets.starter(asked, args)(link)()
    except IutFailed as error:
        raise IutFailed(f"{error}{none_at_all(asked.definition, str(error))}") from error
    print(f"{asked.definition.name} over {link}: level {1 if instance.upper else 0}" + capabilities(instance))
    if instance.patience.confinement:
        print(f"confined: {'; '.join(instance.patience.confinement)}")
    before = list(instance.patience.remarks)
    for remark in before:
        print(plain.plain(remark))
    lt, broken = LowerTester(instance, args.profile), []
    try:
        for found, rule, why in adapter_check.checked(lt):
            broken += [f"{rule}: {why}"] * (found == "FAIL")
            print(f"{painted(found, 'red' if found == 'FAIL' else 'green')}{'':<{6 - len(found)}}{rule}" + (f"\n      {plain.plain(why)}" if why else ""), flush=True)
    finally:
        instance.close()
    for remark in instance.patience.remarks:
        if remark not in before and not any(remark in each for each in broken):
            print(plain.plain(remark))
    frames = evidence.written(adapter_check.outcome(lt, broken), iut=asked.definition.name, link=link)
    with outdir.opened(args.out) as out:
        path = out.add(CAPTURE, frames)
    print(f"{len(broken)} broken; {path} has the frames" if broken else "all is well")
    return Exit.IUT if broken else Exit.OK


def none_at_all(definition: Definition, error: str) -> str:
    """What to do about an upper tester that says nothing, for there may be none."""
    if "no answer to" not in error:
        return ""
    word = "--no-upper-tester" if definition.path == TYPED else 'upper_tester = "none"'
    return f"; if there is none, {word} says so"


def capabilities(instance: Instance) -> str:
    upper = instance.upper
    return f", {upper.name} {upper.release}, capabilities {', '.join(sorted(upper.caps)) or 'none'}" if upper else ""


def meant(args: argparse.Namespace) -> Asked:
    """A definition, by its name or file; or one made for a command: what holds a space or names a program."""
    from postel.runs import targets

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
    table = {"name": "command", "about": args.iut[:300], "links": [link], "command": {link: words}, "upper_tester": upper}
    return targets.Asked(definition.parse(table, TYPED), args.iut, (link,))
