# SPDX-License-Identifier: BSD-2-Clause
"""`postel list` and `postel explain`, on the suite as it is; and conformance/ids.txt."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from postel import kit
from postel.base.exits import UsageError
from postel.catalogue import drops, ids
from postel.catalogue.requirements import catalogue, judged
from postel.cli import cli, index
from postel.kit.checker import RULES
from postel.results import results
from test_results import document, result

CASE, RULE = "rfc1122/3.2.1.1/version_not_4", "RFC1122-3.2.1.1-a"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(list(words)) == 0
    return capsys.readouterr().out


def test_list_has_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "list").splitlines()
    assert [line.split()[0] for line in lines] == [case.id for case in kit.cases()]


@pytest.mark.parametrize("words", [[RULE], ["rfc1122/3.2.1.1"], [CASE], ["version_not_4"], ["RFC1122-3.2.1.1"]])
def test_list_filters(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    found = json.loads(said(capsys, "list", "--json", *words))
    assert CASE in [case["id"] for case in found["cases"]] and found["requirements"] == []
    assert all(RULE in case["requirements"] for case in found["cases"])
    assert all(set(case["violators"]) <= set(case["requirements"]) for case in found["cases"])


def test_list_excludes(capsys: pytest.CaptureFixture[str]) -> None:
    whole = said(capsys, "list", "rfc1122/3.2.1").splitlines()
    rest = said(capsys, "list", "rfc1122/3.2.1", "--exclude", "version_not_4", "--exclude", "RFC1122-3.2.1.3").splitlines()
    gone = [line for line in whole if " ".join(line.split()) not in {" ".join(kept.split()) for kept in rest}]
    assert len(whole) == len(gone) + len(rest) and any(line.startswith(CASE) for line in gone) and len(gone) > 1
    excluded = {case.id for case in kit.cases() if any(id_.startswith("RFC1122-3.2.1.3-") for id_ in case.requirements) or "/3.2.1.3/" in case.id}
    assert {line.split()[0] for line in gone} <= excluded | {CASE}
    assert cli.main(["list", "rfc1122", "--exclude", "rfc1122"]) == 5
    assert "all that was asked for is excluded" in capsys.readouterr().err


def test_list_of_requirements(capsys: pytest.CaptureFixture[str]) -> None:
    whole = json.loads(said(capsys, "list", "--requirements", "--json"))
    assert [row["id"] for row in whole["requirements"]] == list(catalogue()) and whole["cases"] == []
    assert RULE in said(capsys, "list", "--requirements", "RFC1122-3.2.1.1-*")
    assert RULE in said(capsys, "list", "--requirements", "version_not_4")


@pytest.fixture
def before_rfc2644(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """As though no case judged RFC 2644 yet: its rows."""
    known = index.load()
    rows = [id_ for id_, row in known.requirements.items() if row.rfc == 2644]
    cases = [case for case in known.cases if not set(rows) & set(case.requirements) and not case.id.startswith("rfc2644/")]
    now = {id_: replace(row, status="pending") if id_ in rows else row for id_, row in known.requirements.items()}
    monkeypatch.setattr(index, "load", lambda: replace(known, cases=cases, requirements=now))
    return rows


@pytest.mark.parametrize("pattern", ["RFC2644", "rfc2644", "2644", "RFC2644-*"])
def test_list_of_what_no_case_judges_shows_the_requirements_and_says_so(
    pattern: str, before_rfc2644: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["list", pattern]) == 0
    out, error = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == before_rfc2644 and len(before_rfc2644) > 3
    assert error == f"postel: no case judges {pattern}: {len(before_rfc2644)} requirements ({len(before_rfc2644)} pending)\n"
    assert [row["id"] for row in json.loads(said(capsys, "list", pattern, CASE, "--json"))["requirements"]] == before_rfc2644
    assert [row["id"] for row in json.loads(said(capsys, "list", "--pending", pattern, "--json"))["requirements"]] == before_rfc2644


def test_list_of_what_cannot_be_tested(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "RFC5494"]) == 0
    assert capsys.readouterr().err == "postel: no case judges RFC5494: 1 requirement (1 not testable)\n"
    assert cli.main(["list", "--pending", "RFC5494"]) == 5
    assert "no requirement of these is pending" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["--requirements"], ["--pending"]])
def test_list_of_nothing_is_5_with_a_hint(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert cli.main(["list", *words, "RFC1122-3.2.1.1-aa"]) == 5
    assert "did you mean RFC1122-3.2.1.1-a" in capsys.readouterr().err
    assert cli.main(["list", *words, "rfc1122/3.2.1.1/version_not_5"]) == 5
    assert capsys.readouterr().err == f"postel: nothing matches rfc1122/3.2.1.1/version_not_5; did you mean {CASE} or {CASE}_with_options?\n"


@pytest.mark.parametrize("word", [CASE, "version_not_4", CASE.upper()])
def test_explain_a_case(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    results.write(document(result(CASE, "fail")), tmp_path / "results.json")
    text = said(capsys, "explain", word, "--from", ".")
    assert f"MUST  RFC 1122 3.2.1.1: {catalogue()[RULE].rule}" in text
    assert "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.1" in text
    assert "violator  answers(echo-reply)" in text
    assert re.search(r"source conformance/rfc1122/section_3_2_1_1.py:\d+\n  @case", text)
    assert "linux over tap  rfc1122/3.2.1.1/version_not_4: fail: echo reply <id 7>" in text


def test_explain_a_requirement(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    text = said(capsys, "explain", RULE)
    assert f"judged by {CASE}   conformance/rfc1122/section_3_2_1_1.py:" in text and "VERSION" in text
    assert "results of" not in text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.requirement)
def test_explain_shows_the_rules_of_the_passive_checker(capsys: pytest.CaptureFixture[str], rule: object) -> None:
    assert rule.requirement in judged()  # type: ignore[attr-defined]
    text = said(capsys, "explain", rule.requirement)  # type: ignore[attr-defined]
    assert "judged by the passive checker, in every frame of every case" in text
    assert rule.words in text and rule.violator.words() in text  # type: ignore[attr-defined]


def test_every_drop_reason_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    text = (drops.ROOT / "stack/base/drop.def").read_text()
    assert len(drops.load()) == len(re.findall(r"^DROP\(", text, re.MULTILINE))
    found = said(capsys, "explain", "V4_DROP_IHL")
    assert found == said(capsys, "explain", "ihl")
    assert "header shorter than five words" in found and re.search(r"stack/wire/ip.c:\d+", found)


@pytest.mark.parametrize(("word", "first"), [("version_not_4", "cases"), (RULE, "requirements"), ("IHL", "drops")])
def test_explain_as_json(capsys: pytest.CaptureFixture[str], word: str, first: str) -> None:
    found = json.loads(said(capsys, "explain", word, "--json"))
    assert set(found) == {"id", "cases", "requirements", "passive", "drops", "baselines", "results"}
    assert found["id"] in {entry.get("id", entry.get("name")) for entry in found[first]}
    if first != "drops":
        judge_it = [case.id for case in kit.cases() if RULE in case.requirements]
        assert [case["id"] for case in found["cases"]] == ([CASE] if first == "cases" else judge_it)
        assert [row["id"] for row in found["requirements"]] == [RULE]
        assert found["requirements"] == json.loads(said(capsys, "list", "--requirements", RULE, "--json"))["requirements"]


def test_explain_of_several_is_2_and_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "RFC1122-3.2.2"]) == 2
    assert re.search(r"RFC1122-3.2.2 may be (\S+ or ){4}\d+ more; `./postel list` shows them", capsys.readouterr().err)


def test_explain_of_nothing_is_2_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "version_not_5"]) == 2
    assert re.search(rf"did you mean .*{CASE}", capsys.readouterr().err)


def test_every_case_is_in_ids_and_every_id_is_a_case_or_gone() -> None:
    assert ids.problems(case.id for case in kit.cases()) == []


def test_ids_are_only_ever_added(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    assert ids.append(["a/1/b", "a/1/a"], path) == ["a/1/a", "a/1/b"]
    before = path.read_text()
    assert ids.append(["a/1/0", "a/1/a"], path) == ["a/1/0"]
    assert path.read_text() == before + "a/1/0\n"
    path.write_text(path.read_text().replace("a/1/b", "a/1/b gone: judged by a/1/a"))
    assert ids.problems(["a/1/0", "a/1/a"], path) == []
    assert len(ids.problems(["a/1/0", "a/1/b", "a/1/c"], path)) == 3  # c is new, a is missing, b came back


def test_an_id_says_which_version_of_the_suite_brought_it(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_text("a/1/old\n")
    ids.append(["a/1/old", "a/1/new"], path)
    ids.append(["a/1/newer"], path)
    assert path.read_text() == f"a/1/old\n# since {ids.SUITE_VERSION}\na/1/new\na/1/newer\n"
    assert ids.since(path) == {"a/1/old": "0.1", "a/1/new": ids.SUITE_VERSION, "a/1/newer": ids.SUITE_VERSION}
    found = {case.id: case.since for case in kit.cases()}
    assert found["rfc1122/3.2.1.1/version_not_4"] == "0.1" and set(found.values()) <= {"0.1", ids.SUITE_VERSION}


@pytest.mark.parametrize("line", ["a/1/a", "a/1/b gone:", "a/1/b went away"])
def test_a_wrong_line_in_ids_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "ids.txt").write_text(f"a/1/a\n{line}\n")
    with pytest.raises(UsageError, match="ids.txt:2"):
        ids.read(tmp_path / "ids.txt")
