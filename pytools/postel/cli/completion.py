# SPDX-License-Identifier: BSD-2-Clause
"""What a shell may complete: argcomplete walks the tree of commands and options, and these are the words for what has no fixed
choices. Each function is given what stands there already."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Words = Callable[[str], Iterable[str]]
ASKING = "_ARGCOMPLETE"  # is in the environment when a shell asks


def offer(action: argparse.Action, words: Words) -> None:
    """Makes these the words of an argument or an option."""

    def completer(prefix: str, **_: Any) -> Iterable[str]:
        return words(prefix)

    action.completer = completer  # type: ignore[attr-defined]


def answer(parser: argparse.ArgumentParser) -> None:
    """Tells the shell that asks what may stand at its cursor, and ends the process; does nothing when none asks."""
    if ASKING in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser, always_complete_options=False, default_completer=files)


def files(prefix: str, action: argparse.Action, **_: Any) -> Iterable[str]:
    """For what is a path; for a number, an address or a new name there is nothing to offer."""
    from argcomplete.completers import DirectoriesCompleter, FilesCompleter

    if action.type is Path:
        return list(FilesCompleter()(prefix))
    return list(DirectoriesCompleter()(prefix)) if getattr(action.type, "__name__", "") == "directory" else []


def patterns(prefix: str) -> Iterator[str]:
    """Cases, a part of their id at a time; the last words of their ids; requirements, for whoever begins with a capital."""
    from postel.cli import index

    known = index.load()
    if prefix[:1].isupper():
        yield from (known.requirements if "-" in prefix else {id_.partition("-")[0] for id_ in known.requirements})
        return
    for case in known.cases:
        end = case.id.find("/", len(prefix))
        yield case.id if end < 0 else case.id[: end + 1]
        if prefix and "/" not in prefix:
            yield case.id.rpartition("/")[2]


def ids(prefix: str) -> Iterator[str]:
    from postel.catalogue import drops

    yield from patterns(prefix)
    if prefix:
        yield from drops.load()


def iuts(prefix: str) -> Iterator[str]:
    """The names, with a link once there is a colon; and files that define one."""
    from argcomplete.completers import FilesCompleter
    from postel.iut import definition

    for name in definition.names():
        yield name
        if prefix.startswith(f"{name}:"):
            yield from (f"{name}:{link}" for link in definition.load(name).links)
    yield from FilesCompleter(("toml",))(prefix)


def names(prefix: str) -> list[str]:
    from postel.iut import definition

    return definition.names()


def checks(prefix: str) -> list[str]:
    from postel.iut import ailments

    return [check.name for check in ailments.EVERY]


def fakes(prefix: str) -> list[str]:
    """As their sources name them: with their modules comes the kit, for which nobody shall wait here."""
    import re

    from postel.base.paths import ROOT

    folder = ROOT / "pytools" / "postel" / "fakes"
    said = [path.read_text(encoding="utf-8") for kind in ("wrong", "right") for path in sorted(folder.glob(f"{kind}_*.py"))]
    return [name for text in said for pair in re.findall(r'^@(?:wrong|right|router)\(.*\n(?:@.*\n)*def (\w+)|^(?:says|together)\("(\w+)"', text, re.MULTILINE) for name in pair if name]


def planted(prefix: str) -> list[str]:
    from postel.fuzzing.planted import PATCHES

    return [path.stem for path in PATCHES.glob("*.patch")]
