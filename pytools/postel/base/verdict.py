# SPDX-License-Identifier: BSD-2-Clause
"""The verdicts, from good to bad. Within a case a verdict only ever worsens."""

from enum import StrEnum


class Verdict(StrEnum):
    PASS = "pass"
    INFO = "info"
    NOT_APPLICABLE = "not-applicable"
    UNSUPPORTED = "unsupported"
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Verdict).index(self)


def worse(a: Verdict, b: Verdict) -> Verdict:
    """The worse of two verdicts."""
    return a if a.rank >= b.rank else b
