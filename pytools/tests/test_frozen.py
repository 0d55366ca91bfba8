# SPDX-License-Identifier: BSD-2-Clause
"""What people keep of Postel 0.1 still works: an adapter, its definition, a baseline, results. Nothing in frozen_0_1/ is ever changed."""

import shutil
from pathlib import Path

import pytest
from postel.base.exits import Exit
from postel.cli import cli
from postel.results import results

FROZEN = Path(__file__).with_name("frozen_0_1")
CASES = ["rfc826/Reception/other_hardware_type", "rfc1122/3.2.1.1/version_not_4", "rfc792/echo/data_returns"]


@pytest.fixture(autouse=True)
def _copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in FROZEN.iterdir():
        if each.is_file():
            shutil.copy(each, tmp_path)
    monkeypatch.chdir(tmp_path)


def test_the_adapter_keeps_to_the_rules(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["iut", "check", "adapter.toml"]) == Exit.OK
    assert "all is well" in capfd.readouterr().out


def test_the_baseline_excuses_what_it_did_and_the_results_are_read(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--iut", "adapter.toml", "--baseline", "baseline.toml", *CASES]) == Exit.OK
    found = {result["case"]: result for result in results.read(Path("postel-out"))["results"]}
    assert [(found[case]["verdict"], bool(found[case]["baseline"])) for case in CASES] == [("fail", True), ("fail", True), ("pass", False)]
    capfd.readouterr()
    assert cli.main(["diff", "results.json", "postel-out"]) == Exit.OK
    said = capfd.readouterr().out
    assert "the runs differ in suite: 0.1 before, 0.2 after" in said and said.endswith("0 gone, 3 the same\n")


def test_without_the_baseline_the_same_run_is_red() -> None:
    assert cli.main(["run", "--iut", "adapter.toml", *CASES]) == Exit.FAILED


def test_old_results_are_shown(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "results.json", "--format", "text"]) == Exit.OK
    assert "FAIL  rfc1122/3.2.1.1/version_not_4   frozen  fd" in capfd.readouterr().out
