# SPDX-License-Identifier: BSD-2-Clause
"""An IUT and cases that are nobody's: what `postel run` makes of a verdict, without frames in between.

What a case says is `verdict`, the outcome that it shall have; the judge here answers just that."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from postel import kit
from postel.base.paths import CONFORMANCE
from postel.cli import cli, index
from postel.iut import iut
from postel.iut.iut import Definition
from postel.kit import Case, Outcome, Recorded, Verdict, changes, wire
from postel.iut.traits import Traits
from postel.kit import foundout
from postel.kit.case import PROFILES

HERE = Path(__file__)
RULE, SHOULD = "RFC1122-3.2.1.1-a", "RFC1122-3.2.2.6-f"
FIELDS = {
    "eth_dst": "02:00:00:00:00:02", "eth_src": "02:00:00:00:00:01", "src": "198.18.0.1", "dst": "198.18.0.2",
    "protocol": 1, "type": 8, "code": 0, "ident": 7, "seq": 1, "data": b"postel",
}  # fmt: skip
REQUEST = wire.build(FIELDS)
REPLY = wire.build(FIELDS | {
    "eth_dst": "02:00:00:00:00:01", "eth_src": "02:00:00:00:00:02", "src": "198.18.0.2", "dst": "198.18.0.1", "type": 0,
})  # fmt: skip
FRAMES = [
    Recorded(0.0, 0, True, REQUEST, "stimulus"),
    Recorded(0.0002, 0, False, REPLY, "echo reply [silence was due]"),
    Recorded(1.5, 1, True, REQUEST, "control probe"),
]


def case(id_: str, requirement: str = RULE, **changed: Any) -> Case:
    facts: dict[str, Any] = {
        "id": id_, "function": lambda lt: None, "requirements": (requirement,), "kind": "requirement",
        "words": f"What {id_} says.",
        "violators": {requirement: changes("echo-reply", ttl=0)}, "needs": frozenset(), "profiles": frozenset(PROFILES),
        "role": "host", "slow": False, "since": "0.1", "path": HERE, "line": 1,
    }  # fmt: skip
    return Case(**facts | changed)


def outcome(of: Case, verdict: str, **changed: Any) -> Outcome:
    facts: dict[str, Any] = {"case": of, "verdict": Verdict(verdict), "duration": 0.0012}
    if verdict not in ("pass", "info"):
        facts |= {"requirement": of.requirements[0], "expected": "silence after version 6", "actual": "echo reply <id 7>",
                  "frame": 2, "frames": FRAMES, "counters": {"IpInHdrErrors": 1}, "drops": ["VERSION"]}  # fmt: skip
    return Outcome(**facts | changed)


@dataclass
class Instance:
    """A started IUT; `lives` is whether it still does."""

    definition: Any
    lives: bool = True
    upper: Any = field(default_factory=lambda: SimpleNamespace(release="6.1", caps=frozenset({"udp"})))

    def alive(self) -> bool:
        return self.lives

    def stderr(self) -> bytes:
        return b""

    def lab_lives(self) -> bool:
        return True


    def reset(self) -> None:
        pass

    def close(self) -> None:
        self.lives = False


def definition(name: str, links: Iterable[str] = ("tap", "sim"), isolate: str = "run", path: Path | None = None) -> Definition:
    path = path or CONFORMANCE / "iut" / f"{name}.toml"
    return Definition(name=name, about=f"the IUT {name}", links=tuple(links), isolate=isolate, path=path)


class World:
    """What the patched Postel finds: `cases`, `definitions` by name, and for each the functions `start` and `verdict`."""

    def __init__(self) -> None:
        self.cases = [case("rfc1/1/one"), case("rfc1/1/two"), case("rfc1/2/slow", slow=True), case("rfc1/10/last")]
        self.definitions = {name: definition(name) for name in ("reference", "linux")}
        self.verdicts: dict[
            tuple[str, str], Any
        ] = {}  # by IUT and case: a verdict, an outcome or a function of the instance

    def start(self, definition: Any, link: str, **settings: Any) -> Instance:
        return Instance(definition)

    def load(self, name: str) -> Any:
        return self.definitions[name]

    def judge(self, of: Case, instance: Instance, **settings: Any) -> Outcome:
        said = self.verdicts.get((instance.definition.name, of.id), "pass")
        if isinstance(said, Outcome):
            return said
        if isinstance(said, str):
            return outcome(of, said)
        return said(of, instance, settings["abilities"]) if of.stands_on else said(of, instance)


@pytest.fixture(name="world")
def make_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Postel with a world of its own, in a directory of its own."""
    made = World()
    monkeypatch.setattr(iut, "load", lambda name: made.load(name))
    monkeypatch.setattr(iut, "start", lambda *words, **settings: made.start(*words, **settings))
    monkeypatch.setattr(kit, "cases", lambda: made.cases)
    monkeypatch.setattr(index, "read", lambda kept, stands_on: None)
    monkeypatch.setattr(index, "write", lambda kept, found: None)
    monkeypatch.setattr(foundout, "find_out", lambda instance, profile: Traits())
    monkeypatch.setattr(kit, "judge", lambda *words, **settings: made.judge(*words, **settings))
    monkeypatch.chdir(tmp_path)
    return made


def run(*words: str) -> int:
    return cli.main(["run", *words])


def wait_for_the_end() -> NoReturn:
    """Until a signal; one that comes just before a single long wait would be seen after it only."""
    while True:
        time.sleep(0.01)


def in_a_process(act: Callable[[], int]) -> int:
    """The status (as of os.waitpid) with which a process ends that does just this."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests by nohup
        code = 70
        try:
            code = act()
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]
