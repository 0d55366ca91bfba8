# SPDX-License-Identifier: BSD-2-Clause
"""Planted bugs: does a target find the mistakes that stacks have really made?

Each is a patch in fuzz/planted/ whose first lines say which row it is about (of the requirements, or of the catalogue of
vulnerabilities), what the mistake is, and, where a target is to find it, which one by which oracle; who finds the others is
selftest/hunt.py's to see. A copy of the sources takes one patch after the other; nothing touches the checkout.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from postel.base import build
from postel.base.exits import PostelError, UsageError
from postel.base.paths import ROOT, build_dir
from postel.base.system import attempt
from postel.base.terminal import Line, instead
from postel.fuzzing import fuzzing
from postel.fuzzing.fuzzing import Finding, Search

PATCHES = ROOT / "fuzz" / "planted"
JUDGED = {  # by each target, of stack/
    "ip_header": ("wire/ip", "wire/checksum"), "ip_options": ("wire/option",),
    "arp": ("wire/arp", "table/neighbor", "table/held"),
    "route": ("table/route", "table/route_cache", "table/gateway", "proto/route", "proto/redirect"),
    "forward": ("proto/ip_forward", "proto/iface"),
    "mroute": ("table/mroute", "proto/ip_forward_group"),
    "rules": ("table/rule", "wire/rewrite"),
    "querier": ("table/members", "table/member_says"),
    "frag": ("proto/ip_frag",), "pmtu": ("table/pmtu",),
    "icmp": ("wire/icmp", "wire/icmp_extension", "wire/router", "proto/icmp_in", "proto/icmp_out"),
    "igmp": ("wire/igmp", "table/change", "table/filter", "table/group", "table/querier", "table/record", "table/report", "table/say",
             "proto/group", "proto/igmp_in", "proto/igmp_out"),
    "two_hosts": ("table/change", "table/report", "table/say", "proto/ip_forward", "proto/hook"),
    "host": (),  # all of them, which takes long: it hunts what names it
    "udp": ("wire/udp", "wire/checksum", "proto/socket"), "upper_tester": ("host/request", "host/upper", "host/settings", "host/settings_sock"),
    "reass": ("table/reass", "table/chunks", "base/buckets", "base/pool", "base/list", "base/hash"),
}  # fmt: skip
SHOWN_S = 120.0  # for the inputs of one search
SOURCES = ("stack", "fuzz", "conformance/iut", "meson.build", "meson_options.txt")


@dataclass(frozen=True)
class Bug:
    name: str
    row: str
    mistake: str
    found_by: str
    target: str  # that is to find it, or nothing
    patch: Path

    def aimed(self, target: str) -> Bug:
        """The same for another target."""
        return replace(self, target=target)


@dataclass
class Trial:
    """What became of one bug."""

    bug: Bug
    executable: Path
    search: Search | None = None
    finding: Finding | None = None
    by_seed: bool = False
    outside: bool = False  # of the target's language: nothing that the search made does anything else than without the bug
    innocent: Finding | None = None  # what the same executions break without the bug
    problems: list[str] = field(default_factory=list)

    @property
    def found(self) -> bool:
        return self.finding is not None and not self.problems


def bugs(names: Sequence[str] = (), targets: Sequence[str] = ()) -> list[Bug]:
    """The planted bugs of these names and targets; when none is named, all that a target is to find."""
    known = every()
    for name in names:
        there_is(name, known)
        if not known[name].target:
            raise UsageError(f"no target is to find {name}; `./postel test --planted {name}` says who does")
    chosen = [known[name] for name in names] or [bug for bug in known.values() if bug.target]
    return [bug for bug in chosen if not targets or bug.target in targets]


def showing(target: str, measured: Mapping[str, Mapping[str, object]], names: Sequence[str] = ()) -> list[Bug]:
    """All that show on the wire, at the upper interface or in a counter, as was `measured` last, for this target to look for."""
    known = every()
    for name in names:
        there_is(name, known)
        if not measured.get(name, {}).get("shows"):
            raise UsageError(f"nobody has measured that {name} shows; `./postel test --planted {name}` does")
    return [known[name].aimed(target) for name in names or measured if name in known and measured[name].get("shows")]


def there_is(name: str, known: Mapping[str, Bug]) -> None:
    if name not in known:
        raise UsageError(f"there is no planted bug {name!r}{instead(name, known)}")


def every() -> dict[str, Bug]:
    return {path.stem: read(path) for path in sorted(PATCHES.glob("*.patch"))}


def read(path: Path) -> Bug:
    head = path.read_text().partition("\n--- ")[0]
    said = dict(re.findall(r"^(row|mistake|found by): (.+)$", head, re.MULTILINE))
    found_by = said.get("found by", "")
    target = re.search(r"\bfuzz_(\w+)", found_by)
    if not {"row", "mistake"} <= set(said) or (found_by and (not target or target[1] not in fuzzing.TARGETS)):
        raise PostelError(f"{path}: begins with lines `row:` and `mistake:`, and `found by: fuzz_TARGET (ORACLE)` where a target finds it")
    return Bug(path.stem, said["row"], said["mistake"], found_by, target[1] if target else "", path)


def targets_of(files: Sequence[str]) -> list[str]:
    """The targets that judge one of these files of stack/."""
    return [target for target, judged in JUDGED.items() if any(file.removeprefix("stack/").rpartition(".")[0] in judged for file in files)]


def plant(chosen: Sequence[Bug]) -> list[Trial]:
    """Builds each bug's target; returns where the programs are."""
    tree = build_dir("planted")
    (tree / "bin").mkdir(parents=True, exist_ok=True)
    trials = []
    progress = Line()
    for number, bug in enumerate(chosen, start=1):
        progress.show(f"planting {number}/{len(chosen)} {bug.name}")
        trials.append(Trial(bug, tree / "bin" / bug.name))
        restore(tree / "sources")
        options = ["-p1", "--forward", "--no-backup-if-mismatch", "-s"]
        patched = attempt(["patch", *options, "-d", tree / "sources", "-i", bug.patch])
        if not patched.ok:
            trials[-1].problems.append(f"the patch does not apply: {patched.last_line}")
            continue
        made = build.build("fuzz", root=tree / "sources", into=tree / "build", targets=[f"fuzz/fuzz_{bug.target}"])
        shutil.copy2(made / "fuzz" / f"fuzz_{bug.target}", trials[-1].executable)
    progress.close()
    return trials


def restore(copy: Path) -> None:
    """Makes the copy equal the checkout. What is equal already keeps its time, so that little is compiled again."""
    wanted = set()
    for source in SOURCES:
        for path in [ROOT / source, *(ROOT / source).rglob("*")]:
            if path.is_file() and "__pycache__" not in path.parts:
                wanted.add(path.relative_to(ROOT))
    for path in wanted:
        to = copy / path
        if not to.exists() or to.read_bytes() != (ROOT / path).read_bytes():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, to)
    for old in [path for path in copy.rglob("*") if path.is_file() and path.relative_to(copy) not in wanted]:
        old.unlink()


def hunt(trials: Sequence[Trial], clean: Path, *, seconds: float, seed: int, jobs: int,
         said: Callable[[Trial], None]) -> None:
    """Lets each target look for its bug, and as long without the bug, where it must find nothing."""
    with ThreadPoolExecutor(jobs) as pool:
        for trial in pool.map(lambda trial: try_one(trial, clean / f"fuzz_{trial.bug.target}", seconds, seed), trials):
            said(trial)


def shows(executables: Sequence[Path], made: Path) -> bool:
    """Does one of these do anything else than the other with the inputs that a search has made? Of a target that says what came of
    each (POSTEL_FUZZ_SUMS); of others it is not known, and taken to be so."""
    inputs = sorted(path for path in made.iterdir() if path.is_file())
    told = [attempt([executable, *inputs], seconds=SHOWN_S, POSTEL_FUZZ_SUMS="1", ASAN_OPTIONS=fuzzing.FAST) for executable in executables]
    sums = [re.findall(r"^sum ([0-9a-f]+)$", each.output, re.MULTILINE) for each in told]
    return not all(each.ok for each in told) or not sums[0] or sums[0] != sums[1]


def try_one(trial: Trial, clean: Path, seconds: float, seed: int) -> Trial:
    if trial.problems:
        return trial
    with tempfile.TemporaryDirectory(prefix="postel-") as directory:
        start = [ROOT / "corpus" / "seed" / trial.bug.target]

        def searched(executable: Path, name: str, **limit: float | None) -> Search:
            corpus = Path(directory, name)
            corpus.mkdir()
            executions = limit.get("executions")
            return fuzzing.run(fuzzing.search(
                trial.bug.target, executable, seed=seed, corpus=corpus, start=start, artifacts=f"{corpus}-",
                seconds=limit.get("seconds"), executions=None if executions is None else int(executions),
            ))  # fmt: skip

        if searched(trial.executable, "seeds", executions=0).artifact:
            trial.problems.append("a seed holds it: the search is not measured")
            trial.by_seed = True
            return trial
        trial.search = searched(trial.executable, "planted", seconds=seconds)
        trial.finding = trial.search.finding
        if not trial.search.artifact or not trial.finding:
            trial.problems.append(f"not found in {trial.search.executions:,} executions")
            trial.outside = not shows([trial.executable, clean], Path(directory, "planted"))
            return trial
        if fuzzing.try_input(clean, trial.search.artifact.read_bytes()):
            trial.problems.append("the same input breaks the target without the bug")
        elif searched(clean, "clean", executions=trial.search.executions).artifact:
            trial.problems.append("as many executions break the target without the bug")
    return trial
