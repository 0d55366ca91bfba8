# SPDX-License-Identifier: BSD-2-Clause
"""Does a variant of the stack show? A program (stack/port/differ.c) tells it and the clean stack the same, with the same seed: all
that the suite says to the reference, all corpora, and scripts that are made of that at random. One frame, event or counter that
differs shows it, and so does an end that the clean stack does not come to."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import struct
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from postel.base import build, script
from postel.base.exits import PostelError, how_it_ended
from postel.base.paths import ROOT, build_dir
from postel.base.script import Advance, Frame, Op
from postel.base.system import attempt
from postel.catalogue.requirements import PROFILES
from postel.iut.definition import settings
from postel.kit import Case
from postel.lab.addresses import INTERFACES
from postel.selftest import against, pool, variants
from postel.selftest.against import Answer

NAMES = tuple(PROFILES)
GREETING = "-"  # what is said when the last case has ended: its answer decides which cases apply
CORPORA = ""  # what is said then
HELLO = (b"L1 reset", b"L1 hello version=1")
PLACE = re.compile(r"^(\d+) (message|script) (\d+) (a .*|another .*)$", re.MULTILINE)
SCRIPTS = 100_000  # random ones for what nothing else has shown
SEED = 1
LIMIT_S = 600.0  # for all of them
JUDGES = ("stack", "conformance", "pytools/postel/kit")  # what the suite's stimuli depend on, beside the corpora


@dataclass(frozen=True)
class Clean:
    """The clean reference: what every case says of it, and what is said to it."""

    programs: Path  # a build directory
    answers: Mapping[str, Mapping[str, Answer]]  # by profile and case
    begins: Mapping[str, Mapping[str, int]]  # at which message of its profile each case begins
    messages: Path


@dataclass(frozen=True)
class Difference:
    """How a variant and the clean stack differ: `words` about the first place, and the cases in which they do, by profile; `ended`
    when the variant did not come to the end, or has other abilities, so that others are possible."""

    words: str = ""
    cases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ended: bool = False


def clean(kept: variants.Kept, cases: Sequence[Case]) -> Clean:
    """Runs the suite once in each profile, if that has not been done with these sources and cases."""
    programs = build.build("release", targets=["stack/port/postel-sim", "stack/port/postel-differ"])
    place = build_dir("variants") / "stimuli"
    with build.locked(place):
        directory = place / _key(kept)
        known = directory / "answers.json"
        if not known.exists():
            for old in place.iterdir():
                shutil.rmtree(old)
            directory.mkdir()
            known.write_text(json.dumps(_record(kept, programs, cases, directory)))
    found = json.loads(known.read_text())
    answers = {profile: {case: (verdict, label) for case, (verdict, label) in each.items()} for profile, each in found["answers"].items()}
    return Clean(programs, answers, found["begins"], directory / "messages")


def _key(kept: variants.Kept) -> str:
    files = [path for top in (*JUDGES, "corpus") for path in sorted((ROOT / top).rglob("*")) if path.suffix in (".c", ".h", ".def", ".py", ".toml", ".bin", "")]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()]
    return hashlib.sha256("".join([str(kept.directory), *digests]).encode()).hexdigest()[:16]


def _record(kept: variants.Kept, programs: Path, cases: Sequence[Case], directory: Path) -> dict[str, object]:
    built = against.placed(kept.shared, programs, directory / "build")

    def said(profile: str) -> tuple[str, dict[str, Answer], dict[str, int], list[bytes]]:
        told: list[bytes] = []
        return profile, *against.answers(built, profile, cases, told), told

    each = {one[0]: one[1:] for one in pool.each(said, NAMES, len(os.sched_getaffinity(0)))}
    answers: dict[str, dict[str, Answer]] = {}
    begins: dict[str, dict[str, int]] = {}
    with (directory / "messages").open("wb") as file:
        for profile in NAMES:
            answers[profile], begins[profile], told = each[profile]
            begins[profile] |= {GREETING: len(told) + 1, CORPORA: len(told) + 1 + len(HELLO)}  # the settings are message 0
            opening = b"S" + settings(INTERFACES, profile, against.SEED).encode()
            for message in (opening, *told, *HELLO, *corpora()):
                file.write(struct.pack("<I", len(message)) + message)
    copy = shutil.copy2(kept.shared, directory / "again.so")  # the same file would be loaded once
    if words := difference(kept.shared, Path(copy), Clean(programs, {}, begins, directory / "messages"), scripts=4000).words:
        raise PostelError(f"two clean references do not behave alike: {words}")
    return {"answers": answers, "begins": begins}


def corpora() -> Iterator[bytes]:
    """The records of every input, each after a reset."""
    for path in sorted((ROOT / "corpus").rglob("*")):
        if not path.is_file():
            continue
        yield b"L1 reset"
        for record in script.from_binary(path.read_bytes()):
            match record:
                case Frame(iface, octets):
                    yield bytes([ord("F"), iface % len(INTERFACES)]) + octets
                case Advance(ms):
                    yield f"L1 advance ms={ms}".encode()
                case Op(line):
                    yield b"L1 " + line.encode("latin-1")
        yield b"L1 counters"


def difference(clean_library: Path, library: Path, known: Clean, *, scripts: int = SCRIPTS, seed: int = SEED, programs: Path | None = None) -> Difference:
    """Whether and where the two differ."""
    program = (programs or known.programs) / "stack" / "port" / "postel-differ"
    done = attempt([program, clean_library, library, known.messages, str(scripts), str(seed)], seconds=LIMIT_S, ASAN_OPTIONS="detect_leaks=0")
    places = PLACE.findall(done.output)
    words = f"{places[0][3]} in answer to {places[0][1]} {places[0][2]} in {NAMES[int(places[0][0])]}" if places else ""
    touched = {profile: frozenset(_cases(known, number, places)) for number, profile in enumerate(NAMES)}
    differing = {profile: cases - {GREETING, CORPORA} for profile, cases in touched.items()}
    if done.code in (0, 1) and bool(done.code) == bool(places):
        return Difference(words, differing, ended=any(GREETING in cases for cases in touched.values()))
    if complaint := re.search(r"ERROR: (\w+Sanitizer: [\w-]+)|(runtime error: .*)", done.output):
        return Difference(words or (complaint[1] or complaint[2])[:160], differing, ended=True)
    if done.code < 0 or done.code == 124:
        hangs = done.code in (124, -signal.SIGALRM)
        return Difference(words or ("it hangs" if hangs else f"it is {how_it_ended(done.code)}"), differing, ended=True)
    raise PostelError(f"postel-differ: {done.last_line}")


def _cases(known: Clean, number: int, places: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    """The cases of a profile in whose messages there is a difference."""
    begins = sorted((message, case) for case, message in known.begins[NAMES[number]].items())
    for section, what, message, _ in places:
        if begins and int(section) == number and what == "message":
            at = bisect(begins, (int(message), "~")) - 1
            yield begins[max(at, 0)][1]
