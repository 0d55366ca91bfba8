# SPDX-License-Identifier: BSD-2-Clause
"""Exit codes, and the errors that carry one.

An error's message is for whoever typed the command: it says what is wrong and what to do about it.
"""

import signal
from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    OK = 0  # as expected
    FAILED = 1  # a failure, a regression or, with --strict, an unexpected pass
    USAGE = 2
    ENVIRONMENT = 3  # this system cannot run what was asked for
    IUT = 4  # the IUT or its adapter failed
    NOTHING = 5  # nothing was selected
    INTERNAL = 70


class PostelError(Exception):
    """Ends the command with its message and `exit`."""

    exit = Exit.FAILED


class UsageError(PostelError):
    exit = Exit.USAGE


class EnvironmentUnusable(PostelError):
    exit = Exit.ENVIRONMENT


class IutFailed(PostelError):
    """`stderr` is what the IUT said on its standard error, when it could not be started."""

    exit = Exit.IUT

    def __init__(self, message: str, stderr: bytes = b"") -> None:
        super().__init__(message)
        self.stderr = stderr


class IutHangs(IutFailed):
    """It runs, and says nothing: to start it once more would take as long."""


class NothingSelected(PostelError):
    exit = Exit.NOTHING


PRECEDENCE = (
    Exit.INTERNAL,
    Exit.USAGE,
    Exit.ENVIRONMENT,
    Exit.IUT,
    Exit.NOTHING,
    Exit.FAILED,
    Exit.OK,
)


def worst(exits: Iterable[int]) -> Exit:
    """The one that is reported when several apply; OK when there is none."""
    found = set(exits)
    return next((code for code in PRECEDENCE if code in found), Exit.OK)


def how_it_ended(code: int) -> str:
    """What became of a process, by its status: a negative one is the signal that killed it."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal
        return f"killed by signal {-code}"
