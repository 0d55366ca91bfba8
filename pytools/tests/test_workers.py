# SPDX-License-Identifier: BSD-2-Clause
"""Workers: what they tell arrives, whatever becomes of them, and none outlives its parent's interest."""

import os
import signal
import threading
import time
from multiprocessing import util
from multiprocessing.context import ForkProcess
from typing import Any

import fakes
import pytest
from postel.base.exits import IutFailed
from postel.runs.workers import Tell, Workers

pytestmark = pytest.mark.chaos


def heard(workers: Workers, number: int) -> list[tuple[str, Any]]:
    return [(what, facts) for n, what, facts in workers.heard() if n == number]


def test_what_is_told_arrives_in_order_and_gone_is_last() -> None:
    def counts(tell: Tell) -> None:
        for n in range(1000):
            tell("n", n)

    with Workers([counts, counts]) as workers:
        assert heard(workers, 1) == [*(("n", n) for n in range(1000)), ("gone", None)]
    assert not workers.interrupted


def test_an_error_with_a_code_arrives_as_it_is_and_any_other_with_its_trace() -> None:
    def refuses(tell: Tell) -> None:
        raise IutFailed("it does not start")

    def breaks(tell: Tell) -> None:
        raise ZeroDivisionError

    with Workers([refuses, breaks]) as workers:
        found = {(number, what): facts for number, what, facts in workers.heard()}
    assert isinstance(found[0, "refused"], IutFailed) and str(found[0, "refused"]) == "it does not start"
    assert "in breaks" in found[1, "crashed"] and "ZeroDivisionError" in found[1, "crashed"]


def test_one_that_is_stopped_while_it_ends_anyway_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def ends(tell: Tell) -> None:
        util.Finalize(None, os.kill, args=(os.getpid(), signal.SIGTERM), exitpriority=1)

    with Workers([ends]) as workers:
        assert heard(workers, 0) == [("gone", None)]
    assert capfd.readouterr().err == ""


def waits(tell: Tell) -> None:
    tell("process", os.getpid())
    fakes.wait_for_the_end()


def test_none_outlives_an_error_of_the_parent() -> None:
    with pytest.raises(KeyError), Workers([waits, waits]) as workers:
        _, _, process = next(workers.heard())
        raise KeyError
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_the_first_interrupt_asks_and_the_second_ends() -> None:
    def deaf(tell: Tell) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        tell("deaf", None)
        fakes.wait_for_the_end()

    with Workers([deaf]) as workers:
        told = []
        for _, what, facts in workers.heard():
            told.append((what, facts))
            if what == "deaf":
                os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGINT)
    assert told == [("deaf", None), ("gone", "its worker ended: killed by SIGKILL")] and workers.interrupted


def test_an_interrupt_while_a_worker_starts_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another thread takes the signal, it is not held back until we know of the worker."""
    start = ForkProcess.start

    def late(process: ForkProcess) -> None:
        start(process)
        os.kill(os.getpid(), signal.SIGINT)
        while not workers.interrupted:
            time.sleep(0.001)

    monkeypatch.setattr(ForkProcess, "start", late)
    over = threading.Event()
    threading.Thread(target=over.wait, daemon=True).start()
    workers = Workers([waits])
    with workers:
        assert [what for _, what, _ in workers.heard()][-1] == "gone"
    over.set()
