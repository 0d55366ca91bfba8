# SPDX-License-Identifier: BSD-2-Clause
"""All fakes, and what is known of them: who finds a wrong one, which ones nobody finds yet, which right ones are still accused."""

from functools import cache
from pathlib import Path

from postel.base.exits import UsageError
from postel.base.terminal import near
from postel.fakes import (
    right_askers, right_details, right_groups, right_hosts, right_ip, right_limits, right_link, right_members, right_multicasts, right_paths, right_routers,
    right_routers_own, right_sources, right_talkers, right_together, right_transit, wrong_advertisements, wrong_askers, wrong_changes,
    wrong_claims, wrong_details, wrong_errors, wrong_extensions, wrong_fragments, wrong_groups, wrong_hosts, wrong_icmp, wrong_igmp, wrong_ip,
    wrong_later, wrong_link, wrong_multicasts, wrong_paths, wrong_queriers, wrong_routers, wrong_routers_own, wrong_rows, wrong_rules, wrong_sources,
    wrong_transit, wrong_udp,
)  # fmt: skip
from postel.fakes.engine import FAKES, Fake

MODULES = (right_askers, right_details, right_groups, right_hosts, right_ip, right_limits, right_link, right_members, right_multicasts, right_paths, right_routers,
           right_routers_own, right_sources, right_talkers, right_together, right_transit, wrong_advertisements, wrong_askers, wrong_changes,
           wrong_claims, wrong_details, wrong_errors, wrong_extensions, wrong_fragments, wrong_groups, wrong_hosts, wrong_icmp, wrong_igmp,
           wrong_ip, wrong_later, wrong_link, wrong_multicasts, wrong_paths, wrong_queriers, wrong_routers, wrong_routers_own, wrong_rows, wrong_rules,
           wrong_sources, wrong_transit, wrong_udp)  # fmt: skip
HERE = Path(__file__).parent
FINDERS, MISSED, ACCUSED = HERE / "finders.txt", HERE / "missed.txt", HERE / "accused.txt"


def every() -> dict[str, Fake]:
    return dict(FAKES)


def named(name: str) -> Fake:
    if name not in FAKES:
        raise UsageError(f"there is no fake {name!r}{near(name, FAKES)}")
    return FAKES[name]


def listed(path: Path) -> dict[str, str]:
    """The names of a list, with what follows each on its line."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    split = (line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    return {words[0]: words[1] if len(words) > 1 else "" for words in split}


def before(iut: str) -> Path:
    """The list of those that are found before another IUT than the reference, each with the case that found it."""
    return HERE / f"before_{iut}.txt"


@cache
def expected(iut: str = "reference") -> set[str]:
    """Wrong ones that are not found yet, and right ones that are still accused. Before other IUTs there may be none."""
    return {*listed(MISSED), *listed(ACCUSED)} if iut == "reference" else set()


@cache
def finders(iut: str = "reference") -> dict[str, str]:
    """The case that found a wrong fake last, made of this IUT."""
    return listed(FINDERS) | (listed(before(iut)) if iut != "reference" else {})


def section(rule: str) -> str:
    """Of RFC1122-3.2.1.3-c: RFC1122-3.2.1.3."""
    return rule.rpartition("-")[0]


def blames(blamed: str | None, fake: Fake) -> bool:
    """Is this requirement one that the fake breaks, or of the same section?"""
    return any(section(blamed or "") == section(rule) for rule in fake.rules)
