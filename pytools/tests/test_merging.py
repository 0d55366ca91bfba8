# SPDX-License-Identifier: BSD-2-Clause
"""Several runs as one: `postel report A B --out C`."""

import xml.etree.ElementTree as xml
from pathlib import Path
from typing import cast

import fakes
import pytest
from fakes import World, make_world, run
from postel.cli import cli
from postel.results import merging, results

assert make_world  # the fixture `world`


@pytest.fixture(autouse=True)
def enough_for_every_shard(world: World) -> None:
    world.cases += [fakes.case(f"rfc1/2/case{n}") for n in range(9)]


def shards(*more: str) -> list[str]:
    for number in (1, 2, 3):
        run("--shard", f"{number}/3", "--out", f"part-{number}", *more)
    return ["part-1", "part-2", "part-3"]


def test_shards_put_together_are_the_run_that_they_are_shards_of(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert run("--out", "whole", "--exclude", "rfc1/10/last") == 1
    assert cli.main(["report", *shards("--exclude", "rfc1/10/last"), "--out", "together"]) == 0
    assert "FAIL  rfc1/1/two   linux  tap" in capsys.readouterr().out
    whole, found = results.read(Path("whole")), results.read(Path("together"))
    for document in (whole, found):
        for part in ("duration_s", "command", "arguments", "started"):
            document["run"].pop(part)
        for result in document["results"]:
            result["duration_ms"] = 0
    assert found == whole  # also what was left out for which reason, and the exit code
    assert len(list(xml.parse("together/junit.xml").getroot().iter("testcase"))) == len(whole["results"])
    assert Path("together/report.html").exists()


def test_the_evidence_comes_along(world: World) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert cli.main(["report", *shards(), "--out", "together"]) == 0
    for result in results.read(Path("together"))["results"]:
        assert result["evidence"] is None or (Path("together") / result["evidence"]).exists()
    assert list(Path("together/evidence").glob("*two*.pcapng"))


def test_an_interrupted_shard_shows_in_the_whole(world: World) -> None:
    document = results.read(Path(shards()[0]))
    cut = {**document, "complete": False, "exit": 130, "results": []}
    found = merging.merged([document, cast(results.Document, cut)], ["one", "two"])
    assert found["exit"] == 130 and not found["complete"]


def test_what_was_judged_twice_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    one, *_ = shards()
    assert cli.main(["report", one, one, "--out", "together"]) == 2
    assert "both judged" in capsys.readouterr().err
    assert not Path("together").exists()


def test_runs_of_other_settings_are_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run("--out", "a", "--iut", "linux")
    run("--out", "b", "--iut", "reference", "--profile", "rfc1122")
    assert cli.main(["report", "a", "b", "--out", "together"]) == 2
    assert "another profile" in capsys.readouterr().err


def test_iuts_that_were_judged_apart_stand_in_one_table(world: World) -> None:
    run("--out", "a", "--iut", "linux")
    run("--out", "b", "--iut", "reference")
    assert cli.main(["report", "a", "b", "--out", "together"]) == 0
    found = results.read(Path("together"))
    assert [iut["name"] for iut in found["iuts"]] == ["linux", "reference"] and len(found["results"]) == 24


def test_several_need_a_place(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", *shards()]) == 2
    assert "--out" in capsys.readouterr().err


def test_evidence_that_leads_out_of_its_directory_is_not_copied(world: World) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    parts = shards()
    [capture] = [path for part in parts for path in Path(part, "evidence").glob("*two-linux*.pcapng")]
    Path("secret").write_text("of somebody else")
    capture.unlink()
    capture.symlink_to("../../secret")
    assert cli.main(["report", *parts, "--out", "together"]) == 2
    assert not any("somebody" in path.read_text(errors="replace") for path in Path("together").rglob("*") if path.is_file())
