# SPDX-License-Identifier: BSD-2-Clause
"""The list of counters: read to the last row, RFC 1213's groups whole, and printed in docs/counters.md."""

import re

from postel.base import mib
from postel.base.paths import ROOT
from postel.catalogue import counters, drops


def test_every_row_is_read() -> None:
    text = (ROOT / "stack/base/stat.def").read_text()
    rows = counters.load()
    assert [row.ident for row in rows.values()] == re.findall(r"^STAT\((\w+)", text, re.MULTILINE)
    assert all(row.group and row.words for row in rows.values())


def test_the_groups_of_rfc_1213_are_whole() -> None:
    names = [name for name in counters.load() if "." not in name]
    assert set(names) == set(mib.NAMES) and len(names) == 47


def test_what_is_counted_beside_is_there() -> None:
    also = counters.ALSO.findall((ROOT / "stack/base/mib.def").read_text())
    assert {drop for drop, _ in also} <= set(drops.load())
    assert {stat for _, stat in also} <= {row.ident for row in counters.load().values() if "." not in row.name}


def test_the_page_is_current() -> None:
    told = "docs/counters.md is out of date: python3 -m postel.catalogue.counters --write (in pytools/)"
    assert counters.PAGE.read_text() == counters.page(), told


def test_lwip_counts_by_the_same_names() -> None:
    rows = re.findall(r"^OF\((\w+), (\w+), (\w+)\),$", (ROOT / "conformance/iut/lwip/lwip_mib.def").read_text(), re.MULTILINE)
    assert {f"{group}{name}" for group, name, _ in rows} < set(mib.NAMES) and len(rows) == 39
    assert all(member == name.lower() for _, name, member in rows)
