# SPDX-License-Identifier: BSD-2-Clause
"""What the documentation shows works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from postel.base.paths import ROOT
from postel.iut import iut

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
IUT_PAGE = (ROOT / "docs/iut.md").read_text()


def shown(language: str, beginning: str) -> str:
    """The block of that language in docs/iut.md that begins so."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", IUT_PAGE, re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if block.startswith(beginning)]
    return str(block)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A directory with the smallest IUT, pasted."""
    (tmp_path / "tiny.toml").write_text(shown("toml", 'name = "tiny"').replace('"python3"', f'"{sys.executable}"'))
    (tmp_path / "tiny.py").write_text(shown("python", "import socket"))
    return tmp_path


def postel(where: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "postel", *words], env=os.environ | {"PYTHONPATH": str(ROOT / "pytools")}, cwd=where,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_smallest_iut_keeps_to_the_rules(tiny: Path) -> None:
    code, said = postel(tiny, "iut", "check", "tiny.toml")
    assert code == 0, said
    assert said.startswith("tiny over fd: level 0\nconfined: ")
    assert "\nok    answers ARP and echo\nok    answers a thousand echoes" in said


def test_the_smallest_iut_is_judged(tiny: Path) -> None:
    echo = ("rfc792/echo/data_returns", "rfc826/Reception/reply_goes_to_who_asked", "rfc1122/3.2.1.1/version_not_4")
    code, said = postel(tiny, "run", "--iut", "tiny.toml", *echo)
    assert code == 0, said
    assert re.search(r"^tiny +fd +3 +0 +0$", said, re.MULTILINE), said
    code, said = postel(tiny, "run", "--iut", "tiny.toml", "rfc1122/3.2.1.3/source_loopback")
    assert code == 1 and "expected     silence after source 127.0.0.1" in said, said


def test_the_definition_shown_has_every_key_and_none_else() -> None:
    shape = shown("toml", 'name = "reference"')
    keys = set(re.findall(r"^(\w+) *=", shape, re.MULTILINE)) | set(re.findall(r"^\[(\w+)\]", shape, re.MULTILINE))
    within = {"tap", "fd", "sim", "reassembly", "neighbour", "membership", "mode"}
    assert keys - within | {"iface"} == set(iut.Definition.__dataclass_fields__) - {"path"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []
