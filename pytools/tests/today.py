# SPDX-License-Identifier: BSD-2-Clause
"""A part of many things that would take long together: another part each day, so that all have their turn within days. Nightly runs
take all (POSTEL_TODAY=all); POSTEL_TODAY=N is another day, to repeat what was red then."""

import os
import time
from collections.abc import Sequence
from typing import TypeVar

DAY = 86_400  # seconds
GIVEN = os.environ.get("POSTEL_TODAY", "")
NUMBER = 0 if GIVEN == "all" else int(GIVEN or time.time() // DAY)
T = TypeVar("T")


def part(things: Sequence[T], of: int, offset: int = 0) -> Sequence[T]:
    """Every `of`-th of them. Who takes several parts on one day gives each another `offset`."""
    return things if GIVEN == "all" else things[(NUMBER + offset) % of :: of]
