# SPDX-License-Identifier: BSD-2-Clause
"""The options of `postel run` that say how much of a run there is: to foretell, to narrow, to end early, to go on."""

import json
import os
import re
import signal
import time
import xml.etree.ElementTree as xml
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome, run
from postel.kit import Case, Outcome
from postel.results import outdir, results
from test_run import junit_cases

assert make_world  # the fixture `world`
OUT = Path("postel-out")
KERNEL = {"upper_tester": "kernel", "timers": {"reassembly": 1}}
ONE, TWO, LAST = "rfc1/1/one", "rfc1/1/two", "rfc1/10/last"


def document() -> results.Document:
    found = results.read(OUT / "results.json")  # holds it against the schema
    assert results.fold(map(json.loads, (OUT / "events.jsonl").read_text().splitlines())) == found
    return found


def judged() -> list[tuple[str, str]]:
    return [(result["iut"], result["case"]) for result in document()["results"]]


def noted(world: World) -> Callable[[], list[str]]:
    """Every judgement is noted in a file; returns what was noted since the last look, as `IUT case process`."""
    judge, file = world.judge, Path("noted")

    def noting(of: Case, instance: fakes.Instance, **settings: Any) -> Outcome:
        with file.open("a") as lines:
            lines.write(f"{instance.definition.name} {of.id} {os.getpid()}\n")
        return judge(of, instance, **settings)

    def taken() -> list[str]:
        lines = sorted(file.read_text().splitlines()) if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    world.judge = noting  # type: ignore[method-assign]
    return taken


def dies(number: int, after: str = "") -> Any:
    """Ends the run, as soon as it has the result of the case before."""

    def act(of: Case, instance: fakes.Instance) -> Outcome:
        while after and f'"case": "{after}"' not in (OUT / "unfinished/events.jsonl").read_text():
            time.sleep(0.01)
        os.kill(os.getppid(), number)
        fakes.wait_for_the_end()

    return act


# --dry-run


def test_a_dry_run_starts_nothing_and_writes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def start(*words: Any, **settings: Any) -> fakes.Instance:
        raise AssertionError

    world.start = start  # type: ignore[method-assign]
    assert run("--dry-run", "--iut", "reference", "--iut", "linux:sim", "--exclude", ONE) == 0
    assert capsys.readouterr().out.splitlines() == [
        "reference over the first of tap, sim that works here", "linux over sim", f"  {TWO}", f"  {LAST}",
        "2 cases would be judged; left out: 1 by excluded, 1 by slow"]  # fmt: skip
    assert run("--dry-run", "-q") == 0 and "  rfc" not in capsys.readouterr().out
    assert run("--dry-run", "no/such") != 0
    assert not OUT.exists()


# --last-failed


def test_last_failed_judges_what_failed_and_nothing_else(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts |= {("linux", TWO): "fail", ("linux", ONE): "error", ("reference", LAST): "inconclusive"}
    assert run() == 4
    taken = noted(world)
    world.verdicts = {("linux", TWO): "fail"}
    assert run("--last-failed") == 1
    assert [line.rpartition(" ")[0] for line in taken()] == [f"linux {ONE}", f"linux {TWO}", f"reference {LAST}"]
    assert document()["complete"] and document()["deselected"]["last-failed"] == 0
    assert run("--last-failed", "--iut", "linux") == 1
    assert judged() == [("linux", TWO)] and document()["deselected"]["last-failed"] == 2
    assert run("--last-failed", "--iut", "reference") == 5
    world.verdicts.clear()
    assert run("--last-failed") == 0
    capsys.readouterr()
    assert run("--last-failed") == 5
    assert "--last-failed: nothing failed in postel-out" in capsys.readouterr().err
    assert judged() == [("linux", TWO)]


def test_what_failed_over_a_link_is_judged_over_the_one_that_works_now(world: World) -> None:
    world.verdicts["linux", TWO] = "fail"
    assert run("--iut", "linux:sim") == 1
    assert run("--iut", "linux:tap", "--last-failed") == 1
    assert judged() == [("linux", TWO)]


def test_without_results_last_failed_is_2(world: World) -> None:
    assert run("--last-failed") == 2 and not OUT.exists()


# -x, --timeout, -j


def test_exitfirst_ends_everything_at_the_first_failure(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def after_the_failure(of: Case, instance: fakes.Instance) -> Outcome:
        fakes.wait_for_the_end()

    world.verdicts |= {("linux", TWO): "fail", ("linux", LAST): "error", ("reference", ONE): after_the_failure}
    assert run("-x") == 1
    found = document()
    assert judged() == [("linux", ONE), ("linux", TWO)]
    assert not found["complete"] and found["run"]["cut_short"] == "it ended at the first failure (-x)"
    said = capsys.readouterr()
    assert "the run was cut short: it ended at the first failure (-x)" in said.out
    assert "2 of 6 results are there; --resume goes on" in said.err


def test_exitfirst_without_a_failure_is_a_whole_run(world: World) -> None:
    assert run("-x") == 0
    assert document()["complete"] and "cut_short" not in document()["run"]


def test_when_the_time_is_over_the_rest_is_not_judged_and_that_is_1(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def takes_long(of: Case, instance: fakes.Instance) -> Outcome:
        fakes.wait_for_the_end()

    world.verdicts["linux", TWO] = takes_long
    before = time.monotonic()
    assert run("--timeout", "1") == 1
    assert 1 <= time.monotonic() - before < 15
    assert len(judged()) == 4 and document()["run"]["cut_short"] == "the time was over (--timeout)"
    assert "the time was over (--timeout): 4 of 6 results are there; --resume goes on" in capsys.readouterr().err


def test_a_worker_that_takes_no_notice_is_ended_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from postel.runs import workers

    def deaf(of: Case, instance: fakes.Instance) -> Outcome:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        fakes.wait_for_the_end()

    monkeypatch.setattr(workers, "_GRACE_S", 0.3)
    world.verdicts["linux", TWO] = deaf
    assert run("--timeout", "1", "--iut", "linux") == 1
    assert judged() == [("linux", ONE)]


def test_the_time_may_be_over_before_the_first_case(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.start = lambda *words, **settings: fakes.wait_for_the_end()  # type: ignore[method-assign]
    assert run("--timeout", "0.5") == 1
    assert "the time was over (--timeout) before the first case" in capsys.readouterr().err and not OUT.exists()


def test_one_process_at_once(world: World) -> None:
    def alone(of: Case, instance: fakes.Instance) -> Outcome:
        Path("busy").mkdir()  # fails if it is there
        time.sleep(0.05)
        Path("busy").rmdir()
        return outcome(of, "pass")

    world.verdicts = {(name, case): alone for name in ("linux", "reference") for case in (ONE, TWO, LAST)}
    assert run("-j", "1") == 0
    assert len(judged()) == 6


@pytest.mark.parametrize(("jobs", "processes"), [("2", 2), ("3", 2), ("4", 4), ("60", 6)])
def test_more_processes_than_iuts_share_the_cases(world: World, jobs: str, processes: int) -> None:
    taken = noted(world)
    world.verdicts["linux", TWO] = "fail"
    assert run("-j", jobs) == 1
    assert len({line.rpartition(" ")[2] for line in taken()}) == processes
    assert len(judged()) == 6 and document()["complete"]
    assert len(junit_cases()) == 6
    suites = xml.parse(OUT / "junit.xml").getroot().findall("testsuite")
    assert [(suite.get("tests"), suite.get("failures"), len(suite), suite.get("hostname") is not None) for suite in suites] == [
        ("3", "0", 3, True), ("3", "1", 3, True)]  # fmt: skip
    assert all(case.get("file") for case in junit_cases()), "as pytest writes it"


@pytest.mark.parametrize(("changed", "processes"), [
    ({}, 2), (KERNEL, 3), (KERNEL | {"kernel_defaults": ("ipv4/icmp_ratemask",)}, 2),
])  # fmt: skip
def test_two_share_a_kernel_that_is_nobody_else_s_and_nothing_else_unasked(world: World, changed: dict[str, Any], processes: int) -> None:
    taken = noted(world)
    world.definitions["linux"] = replace(world.definitions["linux"], **changed)
    assert run() == 0
    assert len({line.rpartition(" ")[2] for line in taken()}) == processes
    assert sorted(judged()) == sorted((name, case) for name in ("linux", "reference") for case in (ONE, TWO, LAST))


# --resume


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_was_cut_short_goes_on(world: World, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--iut", "linux", "--profile", "rfc1122", "--seed", "7", "--slow", "--exclude", LAST)
    world.verdicts |= {("linux", ONE): "fail", ("linux", TWO): dies(number, after=ONE)}
    fakes.in_a_process(lambda: run(*words))
    capture = OUT / ("unfinished" if number == signal.SIGKILL else ".") / "evidence/rfc1-1-one-linux-tap.pcapng"
    kept = capture.read_bytes()
    taken = noted(world)
    world.verdicts = {("linux", TWO): "warn"}
    assert run("--resume") == 1
    assert [line.rpartition(" ")[0] for line in taken()] == [f"linux {TWO}", "linux rfc1/2/slow"]
    found = document()
    assert found["complete"] and [r["verdict"] for r in found["results"]] == ["fail", "warn", "pass"]
    assert (found["run"]["profile"], found["run"]["seed"], found["run"]["slow"]) == ("rfc1122", 7, True)
    assert found["run"]["resumed"] == 1 and found["run"]["arguments"] == list(words)
    assert (OUT / "evidence/rfc1-1-one-linux-tap.pcapng").read_bytes() == kept and not (OUT / "unfinished").exists()
    assert run("--resume") == 2
    assert "--resume: there is no run in postel-out that was cut short" in capsys.readouterr().err


def test_it_goes_on_as_often_as_it_takes(world: World) -> None:
    for before, case in (("", ONE), (ONE, TWO), (TWO, LAST)):
        world.verdicts = {("linux", case): dies(signal.SIGKILL, after=before)}
        fakes.in_a_process(lambda first=case == ONE: run(*(["--iut", "linux"] if first else ["--resume"])))  # type: ignore[misc]
    with outdir.opened(OUT):
        pass
    world.verdicts.clear()
    taken = noted(world)
    assert run("--resume") == 0
    assert [line.rpartition(" ")[0] for line in taken()] == [f"linux {LAST}"]
    assert len(judged()) == 3


def test_what_could_not_be_judged_is_judged_again(world: World) -> None:
    world.verdicts |= {("linux", ONE): "error", ("linux", TWO): dies(signal.SIGINT)}
    fakes.in_a_process(lambda: run("--iut", "linux"))
    world.verdicts.clear()
    assert run("--resume") == 0
    assert len(judged()) == 3


def test_what_failed_last_time_goes_on_as_that(world: World) -> None:
    world.verdicts |= {("linux", ONE): "fail", ("linux", LAST): "fail", ("reference", TWO): "fail"}
    assert run() == 1
    world.verdicts = {("linux", LAST): dies(signal.SIGTERM)}
    fakes.in_a_process(lambda: run("--last-failed"))
    world.verdicts.clear()
    assert run("--resume") == 0
    assert judged() == [("linux", ONE), ("reference", TWO), ("linux", LAST)]


def cut_short(world: World) -> None:
    world.verdicts = {("linux", TWO): dies(signal.SIGKILL, after=ONE)}
    fakes.in_a_process(lambda: run("--iut", "linux"))
    with outdir.opened(OUT):
        pass
    world.verdicts.clear()


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--iut", "reference"], "--resume goes on as the run began, without --iut of its own"), (["rfc1"], "without --patterns"),
     (["--seed", "2"], "without --seed"), (["--out", "nowhere"], "there is no directory nowhere")],
)  # fmt: skip
def test_it_takes_no_other_arguments(world: World, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    cut_short(world)
    assert run("--resume", *words) == 2
    assert said in capsys.readouterr().err
    assert run("--resume", "-q", "-j", "3", "--timeout", "1m") == 0


def test_another_iut_or_postel_is_not_mixed_in(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    cut_short(world)
    with monkeypatch.context() as patched:
        patched.setattr("postel.runs.earlier.__version__", "9.9")
        assert run("--resume") == 2
        assert "this is 9.9: run the cases again" in capsys.readouterr().err
    cases, world.cases = world.cases, world.cases[1:]
    assert run("--resume") == 2
    assert "there is no case rfc1/1/one any more" in capsys.readouterr().err
    world.cases = cases

    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        instance = fakes.Instance(definition)
        instance.upper.release = "6.2"
        return instance

    start_before, world.start = world.start, start  # type: ignore[method-assign]
    assert run("--resume") == 2
    assert "over tap is not in both, that run and this one" in capsys.readouterr().err
    world.start = start_before  # type: ignore[method-assign]
    assert run("--resume") == 0, "nothing was lost by that"


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root")
def test_what_somebody_else_left_is_not_run(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    cut_short(world)
    os.chown(OUT / "unfinished/events.jsonl", 12345, 12345)
    assert run("--resume") == 2
    assert "is somebody else's, and says what is started" in capsys.readouterr().err


# -q, -v


def test_quiet_says_what_failed_and_the_last_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts |= {("linux", TWO): "fail", ("reference", ONE): "warn"}
    assert run("-q") == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"FAIL  {TWO}   linux  tap\n") and said.err == ""
    assert said.out.splitlines()[-1].startswith("6 judged in ") and "WARN" not in said.out and "wrote" not in said.out


def test_verbose_says_each_result(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", TWO] = "fail"
    assert run("-v") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6 and f"fail           {TWO}  linux  tap  1 ms" in lines
    assert run("-q", "-v") == 2


@pytest.mark.parametrize(("count", "words", "told", "more"), [(3, [], 3, 0), (14, [], 10, 4), (14, ["-v"], 14, 0)])
def test_warnings_are_told_a_line_each(
    world: World, count: int, words: list[str], told: int, more: int, capsys: pytest.CaptureFixture[str]
) -> None:
    world.cases = [fakes.case(f"rfc1/1/case{n}") for n in range(count)]
    world.verdicts = {("linux", case.id): "warn" for case in world.cases}
    assert run("--iut", "linux", *words) == 0
    said = capsys.readouterr().out
    assert said.count("WARN  rfc1/1/case") == told
    assert f"WARN  rfc1/1/case0  linux  tap  {fakes.RULE}: echo reply <id 7>" in re.sub("case0 +", "case0  ", said)
    assert (f"and {more} more warnings" in said) == bool(more) and f"{count} warned" in said
