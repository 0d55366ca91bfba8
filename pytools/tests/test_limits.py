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


def left(end: str) -> tuple[int, int]:
    """How many processes the helper has below it while an IUT runs that has left three behind, and afterwards."""
    other = started(small("fd"), "fd")
    instance = started(program("fd", "-c", textwrap.dedent(LEAVES.format(end=ENDS[end])), upper_tester="none"), "fd")
    while b"ready" not in instance.stderr():
        assert instance.alive(), instance.obituary()
    helper = client.helper().process.pid
    before = family.below(helper)
    if end == "by itself":
        instance.link.send(0, bytes(60))
        ended(instance)
    instance.close()
    after = family.below(helper)
    assert echoed(other)
    client.end()
    return len(before), len(after)


@pytest.mark.parametrize("end", ENDS)
def test_what_an_iut_has_started_ends_with_it(end: str):
    """Also what has left its session, and what its own parent has left."""
    before, after = left(end)
    assert before - after == 2 + 3  # the IUT, its guardian, and what they had left


@pytest.mark.parametrize("end", ENDS)
def test_what_an_iut_has_started_ends_with_it_where_there_are_no_namespaces(end: str):
    code = f"import json, sys; sys.path.insert(0, {str(TESTS)!r}); import test_limits as t; print(json.dumps(t.left({end!r})))"
    done = without_namespaces(code)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    assert before - after == 2 + 3


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
