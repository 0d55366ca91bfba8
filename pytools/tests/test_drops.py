# SPDX-License-Identifier: BSD-2-Clause
"""The list of drop reasons: read to the last row, each with a rule that the catalogue knows, and printed in docs/drops.md."""

import re
from pathlib import Path

import pytest
from postel.base.paths import ROOT
from postel.catalogue import drops
from postel.catalogue.requirements import catalogue

LIST = (ROOT / "stack/base/drop.def").read_text()


def test_every_row_is_read() -> None:
    assert list(drops.load()) == re.findall(r"^DROP\((\w+)", LIST, re.MULTILINE)
    assert all(drop.group and drop.words for drop in drops.load().values())


@pytest.mark.parametrize("name", drops.load())
def test_the_rule_is_a_section_that_the_catalogue_knows(name: str) -> None:
    drop = drops.load()[name]
    if drop.rfc == 768:  # its rules are in RFC 1122's words, in the catalogue
        return
    sections = [row.section for row in catalogue().values() if row.rfc == drop.rfc]
    assert any(re.match(rf"{re.escape(drop.section)}(?![0-9])", section) for section in sections)


@pytest.mark.parametrize("name", drops.load())
def test_the_stack_gives_the_reason(name: str) -> None:
    """A reason that nothing is refused for is a row too many."""
    assert drops.used(name)


def test_the_page_is_current() -> None:
    written = drops.PAGE.read_text()
    assert written == drops.page(), "docs/drops.md is out of date: python3 -m postel.catalogue.drops --write (in pytools/)"


def test_the_page_says_name_rule_and_words(tmp_path: Path) -> None:
    (tmp_path / "stack/base").mkdir(parents=True)
    (tmp_path / "stack/base/drop.def").write_text(
        '/* Every reason: DROP(name, rule, words).\n */\n/* UDP and more */\nDROP(SHORT, "RFC768", "too short")\n'
        'DROP(TTL,\n     "RFC1122 3.2.1.7", "lived too long")\n/* link */\nDROP(FRAME, "RFC1122 2.3.3", "no frame")\n'
    )
    assert drops.page(tmp_path).removeprefix(drops.HEAD).splitlines() == [
        "",
        "## UDP and more",
        "| name | rule | what was wrong |",
        "|---|---|---|",
        "| `SHORT` | [RFC 768](https://www.rfc-editor.org/rfc/rfc768) | too short |",
        "| `TTL` | [RFC 1122 3.2.1.7](https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.7) | lived too long |",
        "",
        "## Link",
        "| name | rule | what was wrong |",
        "|---|---|---|",
        "| `FRAME` | [RFC 1122 2.3.3](https://www.rfc-editor.org/rfc/rfc1122#section-2.3.3) | no frame |",
    ]


def test_write_brings_the_page_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drops, "PAGE", tmp_path / "drops.md")
    assert drops.main(["--write"]) == 0
    assert (tmp_path / "drops.md").read_text() == drops.page()
