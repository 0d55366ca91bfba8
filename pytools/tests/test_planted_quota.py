# SPDX-License-Identifier: BSD-2-Clause
"""The planted bugs are spread over files and rows as docs/planted.md says."""

import re
from collections import Counter

from postel.base.paths import ROOT
from postel.catalogue import requirements
from postel.fuzzing import planted
from postel.fuzzing.planted import Bug

PAGE = (ROOT / "docs" / "planted.md").read_text()
PARTS = ("base", "wire", "table", "proto", "user", "host")
WEAKEST = ("proto/ip_in", "proto/icmp_in", "proto/icmp_out", "proto/arp_in", "table/reass", "wire/option")


def module_quota() -> dict[str, int]:
    rows = re.findall(r"^\| `(\w+)` \| (\w+ \d+(?:, \w+ \d+)*) \|$", PAGE, re.MULTILINE)
    return {f"{part}/{name}": int(least) for part, listed in rows for name, least in re.findall(r"(\w+) (\d+)", listed)}


def row_quota() -> dict[str, int]:
    return {rfc: int(least) for rfc, least in re.findall(r"^\| (RFC\d+) \| (\d+) \|$", PAGE, re.MULTILINE)}


def modules(bug: Bug) -> set[str]:
    return set(re.findall(r"^\+\+\+ b/stack/(\w+/\w+)\.\w+$", bug.patch.read_text(), re.MULTILINE))


def test_every_module_has_a_line() -> None:
    sources = {f"{part}/{path.stem}" for part in PARTS for path in (ROOT / "stack" / part).glob("*.c")}
    quota = module_quota()
    assert sources <= set(quota)
    assert all(quota[module] >= 3 for module in sources)
    assert all(quota[module] >= 12 for module in WEAKEST)
    assert all(any((ROOT / "stack").glob(f"{module}.[ch]")) for module in quota)


def test_every_module_has_its_bugs() -> None:
    counted = Counter(module for bug in planted.every().values() for module in modules(bug))
    assert {module: counted[module] for module, least in module_quota().items() if counted[module] < least} == {}


def test_every_rfc_has_its_bugs() -> None:
    counted = Counter(bug.row.partition("-")[0] for bug in planted.every().values())
    quota = row_quota()
    assert len(quota) >= 10
    assert {rfc: counted[rfc] for rfc, least in quota.items() if counted[rfc] < least} == {}


def test_a_row_of_an_rfc_is_one_of_the_requirements() -> None:
    known = requirements.load()
    cited = {bug.name: bug.row for bug in planted.every().values() if re.match(r"RFC\d+-", bug.row)}
    assert {name: row for name, row in cited.items() if row not in known} == {}


def test_a_mistake_is_a_few_lines_in_files_of_the_stack() -> None:
    for bug in planted.every().values():
        _, _, change = bug.patch.read_text().partition("\n--- ")
        assert all(path.startswith("stack/") for path in re.findall(r"^\+\+\+ b/(.+)$", change, re.MULTILINE)), bug.name
        assert len(re.findall(r"^\+(?!\+\+ )", change, re.MULTILINE)) <= 16, bug.name
