# SPDX-License-Identifier: BSD-2-Clause
"""Whatever is listed is listed as JSON, too, in the shape that docs/cli.md tells."""

import json
import re
from pathlib import Path

import pytest
from postel.base.paths import ROOT
from postel.cli import cli, tree
from postel.results import results
from test_results import document, result

CASE = "rfc1122/3.2.1.1/version_not_4"
SAMPLES = {
    "list": [CASE],
    "explain": [CASE],
    "diff": ["before.json", "after.json"],
    "iut list": [],
    "doctor": ["build directory"],
    "fuzz": ["--list"],
    "baseline check": [],
}
TABLE = dict(re.findall(r"^\| `([a-z -]+?)(?: --list)?` \| (`\{.*) \|$", (ROOT / "docs/cli.md").read_text(), re.MULTILINE))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    results.write(document(result(CASE, "pass")), Path("before.json"))
    results.write(document(result(CASE, "fail")), Path("after.json"))


def test_every_command_that_has_json_is_documented_and_tried() -> None:
    having = {leaf.prog.removeprefix("postel ") for leaf in tree.leaves() if "--json" in leaf.format_help()}
    assert having == set(SAMPLES) == set(TABLE)


@pytest.mark.parametrize("command", SAMPLES)
def test_it_is_one_document_with_the_keys_that_are_documented(runs: None, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main([*command.split(), *SAMPLES[command], "--json"])
    said = capsys.readouterr()
    assert (code, said.err) == (1 if command == "diff" else 0, "")
    found = json.loads(said.out)
    top = re.match(r"`\{(.*?)\}`", TABLE[command])
    assert top and list(found) == re.findall(r'"(\w+)":', top[1]), list(found)
    for key, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and command != "diff":
            for name in value[0]:
                assert f"`{name}`" in TABLE[command] or key == "results", (key, name)


def test_json_of_a_search_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fuzz", "reass", "--json"]) == 2
    assert capsys.readouterr().err == "postel: --json goes with --list\n"
