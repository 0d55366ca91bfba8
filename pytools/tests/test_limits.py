# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT takes of the machine ends with it, and is not more than its definition says."""

import json
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from postel.lab import client, family
from test_confine import TESTS, program, said, without_namespaces
from test_lab import PATIENCE_S, echoed, ended, small, started


@pytest.fixture(autouse=True)
def _lab() -> Iterator[None]:
    yield
    client.end()


def became(code: str, **changed: object) -> str:
    instance = started(program("fd", "-c", textwrap.dedent(code), upper_tester="none", **changed), "fd")
    ended(instance)
    while instance.alive():  # its guardian, until all that it has started is dead
        time.sleep(0.01)
    told = instance.obituary()
    instance.close()
    return told


TOO_MUCH = "killed by SIGKILL: it held more than 100 MB of memory (memory_mb in its definition), and was ended"


@pytest.mark.parametrize("code", [
    "kept = [bytes([1]) * (1 << 20) for _ in iter(int, 1)]",
    "import mmap; kept = mmap.mmap(-1, 1 << 32); [kept.write(bytes([1]) * (1 << 20)) for _ in iter(int, 1)]",
    "import os, time; [os.fork() for _ in range(2)]; kept = bytes([1]) * (40 << 20); time.sleep(60)",
], ids=["its own", "shared", "of its children"])  # fmt: skip
def test_an_iut_that_takes_too_much_memory_is_ended(code: str):
    assert became(code, memory_mb=100) == TOO_MUCH


def test_what_it_only_reserves_is_not_counted():
    """A sanitizer reserves terabytes, so no limit on addresses would do."""
    assert said("""
        import mmap, sys, time
        kept = mmap.mmap(-1, 1 << 44, flags=mmap.MAP_PRIVATE | 0x4000)  # MAP_NORESERVE
        kept.write(bytes([1]) * (20 << 20))
        time.sleep(0.5)
        print("lives", file=sys.stderr)
    """, memory_mb=100) == "lives"  # fmt: skip


def test_an_iut_that_makes_processes_without_end_is_ended():
    assert became("""
        import os, signal
        while True:
            if os.fork() == 0:
                signal.pause()
    """, memory_mb=100_000) == "killed by SIGKILL: it ran more than 512 processes, and was ended"  # fmt: skip


LEAVES = """
    import os, signal, sys
    told, tell = os.pipe()
    def far_away():
        for _ in range(2):
            if os.fork():
                os._exit(0)
            os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(tell, b".")
        os.execvp("sleep", ["sleep", "60"])
    for _ in range(3):
        if os.fork() == 0:
            far_away()
        os.wait()
        os.read(told, 1)
    print("ready", file=sys.stderr, flush=True)
    {end}
"""
ENDS = {"by itself": "os.read(3, 99); os.abort()", "at the end of input": "os.read(3, 99)", "killed": "signal.pause()"}


def left(end: str) -> list[int]:
    """How many processes an IUT and its guardian had with the three that were left behind, and how many are left at its end."""
    other = started(small("fd"), "fd")
    helper = client.helper().process.pid
    usual = len(family.below(helper))
    instance = started(program("fd", "-c", textwrap.dedent(LEAVES.format(end=ENDS[end])), upper_tester="none"), "fd")
    give_up = time.monotonic() + PATIENCE_S
    while b"ready" not in instance.stderr() or len(family.below(helper)) > usual + 5:  # those between them end too
        assert instance.alive() and time.monotonic() < give_up, instance.obituary()
    before = len(family.below(helper)) - usual
    if end == "by itself":
        instance.link.send(0, bytes(60))
        ended(instance)
    instance.close()
    after = len(family.below(helper)) - usual
    assert echoed(other)
    client.end()
    return [before, after]


@pytest.mark.parametrize("end", ENDS)
def test_what_an_iut_has_started_ends_with_it(end: str):
    """Also what has left its session, and what its own parent has left."""
    assert left(end) == [2 + 3, 0]


@pytest.mark.parametrize("end", ENDS)
def test_what_an_iut_has_started_ends_with_it_where_there_are_no_namespaces(end: str):
    code = f"import json, sys; sys.path.insert(0, {str(TESTS)!r}); import test_limits as t; print(json.dumps(t.left({end!r})))"
    done = without_namespaces(code)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [2 + 3, 0]


GUARDIAN_KILLED = """
    import os, signal, sys, time
    print(os.getpid(), file=sys.stderr, flush=True)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
"""


def orphaned() -> bool:
    """Whether an IUT that has killed its guardian is left."""
    instance = started(program("fd", "-c", textwrap.dedent(GUARDIAN_KILLED), upper_tester="none"), "fd")
    ended(instance)
    instance.close()
    give_up = time.monotonic() + PATIENCE_S
    while (left := Path(f"/proc/{int(instance.stderr())}").exists()) and time.monotonic() < give_up:
        time.sleep(0.01)
    return left


def test_an_iut_that_kills_its_guardian_where_it_can_ends_too():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_limits as t; print(t.orphaned())"
    done = without_namespaces(code)
    assert done.stdout.strip() == "False", done
