# SPDX-License-Identifier: BSD-2-Clause
"""Variants of the stack: one or a few files changed, everything else as it is.

All of the stack, in one shared object that exports every name, is at once what `sim` loads, what the unit tests link to and
what can be compared with the clean one. Its parts are compiled once and kept; a variant compiles what has changed, and what
includes that, and links again: about half a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from postel.base.build import BuildFailed, locked
from postel.base.paths import ROOT, build_dir
from postel.base.system import Attempt, attempt

FOLDERS = ("base", "wire", "table", "proto", "user", "host")
OBJECT = "stack/port/object.c"  # the eight calls of the link `sim`
TESTS = "stack/test"
REPLAYED: Mapping[str, tuple[str, ...]] = {  # the targets of fuzz/, and what they are linked from beside the stack
    "ip_header": (), "ip_options": ("fuzz/model/options.c",), "reass": ("fuzz/model/reassembly.c", "fuzz/work_reass.c"),
    "route": ("fuzz/model/routing.c",), "rules": ("fuzz/model/filters.c",), "querier": ("fuzz/model/wanted.c",),
    "frag": ("fuzz/model/pieces.c",), "pmtu": ("fuzz/model/paths.c",),
    "udp": ("fuzz/model/udp.c",), "upper_tester": ("fuzz/model/grammar.c", "fuzz/model/line.c"),
}  # fmt: skip
LIBRARY = "libvariant.so"
RAN = re.compile(r"Synthesis: Tested: [1-9]")  # a unit test's program that ran none would pass
COMPILER = ("gcc", "-std=c17", "-D_GNU_SOURCE", "-fPIC", "-w")
FLAVOURS: Mapping[str, tuple[str, ...]] = {
    "plain": ("-O1",),
    "san": ("-O1", "-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"),
}


@dataclass(frozen=True)
class Kept:
    """What is compiled of the clean sources: objects and unit tests in `directory`, and which files each reads."""

    flavour: str
    directory: Path
    reads: Mapping[str, frozenset[str]]  # of each source, itself among them
    units: Mapping[str, frozenset[str]]  # of each unit test, the sources that it links to
    replays: Mapping[str, frozenset[str]]  # of each target, the same

    @property
    def shared(self) -> Path:
        return self.directory / LIBRARY


def sources() -> list[str]:
    """Of the object, from the root of the checkout."""
    return [path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in sorted((ROOT / "stack" / folder).glob("*.c"))] + [OBJECT]


def tests() -> list[str]:
    """The unit tests' sources, but for those that are about a sanitizer."""
    return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / TESTS).glob("test_*.c")) if path.stem != "test_faults"]


def replay_sources(target: str) -> list[str]:
    return [f"fuzz/fuzz_{target}.c", *REPLAYED[target], "fuzz/fuzz.c", "fuzz/script.c", "fuzz/replay.c"]


@cache
def clean_key() -> str:
    """Names all that the stack is made of, and the compiler."""
    every = [path for top in ("stack", "fuzz") for path in sorted((ROOT / top).rglob("*.[chd]*")) if path.is_file()]
    words = [attempt(["gcc", "--version"]).output, repr((COMPILER, FLAVOURS))]
    words += [f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in every]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def kept(flavour: str = "plain", jobs: int = 2) -> Kept:
    """Compiles the clean sources, if that has not been done."""
    place = build_dir("variants")
    with locked(place / flavour):
        directory = place / flavour / clean_key()
        facts = directory / "facts.json"
        if not facts.exists():
            for old in (place / flavour).iterdir():
                shutil.rmtree(old)
            _keep(flavour, directory, jobs)
        known = json.loads(facts.read_text())
    reads = {name: frozenset(files) for name, files in known["reads"].items()}
    linked = {name: frozenset(files) for name, files in known["units"].items()}
    replayed = {target: linked.pop(target) for target in REPLAYED}
    return Kept(flavour, directory, reads, linked, replayed)


def _keep(flavour: str, directory: Path, jobs: int) -> None:
    directory.mkdir(parents=True)
    every = [*sources(), *tests(), *{source: None for target in REPLAYED for source in replay_sources(target)}]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda source: _compiled(flavour, ROOT, source, _object(directory, source)), every))
        reads = dict(zip(every, pool.map(_reads, every), strict=True))
    _link(flavour, [_object(directory, source) for source in sources()], directory / LIBRARY)
    units = _closures(directory)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda test: _link_test(flavour, directory, test, directory), tests()))
    for target in REPLAYED:
        linked: list[str | Path] = [*(_object(directory, source) for source in replay_sources(target)), f"-L{directory}", "-lvariant"]
        _must(attempt(["gcc", *FLAVOURS[flavour], *linked, "-o", directory / f"replay_{target}"], seconds=120), target)
        if wrong := replay_ends(directory, directory, target, 120):
            raise BuildFailed(f"the corpora of {target} break something without a bug ({flavour}): {wrong}")
    for test in tests():
        if wrong := unit_ends(directory / Path(test).stem, directory):
            raise BuildFailed(f"{test} fails without a bug ({flavour}): {wrong}")
    (directory / "facts.json").write_text(json.dumps({"reads": reads, "units": units}, indent=1))


def _object(directory: Path, source: str) -> Path:
    return directory / source.replace("/", "-").replace(".c", ".o")


def _compiled(flavour: str, tree: Path, source: str, to: Path) -> None:
    """The source of this tree; what it includes and is not there comes from the checkout."""
    at = tree / source if (tree / source).exists() else ROOT / source
    where = [f"-I{root / top}" for root in dict.fromkeys((tree, ROOT)) for top in ("stack", "fuzz")]
    _must(attempt([*COMPILER, *FLAVOURS[flavour], *where, "-c", at, "-o", to], seconds=120), source)


def _reads(source: str) -> list[str]:
    """The files of the checkout that a source reads, itself among them."""
    said = attempt([*COMPILER, f"-I{ROOT / 'stack'}", f"-I{ROOT / 'fuzz'}", "-MM", ROOT / source])
    paths = (Path(os.path.normpath(word)) for word in said.output.replace("\\\n", " ").partition(":")[2].split())
    return sorted(path.relative_to(ROOT).as_posix() for path in paths if path.is_relative_to(ROOT))


def _link(flavour: str, objects: Iterable[Path], to: Path) -> None:
    done = attempt(["gcc", *FLAVOURS[flavour], "-shared", "-Wl,-Bsymbolic", *objects, "-o", to], seconds=120)
    _must(done, LIBRARY)


def _link_test(flavour: str, objects: Path, test: str, to: Path) -> None:
    linked: list[str | Path] = ["-o", to / Path(test).stem, f"-L{to}", "-lvariant", "-lcriterion"]
    _must(attempt(["gcc", *FLAVOURS[flavour], _object(objects, test), *linked], seconds=120), test)


def _must(done: Attempt, what: str) -> None:
    if not done.ok:
        raise BuildFailed(f"{what} cannot be built:\n{done.output.rstrip()[-2000:]}")


def _closures(directory: Path) -> dict[str, list[str]]:
    """The sources that each unit test and replay links to, by the names that it and they lack."""
    defines: dict[str, str] = {}
    lacks: dict[str, set[str]] = {}
    replayed = [source for target in REPLAYED for source in replay_sources(target)]
    for source in [*sources(), *tests(), *replayed]:
        said = attempt(["nm", "-g", _object(directory, source)]).output
        lacks[source] = set(re.findall(r"^\s+U (v4_\w+)$", said, re.MULTILINE))
        if not source.startswith((TESTS, "fuzz/")):
            defines |= dict.fromkeys(re.findall(r"^\w+ [A-TV-Z] (v4_\w+)$", said, re.MULTILINE), source)
    closures: dict[str, list[str]] = {}
    roots = {test: {test} for test in tests()} | {target: set(replay_sources(target)) for target in REPLAYED}
    for test, new in roots.items():
        found: set[str] = set()
        while new:
            found |= new
            new = {defines[name] for source in new for name in lacks[source] if name in defines} - found
        closures[test] = sorted(found)
    return closures


# A variant


def same(clean: Kept, variant: Path, source: str) -> bool:
    """Whether the compiler made the same of this source as of the clean one."""
    return _object(variant, source).read_bytes() == _object(clean.directory, source).read_bytes()


def differs(clean: Kept, tree: Path, source: str, to: Path) -> bool:
    """Whether the compiler makes something else of this source than of the clean one."""
    _compiled(clean.flavour, tree, source, _object(to, source))
    return not same(clean, to, source)


def made(clean: Kept, tree: Path, changed: Sequence[str], to: Path) -> Path:
    """The library of the variant whose changed files lie in `tree`; BuildFailed when it does not compile."""
    to.mkdir(parents=True, exist_ok=True)
    again = touched(clean, changed, sources())
    for source in again:
        _compiled(clean.flavour, tree, source, _object(to, source))
    _link(clean.flavour, [_object(to if source in again else clean.directory, source) for source in sources()], to / LIBRARY)
    return to / LIBRARY


def touched(clean: Kept, changed: Sequence[str], among: Iterable[str]) -> list[str]:
    """The sources that read a changed file."""
    return [source for source in among if clean.reads[source] & set(changed)]


def units(clean: Kept, changed: Sequence[str]) -> list[str]:
    """The unit tests that a change of these files can reach, the closest first."""
    again = set(touched(clean, changed, [*sources(), *clean.units]))
    reached = [test for test, closure in clean.units.items() if again & set(closure)]
    stems = {Path(source).stem for source in changed}
    return sorted(reached, key=lambda test: (Path(test).stem.removeprefix("test_") not in stems, len(clean.units[test])))


def unit_fails(clean: Kept, tree: Path, changed: Sequence[str], variant: Path, test: str, seconds: float = 30) -> str:
    """The test of this variant that fails first, or how its program ends; nothing when all pass."""
    program = clean.directory / Path(test).stem
    if touched(clean, changed, [test]):
        try:
            _compiled(clean.flavour, tree, test, _object(variant, test))
            _link_test(clean.flavour, variant, test, variant)
        except BuildFailed:
            return "does not build"
        program = variant / Path(test).stem
    return unit_ends(program, variant, seconds)


def unit_ends(program: Path, libraries: Path, seconds: float = 30) -> str:
    """What a unit test's program says was wrong, or how it ended; nothing when it says that it ran and all passed."""
    done = attempt([program, "-j1", "--fail-fast", "--short-filename", "--color=never"], seconds=seconds, LD_LIBRARY_PATH=str(libraries),
                   ASAN_OPTIONS="abort_on_error=1:detect_leaks=1", UBSAN_OPTIONS="halt_on_error=1")  # fmt: skip
    if done.ok and RAN.search(done.output):
        return ""
    named = re.search(r"\b(\w+::\w+)", done.output)
    return named[1] if named else "hangs" if done.code == 124 else "fails"


def replays(clean: Kept, changed: Sequence[str]) -> list[str]:
    """The targets whose oracles judge what these files do."""
    return [target for target, closure in clean.replays.items() if set(touched(clean, changed, sources())) & closure]


def replay_ends(clean: Path, libraries: Path, target: str, seconds: float) -> str:
    """What the replay of a target's corpora breaks; nothing when all inputs ran."""
    corpora = [place for kind in ("seed", "regression") if (place := ROOT / "corpus" / kind / target).is_dir()]
    done = attempt([clean / f"replay_{target}", *corpora], seconds=seconds, LD_LIBRARY_PATH=str(libraries), ASAN_OPTIONS="abort_on_error=1")
    return "" if done.ok else "hangs" if done.code == 124 else done.last_line


def replay_fails(clean: Kept, variant: Path, target: str, seconds: float) -> bool:
    return bool(replay_ends(clean.directory, variant, target, seconds))
