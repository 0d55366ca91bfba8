# SPDX-License-Identifier: BSD-2-Clause
"""How a case ends before its last step."""

from dataclasses import dataclass

from postel.base.verdict import Verdict


@dataclass(frozen=True)
class Finding:
    """What is known of an ability. `there` is None where it could not be found out: then each case judges for itself. `label` is
    what the ability's case has returned, such as by which of several means; `root` the case that a missing ability follows from,
    which is another's where the ability itself stands on one that is missing."""

    ability: str
    case: str
    there: bool | None
    root: str
    label: str = ""
    verdict: str = ""
    requirement: str | None = None
    expected: str = ""
    actual: str = ""


class Stop(Exception):
    """A case ends here with a verdict; expected and actual are words."""

    def __init__(self, verdict: Verdict, expected: str, actual: str, requirement: str | None = None, frame: int | None = None
                 ) -> None:
        super().__init__(actual)
        self.verdict, self.expected, self.actual = verdict, expected, actual
        self.requirement, self.frame = requirement, frame
        self.follows_from: Finding | None = None  # the ability that is missing
        self.fatal = False  # the IUT's end
        self.rank = verdict  # what that comes to, by the level of the requirement


class Silent(Exception):
    """No control probe will be answered: the IUT is "mute", "endless" in what it says, or dead, and then this is its obituary.
    `words` say more."""

    def __init__(self, how: str, words: str = "") -> None:
        super().__init__(how)
        self.words = words
