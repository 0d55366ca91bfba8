# SPDX-License-Identifier: BSD-2-Clause
"""A run of healthy IUTs in which, at a moment that was drawn, a process that was drawn gets a signal that was drawn.

No IUT is accused of what happened to the harness, nothing is left running or half written, and the next run is as if nothing
had been. A round is repeated by its name: POSTEL_CHAOS_SEED=1 and `-k 1-17`."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import chaos
import jinja2
import jsonschema
import postel.commands.run
import pytest
from chaos import ROUNDS, Strike, Verdicts
from postel import kit
from postel.base import build
from postel.base.exits import Exit
from postel.base.paths import build_dir, python
from postel.cli import cli
from postel.lab import client
from postel.results import outdir, results

pytestmark = [pytest.mark.chaos, pytest.mark.kills]
assert jinja2 and jsonschema and postel.commands.run  # which a run imports when it needs them: those that are forked here need not
CASES = ("rfc792/echo/data_returns", "rfc1122/3.2.1.1/version_not_4", "rfc792/echo/request_with_a_code", "rfc1122/3.2.2.6/data_returns_whole")
FRESH = 4  # one round of so many is of a command that has yet to import what it needs
TRIES = 12  # of a strike that comes too late: the run was faster than the one before


@dataclass
class Undisturbed:
    """A run that nothing happened to, and how long such a one takes: forked, and fresh."""

    out: Path
    verdicts: Verdicts
    life: dict[bool, float]


@pytest.fixture(name="before", scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    build.build()
    kit.cases()  # the runs that are forked here have them
    directory = tmp_path_factory.mktemp("undisturbed")
    life = {fresh: undisturbed_life(directory, fresh) for fresh in (True, False)}
    found = results.read(directory / "out")
    assert {(iut["name"], iut["link"]) for iut in found["iuts"]} == {tuple(iut.split(":")) for iut in iuts()}
    return Undisturbed(directory / "out", chaos.verdicts(found), life)


def undisturbed_life(directory: Path, fresh: bool) -> float:
    started = time.monotonic()
    with chaos.nothing_left():
        assert chaos.command(words(), directory, fresh=fresh).wait() == 0, (directory / "said").read_text()
    return time.monotonic() - started


@cache
def iuts() -> tuple[str, ...]:
    """What can be judged here: Linux where we may make a namespace and a TAP."""
    with tempfile.TemporaryDirectory() as out:
        linux = subprocess.run([*python("postel"), *run_of(["linux:tap"], out)], capture_output=True, check=False)
    assert linux.returncode in (Exit.OK, Exit.ENVIRONMENT), linux.stdout
    return ("reference:fd", "reference:sim", *(["linux:tap"] if linux.returncode == Exit.OK else []))


@cache
def kinds() -> set[str]:
    """The processes that a run has here. Without a process namespace an IUT's end and that of whom the lab made to start it look alike
    (SECURITY.md)."""
    processes = client.helper().greeting["processes"]
    client.end()
    return {"command", "worker"} | ({*chaos.KINDS} - ({"adapter"} if len(iuts()) < 3 else set()) if processes else set())


def run_of(named: Iterable[str], out: str) -> list[str]:
    return ["run", "--no-install", *(word for iut in named for word in ("--iut", iut)), *CASES, "--out", out, "--build", str(build_dir("release"))]


def words() -> list[str]:
    return run_of(iuts(), "out")


@pytest.mark.parametrize("strike", map(chaos.strike, range(ROUNDS)), ids=str)
def test_a_kill(strike: Strike, before: Undisturbed, tmp_path: Path) -> None:
    if strike.kind not in kinds():
        pytest.skip(f"no {strike.kind} that could be told from the others here")
    fresh = strike.number % FRESH == 0
    for _ in range(TRIES):
        shutil.copytree(before.out, tmp_path / "out", dirs_exist_ok=True)
        started = time.monotonic()
        with chaos.nothing_left():
            command = chaos.command(words(), tmp_path, fresh=fresh)
            done = chaos.struck(command, strike, before.life[fresh])
            code = command.wait()
        said = (tmp_path / "said").read_text()
        if done:
            break
        before.life[fresh] = time.monotonic() - started
        assert code == 0, said
        strike = replace(strike, moment=strike.moment * 0.8)
    else:
        pytest.fail("no strike was in time")
    new = (before.out / "results.json").read_bytes() != (tmp_path / "out/results.json").read_bytes()
    found = results.read(tmp_path / "out")
    judge(strike, code, found if new else None, before.verdicts, said)
    what_is_unfinished_can_be_read(tmp_path / "out")
    the_next_run_is_sound(tmp_path)


def judge(strike: Strike, code: int, found: results.Document | None, sound: Verdicts, said: str) -> None:
    """`found` is None where the results are still the old ones."""
    judged = chaos.verdicts(found) if found else {}
    differing = {key: verdict for key, verdict in judged.items() if verdict != sound[key]}
    number = strike.signal
    if strike.kind in ("iut", "adapter") and number != signal.SIGSTOP:  # docs/cases.md: it was dead before the stimulus, or died of it
        assert found and len(judged) == len(sound) and len(differing) <= 1, (differing, said)
        ended = [result["actual"] for result in found["results"] if chaos.key(result) in differing]
        assert all("ended" in words for words in ended), ended
        codes = {"error": 4, "inconclusive": 4, "fail": 1}
        assert code == sum(codes[verdict] for verdict in differing.values()), (code, differing, said)
        return
    assert not differing, (differing, said)
    if strike.kind != "command" or number == signal.SIGSTOP:
        assert code == 0 and len(judged) == len(sound), (code, said)
    elif number == signal.SIGKILL:
        assert code == -number
    else:
        assert code in (0, 128 + number, -number), (code, said)
        assert code or len(judged) == len(sound)
        assert not found or found["complete"] == (len(judged) == len(sound))


def what_is_unfinished_can_be_read(out: Path) -> None:
    events = out / outdir.STAGING / "events.jsonl"
    if events.exists() and b"\n" in events.read_bytes():
        assert cli.main(["report", str(events.parent)]) == 0
        assert (events.parent / "report.html").exists()


def the_next_run_is_sound(directory: Path) -> None:
    """It may be written into the same directory, and clears away what the one before had no time for."""
    out = directory / "out"
    run = ["run", "--no-install", "--iut", "reference:sim", CASES[1], "--build", str(build_dir("release")), "--out", "out"]
    assert chaos.command(run, directory).wait() == 0, (directory / "said").read_text()
    assert len(results.read(out)["results"]) == 1
    listed = json.loads((out / outdir.OWN / outdir.MANIFEST).read_text())
    there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert there == {*listed, f"{outdir.OWN}/lock", f"{outdir.OWN}/{outdir.MANIFEST}"}
    assert not (out / outdir.STAGING).exists() and not os.listdir(directory / "scratch")
