# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --fakes`: what is tried, what is said of it, and that the lists of what is not yet so only shrink."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from postel import kit
from postel.base import build
from postel.base.exits import Exit, UsageError
from postel.cli import cli
from postel.fakes import lists
from postel.fakes.engine import Fake
from postel.iut import iut
from postel.runs import fakes, trying
from postel.runs.trying import Found, Stand
from postel.selftest import checks

MISSED_AT_MOST, ACCUSED_AT_MOST = 0, 0  # to be lowered with the lists, never raised but in a commit that adds fakes
CASE = "rfc1122/4.1.3.4/checksum_is_on_by_default"


def options(**changed: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"fakes": [], "before": None, "sample": None, "shard": None, "resume": False, "jobs": 2, **changed})


def test_the_lists_of_what_is_not_so_yet_only_shrink() -> None:
    assert len(lists.listed(lists.MISSED)) == MISSED_AT_MOST
    assert len(lists.listed(lists.ACCUSED)) == ACCUSED_AT_MOST


def test_wrong_ones_are_missed_and_right_ones_accused() -> None:
    every = lists.every()
    assert all(every[name].is_wrong for name in lists.listed(lists.MISSED))
    assert not any(every[name].is_wrong for name in lists.listed(lists.ACCUSED))


@pytest.mark.parametrize("iut_", ["reference", "lwip", "smoltcp"])
def test_a_finder_is_a_case(iut_: str) -> None:
    assert set(lists.finders(iut_).values()) - {""} <= {case.id for case in kit.cases()}


@pytest.mark.parametrize("iut_", ["lwip", "smoltcp"])
def test_thirty_at_least_are_found_before_stacks_of_others(iut_: str) -> None:
    assert len(lists.listed(lists.before(iut_))) >= 30
    assert all(lists.every()[name].is_wrong for name in lists.listed(lists.before(iut_)))


def test_all_of_them_some_or_a_part() -> None:
    everyone = fakes.chosen(options(), "reference")
    assert {fake.name for fake in everyone} == set(lists.every())
    assert [fake.name for fake in fakes.chosen(options(fakes=["ttl_16"]), "lwip")] == ["ttl_16"]
    parts = [fakes.chosen(options(shard=f"{k}/3"), "reference") for k in (1, 2, 3)]
    assert sorted(fake.name for part in parts for fake in part) == sorted(lists.every())


def test_a_sample_says_what_repeats_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(fakes.SEED, "7")
    first, again = (fakes.chosen(options(sample=60), "reference") for _ in range(2))
    assert first == again and f"{fakes.SEED}=7" in capsys.readouterr().out
    monkeypatch.setenv(fakes.SEED, "8")
    assert fakes.chosen(options(sample=60), "reference") != first


@pytest.mark.parametrize(("asked", "iut_", "said"), [(["ttl_61"], "reference", "ttl_16"), ([], "nobody", "which fakes")])
def test_what_cannot_be_meant(asked: list[str], iut_: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        fakes.chosen(options(fakes=asked), iut_)


@pytest.mark.parametrize(
    ("state", "listed", "good"),
    [("found", False, True), ("kept", False, True), ("missed", False, False), ("unchanged", False, False), ("accused", False, False),
     ("missed", True, True), ("unchanged", True, True), ("found", True, False), ("kept", True, False)],
)  # fmt: skip
def test_the_lists_excuse_and_are_held_to_it(state: str, listed: bool, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "expected", lambda iut: {"ttl_16"} if listed else set())
    assert fakes.told([Found("ttl_16", state)], "reference", 1.0) == (Exit.OK if good else Exit.FAILED)


def test_before_others_nothing_is_excused() -> None:
    assert not lists.expected("lwip")


def test_what_a_run_says_is_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = fakes.told([Found("ttl_16", "found", "a/b/c"), Found("ttl_255", "accused", others=["x: fail"])], "lwip", 3)
    said = capsys.readouterr().out
    monkeypatch.setattr(checks, "spoken", lambda command, log: (code, "a sample: S=1 repeats it\n" + said))
    tally = checks.fakes()
    assert (tally.passed, tally.failed) == (1, 1) and "S=1" in tally.said[0] and "accused ttl_255: x: fail" in tally.said[-1]
    monkeypatch.setattr(checks, "spoken", lambda command, log: (0, "nothing\n"))
    assert checks.fakes().failed == 1


@pytest.fixture(name="stand", scope="module")
def make_stand() -> Stand:
    return Stand(iut.load("reference"), "sim", build.build())


def cases(*ids: str) -> list[kit.Case]:
    return [case for case in kit.cases() if case.id in ids]


def test_a_wrong_one_is_found_by_a_case_of_its_rule(stand: Stand) -> None:
    found = trying.try_wrong(stand, cases(CASE), lists.every()["udp_sum_off"])
    assert (found.state, found.case) == ("found", CASE) and "RFC1122-4.1.3.4-d" in found.words


def test_another_rule_that_is_blamed_finds_nothing(stand: Stand) -> None:
    real = lists.every()["udp_sum_off"]
    other = Fake(real.name, real.words, ("RFC1122-3.2.1.7-a",), "", real.where, real.act, real.group)
    found = trying.try_wrong(stand, cases(CASE), other)
    assert found.state == "missed" and found.others[0].startswith(CASE)


def test_a_right_one_is_kept_or_accused(stand: Stand) -> None:
    assert trying.try_right(stand, cases(CASE), lists.every()["ttl_255"]).state == "kept"
    accused = trying.try_right(stand, cases(CASE), lists.every()["udp_sum_off"])
    assert (accused.state, accused.case) == ("accused", CASE)


def test_what_is_said_of_the_iut_itself_accuses_no_fake(stand: Stand) -> None:
    poor = Stand(stand.definition, stand.link, stand.build, clean={CASE: "fail"})
    assert trying.try_right(poor, cases(CASE), lists.every()["udp_sum_off"]).state == "kept"


def test_one_that_changes_nothing_proves_nothing(stand: Stand) -> None:
    assert trying.try_wrong(stand, cases(CASE), lists.every()["snap_not_read"]).state == "unchanged"


def test_who_found_it_last_and_who_judges_its_rule_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    every, fake = kit.cases(), lists.every()["udp_sum_off"]
    monkeypatch.setattr(lists, "finders", lambda iut: {"udp_sum_off": every[-1].id})
    order = trying.ordered(every, fake)
    assert order[0] == every[-1] and "RFC1122-4.1.3.4-d" in order[1].requirements and len(order) == len(every)


def test_a_run_goes_on_where_it_ended(stand: Stand, tmp_path: Path) -> None:
    journal = tmp_path / "fakes.jsonl"
    results = fakes.tried(journal, stand, cases(CASE), [lists.every()["udp_sum_off"]], 1, None)
    assert [found.state for found in results] == ["found"]
    with journal.open("a") as file:
        file.write('{"fake": "cut o')
    assert fakes.journalled(journal, stand) == {"udp_sum_off": results[0]}
    assert fakes.journalled(journal, Stand(stand.definition, "fd", stand.build)) == {}


def test_a_part_does_not_overwrite_the_whole() -> None:
    whole = argparse.Namespace(fakes=[], before=None, sample=None)
    assert fakes.journal_of(whole).name == "fakes.jsonl"
    for part in {"fakes": ["udp_sum_off"]}, {"before": "lwip:sim"}, {"sample": 60.0}:
        assert fakes.journal_of(argparse.Namespace(**(vars(whole) | part))).name == "fakes-some.jsonl", part


def test_finders_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "FINDERS", tmp_path / "finders.txt")
    entry = json.loads(json.dumps({"fake": "ttl_16", "case": CASE, "state": "found"}))
    assert fakes.write_finders([entry, entry | {"fake": "ttl_255", "state": "kept"}]) == 1
    assert lists.listed(lists.FINDERS) == {"ttl_16": CASE}


def test_a_run_of_the_suite_may_be_of_a_fake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", CASE, "--iut", "reference:sim", "--fake", "udp_sum_off", "--out", str(tmp_path / "out")]
    assert cli.main(words) == Exit.FAILED
    document = json.loads((tmp_path / "out" / "results.json").read_text())
    assert document["results"][0]["verdict"] == "fail" and "--fake udp_sum_off" in document["results"][0]["repeat"]
    assert document["iuts"][0]["release"].endswith(" behind udp_sum_off")
    assert cli.main([*words[:-3], "udp_sum_of"]) == Exit.USAGE and "udp_sum_off" in capsys.readouterr().err
