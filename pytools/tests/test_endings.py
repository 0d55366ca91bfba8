# SPDX-License-Identifier: BSD-2-Clause
"""How a run ends from outside: by a signal, wherever it comes, and with nobody who reads what it prints."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome, run
from postel.base import build
from postel.base.paths import ROOT
from postel.kit import Case, Outcome
from postel.results import report, results
from postel.runs import targets

pytestmark = pytest.mark.chaos

assert make_world  # the fixture `world`
OUT = Path("postel-out")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(name="scratch", autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; none is left."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    yield scratch
    assert os.listdir(scratch) == []


def told(process: int, number: int, times: int = 1) -> None:
    """Sends a signal, and does not come back in a process that is not the one."""
    for _ in range(times):
        os.kill(process, number)
    if process != os.getpid():
        fakes.wait_for_the_end()


def code_of(*words: str) -> int:
    """The exit code of a run in a process of its own."""
    return os.waitstatus_to_exitcode(fakes.in_a_process(lambda: run(*words)))


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_during_a_case_keeps_what_there_is(world: World, number: int, capfd: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/10/last"] = lambda of, instance: told(os.getppid(), number)
    assert code_of("--iut", "linux") == 128 + number
    found = results.read(OUT)
    assert len(found["results"]) == 2 and not found["complete"] and found["exit"] == 128 + number
    assert (OUT / "junit.xml").exists() and (OUT / "report.html").exists() and not (OUT / "unfinished").exists()
    assert ": 2 of 3 results are there" in capfd.readouterr().err


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("place", ["build", "trial"])
def test_a_signal_before_the_first_case_leaves_old_results(
    world: World, number: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run() == 0
    before = (OUT / "results.json").read_bytes()
    if place == "build":
        monkeypatch.setattr(targets, "built", lambda *words: told(os.getpid(), number))
    else:
        world.start = lambda definition, link, **settings: told(os.getppid(), number)  # type: ignore[method-assign, assignment, return-value]
    assert code_of() == 128 + number
    assert (OUT / "results.json").read_bytes() == before and not (OUT / "unfinished").exists()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_pages_are_written_waits_for_them(world: World, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write = report.write

    def late(*words: Any) -> None:
        told(os.getpid(), number)
        write(*words)

    monkeypatch.setattr(report, "write", late)
    assert code_of() == 128 + number
    found = results.read(OUT)
    assert found["complete"] and found["exit"] == 128 + number and (OUT / "report.html").exists()


def test_the_second_signal_ends_even_that(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run() == 0
    before = (OUT / "results.json").read_bytes()
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    monkeypatch.setattr(report, "write", lambda *words: told(os.getpid(), signal.SIGTERM, times=2))
    assert code_of() == 143
    assert (OUT / "results.json").read_bytes() == before
    assert len(results.read(OUT / "unfinished")["results"]) == 6


def test_the_second_signal_ends_a_worker_that_takes_its_time(world: World) -> None:
    def deaf(of: Case, instance: fakes.Instance) -> Outcome:
        signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getppid(), signal.SIGTERM))  # the first has come through
        told(os.getppid(), signal.SIGTERM)
        raise AssertionError

    world.verdicts["linux", "rfc1/10/last"] = deaf
    assert code_of("--iut", "linux") == 143
    assert len(results.read(OUT)["results"]) == 2


def test_nohup_is_nohup(world: World) -> None:
    def act() -> int:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        return run("--iut", "linux")

    def hangs_up(of: Case, instance: fakes.Instance) -> Outcome:
        os.kill(os.getppid(), signal.SIGHUP)
        return outcome(of, "pass")

    world.verdicts["linux", "rfc1/1/two"] = hangs_up
    assert os.waitstatus_to_exitcode(fakes.in_a_process(act)) == 0
    assert results.read(OUT)["complete"]


def test_a_build_that_is_interrupted_ends_its_compilers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ninja's place is taken by a program that ends only by SIGTERM."""
    ninja = tmp_path / "ninja"
    ninja.write_text(f"#!/bin/sh\ntrap 'touch {tmp_path}/ended; exit 1' TERM\nkill -TERM $PPID\nwhile :; do sleep 0.05; done\n")
    ninja.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    from postel.base import signals

    with pytest.raises(signals.Ended), signals.heeded():
        build.compile_("release", tmp_path)
    assert (tmp_path / "ended").exists()


def test_a_mistake_in_a_page_loses_no_result(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(report, "write", lambda *words: 1 / 0)
    assert run() == 70
    assert len(results.read(OUT)["results"]) == 6 and results.read(OUT)["exit"] == 70
    assert "report.html could not be made: ZeroDivisionError: division by zero" in capsys.readouterr().err


# Nobody reads


@pytest.fixture(name="tiny", scope="module")
def make_tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an IUT that ends at once."""
    directory = tmp_path_factory.mktemp("tiny")
    (directory / "tiny.toml").write_text('name = "tiny"\nabout = "gone"\nlinks = ["fd"]\n[command]\nfd = ["false"]\n')
    return directory


def gone() -> int:
    """The end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize(
    ("standard", "code"),
    [({"stdout": gone}, 4), ({"stderr": gone}, 4), ({"stdout": gone, "stderr": gone}, 4), ({"closed": lambda: 1}, 4),
     ({"closed": lambda: 2}, 4), ({"stdout": lambda: os.open("/dev/full", os.O_WRONLY)}, 3)],
)  # fmt: skip
def test_who_reads_what_is_printed_makes_no_difference(tiny: Path, standard: dict[str, Callable[[], int]], code: int) -> None:
    descriptors = {name: make() for name, make in standard.items()}
    closed = descriptors.pop("closed", None)
    line = f"exec {sys.executable} -m postel run --iut tiny.toml rfc792/echo/data_returns" + f" {closed}>&-" * (closed is not None)
    (tiny / "postel-out/results.json").unlink(missing_ok=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools")}
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | descriptors
    done = subprocess.run(["sh", "-c", line], cwd=tiny, env=environment, timeout=60, check=False, **streams)
    for fd in descriptors.values():
        os.close(fd)
    assert done.returncode == code
    assert results.read(tiny / "postel-out/results.json").get("exit") == 4


def test_a_reader_who_has_enough_is_no_error() -> None:
    line = f"{sys.executable} -m postel list | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], env=os.environ | {"PYTHONPATH": str(ROOT / "pytools")}, capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip
    assert done.stdout.splitlines()[1:] == ["0"] and done.stderr == ""


def test_a_pipe_that_is_full_for_a_while_loses_nothing() -> None:
    """Somebody made it non-blocking, and reads slowly."""
    program = "from postel.base import streams\nstreams.open_all()\nprint('x' * 300_000)\nraise SystemExit(streams.close_all(0))"
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with os.fdopen(reader, "rb") as file:
        process = subprocess.Popen([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(ROOT / "pytools")},
                                   stdout=writer)  # fmt: skip
        os.close(writer)
        assert len(file.read()) == 300_001
    assert process.wait() == 0
