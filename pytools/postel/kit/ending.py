# SPDX-License-Identifier: BSD-2-Clause
"""How a case says that something is not as it must be, or that nobody can tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from postel.base.verdict import Verdict
from postel.kit.expect import differ
from postel.kit.stops import Stop


class Ending:
    """The lower tester is one; what it has beside this is declared here."""

    judged: str | None
    shown: int

    @contextmanager
    def judging(self, requirement: str) -> Iterator[None]:
        """What fails inside fails this one of the case's requirements."""
        before, self.judged = self.judged, requirement
        yield
        self.judged = before

    def check(self, what: str, actual: object, expected: object) -> None:
        """A value that must be equal, or fulfil a predicate."""
        if words := differ(actual, expected):
            self.fail(f"{what} {words[0]}", f"{what} {words[1]}")

    def fail(self, expected: str, actual: str, frame: int | None = None) -> NoReturn:
        """`frame` is the one of the evidence that shows it; else it is what the last step was about, a stimulus or its answer."""
        raise Stop(Verdict.FAIL, expected, actual, self.judged, frame or self.shown or None)

    def unsupported(self, why: str) -> NoReturn:
        raise Stop(Verdict.UNSUPPORTED, "", why)

    def not_applicable(self, why: str) -> NoReturn:
        raise Stop(Verdict.NOT_APPLICABLE, "", why)

    def inconclusive(self, expected: str, actual: str) -> NoReturn:
        raise Stop(Verdict.INCONCLUSIVE, expected, actual)
