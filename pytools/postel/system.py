# SPDX-License-Identifier: BSD-2-Clause
"""What this system allows, found by trying."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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
        return lines[-1] if lines else f"exit code {self.code}"


def attempt(command: Sequence[str | Path], *, seconds: float = 30, **environment: str) -> Attempt:
    """Runs a command to its end, with standard output and error together; never raises for what it does."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            env={**os.environ, **environment},
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
