# SPDX-License-Identifier: BSD-2-Clause
"""The stages of `postel test`. Each counts its own checks; what a failed one said is shown, and kept in the build
directory under test/."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from postel.base import build
from postel.base.exits import EnvironmentUnusable, Exit, how_it_ended
from postel.base.paths import BUILD, ROOT
from postel.base.terminal import Line

if TYPE_CHECKING:
    from postel.results.results import Document, Result
from postel.base.system import for_tools

PLANTED_SHOWN = ("ip_header_version", "ip_options_length", "reass_end_unchecked")  # three of fuzz/planted/, one a target
FUZZ_SECONDS = 120  # for each target, every night
FAKES_SECONDS = 30
REPEATS, FIVE = 3, 5
ROUNDS = 400  # of kills, every night
LIMIT_S, GOODBYE_S = 1800, 20.0  # for a command of a stage, and for it to end when it is told to
LONG_S = 3 * 3600  # for one that measures all
NIGHTS = 20  # in which one target has looked for every planted bug
DAY = 86_400  # seconds
PLANTED_SECONDS, MUTANTS_SECONDS = 25, 25  # of what is tried of these each time
shard = ""  # K/N: of what a night measures one by one, which part is this machine's
TESTS, TEST_LIMIT_S = "pytools/tests", 300  # of the tools, and the seconds for one of them
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CRITERION = re.compile(r"Synthesis: Tested: (\d+) \| Passing: (\d+) \| Failing: (\d+) \| Crashing: (\d+)")


@dataclass(frozen=True)
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    said: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped,
                     self.said + other.said)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    name: str
    check: Callable[[], Tally]
    nightly: bool = field(default=False)


def spoken(command: Sequence[str | Path], log: str, limit: float | None = None, /, **environment: str) -> tuple[int, str]:
    """Runs a command from the root of the checkout; its words go to a log, and on a terminal the last line moves by. It is ended
    when it takes longer than LIMIT_S, or another limit."""
    limit = LIMIT_S if limit is None else limit
    path = BUILD / "test" / log
    path.parent.mkdir(parents=True, exist_ok=True)
    progress = Line()
    with path.open("wb") as file, path.open("rb") as said:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=ROOT, env=for_tools() | environment, stdin=subprocess.DEVNULL, stdout=file,
            stderr=subprocess.STDOUT, process_group=0,
        )  # fmt: skip
        give_up = time.monotonic() + limit
        try:
            while not ended(process, 0.1) and time.monotonic() < give_up:
                for line in said.read().splitlines()[-1:]:
                    progress.show(line.decode("utf-8", "replace").strip())
        finally:
            late = end(process)
            progress.close()
    output = path.read_text(encoding="utf-8", errors="replace")
    return process.returncode, output + f"\nIt had not ended after {limit:g} s, and was ended: the lines above are its last.\n" * late


def ended(process: subprocess.Popen[bytes], within: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        process.wait(within)
    return process.returncode is not None


def end(process: subprocess.Popen[bytes]) -> bool:
    """Ends a command that goes on, with what it has started; False when there was nothing to end."""
    if process.poll() is not None:
        return False
    os.killpg(process.pid, signal.SIGINT)  # pytest says where it was
    if not ended(process, GOODBYE_S):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return True


def last(output: str, count: int = 40) -> str:
    return "\n".join(output.rstrip().splitlines()[-count:])


def types() -> Tally:
    """mypy --strict over pytools."""
    code, output = spoken([sys.executable, "-EP", "-m", "mypy", "--config-file", "pytools/pyproject.toml", "pytools/postel"], "mypy.log",
                          MYPYPATH="pytools", MYPY_CACHE_DIR=str(BUILD / "mypy"))  # fmt: skip
    files = re.search(r"(?:no issues found in|checked) (\d+) source files?", output)
    if code == 0 and files:
        return Tally(passed=int(files[1]))
    return Tally(failed=max(1, output.count(": error:")), said=(last(output),))


def meson(kind: str, suite: str) -> Tally:
    """One suite of `meson test` in one kind of build."""
    directory = build.build(kind)
    listing = directory / "meson-logs" / "testlog.json"
    listing.unlink(missing_ok=True)
    code, output = spoken(["meson", "test", "-C", directory, "--no-rebuild", "--suite", suite], f"{kind}-{suite}.log")
    if not listing.exists():
        return Tally(failed=1, said=(last(output),))
    found = [tally_of(json.loads(line)) for line in listing.read_text(encoding="utf-8").splitlines()]
    tally = sum(found, Tally())
    return tally if code == 0 or tally.failed else tally + Tally(failed=1, said=(last(output),))


def tally_of(test: dict[str, str]) -> Tally:
    """One executable: of Criterion's, as many tests as it says that it ran."""
    words = COLOUR.sub("", test.get("stderr") or "") + COLOUR.sub("", test.get("stdout") or "")
    ran = CRITERION.search(words)
    if test["result"] == "OK":
        return Tally(passed=int(ran[2]) if ran else 1)
    if test["result"] == "EXPECTEDFAIL":  # a fault that is there to be noticed
        return Tally(passed=1)
    if test["result"] == "SKIP":
        return Tally(skipped=1, said=(f"{test['name']}: skipped",))
    passed = int(ran[2]) if ran else 0
    failed = max(1, int(ran[3]) + int(ran[4])) if ran else 1
    return Tally(passed=passed, failed=failed, said=(f"{test['name']}: {test['result']}\n{last(words, 60)}",))


def pytest(name: str, chosen: str, tests: str = "", **environment: str) -> Tally:
    """The tests of the tools that have these markers, a file to a worker. One that hangs fails by its name. They wait half of their
    time, so there are three workers to two cores."""
    report = BUILD / "test" / f"{name}.xml"
    report.unlink(missing_ok=True)
    workers = str((3 * len(os.sched_getaffinity(0)) + 1) // 2)
    code, output = spoken(
        [sys.executable, "-EP", "-m", "pytest", "-c", "pytools/pyproject.toml", "--rootdir=pytools", f"--junitxml={report}", "--durations=25",
         f"--timeout={TEST_LIMIT_S}", "-n", workers, "--dist=loadfile", "-m", chosen, tests or TESTS], f"{name}.log", **environment)  # fmt: skip
    if not report.exists():
        return Tally(failed=1, said=(last(output),))
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))
    count = {each: int(suite.get(each, "0")) for each in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    said = [f"skipped: {case.get('name')}: {skip.get('message')}" for case in suite.iter("testcase") for skip in case.iter("skipped")]
    if code:
        said.append(last(output, 120))
        failed = max(1, failed)
    return Tally(count["tests"] - failed - count["skipped"], failed, count["skipped"], tuple(said))


def kills() -> Tally:
    """Hundreds of kills at moments that were never tried."""
    return pytest("kills", "kills", POSTEL_CHAOS_ROUNDS=str(ROUNDS), POSTEL_CHAOS_SEED=os.environ.get("POSTEL_CHAOS_SEED", time.strftime("%Y%m%d")))


def abilities() -> Tally:
    """Each ability taken away from the reference, of which the other tests try a few a day."""
    return pytest("abilities", "lacking", POSTEL_LACKING="all")


def sampled() -> Tally:
    """What the other days try a part of, as a whole."""
    return pytest("sampled", "sampled", POSTEL_TODAY="all")


class Skipped(Exception):
    """This system cannot run the stage; the message says why."""


def judged(iuts: Sequence[str], name: str, *more: str | Path, profile: str = "modern") -> tuple[Document, Tally]:
    """The suite against IUTs; every result that is as it should be is a check that passed."""
    from postel.results import results  # with it comes Scapy, which the names of the stages must not wait for

    out = BUILD / "test" / name
    shutil.rmtree(out, ignore_errors=True)  # nothing of before is taken for what comes now
    words = [word for iut in iuts for word in ("--iut", iut)] + ["--profile", profile]
    code, output = spoken([ROOT / "postel", "run", "--no-install", *words, *more, "--out", out], f"{name}.log")
    try:
        document = results.read(out)
    except Exception as error:
        if code == Exit.ENVIRONMENT:
            raise Skipped(last(output, 3)) from error
        raise EnvironmentUnusable(f"`postel run` left no results ({how_it_ended(code)}): {error}\n{last(output)}") from error
    failed = sum(map(results.is_failure, document["results"]))
    skipped = tuple(f"not judged: {left['iut']} over {left['link']}: {left['why']}" for left in document["left_out"])
    tally = Tally(len(document["results"]) - failed, failed, len(skipped), skipped)
    if code and not failed and not (code == Exit.ENVIRONMENT and skipped):
        tally += Tally(failed=1)
    return document, tally + Tally(said=(last(output, 100),) if code else ())


TIME_OF_DAY = "rfc792/timestamp.clock/"  # which an object is told over sim alone: elsewhere these do not apply


def reference() -> Tally:
    """The reference over every link: the same verdicts, whichever way the frames take."""
    from postel import kit  # with it come the cases, which the names of the stages must not wait for

    document, tally = judged([f"reference:{link}" for link in ("sim", "fd", "tap")], "suite-reference", "-j", "6")
    tell = {case.id for case in kit.cases() if (case.host or case.id).startswith(TIME_OF_DAY)}  # of hosts, and of routers as hosts
    told_the_time = [result for result in document["results"] if result["case"] not in tell]
    return tally + equal(told_the_time, lambda result: result["link"])


def profiles(*links: str) -> Tally:
    """The reference in each of the other profiles, which choose other rules and other cases."""
    iuts = [f"reference:{link}" for link in links]
    return sum((judged(iuts, f"suite-{name}-{'-'.join(links)}", "-j", "2", profile=name)[1] for name in ("rfc791", "rfc1122", "rfc1812")), Tally())


def sanitized() -> Tally:
    """The reference under the sanitizers, which see what no frame shows."""
    return sum((judged(["reference:sim"], f"suite-sanitized-{profile}", "-j", "2", "--build", build.build("gcc-san"), profile=profile)[1]
                for profile in ("modern", "rfc1122")), Tally())  # fmt: skip


def golden() -> Tally:
    """What the reference does, to the octet."""
    from postel.selftest import golden as lines  # with it come the cases, which the names of the stages must not wait for

    same, told = lines.compare()
    return Tally(same, len(told), 0, (*told, lines.HOW) if told else ())


def linux() -> Tally:
    return judged(["linux:tap"], "suite-linux", "-j", "6")[1]  # which wait most of their time


def overlaps(whole: bool = False) -> Tally:
    """The policy `linux` of the reference against the kernel: of the 69,904 short sequences a sample, or all and longer ones too."""
    from postel.selftest import kernel

    scripts = chain(kernel.every(), kernel.drawn(kernel.DRAWN)) if whole else kernel.sample(kernel.SAMPLE)
    found = kernel.compared(scripts)
    said = f"{found.asked:,} sequences of fragments, {found.delivered:,} delivered"
    return Tally(found.asked - len(found.differences), len(found.differences), 0, (said, *found.differences[:5]))


def lwip() -> Tally:
    return set_up("lwip") or judged(["lwip"], "suite-lwip")[1]


def set_up(name: str) -> Tally | None:
    """What went wrong when an optional IUT was fetched and built."""
    code, output = spoken([ROOT / "postel", "iut", "setup", name], f"{name}-setup.log")
    return Tally(failed=1, said=(last(output),)) if code else None


def third_party(name: str) -> Tally:
    """A stack that takes a compiler of its own. Without that it is skipped by name; where it is, nothing may go wrong."""
    from postel.iut import third_party as glue

    try:
        glue.need(glue.COMPILERS[name], name)
    except EnvironmentUnusable as error:
        raise Skipped(str(error)) from error
    return set_up(name) or pytest(f"{name}-glue", "not chaos", "pytools/tests/test_third_party.py") + repeated([name], name, FIVE)


def third_fakes(name: str) -> Tally:
    """Wrong stacks made of somebody else's, that keeps their rules otherwise: each is found there too."""
    from postel.iut import third_party as glue

    try:
        if name in glue.COMPILERS:
            glue.need(glue.COMPILERS[name], name)
    except EnvironmentUnusable as error:
        raise Skipped(str(error)) from error
    return set_up(name) or fakes("--before", f"{name}:sim")


def repeats() -> Tally:
    """Three runs one after the other: equal verdicts."""
    return repeated(["reference:sim", "linux:tap"], "repeat", REPEATS)


def repeated(iuts: Sequence[str], name: str, times: int) -> Tally:
    found: list[Result] = []
    tally = Tally()
    for n in range(times):
        document, one = judged(iuts, f"{name}-{n}")
        tally += one
        for result in document["results"]:
            result["link"] += f" {n}"
        found += document["results"]
    return tally + equal(found, lambda result: result["iut"] + result["link"][-2:], by_iut=True)


def equal(found: Iterable[Result], variant: Callable[[Result], str], *, by_iut: bool = False) -> Tally:
    """Each case has one answer (verdict and label) in all variants of a run."""
    answers: dict[str, dict[str, str]] = {}
    for result in found:
        key = f"{result['case']} {result['iut']}" if by_iut else result["case"]
        answers.setdefault(key, {})[variant(result)] = f"{result['verdict']} {result['label'] or ''}".strip()
    differing = [f"{key}: " + ", ".join(f"{v} {a}" for v, a in by.items()) for key, by in answers.items() if len(set(by.values())) > 1]
    return Tally(len(answers) - len(differing), len(differing), 0, tuple(differing))


def planted_host() -> Tally:
    """Of all planted bugs that show the night's part, and one target that looks for them."""
    night = f"{1 + int(time.time() // DAY) % NIGHTS}/{NIGHTS}"
    words = ["fuzz", "host", "--planted", "--every", "-t", "30s", "-j", str(len(os.sched_getaffinity(0))), "--shard", night]
    code, output = spoken([ROOT / "postel", *words], "planted-host.log", LONG_S)
    return Tally(failed=1, said=(last(output, 80),)) if code else Tally(passed=1, said=(last(output, 1),))


def planted(names: Sequence[str]) -> Tally:
    """Bugs planted in the stack, and found by the fuzzers; none named: all."""
    code, output = spoken([ROOT / "postel", "fuzz", "--planted", *names], "planted.log")
    found, missed = len(re.findall(r"^found ", output, re.MULTILINE)), len(re.findall(r"^missed ", output, re.MULTILINE))
    if code and not missed:
        missed = 1
    return Tally(found, missed, 0, (last(output),) if code else ())


def fakes(*words: str) -> Tally:
    """Wrong and right stacks, made of an IUT: which are found, and which accused (docs/fakes.md)."""
    code, output = spoken([ROOT / "postel", "test", "--fakes", *words], "fakes.log")
    counts = re.search(r"(\d+) as they must be or as listed, (\d+) not", output)
    seeds = re.findall(r"^a sample: .*", output, re.MULTILINE)
    if not counts or bool(code) != bool(int(counts[2])):
        return Tally(failed=1, said=(last(output),))
    return Tally(int(counts[1]), int(counts[2]), 0, (*seeds, *[last(output)] * bool(code)))


def on_purpose(name: str, *words: str) -> Tally:
    """Planted bugs or mutants, as `postel test --NAME` tries them (docs/fuzzing.md); of a shard only its own."""
    sharded = ["--shard", shard] * (shard != "" and "--sample" not in words)
    code, output = spoken([ROOT / "postel", "test", f"--{name}", *words, *sharded], f"{name}.log", LONG_S)
    tried = re.search(r"^(\d+) of \d+ (?:planted bugs|mutants) tried", output, re.MULTILINE)
    bad = re.findall(r"^(?:wrong|lost|new|untrue|many|gate): .*", output, re.MULTILINE)
    if not tried or bool(code) != bool(bad):
        return Tally(failed=1, said=(last(output),))
    seeds = re.findall(r"^a sample: .*", output, re.MULTILINE)
    return Tally(max(0, int(tried[1]) - len(bad)), len(bad), 0, (*seeds, *bad, *re.findall(r"^\d+ of \d+ .* tried.*", output, re.MULTILINE)))


def fuzzing() -> Tally:
    """Every target for some minutes, from its seeds."""
    code, output = spoken([ROOT / "postel", "fuzz", "-t", f"{FUZZ_SECONDS}s"], "fuzz.log")
    return Tally(failed=1, said=(last(output, 80),)) if code else Tally(passed=1)


EVERY = (
    Stage("types", types),
    Stage("units-gcc", partial(meson, "gcc-san", "unit")),
    Stage("units-clang", partial(meson, "clang-san", "unit")),
    Stage("replay-gcc", partial(meson, "gcc-san", "fuzz")),
    Stage("replay-clang", partial(meson, "clang-san", "fuzz")),
    Stage("replay-msan", partial(meson, "clang-msan", "fuzz")),
    Stage("python", partial(pytest, "python", "not chaos")),
    Stage("chaos", partial(pytest, "chaos", "chaos")),
    Stage("suite-reference", reference),
    Stage("suite-profiles", partial(profiles, "sim")),
    Stage("suite-profiles-links", partial(profiles, "fd", "tap"), nightly=True),
    Stage("suite-sanitized", sanitized),
    Stage("golden", golden),
    Stage("suite-linux", linux),
    Stage("overlaps-linux", overlaps),
    Stage("overlaps-linux-all", partial(overlaps, True), nightly=True),
    Stage("planted-three", partial(planted, PLANTED_SHOWN)),
    Stage("fakes", partial(fakes, "--sample", f"{FAKES_SECONDS}s")),
    Stage("fakes-all", fakes, nightly=True),
    Stage("planted", partial(on_purpose, "planted", "--sample", f"{PLANTED_SECONDS}s")),
    Stage("mutants", partial(on_purpose, "mutation", "--sample", f"{MUTANTS_SECONDS}s")),
    Stage("planted-all", partial(planted, ()), nightly=True),
    Stage("planted-each", partial(on_purpose, "planted", "--fuzz"), nightly=True),
    Stage("planted-host", planted_host, nightly=True),
    Stage("mutants-all", partial(on_purpose, "mutation"), nightly=True),
    Stage("kills", kills, nightly=True),
    Stage("abilities", abilities, nightly=True),
    Stage("sampled", sampled, nightly=True),
    Stage("repeats", repeats, nightly=True),
    Stage("fuzz", fuzzing, nightly=True),
    Stage("lwip", lwip, nightly=True),
    Stage("fakes-lwip", partial(third_fakes, "lwip"), nightly=True),
    Stage("fakes-smoltcp", partial(third_fakes, "smoltcp"), nightly=True),
    Stage("smoltcp", partial(third_party, "smoltcp"), nightly=True),
    Stage("gvisor", partial(third_party, "gvisor"), nightly=True),
)
