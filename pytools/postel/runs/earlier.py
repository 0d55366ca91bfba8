# SPDX-License-Identifier: BSD-2-Clause
"""What an earlier run left in the same directory: its failures, for --last-failed, and itself, if it was cut short, for
--resume."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from postel import __version__, kit
from postel.base import files
from postel.base.exits import NothingSelected, UsageError
from postel.cli import tree
from postel.kit import Case
from postel.results import results
from postel.results.outdir import STAGING
from postel.results.results import Document, Result
from postel.runs.bench import Target

Wanted = Callable[[Target, Case], bool]
FREE = ("out", "resume", "jobs", "timeout", "exitfirst", "quiet", "verbose", "dry_run", "no_install", "words", "act")  # beside --resume


def every(target: Target, case: Case) -> bool:
    return True


def last_failed(out: Path, strict: bool) -> tuple[set[str], Wanted]:
    """The ids of the cases that failed in the results in a directory, and which of them of which target."""
    document = results.read(out)
    failed = {(r["case"], r["iut"], r["link"]) for r in document["results"]
              if results.is_failure(r) or (strict and results.is_unexpected_pass(r))}  # fmt: skip
    if not failed:
        raise NothingSelected(f"--last-failed: nothing failed in {out}" + ", but it was cut short" * (not document["complete"]))
    links = {(r["iut"], r["link"]) for r in document["results"]}

    def wanted(target: Target, case: Case) -> bool:
        """Over a link that was not tried then it is what failed over any."""
        known = (target.iut, target.link) in links
        return any(name == target.iut and id_ == case.id and (link == target.link or not known) for id_, name, link in failed)

    return {id_ for id_, _, _ in failed}, wanted


class Earlier(NamedTuple):
    """A run that was cut short: the evidence of its results is in `directory`."""

    document: Document
    directory: Path


def unfinished(out: Path) -> Earlier:
    """The one that was killed, else the one that was interrupted; UsageError where there is none that can go on."""
    for directory, name in ((out / STAGING, "events.jsonl"), (out, "results.json")):
        path = files.inside(directory, name) if directory.is_dir() and not directory.is_symlink() else None
        if path is None:
            continue
        if path.stat().st_uid != os.geteuid():
            raise UsageError(f"--resume: {path} is somebody else's, and says what is started: run the cases again")
        document = results.read(path)
        if not document["complete"]:
            return Earlier(document, directory)
    raise UsageError(f"--resume: there is no run in {out} that was cut short")


def continued(args: argparse.Namespace, earlier: Earlier) -> argparse.Namespace:
    """The arguments of the run that goes on; those that do not change what is judged are today's."""
    parser, _ = tree.leaf(["run"])
    usual = vars(parser.parsed([]))
    more = sorted(name for name, value in vars(args).items() if name not in FREE and value != usual[name])
    if more:
        raise UsageError(f"--resume goes on as the run began, without --{more[0].replace('_', '-')} of its own")
    run = earlier.document["run"]
    if run["version"] != __version__ or not isinstance(run.get("arguments"), list):
        raise UsageError(f"--resume: that run was Postel {run['version']}'s, this is {__version__}: run the cases again")
    before = parser.parsed(run["arguments"])
    return argparse.Namespace(**vars(before) | {name: getattr(args, name) for name in FREE if name != "words"})


def cases_of(earlier: Earlier) -> list[Case]:
    known = {case.id: case for case in kit.cases()}
    gone = [id_ for id_ in earlier.document["cases"] if id_ not in known]
    if gone:
        raise UsageError(f"--resume: there is no case {gone[0]} any more: run the cases again")
    return [case for case in known.values() if case.id in earlier.document["cases"]]


def wanted_of(earlier: Earlier) -> Wanted:
    """Which cases of which target it was to judge."""
    limited = {(iut["name"], iut["link"]): iut.get("cases") for iut in earlier.document["iuts"]}

    def wanted(target: Target, case: Case) -> bool:
        cases = limited.get((target.iut, target.link))
        return cases is None or case.id in cases

    return wanted


def refuse_others(earlier: Earlier, targets: Sequence[Target]) -> None:
    """What was judged then is what is here now."""
    then = [(iut["name"], iut["link"], iut["release"]) for iut in earlier.document["iuts"]]
    now = [(target.iut, target.link, target.release) for target in targets]
    for name, link, release in (*set(then) - set(now), *set(now) - set(then)):
        raise UsageError(f"--resume: {name} {release} over {link} is not in both, that run and this one: run the cases again")


def kept(earlier: Earlier) -> list[Result]:
    """The results that need not be found again: of those that could not be judged nobody knows whether they can be now."""
    return [result for result in earlier.document["results"] if result["verdict"] not in ("inconclusive", "error")
            and all(files.inside(earlier.directory, name) for name in _files(result))]  # fmt: skip


def facts_of(earlier: Earlier) -> dict[str, Any]:
    """The facts that it began with."""
    facts = {name: value for name, value in earlier.document.items() if name not in ("complete", "exit", "results")}
    run = {name: value for name, value in earlier.document["run"].items() if name not in ("duration_s", "cut_short")}
    return facts | {"run": run | {"resumed": run.get("resumed", 0) + 1}}


def copy_evidence(earlier: Earlier, found: Sequence[Result], staging: Path) -> None:
    """Where the run was interrupted its files are among the results; where it was killed they are in their place."""
    for name in sorted({name for result in found for name in _files(result)}):
        if earlier.directory != staging:
            shutil.copyfile(earlier.directory / name, staging / name, follow_symlinks=False)


def _files(result: Result) -> list[str]:
    return [name for name in (result["evidence"], result.get("stderr")) if name]
