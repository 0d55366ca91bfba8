# SPDX-License-Identifier: BSD-2-Clause
"""`--out`: what is somebody's own stays as it is, and old results stay until new ones are there."""

import errno
import json
import os
import signal
import time
from pathlib import Path

import fakes
import pytest
from fakes import World, make_world, outcome, run
from postel.base.exits import UsageError
from postel.kit import Case, Outcome
from postel.results import outdir, results

pytestmark = pytest.mark.chaos

assert make_world  # the fixture `world`
OUT = Path("postel-out")
CAPTURE = "evidence/rfc1-1-two-linux-tap.pcapng"


def tree(directory: Path = OUT) -> dict[str, object]:
    """All that is in a directory: what a link points to, else the octets and when they were written."""
    return {
        str(path): os.readlink(path) if path.is_symlink() else (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(directory.rglob("*"))
        if (path.is_symlink() or path.is_file()) and path.name != "lock"
    }


def verdicts() -> list[str]:
    return [result["verdict"] for result in results.read(OUT)["results"]]


def killed_in(world: World, case: str = "rfc1/10/last") -> None:
    """A run that ends by SIGKILL in that case of linux, when it has the results of those before."""

    def kills(of: Case, instance: fakes.Instance) -> Outcome:
        while '"case": "rfc1/1/two"' not in (OUT / "unfinished/events.jsonl").read_text():
            time.sleep(0.01)
        os.kill(os.getppid(), signal.SIGKILL)
        fakes.wait_for_the_end()

    before = dict(world.verdicts)
    world.verdicts["linux", case] = kills
    assert os.WTERMSIG(fakes.in_a_process(lambda: run("--iut", "linux"))) == signal.SIGKILL
    with outdir.opened(OUT):  # its worker has ended too
        world.verdicts = before


@pytest.mark.parametrize("name", ["report.html", "results.json", "junit.xml", "events.jsonl", CAPTURE])
def test_a_file_of_somebody_is_not_written_over(world: World, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (OUT / "evidence").mkdir(parents=True)
    (OUT / name).write_text("mine")
    before = tree()
    assert run() == 2
    assert f"{OUT / name} was not written by Postel, and is not overwritten: move it away" in capsys.readouterr().err
    assert tree() == before and sorted(os.listdir(OUT)) == sorted({"evidence", Path(name).parts[0]})


def test_a_file_that_was_changed_is_somebodys(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert run() == 1
    (OUT / CAPTURE).write_bytes((OUT / CAPTURE).read_bytes() + b"a comment of mine")
    before = tree()
    assert run() == 2
    assert f"{OUT / CAPTURE} was changed since Postel wrote it" in capsys.readouterr().err
    assert tree() == before


@pytest.mark.parametrize("name", ["evidence", "unfinished", ".postel", "results.json", CAPTURE])
def test_a_link_leads_nowhere(world: World, name: str, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "report.html").write_text("mine")
    (OUT / name).parent.mkdir(parents=True)
    (OUT / name).symlink_to(theirs / "report.html" if "." in name[1:] else theirs)
    before = tree(), tree(theirs)
    assert run() == 2
    assert (tree(), tree(theirs)) == before and os.listdir(theirs) == ["report.html"]


def test_what_an_earlier_run_left_goes_and_what_is_not_ours_stays(world: World) -> None:
    mine = [OUT / name for name in ("notes.txt", "evidence/mine.pcapng", "evidence/mine.html", "index.html")]
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    assert run() == 1
    for path in mine:
        path.write_text("mine")
    world.verdicts.clear()
    assert run() == 0
    assert all(path.read_text() == "mine" for path in mine) and not (OUT / CAPTURE).exists()
    assert {path.name for path in OUT.iterdir()} == {*outdir.FILES, ".postel", "evidence", "notes.txt", "index.html"}


def test_the_current_directory_may_be_it(world: World) -> None:
    Path("evidence").mkdir()
    Path("evidence/mine.pcapng").write_text("mine")
    Path("thesis.html").write_text("mine")
    assert run("--out", ".") == run("--out", ".") == 0
    assert Path("evidence/mine.pcapng").read_text() == Path("thesis.html").read_text() == "mine"
    assert results.read(Path(".")).get("exit") == 0


@pytest.mark.parametrize("words", [["--build", "nowhere"], ["--iut", "linux", "--iut", "linux"], ["no/such"], ["--shard", "5/4"]])
def test_bad_input_touches_nothing(world: World, words: list[str]) -> None:
    assert run("--out", "new", *words) in (2, 5) and not Path("new").exists()
    assert run() == 0
    before = tree()
    assert run(*words) in (2, 5)
    assert tree() == before


def test_old_results_stay_when_a_run_is_killed(world: World) -> None:
    assert run("--iut", "linux") == 0
    before = {name: each for name, each in tree().items() if "manifest" not in name}
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    killed_in(world)
    assert before.items() <= tree().items()
    assert [r["verdict"] for r in results.read(OUT / "unfinished")["results"]] == ["pass", "fail"]
    assert run("--iut", "linux") == 1
    assert verdicts() == ["pass", "fail", "pass"] and not (OUT / "unfinished").exists()


def test_what_a_killed_run_left_is_given_up_but_not_what_somebody_put_there(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    killed_in(world)
    (OUT / "unfinished/evidence/notes.txt").write_text("mine")
    assert run() == 2
    assert "notes.txt was not written by Postel, and is in the way of the next run: move it away" in capsys.readouterr().err
    assert (OUT / "unfinished/evidence/notes.txt").read_text() == "mine"


def test_the_second_of_two_runs_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    with outdir.opened(OUT):
        assert run() == 2
        said = capsys.readouterr().err
        assert f"another run (process {os.getpid()}) is writing into postel-out: wait for it, or choose another --out" in said
    assert run() == 1


@pytest.mark.parametrize("moved", range(7))
def test_a_run_that_is_killed_as_results_are_put_in_place_is_carried_through(
    world: World, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """The first file is the capture; then four files, the manifest, and what follows."""
    assert run("--iut", "linux") == 0
    world.verdicts["linux", "rfc1/1/two"] = "fail"
    replace, seen = os.replace, []

    def kills(source: Path, target: Path) -> None:
        if (OUT / "unfinished/manifest.json").exists():
            seen.append(target)
        if len(seen) > moved:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", kills)
        status = fakes.in_a_process(lambda: run("--iut", "linux"))
    assert os.WTERMSIG(status) == signal.SIGKILL if moved < 6 else os.WEXITSTATUS(status) == 1
    with outdir.opened(OUT):
        pass
    assert verdicts() == ["pass", "fail", "pass"] and (OUT / CAPTURE).exists() and not (OUT / "unfinished").exists()
    assert run("--iut", "linux") == 1


def test_a_list_of_files_that_came_with_results_names_none_outside(world: World, tmp_path: Path) -> None:
    assert run() == 0
    theirs = tmp_path / "theirs"
    theirs.write_text("mine")
    (OUT / "unfinished/evidence").mkdir(parents=True)
    for name, listed in (("plan.json", ["../theirs", str(theirs)]), ("manifest.json", {"../theirs": outdir._digest(theirs)})):
        (OUT / ".postel" / name).write_text(json.dumps(listed))
    for name in outdir.FILES:
        (OUT / name).unlink()
    assert run() == 0
    assert theirs.read_text() == "mine"


def test_no_room_is_3_and_what_was_there_stays(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    before = tree()
    write = results.Journal.write

    def fills(journal: results.Journal, event: str, facts: dict[str, object]) -> None:
        if len(journal.events) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(journal, event, facts)

    with monkeypatch.context() as patched:
        patched.setattr(results.Journal, "write", fills)
        assert run() == 3
    assert "--out postel-out: No space left on device: make room, or choose another" in capsys.readouterr().err
    assert before.items() <= tree().items() and len(results.read(OUT / "unfinished")["results"]) == 2


def test_a_report_made_again_is_still_of_postels_making(world: World) -> None:
    from postel.cli import cli

    world.verdicts["linux", "rfc1/1/two"] = outcome(world.cases[1], "fail")
    assert run() == 1
    assert cli.main(["report", "--format", "html", "--format", "junit"]) == 0
    assert run() == 1
    (OUT / "report.html").write_text("mine")
    assert cli.main(["report"]) == 2
    assert (OUT / "report.html").read_text() == "mine"


def test_a_directory_that_cannot_be_locked_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="choose a directory that you may write"), outdir.opened(tmp_path / "file"):
        raise AssertionError
