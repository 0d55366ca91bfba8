# SPDX-License-Identifier: BSD-2-Clause
"""A rule of the passive checker."""

from collections.abc import Callable
from dataclasses import dataclass

from postel.kit.seen import Seen
from postel.kit.violator import Violator
from postel.kit.wire import Fields

Test = Callable[[Fields, Seen], object]  # true or false


@dataclass(frozen=True)
class Rule:
    """A requirement, words, a test that is true of a bad frame, and the violator that shows that it can fail."""

    requirement: str
    words: str
    broken: Test
    violator: Violator
    passed: bool = False  # it holds of what a router passes on for others, too
    stimulus: str = "echo"  # makes an IUT send what the rule looks at; pytools/tests/test_violators.py has them
