# SPDX-License-Identifier: BSD-2-Clause
"""What the reference does in each case, to the octet: its verdicts, labels, frames, events and counters are golden.

The reference is deterministic, so two runs of one tree are equal, and whatever differs from conformance/golden.txt is a change that
somebody has to look at: `./postel test --write-golden` writes it anew, and `git diff` shows which cases it concerns. Each case is judged
against an instance of its own, so that no case's line follows from another's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from postel.base import patience
from postel.base.build import build
from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE
from postel.iut import iut
from postel.kit import Case, Outcome, Violator, cases, judge
from postel.selftest import pool

FILE = CONFORMANCE / "golden.txt"
PROFILES = ("modern", "rfc1122")
ELSEWHERE = ("rfc1812", "rfc791")  # of what says nothing in those
SILENT = ("not-applicable", "unsupported")
SEED = 1
GOOD = ("pass", "info", "not-applicable", "unsupported")  # what the reference may come to: a SHOULD that it breaks is not among them
HEAD = """\
# What the reference does in each case, and what all its frames, events and counters sum up to, over sim with the seed 1:
# case, profile, verdict, sum, label. `./postel test golden` compares; `./postel test --write-golden` writes it anew.
"""
HOW = "if each change is meant, `./postel test --write-golden` writes them down (last, after all other changes)"

Lines = Mapping[str, str]  # by "case profile": what stands behind it


def of(outcome: Outcome, said: Iterable[str]) -> str:
    """Verdict, sum and label of what an IUT did and its user was told."""
    total = blake2b(digest_size=6)
    for frame in outcome.frames:
        total.update(b"%d%d%d " % (frame.iface, frame.sent, len(frame.octets)) + frame.octets)
    total.update("\n".join((*said, *(f"{name}={count}" for name, count in sorted(outcome.counters.items())))).encode())
    stimuli = sorted(outcome.sweep.failed) if outcome.sweep else []
    return " ".join([str(outcome.verdict), total.hexdigest(), *stimuli, outcome.label or ""]).strip()


def judged(case: Case, profile: str, directory: Path, violator: Violator | None = None) -> str:
    """The same of the reference, as it is built there."""
    patience.forget()
    try:
        instance = iut.start(iut.load("reference"), "sim", profile=profile, seed=SEED, build=directory)
    except PostelError as error:
        return f"error - {error}"
    said: list[str] = []
    try:
        if instance.upper:
            instance.upper.heard = said.append
        return of(judge(case, instance, profile=profile, violator=violator), said)
    finally:
        instance.close()


def now(directory: Path, which: Sequence[Case] | None = None) -> dict[str, str]:
    """Of all cases, or these, in each profile; what says nothing there is asked in the others too."""
    every = cases() if which is None else list(which)
    found = _in(directory, [(case, profile) for case in every for profile in PROFILES])
    silent = [case for case in every if all(found[f"{case.id} {profile}"].split(" ")[0] in SILENT for profile in PROFILES)]
    return dict(sorted((found | _in(directory, [(case, profile) for case in silent for profile in ELSEWHERE])).items()))


def _in(directory: Path, items: Sequence[tuple[Case, str]]) -> dict[str, str]:
    jobs = len(os.sched_getaffinity(0))
    shares = [items[n :: 4 * jobs] for n in range(4 * jobs)]

    def share(these: Sequence[tuple[Case, str]]) -> dict[str, str]:
        return {f"{case.id} {profile}": judged(case, profile, directory) for case, profile in these}

    found: dict[str, str] = {}
    for each in pool.each(share, shares, jobs):
        found |= each
    return found


def read(path: Path = FILE) -> dict[str, str]:
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            case, profile, rest = line.split(" ", 2)
            found[f"{case} {profile}"] = rest
    return found


def held(differing: Mapping[str, Iterable[str]], path: Path = FILE) -> list[str]:
    """Those of these cases, by profile, that have a golden line: `profile case`."""
    lines = read(path)
    return [f"{profile} {case}" for profile, each in differing.items() for case in sorted(each) if f"{case} {profile}" in lines]


def write(lines: Lines, path: Path = FILE) -> str:
    """Writes the file; words for what changed."""
    before = read(path) if path.exists() else {}
    path.write_text(HEAD + "".join(f"{key} {lines[key]}\n" for key in sorted(lines)), encoding="utf-8")
    return f"{path.name}: {len(changes(before, lines))} of {len(lines)} lines changed: look at them with `git diff`"


def changes(golden: Lines, found: Lines) -> list[str]:
    """Each line that is not as it was, and each verdict that the reference must not come to, in words."""
    told = []
    for key in sorted({*golden, *found}):
        was, is_ = golden.get(key), found.get(key)
        if was == is_:
            continue
        if was is None or is_ is None:
            told.append(f"{key}: {'has no golden line yet' if was is None else 'is no case any more'}")
        elif was.split(" ")[0] == is_.split(" ")[0]:
            told.append(f"{key}: {was.split(' ')[0]} as before, but not the same {_what(was, is_)}")
        else:
            told.append(f"{key}: {is_.split(' ')[0]} instead of {was.split(' ')[0]}")
    return told


def _what(was: str, is_: str) -> str:
    labels = [text.split(" ", 2)[2:] for text in (was, is_)]
    return f"label: {' '.join(labels[1])} instead of {' '.join(labels[0])}" if labels[0] != labels[1] else "frames, events or counters"


def wrong(lines: Lines) -> list[str]:
    return [f"{key}: {text.split(' ')[0]}: the reference keeps every rule, each SHOULD too" for key, text in lines.items()
            if text.split(" ")[0] not in GOOD]  # fmt: skip


def compare(directory: Path | None = None) -> tuple[int, list[str]]:
    """How many lines are as they were, and words for each that is not."""
    found = now(directory or build())
    told = list(dict.fromkeys(changes(read(), found) + wrong(found)))
    return len(found) - len(told), told
