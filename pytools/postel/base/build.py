# SPDX-License-Identifier: BSD-2-Clause
"""Builds stack/ and what stands on it, one directory a kind.

A directory is set up anew when it is not this kind's any more (other options, another meson or compiler) or is
broken. The compiler is only heard when it fails.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from postel.base import signals
from postel.base.exits import EnvironmentUnusable, PostelError, UsageError
from postel.base.paths import ROOT, build_dir
from postel.base.system import attempt, for_tools
from postel.base.terminal import Line

LOUD = "-Dc_args=-fno-sanitize-recover=all -fno-omit-frame-pointer"
SANITIZED = ["-Doptimization=1", LOUD]
KINDS = {  # the compiler, and meson's options
    "release": ("gcc", ["-Doptimization=2"]),
    "gcc-san": ("gcc", ["-Db_sanitize=address,undefined", *SANITIZED]),
    "clang-san": ("clang", ["-Db_sanitize=address,undefined", "-Db_lundef=false", *SANITIZED]),
    "clang-msan": ("clang", ["-Db_sanitize=memory", "-Db_lundef=false", *SANITIZED]),
    "fuzz": (
        "clang",
        ["-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=2", LOUD],
    ),
}
TARGETS = {"release": ["programs"]}  # of the kinds whose unit tests nobody runs: a first `postel run` need not wait for them
DISK = ("No space left on device", "Disk quota exceeded")
STAMP = "postel-setup.json"
PROGRESS = re.compile(r"^\[(\d+)/(\d+)\] ")


class BuildFailed(PostelError):
    """The sources do not compile (exit code 1)."""


def failed(what: str, directory: Path, output: str) -> PostelError:
    """The sources' fault, or that of the disk."""
    if any(words in output for words in DISK):
        return EnvironmentUnusable(f"{what} in {directory} failed, as the disk is full: make room, or set POSTEL_BUILD")
    return BuildFailed(f"{what} in {directory} failed:\n{output.rstrip()}")


def build(kind: str = "release", *, root: Path = ROOT, into: Path | None = None, targets: Sequence[str] = ()) -> Path:
    """Sets up where needed, compiles these targets or what its kind is for, and returns the build directory."""
    if kind not in KINDS:
        raise UsageError(f"there is no build kind {kind!r}: {', '.join(KINDS)}")
    directory = into or build_dir(kind)
    if set("\\\n") & set(f"{root}{directory}"):
        raise EnvironmentUnusable("meson and ninja know no paths with a backslash or a newline: move the checkout, or what POSTEL_BUILD names")
    targets = targets or TARGETS.get(kind, [])
    with locked(directory):
        wanted = stamp(kind, root)
        held = directory / STAMP
        if not held.exists() or held.read_text() != wanted:
            set_up(kind, root, directory, wanted)
        code, output = compile_(kind, directory, targets)
        if code and "ninja: error:" in output:  # the directory is broken, not the sources
            set_up(kind, root, directory, wanted)
            code, output = compile_(kind, directory, targets)
    if code:
        raise failed(f"building {kind}", directory, output)
    return directory


def stamp(kind: str, root: Path) -> str:
    """What a directory must have been set up with to be used again."""
    compiler, options = KINDS[kind]
    versions = {}
    for tool in ("meson", "ninja", compiler):
        asked = attempt([tool, "--version"])
        if not asked.ok:
            raise EnvironmentUnusable(
                f"building {kind} needs {tool}: {asked.last_line}; `./postel doctor` says how to get it"
            )
        versions[tool] = asked.output.partition("\n")[0]
    return json.dumps({"root": str(root), "options": options, "versions": versions}, indent=1)


def set_up(kind: str, root: Path, directory: Path, wanted: str) -> None:
    forget(directory)
    compiler, options = KINDS[kind]
    say(f"setting up {kind}")
    done = attempt(["meson", "setup", *options, directory, root], seconds=300, CC=compiler)
    if not done.ok:
        raise failed(f"setting up {kind}", directory, done.output)
    (directory / STAMP).write_text(wanted)


def forget(directory: Path) -> None:
    """Empties a build directory; refuses one that is not a build directory."""
    inside = {path.name for path in directory.iterdir()}
    if inside and not inside & {STAMP, "meson-private", "meson-info", "meson-logs"}:
        raise UsageError(f"{directory} is in the way: it holds something, but is no build directory")
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def compile_(kind: str, directory: Path, targets: Sequence[str] = ()) -> tuple[int, str]:
    """Runs ninja; returns its exit code and what it said, without its progress."""
    said, progress = [], Line()
    ended: list[int] = []
    ninja: subprocess.Popen[str] | None = None

    def end(number: int) -> None:
        ended.append(number)
        if ninja:
            ninja.terminate()  # it ends its compilers too, and removes what they have half written

    with signals.heeded(end):
        ninja = subprocess.Popen(
            ["ninja", "-C", str(directory), *targets], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", env=for_tools(),
        )  # fmt: skip
        if ended:
            ninja.terminate()
        assert ninja.stdout
        for line in ninja.stdout:
            step = PROGRESS.match(line)
            if step:
                progress.show(f"building {kind} {step[1]}/{step[2]}")
            elif not line.startswith(("ninja: Entering", "ninja: no work")):
                said.append(line)
        code = ninja.wait()
        progress.close()
    if ended:
        raise signals.Ended(ended[0])
    return code, "".join(said)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """One build at a time in a directory."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory.with_name(f".{directory.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise EnvironmentUnusable(
            f"cannot build in {directory} ({error.strerror}): set POSTEL_BUILD to a directory that you may write"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def say(text: str) -> None:
    print(f"postel: {text}", file=sys.stderr)
