# SPDX-License-Identifier: BSD-2-Clause
"""The stages of `postel test`: what hangs ends as a failure that has a name."""

import _thread
import sys
import threading
import time
from pathlib import Path

import pytest
from postel.selftest import checks

HANGS = "import signal, subprocess, sys, time\nprint('begun', flush=True)\n"


@pytest.fixture(autouse=True)
def logs_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "BUILD", tmp_path)
    monkeypatch.setattr(checks, "GOODBYE_S", 0.5)


def test_what_a_command_says_and_how_it_ends(tmp_path: Path) -> None:
    assert checks.spoken(["sh", "-c", "echo one; echo two >&2; echo $X; exit 3"], "log", X="three") == (3, "one\ntwo\nthree\n")
    assert (tmp_path / "test/log").read_text() == "one\ntwo\nthree\n"


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIMIT_S", 1.0)
    code, output = checks.spoken([sys.executable, "-c", HANGS + "time.sleep(600)"], "log")
    assert code != 0 and output.startswith("begun\n") and "KeyboardInterrupt" in output
    assert output.endswith("It had not ended after 1 s, and was ended: the lines above are its last.\n")


def test_with_what_it_has_started_and_although_it_will_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIMIT_S", 1.0)
    started = "child = subprocess.Popen(['sleep', '600'])\nprint(child.pid, flush=True)\n"
    deaf = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    code, output = checks.spoken([sys.executable, "-c", HANGS + deaf + started + "time.sleep(600)"], "log")
    assert code == -9
    assert gone(int(output.split()[1]))


def gone(pid: int) -> bool:
    """Within a moment."""
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_a_command_does_not_outlive_an_interrupt(tmp_path: Path) -> None:
    threading.Timer(1.0, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        checks.spoken(["sh", "-c", "echo $$; exec sleep 600"], "log")
    assert gone(int((tmp_path / "test/log").read_text()))


TESTS = """
import time, pytest
def test_passes(): pass
def test_fails(): assert 0
def test_skips(): pytest.skip("no reason")
def test_hangs(): time.sleep(600)
@pytest.mark.chaos
def test_chaos(): pass
"""


def test_a_test_that_hangs_is_a_failure_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_sample.py").write_text(TESTS)
    monkeypatch.setattr(checks, "TEST_LIMIT_S", 2)
    monkeypatch.setattr(checks, "TESTS", str(tmp_path / "test_sample.py"))
    tally = checks.pytest("sample", "not chaos")
    assert (tally.passed, tally.failed, tally.skipped) == (1, 2, 1)
    assert "skipped: test_skips: no reason" in tally.said
    assert "FAILED" in tally.said[-1] and "test_hangs - Failed: Timeout >2.0s" in tally.said[-1]
    assert checks.pytest("sample", "chaos") == checks.Tally(passed=1)


def test_each_test_is_in_one_stage() -> None:
    chosen = {stage.name: stage.check.args[1] for stage in checks.EVERY if getattr(stage.check, "func", None) is checks.pytest}
    assert chosen == {"python": "not chaos", "chaos": "chaos"}
