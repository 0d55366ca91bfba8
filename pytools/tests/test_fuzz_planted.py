# SPDX-License-Identifier: BSD-2-Clause
"""The planted bugs: what their patches say, and that a hunt is honest about what it found."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from postel.base.exits import PostelError, UsageError
from postel.base.paths import ROOT
from postel.fuzzing import fuzzing, planted
from postel.fuzzing.fuzzing import Finding, Search
from postel.fuzzing.planted import Bug, Trial

Patch = pytest.MonkeyPatch
HEAD = "row: CVE-1\nmistake: one too many\nfound by: fuzz_reass (bound)\n"
CHANGE = "--- a/stack/x.c\n+++ b/stack/x.c\n@@ -1 +1 @@\n-right\n+wrong\n"


def test_there_are_five_for_each_target() -> None:
    counted = Counter(bug.target for bug in planted.bugs())
    assert set(counted) == set(fuzzing.TARGETS)
    assert min(counted.values()) >= 5


@pytest.mark.skipif(not shutil.which("patch"), reason="patch is not there")
@pytest.mark.parametrize("bug", planted.every().values(), ids=lambda bug: bug.name)
def test_each_still_applies_to_the_sources(bug: Bug) -> None:
    patched = fuzzing.attempt(["patch", "-p1", "--dry-run", "--forward", "--fuzz=0", "-s", "-d", ROOT, "-i", bug.patch])
    assert patched.ok, patched.output


def test_a_patch_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.patch"
    path.write_text(HEAD + CHANGE)
    assert planted.read(path) == Bug("x", "CVE-1", "one too many", "fuzz_reass (bound)", "reass", path)


def test_a_patch_may_leave_open_who_finds_it(tmp_path: Path) -> None:
    path = tmp_path / "x.patch"
    path.write_text("row: RFC791-3.2-a\nmistake: one too many\n" + CHANGE)
    assert planted.read(path) == Bug("x", "RFC791-3.2-a", "one too many", "", "", path)


def test_whose_target_judges_which_file() -> None:
    assert planted.targets_of(["stack/wire/ip.c"]) == ["ip_header"]
    assert planted.targets_of(["stack/table/chunks.h", "stack/wire/option.c"]) == ["ip_options", "reass"]
    assert planted.targets_of(["stack/proto/ip_in.c", "stack/wire/ether.c"]) == []
    for parts in planted.JUDGED.values():
        assert all(list((ROOT / "stack").glob(f"{part}.*")) for part in parts)


@pytest.mark.parametrize("line", HEAD.splitlines()[:2])
def test_a_patch_that_does_not_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.patch"
    path.write_text(HEAD.replace(f"{line}\n", "") + CHANGE)
    with pytest.raises(PostelError, match="begins with lines"):
        planted.read(path)


def test_a_target_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.patch"
    path.write_text(HEAD.replace("fuzz_reass", "fuzz_nothing") + CHANGE)
    with pytest.raises(PostelError, match="begins with lines"):
        planted.read(path)


def test_they_are_chosen_by_name_and_target() -> None:
    assert [bug.name for bug in planted.bugs(["reass_hole", "ip_header_version"])] == ["reass_hole", "ip_header_version"]
    assert {bug.target for bug in planted.bugs(targets=["ip_options"])} == {"ip_options"}
    with pytest.raises(UsageError, match="there is no planted bug 'reass_whole'"):
        planted.bugs(["reass_whole"])


def test_a_copy_is_made_equal_again_and_what_is_equal_keeps_its_time(tmp_path: Path) -> None:
    planted.restore(tmp_path)
    same, changed, new = tmp_path / "stack/v4.h", tmp_path / "stack/wire/ip.c", tmp_path / "stack/wire/new.c"
    same = same if same.exists() else tmp_path / "stack/wire/ip.h"
    before = same.stat().st_mtime_ns
    changed.write_text("broken")
    new.write_text("new")
    planted.restore(tmp_path)
    assert changed.read_bytes() == (ROOT / "stack/wire/ip.c").read_bytes()
    assert not new.exists()
    assert same.stat().st_mtime_ns == before


# A hunt, with searches that end as they are told to


def ended(target: str, artifact: Path | None) -> Search:
    said = ["ORACLE BROKEN: bound: too many (x.c:1)"] if artifact else []
    return Search(target, [], executions=100, artifact=artifact, said=said)


def hunted(monkeypatch: Patch, tmp_path: Path, *, seeds: bool = False, planted_: bool = True, clean: bool = False,
           innocent: Finding | None = None) -> Trial:  # fmt: skip
    """A trial whose three searches (seeds, with the bug, without it) find something or not."""
    artifact = tmp_path / "crash"
    artifact.write_bytes(b"x")
    ends = {"seeds": seeds, "planted": planted_, "clean": clean}
    monkeypatch.setattr(fuzzing, "search", lambda target, executable, *, corpus, **rest: Search(target, [corpus.name]))
    monkeypatch.setattr(fuzzing, "run", lambda search: ended(search.target, artifact if ends[search.command[0]] else None))
    monkeypatch.setattr(fuzzing, "try_input", lambda executable, octets: innocent)
    return planted.try_one(Trial(planted.bugs(["reass_hole"])[0], tmp_path / "bug"), tmp_path / "clean", 60, 1)


def test_a_bug_is_found_by_the_search_alone(monkeypatch: Patch, tmp_path: Path) -> None:
    trial = hunted(monkeypatch, tmp_path)
    assert trial.found
    assert trial.finding is not None
    assert trial.finding.kind == "oracle bound"


@pytest.mark.parametrize(
    ("ends", "problem"),
    [
        ({"seeds": True}, "a seed holds it"),
        ({"planted_": False}, "not found in 100 executions"),
        ({"clean": True}, "as many executions break the target without the bug"),
        ({"innocent": Finding("oracle bound", "bound: too many", ())}, "the same input breaks the target without the bug"),
    ],
)
def test_nothing_else_counts_as_found(ends: dict[str, object], problem: str, monkeypatch: Patch, tmp_path: Path) -> None:
    trial = hunted(monkeypatch, tmp_path, **ends)  # type: ignore[arg-type]
    assert not trial.found
    assert problem in trial.problems[0]


def test_one_target_looks_for_all_that_show() -> None:
    measured = {"reass_hole": {"shows": "a frame more"}, "ip_header_version": {"shows": ""}, "gone_since": {"shows": "a frame less"}}
    assert [(bug.name, bug.target) for bug in planted.showing("host", measured)] == [("reass_hole", "host")]
    assert [bug.name for bug in planted.showing("host", measured, ["reass_hole"])] == ["reass_hole"]
    with pytest.raises(UsageError, match="nobody has measured that ip_header_version shows"):
        planted.showing("host", measured, ["ip_header_version"])
    with pytest.raises(UsageError, match="no planted bug 'reass_whole'"):
        planted.showing("host", measured, ["reass_whole"])
