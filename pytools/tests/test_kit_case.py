# SPDX-License-Identifier: BSD-2-Clause
"""What is wrong with a file of cases is told to who wrote it, with its line."""

import re
from pathlib import Path

import pytest
from postel import kit
from postel.base.exits import UsageError
from postel.base.paths import CONFORMANCE, ROOT

HEAD = '"""RFC 792: mine."""\n\nfrom postel.kit import *\n\n\n'
DECLARED = '@case("RFC792-echo-a", violator=drops("echo-reply"))\n'
RIGHT = DECLARED + 'def mine(lt):\n    """It comes back."""\n    lt.send(echo())\n    lt.expect(echo_reply())\n'


def written(directory: Path, body: str) -> Path:
    folder = directory / "conformance" / "rfc792"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "section_mine.py"
    path.write_text(HEAD + body)
    return path


def test_a_case_that_is_right(tmp_path: Path) -> None:
    (case,) = kit.cases([written(tmp_path, RIGHT)])
    assert (case.id, case.words, case.line) == ("rfc792/mine/mine", "It comes back.", 6)


@pytest.mark.parametrize("body, said", [
    (RIGHT.replace(', violator=drops("echo-reply")', ""), "6: mine: each requirement of a case needs its violator"),
    (RIGHT.replace("echo-a", "echo-zz"), "6: mine: conformance/requirements.toml has no RFC792-echo-zz"),
    (RIGHT.replace('    """It comes back."""\n', ""), "6: mine: a case says in its docstring what it judges"),
    (RIGHT.replace("))\ndef", '), profiles=("modem",))\ndef'), "6: mine: no such profile: modem"),
    (RIGHT.replace("drops", "drosp"), "6: NameError: name 'drosp' is not defined"),
    (RIGHT.replace("echo_reply())", "echo_reply()"), "10: '(' was never closed"),
])  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, body: str, said: str) -> None:
    path = written(tmp_path, body)
    for _ in range(2):  # also to who asks again
        with pytest.raises(UsageError, match=f"^conformance/rfc792/section_mine.py:{re.escape(said)}$"):
            kit.cases([path])


def test_nobody_writes_an_address_of_the_lab() -> None:
    """They come from its interfaces, so that its networks stand in one place."""
    files = [*CONFORMANCE.glob("rfc*/*.py"), *(ROOT / "pytools/postel/kit").glob("*.py"), *(ROOT / "pytools/postel/fakes").glob("*.py")]
    assert len(files) > 100
    assert [path.name for path in files if re.search(r"198\.18\.\d|198, ?18, ?\d|c612", path.read_text())] == []
