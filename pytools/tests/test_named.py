# SPDX-License-Identifier: BSD-2-Clause
"""What was named must be judged, and by the baseline that is its own."""

import shlex
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, run
from postel.base.exits import EnvironmentUnusable
from postel.cli import cli
from postel.results import results

assert make_world  # the fixture `world`
OUT = Path("postel-out")
ENTRY = '["rfc1/1/two"]\nverdict = "fail"\nreason = "it always did"\n'


@pytest.fixture(name="lame")
def without_tun(world: World) -> World:
    """A world in which linux cannot run, and reference only over sim."""

    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        if definition.name == "linux" or link == "tap":
            raise EnvironmentUnusable("no tun")
        return fakes.Instance(definition)

    world.start = start  # type: ignore[method-assign]
    return world


@pytest.mark.parametrize(
    ("words", "code"),
    [([], 0), (["--require-all"], 3), (["--iut", "reference"], 0), (["--iut", "reference", "--require-all"], 0),
     (["--iut", "reference", "--iut", "linux"], 3), (["--iut", "reference:sim", "--iut", "reference:tap"], 3),
     (["--iut", "reference:sim", "--iut", "linux:tap"], 3)],
)  # fmt: skip
def test_what_was_named_and_cannot_run_is_3_after_the_others(
    lame: World, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == code
    found = results.read(OUT)
    assert {r["iut"] for r in found["results"]} == {"reference"} and found["complete"] and found.get("exit") == code
    lacking = [left for left in found["left_out"] if not left["instead"]]
    assert [left["asked"] for left in lacking] == [code == 3 and words != ["--require-all"] for _ in lacking]
    said = capsys.readouterr()
    for left in lacking:
        assert f"not judged here: {left['iut']} over tap" in said.out
    assert bool(lacking) == ("not judged here" in said.out)


def test_a_link_that_was_named_is_3(lame: World) -> None:
    def start(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        if definition.name == "linux":
            raise EnvironmentUnusable("no tun")
        return fakes.Instance(definition)

    lame.start = start  # type: ignore[method-assign]
    assert run("--link", "tap") == 3
    assert [left["asked"] for left in results.read(OUT)["left_out"]] == [True]


def test_a_failure_beside_what_is_missing_is_still_3_and_told(lame: World, capsys: pytest.CaptureFixture[str]) -> None:
    lame.verdicts["reference", "rfc1/1/two"] = "fail"
    assert run("--iut", "reference", "--iut", "linux") == 3
    assert "FAIL  rfc1/1/two   reference  sim" in capsys.readouterr().out


def test_who_was_not_judged_is_in_junit(lame: World) -> None:
    assert run("--iut", "reference", "--iut", "linux:tap") == 3
    errors = list(xml.parse(OUT / "junit.xml").getroot().iter("error"))
    assert [error.get("message") for error in errors] == ["not judged here over tap: no tun"]


# Baselines


@pytest.fixture(name="mine")
def namesake(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Postel knows that its own linux fails in one case; linux.toml here is another, and fails too."""
    from postel.results import baseline

    monkeypatch.setattr(baseline, "CONFORMANCE", tmp_path / "conformance")
    monkeypatch.setattr(baseline, "path_of", lambda name: tmp_path / f"conformance/baseline/{name}.toml")
    (tmp_path / "conformance/baseline").mkdir(parents=True)
    (tmp_path / "conformance/baseline/linux.toml").write_text(ENTRY)
    (tmp_path / "conformance/iut").mkdir()
    for name in world.definitions:
        (tmp_path / f"conformance/iut/{name}.toml").touch()
        world.definitions[name] = fakes.definition(name, path=tmp_path / f"conformance/iut/{name}.toml")
    Path("linux.toml").touch()
    world.definitions["./linux.toml"] = fakes.definition("linux", path=Path("linux.toml"))
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    return world


def used() -> Any:
    return results.read(OUT)["iuts"][0].get("baseline")


def test_postels_own_is_judged_by_its_baseline_and_a_namesake_is_not(mine: World, tmp_path: Path) -> None:
    assert run("--iut", "linux") == 0
    assert used() == str(tmp_path / "conformance/baseline/linux.toml")
    assert run("--iut", "./linux.toml") == 1
    assert used() is None


def test_a_baseline_may_be_anywhere(mine: World) -> None:
    Path("known here.toml").write_text(ENTRY)
    assert run("--iut", "./linux.toml", "--baseline", "known here.toml") == 0
    assert used() == "known here.toml"
    assert run("--iut", "reference", "--iut", "./linux.toml", "--baseline", "linux=known here.toml") == 0
    (known,) = [r for r in results.read(OUT)["results"] if r["verdict"] == "fail"]
    assert run(*shlex.split(known["repeat"])[2:]) == 0, "the line that repeats it names the baseline"
    Path("empty.toml").touch()
    assert run("--iut", "linux", "--baseline", "empty.toml") == 1, "it takes the place of Postel's"


def test_the_name_of_a_baseline_says_whose_it_is(mine: World) -> None:
    Path("theirs").mkdir()
    Path("theirs/linux.toml").write_text(ENTRY)
    assert run("--iut", "reference", "--iut", "./linux.toml", "--baseline", "theirs/linux.toml") == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--baseline", "nowhere.toml", "--iut", "linux"], "there is no file nowhere.toml"),
     (["--baseline", "some.toml"], "of which IUT? Say IUT=FILE, with one of linux, reference"),
     (["--baseline", "linux=some.toml", "--baseline", "linux=some.toml"], "linux has some.toml already"),
     (["--baseline", "linux=bad.toml"], "verdict must be one of")],
)  # fmt: skip
def test_a_baseline_that_cannot_be_meant_is_2(mine: World, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("some.toml").write_text(ENTRY)
    Path("bad.toml").write_text('["rfc1/1/two"]\nverdict = "pass"\n')
    assert run(*words) == 2
    assert said in capsys.readouterr().err and not OUT.exists()


def test_the_baseline_of_a_namesake_is_not_written_into_postels(mine: World, tmp_path: Path) -> None:
    assert run("--iut", "./linux.toml") == 1
    assert cli.main(["baseline", "write", "linux"]) == 2
    assert cli.main(["baseline", "write", "linux", "--file", "linux-known.toml"]) == 0
    assert "rfc1/1/two" in Path("linux-known.toml").read_text()
    assert cli.main(["baseline", "check", "--file", "linux-known.toml"]) == 1  # a reason is to be written
    assert (tmp_path / "conformance/baseline/linux.toml").read_text() == ENTRY
