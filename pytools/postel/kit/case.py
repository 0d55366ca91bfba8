# SPDX-License-Identifier: BSD-2-Clause
"""Cases: functions that judge requirements, found in conformance/rfcNNNN/section_*.py."""

import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from postel.base.exits import UsageError
from postel.base.paths import CONFORMANCE
from postel.catalogue import ids, names
from postel.catalogue.requirements import PROFILES, catalogue
from postel.kit.violator import Violator

REQUIREMENT, CHARACTERISTIC, ROBUSTNESS = "requirement", "characteristic", "robustness"

CAPABILITIES = frozenset({  # docs/upper-tester.md; and what the lab must have
    "udp", "ip", "echo", "tcp", "vtime", "counters", "icmp-errors", "conflict", "igmp-warning", "mroute-events", "ip-packet", "ip-sock", "udp-options", "udp-ttl", "two-interfaces", "three-interfaces", *names.names(),
})  # fmt: skip

HOST, ROUTER, FORWARDS = "host", "router", "forwards"  # the ability on which all cases of routers stand
THREE = "three-interfaces"
ROLES, OF_ROUTERS = (HOST, ROUTER), frozenset({"forwarding", "two-interfaces"})

characteristic, robustness = CHARACTERISTIC, ROBUSTNESS


@dataclass(frozen=True)
class Case:
    """One case. Its id, made of file and function, never changes: rfc1122/3.2.1.1/version_not_4."""

    id: str
    function: Callable[..., str | None]
    requirements: tuple[str, ...]
    kind: str
    words: str
    violators: Mapping[str, Violator]
    needs: frozenset[str]  # the upper tester's capabilities, two-interfaces, three-interfaces
    profiles: frozenset[str]
    role: str
    slow: bool
    since: str
    path: Path = field(compare=False)
    line: int = field(compare=False)
    ability: str = ""  # what it finds out for other cases
    lacking: str = ""  # the label of a characteristic that says: the IUT has it not
    stands_on: frozenset[str] = frozenset()  # abilities without which it does not apply
    demands: frozenset[str] = frozenset()  # of its needs, those that the rule itself wants a stack to have
    host: str = ""  # of a router's case (postel.kit.as_router): the host's case that it judges again
    charges: Mapping[str, str] = field(default_factory=dict)  # and which row each of that case's stands for

    def charged(self, requirement: str | None) -> str | None:
        """The row that is charged where a step of the function breaks this one."""
        return self.charges.get(requirement or "", requirement)


_found: dict[str, list[Case]] = {}  # by file


def case(
    *requirements: str,
    violator: Violator | None = None,
    violators: Mapping[str, Violator] | None = None,
    kind: str = REQUIREMENT,
    needs: str | Iterable[str] = (),
    demands: str | Iterable[str] = (),
    profiles: Iterable[str] = PROFILES,
    role: str = HOST,
    slow: bool = False,
    ability: str = "",
    lacking: str = "",
    stands_on: str | Iterable[str] = (),
) -> Callable[[Callable[..., str | None]], Callable[..., str | None]]:
    """Declares a case that judges `requirements`, with the violator of each (`violator=` where there is one requirement).

    A characteristic's violator must change its label. `demands` are names that the rule itself wants an IUT's stack to have, so that one that `lacks` them fails; `needs`, `profiles` and `stands_on` say where the case applies; nothing is judged
    in a profile in which none of the requirements holds. A case with the role `router` finds the IUT forwarding between its interfaces, and stands on that it does. With `ability` it finds out what other cases stand on (postel.kit.abilities); of a characteristic `lacking` is the label that says
    that there is none."""

    def declare(function: Callable[..., str | None]) -> Callable[..., str | None]:
        path = Path(inspect.getfile(function))
        shown = dict(violators or {})
        if violator:
            shown |= {requirement: violator for requirement in requirements if requirement not in shown}
        if not requirements or (kind == REQUIREMENT and set(shown) != set(requirements)):
            raise UsageError(f"{function.__name__}: each requirement of a case needs its violator")
        if strange := [id_ for id_ in requirements if id_ not in catalogue()]:
            raise UsageError(f"{function.__name__}: conformance/requirements.toml has no {strange[0]}")
        unknown = set(profiles) - set(PROFILES)
        if unknown:
            raise UsageError(f"{function.__name__}: no such profile: {', '.join(sorted(unknown))}")
        holds = {name for id_ in requirements for name in catalogue()[id_].profiles} if kind == REQUIREMENT else PROFILES
        applies = frozenset(profiles).intersection(holds)
        if unheard := sorted({*_words(needs), *_words(demands)} - CAPABILITIES):
            raise UsageError(f"{function.__name__}: there is no capability {unheard[0]}")
        if not applies:
            raise UsageError(f"{function.__name__}: its requirements hold in none of its profiles")
        if bool(lacking) != bool(ability and kind == CHARACTERISTIC):
            raise UsageError(f"{function.__name__}: lacking= is the label of a characteristic whose ability is missing")
        words = (inspect.getdoc(function) or "").split("\n")[0]
        if not words:
            raise UsageError(f"{function.__name__}: a case says in its docstring what it judges")
        if role not in ROLES:
            raise UsageError(f"{function.__name__}: there is no role {role}")
        made = Case(
            case_id(path, function.__name__), function, requirements, kind, words, shown, _words(needs) | _words(demands),
            applies, role, slow, "", path, function.__code__.co_firstlineno, ability, lacking, _words(stands_on), _words(demands),
        )  # fmt: skip
        declared(made)
        return function

    return declare


def declared(made: Case) -> None:
    """Notes a case, with all that one of its role needs, and the version of the suite that brought it."""
    if made.role == ROUTER:
        made = replace(made, needs=made.needs | OF_ROUTERS, stands_on=made.stands_on | ({FORWARDS} - {made.ability}))
    _found.setdefault(str(made.path), []).append(replace(made, since=_since().get(made.id, ids.SUITE_VERSION)))


def _words(said: str | Iterable[str]) -> frozenset[str]:
    return frozenset([said] if said and isinstance(said, str) else said)


@cache
def _since() -> dict[str, str]:
    return ids.since()


def case_id(path: Path, name: str) -> str:
    """`rfc1122/section_3_2_1_1.py` and a function's name make `rfc1122/3.2.1.1/name`."""
    match = re.fullmatch(r"section_(\w+)", path.stem)
    section = match[1].replace("_", ".") if match else path.stem
    return f"{path.parent.name}/{section}/{name}"


def cases(paths: Iterable[Path] | None = None) -> list[Case]:
    """All cases of these files (by default the whole suite), sorted by id."""
    files = sorted(CONFORMANCE.glob("rfc*/section_*.py")) if paths is None else list(paths)
    found: list[Case] = []
    for path in files:
        if str(path) not in _found:
            _load(path)
        found += _found.get(str(path), [])
    found.sort(key=lambda c: c.id)
    twice = {a.id for a, b in zip(found, found[1:], strict=False) if a.id == b.id}
    if twice:
        raise UsageError(f"two cases have the id {', '.join(sorted(twice))}")
    return found


def by_id(id_: str) -> Case:
    """One case of the suite."""
    folder, section, _ = (id_.split("/") + ["", ""])[:3]
    path = CONFORMANCE / folder / f"section_{section.replace('.', '_')}.py"
    found = [case for case in cases([path]) if case.id == id_] if path.exists() else []
    if not found:
        raise UsageError(f"there is no case {id_}")
    return found[0]


def _load(path: Path) -> Any:
    _found[str(path)] = []
    name = f"conformance_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del _found[str(path)]
        raise UsageError(f"{path.relative_to(path.parents[2])}:{_mistake(error, path)}") from error
    return module


def _mistake(error: Exception, path: Path) -> str:
    """In which line of a file of cases it is, and what."""
    if isinstance(error, SyntaxError):
        return f"{error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{lines[-1] if lines else 1}: {error if isinstance(error, UsageError) else f'{type(error).__name__}: {error}'}"
