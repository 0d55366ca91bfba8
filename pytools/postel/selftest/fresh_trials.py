# SPDX-License-Identifier: BSD-2-Clause
"""What a new user does first, on systems that have nothing: `postel test --fresh`.

Each way of using a system gets one of its own. A user who may not install is told a command; root types it as it was told.
"""

import re
import shlex
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from postel.base.exits import how_it_ended
from postel.base.paths import ROOT
from postel.results import results
from postel.selftest import containerfile, fresh
from postel.selftest.checks import Tally, last
from postel.selftest.fresh import ROOT_USER, Way

IMAGE = "image"  # not a way: the lines of the Containerfile, on the release that it names
AFTERWARDS = ("doctor", "report --format text", "diff postel-out postel-out")  # all that they need came with `run`
CONTAINERFILE = ROOT / "Containerfile"


def tried(release: str, names: Sequence[str], test: Sequence[str]) -> Tally:
    """Both commands of the README in these ways, and the Containerfile."""
    tally = Tally()
    with fresh.base(release) as directory:
        for way in fresh.WAYS:
            if way.name in names:
                with fresh.system(directory, way) as root:
                    tally += both_commands(f"{release}, {way.about}", root, way, test)
        steps = containerfile.steps(CONTAINERFILE.read_text(encoding="utf-8"))
        if IMAGE in names and containerfile.release(steps) == release:
            tally += image(directory, steps)
    return tally


def both_commands(where: str, root: Path, way: Way, test: Sequence[str]) -> Tally:
    tally = Tally()
    for command in (["./postel", "run"], ["./postel", "test", *test]):
        if way.user != "root":
            tally += installed_as_told(where, root, way, command)
        tally += step(where, root, way, command)
        if command[1] == "run":
            tally += judged_there(where, root, way)
            for word in AFTERWARDS:
                tally += step(where, root, way, ["./postel", *word.split()])
    return tally


def step(where: str, root: Path, way: Way, command: Sequence[str]) -> Tally:
    """One command, its output on ours; good is exit code 0."""
    words = f"{where}: {shlex.join(command)}"
    print(f"--- {words}", flush=True)
    started = time.monotonic()
    code = fresh.enter(root, way, command)
    return checked(code == 0, f"{words}: {how_it_ended(code)} after {time.monotonic() - started:.0f} s")


def checked(good: bool, words: str) -> Tally:
    print(f"--- {'ok' if good else 'FAIL'}  {words}", flush=True)
    return Tally(passed=int(good), failed=int(not good), said=(words,))


def installed_as_told(where: str, root: Path, way: Way, command: Sequence[str]) -> Tally:
    """The command for root, from what an ordinary user is told."""
    code, said = fresh.heard(root, way, command)
    print(said, end="", flush=True)
    told = re.search(r"as root: (apt-get .*)", said)
    if code != 3 or not told:
        return checked(False, f"{where}: {shlex.join(command)}: exit code {code}, and no command for root:\n{last(said, 5)}")
    return step(f"{where}, then root", root, replace(ROOT_USER, tun=way.tun), ["sh", "-c", told[1]])


def judged_there(where: str, root: Path, way: Way) -> Tally:
    document = results.read(root / "postel" / "postel-out")
    names = {str(iut["name"]) for iut in document["iuts"] if not iut["broken"]}
    return checked(names == way.judged and bool(document["results"]), f"{where}: judged {', '.join(sorted(names))}")


def image(directory: Path, steps: Sequence[containerfile.Step]) -> Tally:
    """The lines of the Containerfile, then what its container does; no image is built."""
    way = replace(fresh.CONTAINER, name=IMAGE, place="/")
    tally = Tally()
    with ExitStack() as stack:
        root = stack.enter_context(fresh.system(directory, way, checkout=False))
        for word, argument in steps:
            if word == "RUN":
                tally += step("Containerfile", root, way, ["sh", "-c", argument])
            if word == "COPY":
                fresh.copy_checkout(root, containerfile.owner(argument, root))
            if word == "WORKDIR":
                (root / argument.lstrip("/")).mkdir(parents=True, exist_ok=True)
                way = replace(way, place=argument)
            if word == "USER":
                way = replace(way, user=argument)
            if word == "ENV":
                name, _, value = argument.partition("=")
                way = replace(way, environment={**way.environment, name: value})
        tally += step("Containerfile, its container", root, way, containerfile.command(steps))
    return tally
