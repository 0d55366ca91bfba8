# SPDX-License-Identifier: BSD-2-Clause
"""A router is a host for what is its own: RFC 1812 says much again that RFC 791, 792 and 1122 say of hosts, and a case about that is
judged once more, of an IUT that forwards.

It is the same function, with the same needs and the same violators; its words and its id say that it is a router's. A stack that is
wrong as a host too is charged with that there, and the router's case does not apply (postel.kit.abilities)."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from postel.base.exits import UsageError
from postel.catalogue.requirements import PROFILES, catalogue
from postel.kit.case import Case, by_id, declared
from postel.kit.violator import Violator


def as_router(charged: str | Mapping[str, str], *hosts: str, profiles: Iterable[str] = PROFILES, violator: Violator | None = None) -> None:
    """What the cases `hosts`, by their ids, say of a host holds for a router by the row `charged`, or by that which it gives for each
    of the rows that they judge, in these profiles. The id has the section of the row, and the name that the host's has: `rfc1812/4.2.2.6/NAME`.
    `violator` is one that a router shows, where it does not that of the host."""
    caller = sys._getframe(1)
    for id_ in hosts:
        host = by_id(id_)
        host = replace(host, violators=dict.fromkeys(host.violators, violator)) if violator else host
        declared(_made(host, charged, Path(caller.f_code.co_filename), caller.f_lineno, profiles))


def _made(host: Case, charged: str | Mapping[str, str], path: Path, line: int, profiles: Iterable[str] = PROFILES) -> Case:
    rows = dict.fromkeys(host.requirements, charged) if isinstance(charged, str) else dict(charged)
    if set(rows) != set(host.requirements):
        raise UsageError(f"{host.id} judges {', '.join(host.requirements)}: each needs a row of the router's")
    if strange := [row for row in rows.values() if row not in catalogue()]:
        raise UsageError(f"conformance/requirements.toml has no {strange[0]}")
    rules = tuple(dict.fromkeys(rows[name] for name in host.requirements))
    applies = host.profiles.intersection(profiles).intersection(name for rule in rules for name in catalogue()[rule].profiles)
    if not applies:
        raise UsageError(f"{host.id}: as a router's its rules hold in none of its profiles")
    first = catalogue()[rules[0]]
    shown = {rows[name]: host.violators[name] for name in reversed(host.requirements) if name in host.violators}
    return Case(
        id=f"rfc{first.rfc}/{first.section}/{host.id.rpartition('/')[2]}", function=host.function, requirements=rules, kind=host.kind,
        words=f"As a router: {host.words}", violators={rule: shown[rule] for rule in rules if rule in shown},
        needs=host.needs, profiles=applies, role="router", slow=host.slow, since="", path=path, line=line,
        stands_on=host.stands_on | ({host.ability} if host.ability else set()), demands=host.demands, host=host.id, charges=rows,
    )  # fmt: skip
