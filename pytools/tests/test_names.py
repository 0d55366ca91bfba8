# SPDX-License-Identifier: BSD-2-Clause
"""The table of names that an IUT may be told: well formed, printed in the docs, and what the reference has."""

import re
from pathlib import Path

import pytest
from postel.base.exits import PostelError
from postel.base.paths import ROOT
from postel.catalogue import names
from postel.catalogue.requirements import catalogue
from postel.kit.violator import Filter, ignores, replies

SWITCH = re.compile(r'^SWITCH\((\w+), "([^"]+)", (\d+), (\d+),.*?"(RFC[^"]+)",\s*"([^"]+)"\)', re.MULTILINE | re.DOTALL)


def test_the_page_is_current() -> None:
    text = names.PAGE.read_text()
    assert text == names.page(text), "docs/upper-tester.md is out of date: python3 -m postel.catalogue.names --write (in pytools/)"


def test_the_fuzzers_know_every_name() -> None:
    text = names.DEFINITIONS.read_text()
    assert text == names.definitions(), "fuzz/names.def is out of date: python3 -m postel.catalogue.names --write (in pytools/)"
    assert 'ROW(OPERATION, "tcp.listen", "port", "addr ttl tos options")' in text and 'ROW(LIST, "path", "", "iface")' in text


@pytest.mark.parametrize("row", names.names().values(), ids=lambda row: row.name)
def test_the_rule_is_a_section_that_the_catalogue_knows(row: names.Name) -> None:
    number, _, section = row.rfc.removeprefix("RFC").partition(" ")
    sections = [each.section for each in catalogue().values() if each.rfc == int(number)]
    assert sections and any(re.match(rf"{re.escape(section)}(?![0-9])", each) for each in sections), row.rfc


def test_each_switch_of_the_reference_is_a_name_with_its_values() -> None:
    text = (ROOT / "stack/proto/switch.def").read_text()
    switches = SWITCH.findall(text)
    assert len(switches) == len(re.findall(r"^SWITCH\(", text, re.MULTILINE))
    for _, name, least, most, rfc, _ in switches:
        row = names.names()[name]
        assert (row.is_, "host" in row.scope, row.type, row.rfc) == ("setting", True, f"{least}..{most}", rfc), name


@pytest.mark.parametrize("value, type_, fits", [
    ("1", "1..255", True), ("0", "1..255", False), ("256", "1..255", False), ("0001", "1..255", False), ("-1", "0..1", False), ("", "0..1", False),
    ("\N{SUPERSCRIPT TWO}", "0..9", False), ("192.0.2.1", "address", True), ("192.0.2.256", "address", False), ("192.0.2", "address", False),
    ("020000000001", "mac", True), ("02000000001", "mac", False), ("02:00:00:00:00:01", "mac", False), ("", "octets", True), ("0a", "octets", True),
    ("A0", "octets", False), ("first", "first|last", True), ("firs", "first|last", False),
])  # fmt: skip
def test_values(value: str, type_: str, fits: bool) -> None:
    assert names.fits(value, type_) == fits


ROW = '[keys]\nnet = "address"\n[names.x]\nrfc = "RFC791"\nwords = "w"\n'


@pytest.mark.parametrize("more, said", [
    ('is = "thing"\n', "is a setting, a query or an item"),
    ('is = "setting"\ntype = "0..1"\n', "has a scope"),
    ('is = "setting"\nscope = ["port"]\ntype = "0..1"\n', "has a scope"),
    ('is = "query"\nscope = ["dst"]\ntype = "number"\n', "has no type"),
    ('is = "item"\nkeys = ["florp"]\n', "has keys that are not in"),
    ('is = "item"\nkeys = ["net"]\ndel = ["florp"]\n', "has keys that are not in"),
    ('is = "item"\n', "has keys that are not in"),
    ('is = "item"\nflorp = 1\n', "florp"),
])  # fmt: skip
def test_a_row_keeps_to_the_head(tmp_path: Path, more: str, said: str) -> None:
    (tmp_path / "names.toml").write_text(ROW + more)
    with pytest.raises(PostelError, match=re.escape(said)):
        names.names(tmp_path / "names.toml")


def test_violators_of_the_verbs() -> None:
    once = Filter(ignores("set", nth=1), "")
    assert [once.ignores(op) for op in ("set", "get", "set", "set")] == [False, False, True, False]
    again = Filter(replies("get", nth=1, value=9), "")
    assert [again.replied("get", {"value": "1"}), again.replied("get", {"value": "1"})] == [{"value": "1"}, {"value": "9"}]
    assert again.replied("set", {}) == {}
