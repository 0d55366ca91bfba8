# SPDX-License-Identifier: BSD-2-Clause
"""Keeps what is known of an IUT: `write` brings its baseline up to date with a run, `update` only the entries that it has, and shows
the difference first (an entry of before there were stimuli names them then), `check` says what is left to write.

docs/baseline.md shows an entry. Exit code of check: 1 when something is left to do.
"""

from __future__ import annotations

import argparse
import difflib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from postel.base import files, plain
from postel.base.exits import Exit, UsageError
from postel.base.paths import CONFORMANCE, relative
from postel.base.terminal import instead, near
from postel.cli import index
from postel.iut.definition import names
from postel.results import baseline, results

HEAD = """# What {iut} is known to do otherwise than the RFCs say, and why. docs/baseline.md explains the form.
"""


def run(args: argparse.Namespace) -> int:
    if args.act in ("write", "update"):
        return write(args.iut, args.results, args.file, known_only=args.act == "update", dry=args.act == "update" and args.dry_run)
    return check(args.iut, args.file, args.json)


def write(iut: str, source: Path, file: Path | None, *, known_only: bool, dry: bool) -> Exit:
    document = results.read(source)
    judged = sorted({result["iut"] for result in document["results"]})
    if iut not in judged:
        raise UsageError(f"{source} holds no results of {iut}{instead(iut, judged)}")
    if not file and any(each["name"] == iut and is_namesake(each) for each in document["iuts"]):
        raise UsageError(f"{iut} in {source} is not Postel's own {iut}: --file FILE says where its baseline is kept")
    path = file or baseline.path_of(iut)
    baseline.load(path)  # a file with a mistake is not written over
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD.format(iut=iut)
    text, done = baseline.updated(before, document, iut, known_only=known_only)
    if known_only:
        print("".join(difflib.unified_diff(before.splitlines(True), text.splitlines(True), str(relative(path)), "as it would be")), end="")
    if done and not dry:
        files.write(path, text.encode())
    print("\n".join([*done, f"{relative(path)}: {f'{len(done)} changes' if done else 'nothing to change'}"]))
    return Exit.OK


def is_namesake(iut: dict[str, Any]) -> bool:
    """Did a file of somebody define an IUT that is called like one of Postel's?"""
    own = f"conformance/iut/{iut['name']}.toml"
    return iut["name"] in names() and iut.get("definition", own) != own


def check(iut: str | None, file: Path | None, as_json: bool) -> Exit:
    path = file or (baseline.path_of(iut) if iut else None)
    every = sorted((CONFORMANCE / "baseline").glob("*.toml"))
    if file and not file.exists():
        raise UsageError(f"--file {file}: there is no such file")
    if iut and path and not path.exists():
        hint = near(iut, [each.stem for each in every])
        raise UsageError(f"{iut} has no baseline{hint or f'; `./postel baseline write {iut}` makes one from the last run'}")
    known = index.load()
    cases = {case.id for case in known.cases}
    checked = []
    for file in [path] if path else every:
        entries = baseline.load(file)
        found = baseline.problems(entries, cases=cases, requirements=known.requirements)
        checked.append({"iut": file.stem, "path": str(relative(file)), "entries": list(map(asdict, entries)), "problems": found})
        if not as_json:
            print("\n".join(f"{relative(file)}: {plain.plain(line)}" for line in [*found, f"{len(entries)} entries, {len(found)} problems"]))
    if as_json:
        print(plain.as_json({"baselines": checked}))
    return Exit.FAILED if any(each["problems"] for each in checked) else Exit.OK
