# SPDX-License-Identifier: BSD-2-Clause
"""Baselines: which entries hold, what they excuse and what not, and how a run brings them up to date."""

from pathlib import Path

import pytest
from postel.base.exits import UsageError
from postel.cli import cli
from postel.results import baseline, report_text, results
from postel.results.baseline import Entry
from test_results import document, result

CASE = "rfc1/1/one"
HERE = {"release": "6.18.44-cloud", "link": "tap", "settings": {"profile": "modern", "slow": False}}


def state(entry: Entry, verdict: str, requirement: str | None = None) -> str | None:
    found = baseline.expectation([entry], CASE, verdict, requirement=requirement, **HERE)  # type: ignore[arg-type]
    return found and found["state"]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("fail", "expected"), ("pass", "unexpected-pass"), ("info", "unexpected-pass"), ("warn", "changed"),
     ("error", "changed"), ("unsupported", "not-judged"), ("not-applicable", "not-judged")],
)  # fmt: skip
def test_what_an_entry_says_of_a_verdict(verdict: str, said: str) -> None:
    assert state(Entry(CASE, "fail", "so"), verdict) == said


def test_the_same_verdict_about_another_requirement_is_not_excused() -> None:
    entry = Entry(CASE, "fail", "so", requirement="RFC791-3.1_TTL-a")
    assert state(entry, "fail", "RFC791-3.1_TTL-a") == "expected"
    assert state(entry, "fail", "RFC791-3.1_IHL-a") == "changed"


@pytest.mark.parametrize(
    ("versions", "holds"),
    [(">=6.1", True), (">=6.18", True), (">=6.18.45", False), ("<6.18", False), ("<=6.18", True), ("==6.18", True),
     (">6.18", False), (">=5.0, <6.19", True), (">=5, <6", False), ("==6", True)],
)  # fmt: skip
def test_versions(versions: str, holds: bool) -> None:
    assert (state(Entry(CASE, "fail", "so", versions=versions), "fail") is not None) == holds


def test_a_release_that_is_no_number_is_in_no_range() -> None:
    assert not baseline.within("trunk", ">=0")


@pytest.mark.parametrize(
    ("entry", "holds"),
    [(Entry(CASE, "fail", "", links=("sim", "tap")), True), (Entry(CASE, "fail", "", links=("sim",)), False),
     (Entry(CASE, "fail", "", settings=(("slow", False),)), True),
     (Entry(CASE, "fail", "", settings=(("profile", "rfc791"),)), False),
     (Entry("rfc1/1/other", "fail", ""), False)],
)  # fmt: skip
def test_where_an_entry_holds(entry: Entry, holds: bool) -> None:
    assert (state(entry, "fail") is not None) == holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('["rfc1/1/one"]\nverdict = "error"', "verdict must be one of"),
        ('["rfc1/1/one"]\nreason = "x"', "verdict must be one of"),
        ('["rfc1/1/one"]\nverdict = "fail"\ncolour = "red"', "unknown key colour"),
        ('["rfc1/1/one"]\nverdict = "fail"\nversions = "6.x"', "is not a range"),
        ('["rfc1/1/one"]\nverdict = "fail"\nlinks = "tap"', "links is not a list"),
        ('["rfc1/1/one"]\nverdict = "fail"\nsettings = {seed = 1}', "settings may hold profile and slow, not seed"),
        ('verdict = "fail"', "is not an entry"),
        ("verdict = ", "Invalid value"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(UsageError, match=said):
        baseline.load(tmp_path / "x.toml")


def test_several_entries_of_a_case_for_several_versions(tmp_path: Path) -> None:
    text = "".join(f'[["{CASE}"]]\nverdict = "{v}"\nversions = "{r}"\n' for v, r in (("warn", "<6.1"), ("fail", ">=6.1")))
    (tmp_path / "x.toml").write_text(text)
    entries = baseline.load(tmp_path / "x.toml")
    found = baseline.expectation(entries, CASE, "fail", requirement=None, **HERE)  # type: ignore[arg-type]
    assert found and found["state"] == "expected"


# Of a sweep


def swept(verdict: str = "fail", *, left_out: tuple[str, ...] = (), **failed: str) -> results.Stimuli:
    def row(name: str, verdict: str) -> results.Stimulus:
        return {"name": name, "verdict": verdict, "requirement": "RFC1-a", "expected": "", "actual": "", "frame": None}

    return {"judged": 5, "failed": [row(*each) for each in failed.items()], "left_out": [row(name, "not-applicable") for name in left_out]}


def said(entries: list[Entry], verdict: str, stimuli: results.Stimuli) -> dict[str, object]:
    found = baseline.expectation(entries, CASE, verdict, requirement="RFC1-a", stimuli=stimuli, **HERE)  # type: ignore[arg-type]
    assert found
    return {name: value for name, value in found.items() if name not in ("verdict", "reason")}


A_B = Entry(CASE, "fail", "so", stimuli=("a", "b"))


@pytest.mark.parametrize(("verdict", "stimuli", "state"), [
    ("fail", swept(a="fail", b="fail"), {"state": "expected"}),
    ("fail", swept(a="fail", b="fail", c="fail"), {"state": "changed", "news": ["c"]}),
    ("fail", swept(a="fail"), {"state": "expected", "mended": ["b"]}),
    ("fail", swept(a="fail", left_out=("b",)), {"state": "expected"}),
    ("fail", swept(a="fail", b="warn"), {"state": "changed", "news": ["b"]}),
    ("fail", swept(a="warn", b="warn"), {"state": "changed", "news": ["a", "b"]}),
    ("pass", swept(), {"state": "unexpected-pass", "mended": ["a", "b"]}),
    ("not-applicable", swept(left_out=("a", "b")), {"state": "not-judged"}),
])  # fmt: skip
def test_an_entry_excuses_the_stimuli_that_it_names(verdict: str, stimuli: results.Stimuli, state: dict[str, object]) -> None:
    assert said([A_B], verdict, stimuli) == state


def test_stimuli_that_fail_for_different_reasons_have_entries_of_their_own() -> None:
    entries = [Entry(CASE, "fail", "one", stimuli=("a",)), Entry(CASE, "warn", "other", stimuli=("b",))]
    assert said(entries, "fail", swept(a="fail", b="warn")) == {"state": "expected"}
    assert said(entries, "fail", swept(a="fail", b="fail")) == {"state": "changed", "news": ["b"]}


def test_a_verdict_of_something_else_than_a_stimulus_is_news() -> None:
    assert said([Entry(CASE, "warn", "so", stimuli=("a",))], "fail", swept(a="warn")) == {"state": "changed"}


def test_an_old_entry_excuses_its_whole_case_and_the_run_says_so() -> None:
    found = said([Entry(CASE, "fail", "so")], "fail", swept(a="fail", z="fail"))
    assert found == {"state": "expected", "whole": True}
    known = {"verdict": "fail", "reason": "so", **found}
    of = document(result(CASE, "fail", baseline=known, stimuli=swept(a="fail")))
    assert any("names no stimuli" in line for line in report_text.unexpected(of))


@pytest.mark.parametrize(("known", "failed", "stimuli", "line"), [
    ({"whole": True, "state": "expected"}, ["a", "b"], ["a", "b"], "names its stimuli now: a; b"),
    ({"news": ["c"], "state": "changed"}, ["a", "c"], ["a", "c"], "also fails of: c"),
    ({"mended": ["b"], "state": "expected"}, ["a"], ["a"], "fails no more of: b"),
])  # fmt: skip
def test_write_follows_the_stimuli(known: dict[str, object], failed: list[str], stimuli: list[str], line: str) -> None:
    expected = {"verdict": "fail", "reason": "so", **known}
    of = document(result(CASE, "fail", "x", baseline=expected, stimuli=swept(**dict.fromkeys(failed, "fail"))))
    text, done = baseline.updated(f'["{CASE}"]\nverdict = "fail"\nreason = "so"\n', of, "x")
    assert f"stimuli = {str(stimuli).replace(chr(39), chr(34))}" in text
    assert len(done) == 1 and line in done[0]


def test_write_names_the_stimuli_of_a_new_entry() -> None:
    text, _ = baseline.updated("", document(result(CASE, "fail", "x", stimuli=swept(a="fail", b="fail"))), "x")
    assert 'stimuli = ["a", "b"]' in text


def test_no_file_is_no_entries(tmp_path: Path) -> None:
    assert baseline.load(tmp_path / "none.toml") == []


@pytest.fixture(name="files")
def in_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(baseline, "path_of", lambda iut: tmp_path / f"{iut}.toml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def known(verdict: str, as_: str) -> dict[str, object]:
    return {"baseline": {"verdict": verdict, "reason": "so", "state": as_}}


OLD = '# ours\n["rfc1/1/swept"]\nverdict = "fail"\nreason = "so"\n'


def swept_run() -> results.Document:
    whole = {"verdict": "fail", "reason": "so", "state": "expected", "whole": True}
    return document(
        result("rfc1/1/swept", "fail", baseline=whole, stimuli=swept(a="fail", b="fail")), result("rfc1/1/new", "fail"),
    )  # fmt: skip


def test_update_shows_the_difference_and_writes_no_new_entry(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "linux.toml").write_text(OLD)
    results.write(swept_run(), files / "results.json")
    assert cli.main(["baseline", "update", "linux", "--from", "results.json", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert '+stimuli = ["a", "b"]\n' in shown and '+seen = ["6.1"]\n' in shown and (files / "linux.toml").read_text() == OLD
    assert cli.main(["baseline", "update", "linux", "--from", "results.json"]) == 0
    assert capsys.readouterr().out == shown
    [entry] = baseline.load(files / "linux.toml")
    assert entry == Entry("rfc1/1/swept", "fail", "so", stimuli=("a", "b"), seen=("6.1",))
    assert (files / "linux.toml").read_text().startswith("# ours\n")


def test_a_release_is_noted_once(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "linux.toml").write_text(OLD)
    results.write(document(result("rfc1/1/swept", "fail", **known("fail", "expected"))), files / "results.json")
    for said in ("seen of 6.1", "nothing to change"):
        assert cli.main(["baseline", "update", "linux", "--from", "results.json"]) == 0
        assert said in capsys.readouterr().out


def test_write_keeps_what_people_wrote_and_asks_for_reasons(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = '# a remark\n["rfc1/1/kept"]\nverdict = "fail"  # so it is\nreason = "so"\n'
    (files / "linux.toml").write_text(kept + '\n["rfc1/1/mended"]\nverdict = "fail"\nreason = "was"\n')
    results.write(document(
        result("rfc1/1/kept", "fail", **known("fail", "expected")),
        result("rfc1/1/mended", "pass", **known("fail", "unexpected-pass")),
        result("rfc1/1/new", "warn"), result("rfc1/1/good"), result("rfc1/1/theirs", "fail", iut="other"),
    ), files / "results.json")  # fmt: skip
    assert cli.main(["baseline", "write", "linux", "--from", "."]) == 0
    written = (files / "linux.toml").read_text()
    assert written.startswith(kept)
    assert [(e.case, e.verdict, e.reason) for e in baseline.load(files / "linux.toml")] == [
        ("rfc1/1/kept", "fail", "so"), ("rfc1/1/new", "warn", "")]  # fmt: skip
    assert "rfc1/1/mended: gone, it passes" in capsys.readouterr().out


def test_write_twice_changes_nothing_more(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results.write(document(result(verdict="fail")), files / "results.json")
    assert cli.main(["baseline", "write", "linux", "--from", "."]) == 0
    first = (files / "linux.toml").read_text()
    entry = {"verdict": "fail", "reason": "", "state": "expected"}
    results.write(document(result(verdict="fail", baseline=entry)), files / "results.json")
    assert cli.main(["baseline", "write", "linux", "--from", "."]) == 0
    assert (files / "linux.toml").read_text() == first
    assert "nothing to change" in capsys.readouterr().out


def test_write_for_an_iut_that_was_not_judged_is_2(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results.write(document(result()), files / "results.json")
    assert cli.main(["baseline", "write", "lwip", "--from", "."]) == 2
    assert "no results of lwip; there are linux" in capsys.readouterr().err


def test_check_of_a_mistyped_name_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["baseline", "check", "lnux"]) == 2
    assert capsys.readouterr().err == "postel: lnux has no baseline; did you mean linux?\n"
    assert cli.main(["baseline", "check", "my-own"]) == 2
    assert "my-own has no baseline; `./postel baseline write my-own` makes one" in capsys.readouterr().err


def test_check_names_what_is_left_to_do(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "linux.toml").write_text('["rfc1/1/none"]\nverdict = "fail"\nrequirement = "RFC1-1-z"\n')
    assert cli.main(["baseline", "check", "linux"]) == 1
    said = capsys.readouterr().out
    assert "there is no such case" in said and "the reason is empty" in said and "there is no requirement RFC1-1-z" in said
    assert cli.main(["baseline", "check", "nobody"]) == 2
