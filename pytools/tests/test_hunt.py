# SPDX-License-Identifier: BSD-2-Clause
"""Planted bugs and who finds them: a patch that is no mistake any more is an error, and who is said to have found one has seen it."""

import argparse
import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import case
from postel.base import build
from postel.base.exits import PostelError
from postel.base.paths import ROOT
from postel.base.system import attempt
from postel.cli import cli
from postel.fuzzing import fuzzing, planted
from postel.fuzzing.planted import Bug
from postel.selftest import against, hunt, ledger, pool, score, shows, variants

Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def kept() -> variants.Kept:
    return variants.kept()


def change(tmp_path: Path, file: str, old: str, new: str) -> Bug:
    """A planted bug: in a file of the stack one text is another."""
    was = (ROOT / file).read_text()
    assert old in was
    (tmp_path / "new").write_text(was.replace(old, new, 1))
    diff = attempt(["diff", "-u", "--label", f"a/{file}", "--label", f"b/{file}", ROOT / file, tmp_path / "new"]).output
    patch = tmp_path / "bug.patch"
    patch.write_text("row: RFC791-3.1-a\nmistake: one too many\n" + diff)
    return Bug("bug", "RFC791-3.1-a", "one too many", "", "", patch)


@pytest.fixture
def on(kept: variants.Kept, tmp_path: Path) -> hunt.Ground:
    """The clean stack, two echo requests, and no case that could see anything."""
    programs = build.build("release", targets=["stack/port/postel-sim", "stack/port/postel-differ"])
    messages = [
        b"Sseed=1\nprofile=modern\ngateway=198.18.0.1\nif0=02:00:00:00:00:02,198.18.0.2,20\n",
        b"F\0" + bytes.fromhex("020000000002020000000001080045000022004d00004001ee66c6120001c61200020800aea700070001706f7374656c"),
        b"L1 counters",
    ]
    (tmp_path / "messages").write_bytes(b"".join(struct.pack("<I", len(each)) + each for each in messages))
    return hunt.Ground(kept, shows.Clean(programs, {name: {} for name in against.PROFILES}, {name: {} for name in shows.NAMES}, tmp_path / "messages"), [])


def tried(on: hunt.Ground, bug: Bug) -> ledger.Entry:
    return hunt.tried(on, bug, "", everyone=True)


def test_a_mistake_shows_and_a_unit_test_sees_it(on: hunt.Ground, tmp_path: Path) -> None:
    entry = tried(on, change(tmp_path, "stack/wire/checksum.c", "return (uint16_t)~", "return (uint16_t)"))
    assert entry["shows"] and not entry.get("problem"), entry
    assert entry["unit"].startswith("test_checksum ")
    assert (entry["suite"], entry["red"], entry["check"], hunt.missed(entry)) == ("", False, "answers ARP and echo", False)


def test_one_that_behaves_like_the_clean_stack_is_an_error(on: hunt.Ground, tmp_path: Path) -> None:
    entry = tried(on, change(tmp_path, "stack/wire/checksum.c", "return", "(void)0;\n    return"))
    assert hunt.wrong(entry) == "behaves like the clean stack", entry


def test_one_that_does_not_build_is_an_error(on: hunt.Ground, tmp_path: Path) -> None:
    entry = tried(on, change(tmp_path, "stack/wire/checksum.c", "return", "retrun"))
    assert "stack/wire/checksum.c cannot be built" in hunt.wrong(entry)


@pytest.mark.parametrize("far", [False, True])
def test_one_that_does_not_apply_as_it_stands_is_an_error(on: hunt.Ground, tmp_path: Path, far: bool) -> None:
    bug = change(tmp_path, "stack/wire/checksum.c", "return (uint16_t)~", "return (uint16_t)")
    text = bug.patch.read_text()
    context = next(line for line in text.splitlines() if line.startswith("  "))
    bug.patch.write_text(text.replace(context, context + " /* moved */") if far else text.replace("-    return (uint16_t)~", "-    return (uint8_t)~"))
    assert "does not apply" in hunt.wrong(tried(on, bug))


def test_one_that_changes_no_source_of_the_object_is_an_error(on: hunt.Ground, tmp_path: Path) -> None:
    assert "changes nothing of what is judged" in hunt.wrong(tried(on, change(tmp_path, "stack/port/tap.c", "return", "retrun")))


def test_a_crash_and_a_hang_show(on: hunt.Ground, tmp_path: Path) -> None:
    crash = tried(on, change(tmp_path, "stack/wire/checksum.c", "return (uint16_t)~", "*(volatile int *)0 = 1;\n    return (uint16_t)~"))
    assert crash["shows"] == "it is killed by SIGSEGV"


def test_a_header_is_compiled_into_all_that_read_it(kept: variants.Kept) -> None:
    reading = variants.touched(kept, ["stack/wire/ip.h"], variants.sources())
    assert "stack/wire/ip.c" in reading and "stack/proto/ip_in.c" in reading and "stack/base/hash.c" not in reading
    assert variants.units(kept, ["stack/base/hash.c"])[0] == "stack/test/test_hash.c"
    assert "stack/test/test_checksum.c" not in variants.units(kept, ["stack/table/reass.c"])
    assert len(kept.units) > 20 and all(test in closure for test, closure in kept.units.items())


def test_a_unit_test_that_runs_nothing_has_not_passed(tmp_path: Path) -> None:
    program = tmp_path / "test_x"
    program.write_text("#!/bin/sh\necho '[====] Synthesis: Tested: 0 | Passing: 0'\n")
    program.chmod(0o755)
    assert variants.unit_ends(program, tmp_path) == "fails"


# The suite's part, with cases that answer as they are told to


def finder(monkeypatch: Patch, said: Mapping[tuple[str, str], tuple[str, str]], likely: str = "") -> tuple[against.Found | None, list[str]]:
    asked: list[str] = []

    class Judged:
        told = None

        def __init__(self, build: Path, profile: str) -> None:
            self.profile = profile

        def case(self, case: Any) -> tuple[str, str]:
            asked.append(f"{self.profile} {case.id}")
            return said.get((self.profile, case.id), ("pass", ""))

        def close(self) -> None:
            pass

    monkeypatch.setattr(against, "Judged", Judged)
    clean = {profile: {name: ("pass", "") for name in "abc"} for profile in against.PROFILES}
    return against.finder(Path(), {name: [case(each) for each in "abc"] for name in against.PROFILES}, clean, likely), asked


def test_the_first_that_is_red_ends_it(monkeypatch: Patch) -> None:
    found, asked = finder(monkeypatch, {("modern", "b"): ("fail", "")})
    assert (str(found), asked) == ("modern b fail", ["modern a", "modern b"])


def test_the_likely_one_is_asked_first(monkeypatch: Patch) -> None:
    found, asked = finder(monkeypatch, {("rfc1122", "c"): ("inconclusive", "")}, "rfc1122 c fail")
    assert (str(found), asked) == ("rfc1122 c inconclusive", ["rfc1122 c"])


def test_another_label_or_a_warning_is_noticed_and_not_red(monkeypatch: Patch) -> None:
    found, asked = finder(monkeypatch, {("modern", "b"): ("pass", "other"), ("rfc1122", "a"): ("warn", "")})
    assert found == against.Found("rfc1122", "a", "warn", False) and len(asked) == 3 * len(against.PROFILES)
    found, _ = finder(monkeypatch, {("modern", "b"): ("pass", "other"), ("rfc1122", "a"): ("info", "")})
    assert found == against.Found("modern", "b", "pass", False)
    assert finder(monkeypatch, {})[0] is None


# The targets


def test_what_a_target_found_is_said_with_its_executions() -> None:
    bug = Bug("bug", "r", "m", "", "reass", Path())
    search = fuzzing.Search("reass", [], executions=1234, seconds=0.51)
    found = planted.Trial(bug, Path(), search, fuzzing.Finding("oracle hole", "hole", ()))
    assert hunt.fuzz_words(found, "reass") == "reass oracle hole, 1,234 executions, 0.5 s"
    assert hunt.fuzz_words(planted.Trial(bug, Path(), search, None, problems=["not found"]), "reass") == ""
    assert hunt.fuzz_words(planted.Trial(bug, Path(), by_seed=True), "reass") == "reass by a seed"


# The measuring


def test_a_measurement_goes_on_and_not_with_what_has_changed(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(ledger, "PLACE", tmp_path)
    ledger.Ledger("x").add({"name": "a", "key": "1"})
    with (tmp_path / "x.jsonl").open("a") as file:
        file.write('{"name": "b", "ke')
    again = ledger.Ledger("x", resume=True)
    assert again.has("a", "1") and not again.has("a", "2") and not again.has("b", "1")
    assert not ledger.Ledger("x").has("a", "1")


def test_shards_are_all_and_nobody_twice() -> None:
    names = [str(number) for number in range(10)]
    assert sorted(ledger.share(names, "1/3") + ledger.share(names, "2/3") + ledger.share(names, "3/3")) == names
    assert ledger.share(names, None) == names


def test_processes_share_the_work_until_the_time_is_over() -> None:
    assert sorted(pool.each(lambda number: number * 2, range(5), 2)) == [0, 2, 4, 6, 8]
    assert len({*pool.each(lambda _: os.getpid(), range(8), 2)} - {os.getpid()}) > 0
    assert len(list(pool.each(lambda _: time.sleep(0.2), range(100), 2, seconds=0.3))) < 10


def test_names_may_stand_behind_other_options(monkeypatch: Patch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(score, "planted_bugs", lambda args: asked.append(args.planted) or 0)
    for words in (["a", "b", "-j", "2"], ["-j", "2", "a", "b"], ["a", "--resume", "b"]):
        assert cli.main(["test", "--planted", *words]) == 0
    assert asked == [["a", "b"]] * 3


def entry(name: str, **facts: Any) -> ledger.Entry:
    return {"name": name, "row": "r", "mistake": "m", "shows": "another frame", "suite": "modern a fail", "red": True, "unit": ""} | facts


def test_the_sum_says_who_is_seen_and_how(monkeypatch: Patch, capsys: Any) -> None:
    monkeypatch.setattr(ledger, "stored", lambda name: {"entries": {}})
    unsuited: dict[str, Any] = {"suite": "", "red": False}
    entries = [entry("a"), entry("b", suite="modern a warn", red=False), entry("c", **unsuited, golden=True), entry("d", **unsuited),
               entry("e", **unsuited, shows="", unit="test_x y")]  # fmt: skip
    assert score.told(entries, 5, whole=False) == 1
    said = capsys.readouterr().out
    assert "5 of 5 planted bugs tried: 4 show; the suite or `iut check` sees 3 of 4 (75.0%): 2 of 4 (50.0%) by a case that turns red (1 of them by a warn), 0 by another verdict" in said
    assert "1 by other frames, events or counters; 0 errors\nnew: d is missed, and was not before\n" in said
    assert score.told(entries[:3], 3, whole=True) == 0
    words = [score.line_of(each).split()[0] for each in entries]
    assert words == ["found", "found", "golden", "missed", "unseen"]


def test_what_is_tried_in_part_keeps_what_was_measured_whole(tmp_path: Path, monkeypatch: Patch) -> None:
    asked = argparse.Namespace(sample=None, shard=None)
    assert (score.is_whole(asked, []), score.kept_as("planted", asked, [])) == (True, "planted")
    asked.shard = "1/2"
    assert (score.is_whole(asked, []), score.kept_as("planted", asked, [])) == (False, "planted")
    assert score.kept_as("planted", asked, ["a"]) == "planted-some"
    asked.sample = 9.0
    assert score.kept_as("planted", asked, []) == "planted-some"


def test_a_sample_begins_with_what_nobody_has_measured(monkeypatch: Patch) -> None:
    monkeypatch.setenv(score.SEED, "1")
    asked = argparse.Namespace(sample=9.0, shard=None)
    names = [str(number) for number in range(20)]
    assert set(score.shared(asked, [], names, "x", {*names} - {"3", "7"})[:2]) == {"3", "7"}
