# SPDX-License-Identifier: BSD-2-Clause
"""`postel test --fresh` and the Containerfile, as far as they can be tried without making a system."""

import re
from pathlib import Path

import pytest
from postel.base.exits import UsageError
from postel.base.paths import ROOT
from postel.cli import cli
from postel.commands import test as command
from postel.selftest import containerfile, fresh, fresh_trials
from postel.selftest.checks import Tally
from postel.selftest.fresh_trials import CONTAINERFILE

STEPS = containerfile.steps(CONTAINERFILE.read_text())


def needs(name: str) -> set[str]:
    """The packages in one of the launcher's lists."""
    listed = re.search(rf"^{name}='(.*?)'", (ROOT / "postel").read_text(), re.MULTILINE | re.DOTALL)
    assert listed
    return {line.split()[2] for line in listed[1].splitlines() if line}


def test_the_containerfile_installs_what_the_launcher_does() -> None:
    assert containerfile.packages(STEPS) == {"python3", *needs("needs_of_run")}
    assert len(containerfile.packages(STEPS)) > 10


def test_the_containerfile_can_be_tried() -> None:
    """By its words and its release; `postel test --fresh` executes it."""
    assert containerfile.release(STEPS) in fresh.SUPPORTED
    assert containerfile.command(STEPS)[:2] == ["/postel/postel", "run"]
    assert [step.argument for step in STEPS if step.word == "USER"] == ["postel"]


@pytest.mark.parametrize("text, words", [
    ("FROM debian:trixie-slim\nVOLUME /x\n", "the instruction VOLUME is not known"),
    ("FROM alpine\n", "FROM alpine is no Debian"),
    ("FROM debian:trixie-slim\nCOPY a b\n", "COPY a b: only the checkout is copied"),
])  # fmt: skip
def test_a_containerfile_that_cannot_be_tried(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        found = containerfile.steps(text)
        containerfile.release(found)
        containerfile.owner(containerfile.last(found, "COPY"), Path("/"))


def test_lines_that_go_on_are_one() -> None:
    assert containerfile.steps("# no\nRUN a && \\\n    # nor this\n    b\n\nUSER me\n") == [("RUN", "a && b"), ("USER", "me")]


@pytest.mark.parametrize("asked, releases", [
    (["supported"], ["bookworm", "trixie"]), (["forky", "bookworm"], ["bookworm", "forky"]), (["all"], [*fresh.RELEASES]),
])  # fmt: skip
def test_which_releases(asked: list[str], releases: list[str]) -> None:
    assert command.releases(asked) == releases


def test_ways_and_stages_of_a_fresh_system(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tried: list[object] = []
    monkeypatch.setattr(fresh_trials, "tried", lambda *words: tried.append(words) or Tally(passed=1))
    assert cli.main(["test", "--fresh=trixie", "--as", "user", "types", "--nightly"]) == 0
    assert tried == [("trixie", ["user"], ["types", "--nightly"])]
    assert cli.main(["test", "--fresh"]) == 0
    assert [words[0] for words in tried[1:]] == ["bookworm", "trixie"] and "image" in tried[-1][1]  # type: ignore[index]
    assert cli.main(["test", "--as", "user"]) == 2 and cli.main(["test", "--fresh", "hamm"]) == 2


def test_what_each_way_must_be_able_to_judge() -> None:
    assert {way.name: len(way.judged) for way in fresh.WAYS} == {
        "root": 2, "user": 2, "no-namespaces": 1, "no-tun": 1, "container": 1,
    }  # fmt: skip


@pytest.mark.parametrize("code, said, good", [
    (3, "postel: missing: scapy; as root: apt-get install -x a b\npostel: cannot start", True),
    (3, "postel: cannot start\n", False),
    (0, "postel: missing: ip; as root: apt-get install -x a b\n", False),
])  # fmt: skip
def test_an_ordinary_user_must_be_told_what_root_types(code: int, said: str, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[list[str]] = []
    monkeypatch.setattr(fresh, "heard", lambda *_: (code, said))
    monkeypatch.setattr(fresh, "enter", lambda root, way, words: entered.append(words) or 0)
    tally = fresh_trials.installed_as_told("here", Path(), fresh.WAYS[1], ["./postel", "run"])
    assert (tally.passed, tally.failed) == (int(good), int(not good))
    assert entered == ([["sh", "-c", "apt-get install -x a b"]] if good else [])
