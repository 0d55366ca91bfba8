# SPDX-License-Identifier: BSD-2-Clause
"""What this system allows, found by trying."""

import os
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from postel.base.exits import EnvironmentUnusable, how_it_ended

FILES = 256  # open at once: what a run with some IUTs takes, and to spare


def equip() -> None:
    """What every command takes for granted: a working directory that is there, and enough open files."""
    try:
        os.getcwd()
    except OSError as error:
        raise EnvironmentUnusable(f"the working directory cannot be used ({error.strerror}): cd to one that is there") from error
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < FILES:
        raise EnvironmentUnusable(f"this shell allows {most} open files, and {FILES} are needed: ulimit -n {FILES}")
    if allowed != resource.RLIM_INFINITY and allowed < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, most))


def words_of(error: OSError) -> str:
    """What the system says, and of which file."""
    return f"{error.strerror}{f': {error.filename}' if error.filename else ''}"


@dataclass(frozen=True)
class Attempt:
    """How a command ended: its exit code (127: there is no such command, 124: out of time) and what it said."""

    code: int
    output: str

    @property
    def ok(self) -> bool:
        return self.code == 0

    @property
    def last_line(self) -> str:
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else how_it_ended(self.code)


def for_tools() -> dict[str, str]:
    """Our environment without Python's variables: meson and mypy are Python, and would import by them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def attempt(command: Sequence[str | Path], *, seconds: float = 30, **environment: str) -> Attempt:
    """Runs a command to its end, with standard output and error together; never raises for what it does."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            env=for_tools() | environment,
            check=False,
        )
    except FileNotFoundError:
        return Attempt(127, f"{command[0]} is not there")
    except PermissionError:
        return Attempt(126, f"{command[0]} may not be run")
    except subprocess.TimeoutExpired:
        return Attempt(124, f"{command[0]} did not end within {seconds:g} s")
    return Attempt(done.returncode, done.stdout.decode(errors="replace"))


def is_root() -> bool:
    return os.geteuid() == 0
