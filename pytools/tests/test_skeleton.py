# SPDX-License-Identifier: BSD-2-Clause
"""`postel iut new`: in each language the skeleton passes the check as it is written, and with few more lines it is an IUT."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from postel.base.exits import Exit
from postel.cli import cli
from postel.iut import skeleton

ANSWERING = Path(__file__).with_name("answering")  # what is put in place of `frame`
MORE_LINES = 60
STUBS = {
    "py": r'def frame\(octets: bytes\) -> list\[bytes\]:\n    """.*"""\n    return \[\]\n',
    "c": r"static void frame\(.*\)\n\{\n    \(void\)octets;\n    \(void\)len;\n\}\n",
    "go": r"func frame\(octets \[\]byte\) \[\]\[\]byte \{\n\treturn nil\n\}\n",
    "rs": r"fn frame\(_host: &Host, _octets: &\[u8\]\) -> Vec<Vec<u8>> \{\n    Vec::new\(\)\n\}\n",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def compiled(language: str) -> None:
    made = skeleton.LANGUAGES[language][1].format(name="mine")
    if made and not shutil.which(made.split()[0]):
        pytest.skip(f"there is no {made.split()[0]} here")
    done = subprocess.run(["sh", "-c", made or "true"], cwd="mine", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("language", skeleton.LANGUAGES)
def test_it_passes_the_check_and_soon_answers(language: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["iut", "new", "mine", "--lang", language]) == Exit.OK
    compiled(language)
    capfd.readouterr()
    assert cli.main(["iut", "check", "mine/mine.toml"]) == Exit.OK
    said = capfd.readouterr().out
    assert "-     answers ARP and echo\n      not checked without a stack: it says skeleton\n" in said and said.count("ok    ") == 5

    assert cli.main(["run", "--iut", "mine/mine.toml", "version_not_4"]) == Exit.IUT
    assert "says skeleton: nothing answers frames yet" in capfd.readouterr().out

    source = Path(f"mine/mine.{skeleton.LANGUAGES[language][0]}")
    more = (ANSWERING / f"frame{source.suffix}").read_text()
    assert len(more.splitlines()) <= MORE_LINES
    text, count = re.subn(STUBS[source.suffix[1:]], lambda _: more, source.read_text())
    assert count == 1
    source.write_text(text.replace("caps=skeleton", "caps="))
    compiled(language)
    assert cli.main(["iut", "check", "mine/mine.toml"]) == Exit.OK
    assert "ok    answers ARP and echo\n" in capfd.readouterr().out


def test_nothing_is_written_over(capfd: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    assert cli.main(["iut", "new", "mine", "--lang", "c"]) == Exit.USAGE
    assert "mine: File exists; nothing that is there is written over" in capfd.readouterr().err and not list(Path("mine").iterdir())


@pytest.mark.parametrize("name", ["linux", "Mine", "../mine", "", "a" * 41])
def test_a_name_that_will_not_do(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["iut", "new", name, "--lang", "c"]) == Exit.USAGE
    assert "name" in capfd.readouterr().err and not list(Path().iterdir())
