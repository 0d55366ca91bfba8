# SPDX-License-Identifier: BSD-2-Clause
"""The few instructions of a Containerfile that ours has, read so that its lines can be tried without a container."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from postel.base.exits import UsageError

WORDS = ("FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "ENTRYPOINT", "CMD")


class Step(NamedTuple):
    word: str
    argument: str


def steps(text: str) -> list[Step]:
    """Its instructions in their order, each on one line."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = [Step(*line.split(maxsplit=1)) for line in re.sub(r"\\\n\s*", "", lines).splitlines() if line.strip()]
    if wrong := [step for step in found if step.word not in WORDS]:
        raise UsageError(f"the instruction {wrong[0].word} is not known here")
    return found


def last(found: Sequence[Step], word: str) -> str:
    return [step.argument for step in found if step.word == word][-1]


def release(found: Sequence[Step]) -> str:
    """Of the Debian that it builds upon."""
    named = re.fullmatch(r"\S*debian:([a-z]+)-slim", last(found, "FROM"))
    if not named:
        raise UsageError(f"FROM {last(found, 'FROM')} is no Debian that we know")
    return named[1]


def command(found: Sequence[Step]) -> list[str]:
    """What its container runs."""
    return [*json.loads(last(found, "ENTRYPOINT")), *json.loads(last(found, "CMD"))]


def owner(argument: str, root: Path) -> int:
    """The number of the user whose the files of `COPY --chown=USER . /postel` become."""
    named = re.fullmatch(r"(?:--chown=(\w+) )?\. /postel", argument)
    if not named:
        raise UsageError(f"COPY {argument}: only the checkout is copied, to /postel")
    users = dict(line.split(":")[0:3:2] for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines())
    return int(users[named[1] or "root"])


def packages(found: Sequence[Step]) -> set[str]:
    """What it installs."""
    named = [re.search(r"apt-get install (.*?) &&", step.argument) for step in found if step.word == "RUN"]
    return {word for match in named if match for word in match[1].split() if not word.startswith("-")}
