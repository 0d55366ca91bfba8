# SPDX-License-Identifier: BSD-2-Clause
"""Who dies of a stimulus, and who takes its time to live: what they are charged with."""

from dataclasses import replace
from pathlib import Path

import pytest
from postel import kit
from postel.iut import iut
from postel.kit import Case, Verdict, echo, echo_reply, lower
from postel.kit.lower import LowerTester
from test_kit_judge import ANSWER, SILENCE, definition, impatient, judged, known, made  # noqa: F401 (a fixture)


def three_echoes(lt: LowerTester) -> None:
    for data in lt.each([b"one", b"two", b"three"], "echo of"):
        lt.send(echo(data=data))
        lt.expect(echo_reply())


@pytest.mark.parametrize("fault, case, requirement", [
    ("crashing", known(SILENCE), "RFC1122-1.2.2-a"), ("leaving", known(ANSWER), "RFC1122-1.2.2-a"),
    ("mute_later", known(ANSWER), known(ANSWER).requirements[0]), ("mute_later", made(three_echoes, "RFC1122-3.2.2.1-a"), "RFC1122-1.2.2-a"),
    ("crashing", replace(made(three_echoes), kind="characteristic"), "RFC1122-1.2.2-a"),
])  # fmt: skip
def test_who_dies_has_broken_the_rule_to_survive(tmp_path: Path, fault: str, case: Case, requirement: str, impatient: None):
    outcome = judged(tmp_path, fault, case)
    assert (outcome.verdict, outcome.requirement) == (Verdict.FAIL, requirement)


def test_the_stimulus_of_a_sweep_that_kills_is_named(tmp_path: Path):
    outcome = judged(tmp_path, "crashing", made(three_echoes))
    assert outcome.sweep and [stop.actual for stop in outcome.sweep.failed.values()] == [outcome.actual]


def test_who_still_claims_its_address_is_given_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Three probes, two announcements and what RFC 5227 has between them take longer than many a host to start; asked it is all the while."""
    monkeypatch.setattr(lower, "SELDOM", 0.1)
    definition(tmp_path, "claiming").write_text("start_s = 0.4\n" + (tmp_path / "claiming.toml").read_text())
    instance = iut.start(iut.load(str(tmp_path / "claiming.toml")), "fd", profile="modern", seed=1, build=tmp_path)
    outcome = kit.judge(known(ANSWER), instance)
    instance.close()
    assert outcome.verdict == Verdict.PASS, outcome.actual
    asked = [r.comment for r in outcome.frames if r.sent and r.time < 1.4]
    assert asked.count("control probe") > 8
