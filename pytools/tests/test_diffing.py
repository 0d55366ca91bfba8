# SPDX-License-Identifier: BSD-2-Clause
"""`postel diff`: what got worse, and what only looks as if."""

import json
from pathlib import Path

import pytest
from postel.cli import cli
from postel.commands import diff
from postel.results import diffing, results
from postel.results.results import VERDICTS
from test_results import document, result


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in VERDICTS for b in VERDICTS if a != b])
def test_worse_and_better_follow_the_order_of_verdicts(before: str, after: str) -> None:
    found = diffing.compare(document(result(verdict=before)), document(result(verdict=after)))
    worse = VERDICTS.index(after) > VERDICTS.index(before)
    assert (len(found.regressions), len(found.improvements)) == (int(worse), int(not worse))


def test_a_new_case_is_no_regression_and_a_gone_one_is_told() -> None:
    found = diffing.compare(document(result("rfc1/1/old")), document(result("rfc1/1/new", "fail")))
    assert not found.regressions
    assert ([r["case"] for r in found.new], [r["case"] for r in found.gone]) == (["rfc1/1/new"], ["rfc1/1/old"])


def test_the_key_is_case_iut_link_and_profile() -> None:
    found = diffing.compare(document(result(verdict="fail")), document(result(verdict="pass", link="sim")))
    assert (len(found.new), len(found.gone), found.improvements) == (1, 1, [])


def test_times_and_numbers_in_words_are_no_difference() -> None:
    before, after = result(verdict="fail", actual="reply id 7", duration_ms=1.0), result(
        verdict="fail", actual="reply id 9", duration_ms=2.0
    )
    assert diffing.compare(document(before), document(after)).same == 1


def test_another_label_or_another_failing_rule_is_a_difference() -> None:
    labels = diffing.compare(document(result(verdict="info", label="first")), document(result(verdict="info", label="last")))
    rules = diffing.compare(document(result(verdict="fail")), document(result(verdict="fail", requirement="RFC791-3.2-a")))
    assert len(labels.other) == len(rules.other) == 1 and not labels.regressions + rules.regressions


def test_the_settings_that_differ_are_named() -> None:
    assert diffing.compare(document(result()), document(result(), seed=2)).settings == ["seed: 1 before, 2 after"]


def write(path: Path, *found: results.Result) -> str:
    results.write(document(*found), path)
    return str(path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = write(tmp_path / "good.json", result()), write(tmp_path / "bad.json", result(verdict="fail"))
    assert cli.main(["diff", good, bad]) == 1
    said = capsys.readouterr().out
    assert "pass -> fail" in said and "expected silence after version 6; actual echo reply" in said
    assert said.endswith("1 worse, 0 better, 0 otherwise, 0 new, 0 gone, 0 the same\n")
    assert cli.main(["diff", bad, good]) == 0
    assert cli.main(["diff", good, good]) == 0
    capsys.readouterr()
    assert cli.main(["diff", good, bad, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["worse"][0]["after"]["verdict"] == "fail"
    assert cli.main(["diff", good, str(tmp_path / "none.json")]) == 2


def made_of(kit: str, case: str, release: str, **facts: str) -> results.Document:
    made = document(result(**facts))
    made["run"]["suite"] = {"version": "0.2", "digest": kit}
    made["cases"]["rfc1/1/one"] = {"words": "it is right", "kind": "requirement", "since": "0.1", "digest": case}
    made["iuts"][0]["release"] = release
    return made


@pytest.mark.parametrize(
    "kit, case, release, who",
    [
        ("k", "c", "1", "the IUT changed"),
        ("k", "c", "2", "the IUT changed"),
        ("k", "other", "1", "the suite changed, the IUT's release did not"),
        ("other", "c", "1", "the suite changed, the IUT's release did not"),
        ("k", "other", "2", "both changed, the IUT and the suite"),
    ],
)
def test_it_is_told_who_changed(kit: str, case: str, release: str, who: str) -> None:
    found = diffing.compare(made_of("k", "c", "1"), made_of(kit, case, release, verdict="fail"))
    assert list(found.who.values()) == [who] and len(found.regressions) == 1
    told = list(diff.told(found))
    assert ("worse:" in told) == (who == diffing.IUT_CHANGED) and (f"worse ({who}):" in told) == (who != diffing.IUT_CHANGED)


def test_of_before_there_was_a_suites_version() -> None:
    old = document(result())
    assert "suite" not in old["run"]
    found = diffing.compare(old, made_of("k", "c", "1", verdict="fail"))
    assert "suite: 0.1 before, 0.2 after" in found.settings and len(found.regressions) == 1
