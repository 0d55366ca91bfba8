# SPDX-License-Identifier: BSD-2-Clause
"""A hostile IUT (escapes.py) tries to get out, as root and as an ordinary user; each attempt must have failed."""

import ctypes
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postel.lab import client
from test_confine import TESTS, program
from test_lab import ROOT_ONLY, as_nobody, echoed, ended, small, started

pytestmark = pytest.mark.chaos

ESCAPES = TESTS / "escapes.py"


@pytest.fixture
def directory() -> Iterator[Path]:
    """Writable for everybody, with a program in it that makes root of who executes it."""
    place = Path(tempfile.mkdtemp(prefix="postel-escape-"))
    place.chmod(0o777)
    shutil.copy("/bin/cat", place / "as-root")
    (place / "as-root").chmod(0o4755)
    yield place
    shutil.rmtree(place)


@contextmanager
def shared_memory() -> Iterator[int]:
    """The key of a segment of System V, which an IUT of the same user could read."""
    libc, key = ctypes.CDLL(None), secrets.randbits(31)
    number = libc.shmget(key, 4096, 0o1600)
    assert number >= 0
    yield key
    libc.shmctl(number, 0, None)


def tried(directory: Path) -> dict[str, str]:
    """How each attempt went. A second IUT, which has done nothing wrong, and the helper live on."""
    os.environ |= {"GITHUB_TOKEN": "hush"}
    greeting = client.helper().greeting
    if greeting["refused"] or not greeting["processes"]:
        pytest.skip(f"not confined here, and said so in each report: {greeting['refused'] or greeting['reasons']}")
    client.end()  # what listens before the helper starts it knows
    with socket.socket(socket.AF_UNIX) as listening, shared_memory() as key:
        listening.bind(str(directory / "socket"))
        listening.listen()
        other = started(small("fd"), "fd")
        helper = client.helper().process.pid
        words = [str(ESCAPES), str(directory), str(os.getpid()), str(helper), str(directory / "socket"), str(key)]
        hostile = started(program("fd", *words, upper_tester="none"), "fd")
        ended(hostile)
        said = hostile.stderr()
        hostile.close()
        assert echoed(other)
        other.close()
        assert client.helper().process.pid == helper
        assert client.helper().process.poll() is None
        client.end()
    assert not (directory / "written").exists()
    left = Path(f"/tmp/left-by-the-iut-{key}")
    assert not left.exists() or left.unlink()
    *lines, last = said.decode().strip().splitlines()
    assert last == "done", said
    return dict(line.split(" ", 1) for line in lines)


def all_refused(attempts: dict[str, str]) -> None:
    assert len(attempts) >= 34
    assert {name: how for name, how in attempts.items() if not how.startswith("refused: ")} == {}


@ROOT_ONLY
def test_root_does_not_escape(directory: Path):
    all_refused(tried(directory))


@ROOT_ONLY
def test_an_ordinary_user_does_not_escape(directory: Path, tmp_path: Path):
    code = f"import json, sys; sys.path.insert(0, {str(TESTS)!r}); import test_escapes as t; " \
           f"print(json.dumps(t.tried(t.Path({str(directory)!r}))))"  # fmt: skip
    done = as_nobody("666", tmp_path, "-c", code)
    if "not confined here" in done.stderr:
        pytest.skip("this system does not let ordinary users make namespaces")
    assert done.returncode == 0, done.stderr
    all_refused(json.loads(done.stdout))
