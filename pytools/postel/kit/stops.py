# SPDX-License-Identifier: BSD-2-Clause
"""How a case ends before its last step."""

from postel.base.verdict import Verdict


class Stop(Exception):
    """A case ends here with a verdict; expected and actual are words."""

    def __init__(self, verdict: Verdict, expected: str, actual: str, requirement: str | None = None, frame: int | None = None
                 ) -> None:
        super().__init__(actual)
        self.verdict, self.expected, self.actual = verdict, expected, actual
        self.requirement, self.frame = requirement, frame


class Silent(Exception):
    """No control probe will be answered: the IUT is "mute", "endless" in what it says, or dead, and then this is its obituary.
    `words` say more."""

    def __init__(self, how: str, words: str = "") -> None:
        super().__init__(how)
        self.words = words
