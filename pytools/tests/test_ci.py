# SPDX-License-Identifier: BSD-2-Clause
"""What docs/ci.md offers works as it stands: the shell steps of the GitHub action and the script of the GitLab job are run, on a
copy of the repository, against the smallest IUT of docs/iut.md."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from postel.base.paths import ROOT
from postel.catalogue.selection import shard_of
from postel.selftest.fresh import LEFT_OUT
from test_docs import shown

PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
JOB = yaml.safe_load((ROOT / ".ci/gitlab.yml").read_text(encoding="utf-8"))[".postel"]
GOOD = "rfc792/echo/data_returns"
BAD = "rfc1122/3.2.1.3/source_loopback"  # the smallest IUT answers it


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is checked out in CI, with somebody's IUT in it."""
    place = tmp_path_factory.mktemp("ci") / "repository"
    shutil.copytree(ROOT, place, symlinks=True, ignore=LEFT_OUT)
    (place / "tiny.toml").write_text(shown("toml", 'name = "tiny"'))
    (place / "tiny.py").write_text(shown("python", "import socket"))
    return place


def bash(script: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script], cwd=where, env=os.environ | environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def action(copy: Path, **inputs: str) -> tuple[int, str, dict[str, str], str]:
    """Runs each step of the action; the exit code of the first, what both said, its outputs, the job's summary."""
    given = {name: str(fact["default"]) for name, fact in ACTION["inputs"].items()} | inputs
    files = {name: copy / f".{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    codes, said = [], ""
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        environment = {name: filled(value, given) for name, value in step["env"].items()}
        done = bash(step["run"], copy, GITHUB_ACTION_PATH=str(copy), **environment, **{name: str(file) for name, file in files.items()})
        codes.append(done.returncode)
        said += done.stdout + done.stderr
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return codes[0], said, outputs, files["GITHUB_STEP_SUMMARY"].read_text()


def filled(value: str, given: dict[str, str]) -> str:
    """GitHub's expressions, of which the action uses one kind."""
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)


def test_the_action_is_green_for_what_is_right(copy: Path) -> None:
    code, said, outputs, summary = action(copy, iut="tiny.toml\n", patterns=f"{GOOD}\nrfc1122/3.2.1.1")
    assert (code, outputs) == (0, {"exit-code": "0"}), said
    assert re.search(r"^tiny +fd +2 ", summary, re.MULTILINE), summary
    assert (copy / "postel-out/junit.xml").exists()


def test_the_action_is_red_for_what_is_wrong_until_the_baseline_knows_it(copy: Path) -> None:
    code, said, outputs, summary = action(copy, iut="tiny.toml", patterns=f"{GOOD} {BAD}")
    assert (code, outputs) == (1, {"exit-code": "1"}), said
    assert "expected     silence after source 127.0.0.1" in summary
    written = bash("./postel baseline write tiny --file tiny.baseline.toml", copy)  # as the page says
    assert written.returncode == 0, written.stderr
    assert bash("./postel baseline check --file tiny.baseline.toml", copy).returncode == 1  # its reason is still to be said
    code, said, *_ = action(copy, iut="tiny.toml", patterns=f"{GOOD} {BAD}", baseline="tiny.baseline.toml")
    assert code == 0, said
    code, said, *_ = action(copy, iut="tiny.toml", patterns=f"{GOOD} {BAD}", exclude=BAD)
    assert code == 0, said


def test_the_action_leaves_an_outputs_place_and_options_to_the_user(copy: Path) -> None:
    shard = f"{shard_of(GOOD, 2)}/2"
    code, said, *_ = action(copy, iut="tiny.toml:fd", patterns=GOOD, out="other out", options="--strict --seed 2", shard=shard)
    assert code == 0, said
    assert (copy / "other out/results.json").exists()


@pytest.mark.parametrize(("inputs", "code"), [({"iut": "no-such.toml"}, 2), ({"patterns": "no/such/case"}, 5)])
def test_a_mistake_in_the_workflow_is_red(copy: Path, inputs: dict[str, str], code: int) -> None:
    assert action(copy, **{"iut": "tiny.toml", **inputs})[0] == code


def test_nothing_in_an_input_is_taken_for_shell(copy: Path) -> None:
    code, said, *_ = action(copy, iut="tiny.toml", patterns="$(touch stolen) `touch stolen` ;touch${IFS}stolen", options="")
    assert code == 5 and not (copy / "stolen").exists(), said
    assert not any("${{" in step["run"] for step in ACTION["runs"]["steps"])


def job(copy: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return bash("\n".join(JOB["script"]), copy, **JOB["variables"] | variables)


def test_the_gitlab_job_is_green_red_and_sharded(copy: Path) -> None:
    assert job(copy, POSTEL_RUN=f"--iut tiny.toml {GOOD}").returncode == 0
    assert job(copy, POSTEL_RUN=f"--iut tiny.toml {BAD}").returncode == 1
    for index, code in ((shard_of(GOOD, 2), 0), (3 - shard_of(GOOD, 2), 5)):
        assert job(copy, POSTEL_RUN=f"--iut tiny.toml {GOOD}", CI_NODE_INDEX=str(index), CI_NODE_TOTAL="2").returncode == code
    for kept in (*JOB["artifacts"]["paths"], JOB["artifacts"]["reports"]["junit"]):
        assert (copy / kept).exists()


def test_the_page_names_what_there_is() -> None:
    examples: list[Any] = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
    assert len(examples) == 3
    step, inherited, sharded = examples
    assert set(step[0]["with"]) <= set(ACTION["inputs"]) and set(sharded["steps"][0]["with"]) <= set(ACTION["inputs"])
    assert inherited["my-stack"]["extends"] == ".postel" and set(inherited["my-stack"]["variables"]) == set(JOB["variables"])
    assert all(f"`{name}`" in PAGE or f"{name}:" in PAGE for name in ACTION["inputs"])
