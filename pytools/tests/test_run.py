# SPDX-License-Identifier: BSD-2-Clause
"""`postel run` from the command to what it leaves behind: exit codes, and the files of whole, cut and killed runs."""

import errno
import json
import os
import signal
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome, run
from postel.base.exits import EnvironmentUnusable, IutFailed
from postel.kit import Case, Outcome
from postel.results import baseline, results

assert make_world  # the fixture `world`
OUT = Path("postel-out")
KEYS = [(c, i, "tap", "modern") for c in ("rfc1/1/one", "rfc1/1/two", "rfc1/10/last") for i in ("linux", "reference")]


def document() -> results.Document:
    found = results.read(OUT / "results.json")  # holds it against the schema
    assert results.fold(map(json.loads, (OUT / "events.jsonl").read_text().splitlines())) == found
    return found


def junit_cases() -> list[xml.Element]:
    return list(xml.parse(OUT / "junit.xml").getroot().iter("testcase"))


def test_all_pass(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    found = document()
    assert [results.key(r) for r in found["results"]] == sorted(KEYS)
    assert found["complete"] and found["exit"] == 0 and found["deselected"] == {"pattern": 0, "excluded": 0, "slow": 1, "shard": 0}
    assert [(i["name"], i["link"], i["release"], i["capabilities"]) for i in found["iuts"]] == [
        ("reference", "tap", "6.1", ["udp"]), ("linux", "tap", "6.1", ["udp"])]  # fmt: skip
    assert "6 judged" in capsys.readouterr().out
    assert (OUT / "report.html").exists()


def test_a_failure_is_1_and_is_told_in_three_things(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert run() == 1
    said = capsys.readouterr().out
    assert "FAIL  rfc1/1/two   linux  tap" in said
    assert "MUST" in said and "RFC 1122 3.2.1.1" in said
    assert "expected     silence after version 6" in said
    file = "postel-out/evidence/rfc1-1-two-linux-tap.pcapng"
    assert f"actual       echo reply <id 7>   {file} frame 2" in said
    assert Path(file).exists()


@pytest.mark.parametrize("verdict", ["info", "not-applicable", "unsupported", "warn"])
def test_what_is_no_failure_is_0(world: World, verdict: str) -> None:
    world.verdicts["linux", "rfc1/1/two"] = verdict
    assert run() == 0


def test_an_inconclusive_that_nobody_expects_is_1(world: World) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "inconclusive"
    assert run() == 1


def test_an_iut_that_cannot_be_started_is_4_and_does_not_stop_the_other(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        if definition.name == "linux":
            raise IutFailed("it says: no such option")
        return fakes.Instance(definition)

    world.start = start  # type: ignore[method-assign]
    assert run() == 4
    found = document()
    assert [r["verdict"] for r in found["results"]] == ["error", "pass"] * 3
    assert "no such option" in (found["iuts"][1]["broken"] or "")
    said = capsys.readouterr().out
    assert "ERROR  3 cases that could not be judged   linux  tap\n  because      linux could not be started: it says: no " in said
    assert "nothing was judged of linux over tap: linux could not be started: it says: no such option\n\n3 judged" in said


def test_links_that_are_left_out_for_one_reason_are_told_in_one_line(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        raise EnvironmentUnusable("linux is not set up here: ./postel iut setup linux")

    world.start = start  # type: ignore[method-assign]
    assert run("--iut", "linux") == 3
    said = capsys.readouterr().err
    assert "linux is not judged over tap, sim: linux is not set up here: ./postel iut setup linux\n" in said
    assert "doctor" not in said  # it could not help


def test_a_silent_iut_is_not_waited_for_in_every_case(world: World) -> None:
    def is_silent(of: Case, instance: fakes.Instance) -> Outcome:
        (Path.cwd() / f"tried-{of.id.replace('/', '-')}").touch()  # judged in a worker process
        return outcome(of, "inconclusive")

    world.cases = [fakes.case(f"rfc1/1/case{n}") for n in range(9)]
    world.verdicts = {("linux", each.id): is_silent for each in world.cases}
    assert run() == 1
    assert len(list(Path.cwd().glob("tried-*"))) == 5
    linux = [r for r in document()["results"] if r["iut"] == "linux"]
    assert [r["verdict"] for r in linux] == ["inconclusive"] * 9
    assert ["not tried" in r["actual"] for r in linux] == [False] * 5 + [True] * 4


def test_an_iut_that_dies_before_the_stimulus_is_4(world: World) -> None:
    def dies(of: Case, instance: fakes.Instance) -> Outcome:
        instance.lives = False
        return outcome(of, "inconclusive")

    world.verdicts["linux", "rfc1/1/two"] = dies
    assert run() == 4
    assert [r["verdict"] for r in document()["results"]].count("pass") == 5  # a fresh one for the next case


def test_an_iut_that_dies_of_the_stimulus_is_1(world: World) -> None:
    def dies(of: Case, instance: fakes.Instance) -> Outcome:
        instance.lives = False
        return outcome(of, "fail")

    world.verdicts["linux", "rfc1/1/two"] = dies
    assert run() == 1


def test_an_adapter_at_fault_is_4_even_beside_a_failure(world: World) -> None:
    world.verdicts |= {("linux", "rfc1/1/two"): "error", ("linux", "rfc1/1/one"): "fail"}
    assert run() == 4


def test_a_mistake_of_ours_is_70_and_the_run_goes_on(world: World) -> None:
    def raises(of: Case, instance: fakes.Instance) -> Outcome:
        raise ZeroDivisionError("ours")

    world.verdicts["linux", "rfc1/1/two"] = raises
    assert run() == 70
    found = {results.key(r): r for r in document()["results"]}
    assert len(found) == 6
    assert "ZeroDivisionError: ours" in found["rfc1/1/two", "linux", "tap", "modern"]["actual"]


def test_a_mistake_about_a_result_is_70_and_said(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(baseline, "expectation", lambda *words, **facts: 1 / 0)
    assert run("--iut", "linux") == 70
    said = capsys.readouterr().err
    assert "the result of rfc1/1/two is lost: Traceback" in said and "ZeroDivisionError" in said


def dies(of: Case, instance: fakes.Instance) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_worker_that_dies_twice_of_a_case_is_70_and_that_cases_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/1/two"] = dies
    assert run() == 70
    found = {results.key(r): r for r in document()["results"]}
    assert sorted(found) == sorted(KEYS) and document()["complete"] and len(junit_cases()) == 6
    lost = found["rfc1/1/two", "linux", "tap", "modern"]
    assert (lost["verdict"], lost["actual"]) == ("error", "2 times in a row: its worker ended: killed by SIGKILL")
    assert {r["verdict"] for r in found.values() if r is not lost} == {"pass"}
    said = capsys.readouterr().err
    assert "linux over tap: its worker ended: killed by SIGKILL during rfc1/1/two, which is judged again\n" in said
    assert "linux over tap: its worker ended: killed by SIGKILL during rfc1/1/two, again\n" in said


@pytest.mark.parametrize("how", [dies, lambda of, instance: os.kill(os.getpid(), signal.SIGTERM)], ids=["SIGKILL", "SIGTERM"])
def test_a_case_whose_worker_died_is_judged_again(world: World, how: Any) -> None:
    def dies_once(of: Case, instance: fakes.Instance) -> Outcome:
        if not Path("died").exists():
            Path("died").touch()
            how(of, instance)
        return outcome(of, "fail")

    world.verdicts["linux", "rfc1/1/two"] = dies_once
    assert run() == 1
    assert [results.key(r) for r in document()["results"]] == sorted(KEYS) and document()["complete"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("times", [1, 2])
def test_a_trial_whose_worker_died_is_repeated(world: World, number: int, times: int) -> None:
    """The IUT is never just not there."""

    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        if link == "tap":
            raise EnvironmentUnusable("no tun")
        with Path("died").open("a") as file:
            file.write("x")
        if Path("died").stat().st_size <= times:
            os.kill(os.getpid(), number)
        return fakes.Instance(definition)

    world.start = start  # type: ignore[method-assign]
    assert run("--iut", "linux") == (0 if times == 1 else 70)
    assert times == 2 or [left["link"] for left in document()["left_out"]] == ["tap"]


@pytest.mark.parametrize(("times", "code"), [(1, 1), (2, 70)])
def test_a_lab_that_dies_is_never_charged_to_the_iut(world: World, times: int, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What was seen of the IUT meanwhile, here its death, is not believed."""

    def dies_with_its_lab(of: Case, instance: fakes.Instance) -> Outcome:
        with Path("died").open("a") as file:
            file.write("x")
        if Path("died").stat().st_size > times:
            return outcome(of, "warn")
        instance.lives = False
        instance.lab_lives = lambda: False  # type: ignore[method-assign]
        return outcome(of, "fail")

    world.verdicts |= {("linux", "rfc1/1/two"): dies_with_its_lab, ("linux", "rfc1/1/one"): "fail"}
    assert run("--iut", "linux") == code
    assert [r["verdict"] for r in document()["results"]] == ["fail", "warn" if code == 1 else "error", "pass"]
    said = capsys.readouterr().err
    assert said.count("the lab's helper process has ended during rfc1/1/two, which is judged again\n") == 1
    assert Path("died").stat().st_size == 2


def test_what_this_system_ran_out_of_is_no_verdict(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def too_many(of: Case, instance: fakes.Instance) -> Outcome:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    world.verdicts["linux", "rfc1/1/two"] = too_many
    assert run("--iut", "linux") == 70
    assert document()["results"][1]["actual"] == "2 times in a row: OSError: [Errno 24] Too many open files"


def test_a_start_that_fails_once_is_tried_again_and_the_release_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the trial failed altogether: what a baseline says of versions is decided."""
    entry = baseline.Entry(case="rfc1/1/two", verdict="fail", reason="it always did", versions=">=6.0")
    monkeypatch.setattr(baseline, "load", lambda path: [entry] if path.stem == "linux" else [])
    world.verdicts["linux", "rfc1/1/two"] = "fail"

    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        with Path("starts").open("a") as file:
            file.write("x")
        if Path("starts").stat().st_size <= int(os.environ["FAIL"]):
            raise IutFailed("a bad moment")
        return fakes.Instance(definition)

    world.start = start  # type: ignore[method-assign]
    for failing in ("1", "2"):
        Path("starts").unlink(missing_ok=True)
        monkeypatch.setenv("FAIL", failing)
        assert run("--iut", "linux") == 0
        assert document()["iuts"][0]["release"] == "6.1"


def test_evidence_that_cannot_be_written_is_3_and_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def vanishes(of: Case, instance: fakes.Instance) -> Outcome:
        (OUT / "unfinished/evidence").rmdir()
        return outcome(of, "fail")

    world.verdicts |= {("linux", "rfc1/1/two"): vanishes, ("linux", "rfc1/10/last"): "fail"}
    assert run("--iut", "linux") == 3
    assert capsys.readouterr().err.count("evidence cannot be kept, of rfc1/1/two to begin with") == 1
    assert [(r["verdict"], r["evidence"]) for r in document()["results"]] == [("pass", None), ("fail", None), ("fail", None)]


def test_nothing_selected_is_5_and_says_what_was_meant(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rfc1/1/twoo") == 5
    assert "nothing matches rfc1/1/twoo; did you mean rfc1/1/two" in capsys.readouterr().err
    assert not OUT.exists()


def test_what_is_excluded_is_counted_and_not_judged(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--iut", "linux", "rfc1", "--exclude", "rfc1/1/*", "--exclude", "rfc1/10/nothing") == 5
    assert "nothing matches rfc1/10/nothing" in capsys.readouterr().err and not OUT.exists()
    assert run("--iut", "linux", "rfc1", "--exclude", "rfc1/1/*") == 0
    assert [result["case"] for result in document()["results"]] == ["rfc1/10/last"]
    assert document()["deselected"]["excluded"] == 2 and document()["run"]["exclude"] == ["rfc1/1/*"]
    assert "2 excluded" in capsys.readouterr().out


def test_a_failure_is_red_where_there_are_colours(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    run("--iut", "linux")
    assert "\x1b[31mFAIL\x1b[0m  rfc1/1/two" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    run("--iut", "linux")
    assert "\nFAIL  rfc1/1/two" in (said := capsys.readouterr().out) and "\x1b" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shard", "0/4"], "K/N is meant"),
        (["--iut", "linux:qemu"], "linux has no link 'qemu', it has tap, sim"),
        (["--link", "fd"], "--link fd: reference has no link 'fd'"),
        (["--iut", "linux", "--iut", "linux"], "linux over tap is there twice"),
        (["--build", "nowhere"], "--build: there is no directory 'nowhere'"),
        (["--out", "/proc/nothing"], "choose a directory that you may write"),
    ],
)
def test_bad_input_is_2(world: World, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert run(*words) == 2
    assert said in capsys.readouterr().err


def unusable_over(*links: str) -> Any:
    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        if link in links:
            raise EnvironmentUnusable(f"no namespaces here: {link}")
        return fakes.Instance(definition)

    return start


def test_the_first_link_that_works_is_taken_and_the_rest_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.start = unusable_over("tap")  # type: ignore[method-assign]
    world.definitions["linux"] = fakes.definition("linux", ["tap"])
    assert run() == 0
    found = document()
    assert {(r["iut"], r["link"]) for r in found["results"]} == {("reference", "sim")}
    assert found["left_out"] == [
        {"iut": name, "link": "tap", "why": "no namespaces here: tap", "asked": False, "instead": instead}
        for name, instead in (("linux", None), ("reference", "sim"))
    ]
    said = capsys.readouterr().err
    assert "linux is not judged over tap: no namespaces here" in said
    assert "reference is judged over sim, not over tap: no namespaces here" in said


def test_an_interface_of_somebody_is_taken_only_when_it_is_named(world: World) -> None:
    world.definitions["linux"] = fakes.definition("linux", ["iface", "tap"])
    assert run("--iut", "linux") == 0
    assert {r["link"] for r in document()["results"]} == {"tap"}
    assert run("--iut", "linux:iface") == 0
    assert {r["link"] for r in document()["results"]} == {"iface"}


def test_a_file_may_define_the_iut(world: World) -> None:
    world.definitions["./my:stack.toml"] = fakes.definition("mine")
    Path("my:stack.toml").touch()
    assert run("--iut", "./my:stack.toml") == 0
    assert {r["repeat"] for r in document()["results"] if r["case"] == "rfc1/1/one"} == {
        "./postel run rfc1/1/one --iut ./my:stack.toml:tap"}  # fmt: skip
    assert run("--iut", "./my:stack.toml:sim") == 0


def test_when_nothing_works_it_is_3(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.start = unusable_over("tap", "sim")  # type: ignore[method-assign]
    assert run() == 3
    assert "postel doctor" in capsys.readouterr().err


def expecting(monkeypatch: pytest.MonkeyPatch, verdict: str) -> None:
    entry = baseline.Entry(case="rfc1/1/two", verdict=verdict, reason="it always did")
    monkeypatch.setattr(baseline, "load", lambda path: [entry] if path.stem == "linux" else [])


def test_a_known_deviation_is_0(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    expecting(monkeypatch, "fail")
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert run("--strict") == 0
    assert "1 as the baseline says" in capsys.readouterr().out
    (skipped,) = [c for c in junit_cases() if c.find("skipped") is not None]
    assert "it always did" in xml.tostring(skipped, encoding="unicode")


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--strict"], 1)])
def test_an_unexpected_pass_is_said_and_with_strict_1(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], code: int
) -> None:
    expecting(monkeypatch, "fail")
    assert run(*words) == code
    assert "UNEXPECTED PASS  rfc1/1/two   linux  tap   the baseline says fail: it always did" in capsys.readouterr().out
    assert sum(c.find("failure") is not None for c in junit_cases()) == code


def interrupts(of: Case, instance: fakes.Instance) -> Outcome:
    os.kill(os.getppid(), signal.SIGINT)
    fakes.wait_for_the_end()


def test_an_interrupted_run_keeps_what_it_had(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/10/last"] = interrupts
    before = signal.getsignal(signal.SIGINT)  # what started the tests may ignore it
    assert run("--iut", "linux") == 130
    found = document()
    assert [r["case"] for r in found["results"]] == ["rfc1/1/one", "rfc1/1/two"]
    assert not found["complete"] and found["exit"] == 130
    assert "interrupted: 2 of 3 results are there" in capsys.readouterr().err
    assert len(junit_cases()) == 2 and (OUT / "report.html").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_while_iuts_are_tried_is_130(world: World) -> None:
    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        os.kill(os.getppid(), signal.SIGINT)
        fakes.wait_for_the_end()

    world.start = start  # type: ignore[method-assign]
    assert run() == 130


def test_a_killed_run_leaves_readable_events(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write = results.Journal.write

    def kills(journal: results.Journal, event: str, facts: Any) -> None:
        if len(journal.events) == 3:
            journal._file.write('{"event": "result", "case": "rfc1')  # the kill comes in the middle of a line
            journal._file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        write(journal, event, facts)

    monkeypatch.setattr(results.Journal, "write", kills)
    assert os.WTERMSIG(fakes.in_a_process(run)) == signal.SIGKILL
    found = results.read(OUT)
    assert len(found["results"]) == 2 and not found["complete"] and "exit" not in found
    assert not (OUT / "results.json").exists()


def test_junit_is_one_file_with_a_suite_an_iut(world: World) -> None:
    world.verdicts |= {("linux", "rfc1/1/one"): "fail", ("linux", "rfc1/1/two"): "unsupported"}
    run()
    suites = xml.parse(OUT / "junit.xml").getroot().findall("testsuite")
    counts = {s.get("name"): (s.get("tests"), s.get("failures"), s.get("skipped")) for s in suites}
    assert counts == {"reference-tap-modern": ("3", "0", "0"), "linux-tap-modern": ("3", "1", "1")}
    names = {(c.get("classname"), c.get("name")) for c in junit_cases()}
    assert ("rfc1.10", "last[linux-tap-modern]") in names and len(names) == 6
    (failure,) = [f for s in suites for f in s.iter("failure")]
    assert "echo reply <id 7>" in (failure.get("message") or "")


def test_the_line_that_repeats_a_result_does_just_that(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import shlex

    world.cases.append(fakes.case("rfc1/1/two_more"))
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert run("--iut", "linux:sim", "--seed", "7", "--profile", "rfc1122", "--slow") == 1
    (failed,) = [r for r in document()["results"] if r["verdict"] == "fail"]
    launcher, command, *words = shlex.split(failed["repeat"])
    assert (launcher, command) == ("./postel", "run")
    assert run(*words) == 1
    (again,) = document()["results"]
    failed["duration_ms"] = again["duration_ms"]
    assert again == failed
    assert document()["run"] | {"seed": 7, "profile": "rfc1122", "slow": True} == document()["run"]


def test_shards_cover_everything_once(world: World) -> None:
    seen = []
    for shard in ("1/3", "2/3", "3/3"):
        code = run("--iut", "linux", "--shard", shard, "--slow")
        seen += [r["case"] for r in document()["results"]] if code == 0 else []
        assert code in (0, 5)
    assert sorted(seen) == sorted(c.id for c in world.cases)


def test_the_users_settings_for_pytest_are_not_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    assert run() == 0
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"


def test_a_system_that_lets_nobody_judge_is_exit_3(world: World):
    def refused(of: Case, instance: Any) -> Outcome:
        raise EnvironmentUnusable("the IUT's frames come several in one")

    world.verdicts[("reference", "rfc1/1/two")] = refused
    assert run("--iut", "reference") == 3
    [result] = [result for result in document()["results"] if result["verdict"] == "error"]
    assert result["actual"] == "the IUT's frames come several in one"
