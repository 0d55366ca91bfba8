# SPDX-License-Identifier: BSD-2-Clause
"""Completion in real shells, and the manual: all that the tree of commands has is in both."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from postel.base.paths import ROOT
from postel.catalogue import drops
from postel.cli import cli, index, manual, tree
from postel.cli.options import Parser

pytest.importorskip("argcomplete", reason="argcomplete is not installed")
LEAVES = {leaf.prog: leaf for leaf in tree.leaves()}
ENVIRONMENT = os.environ | {"POSTEL_PYTHON": sys.executable}


def options_of(leaf: Parser) -> set[str]:
    return {name for action in leaf._actions for name in action.option_strings if name.startswith("--")}


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that defines completion, as `eval` would."""
    made = tmp_path_factory.mktemp("bash") / "completion"
    done = subprocess.run([ROOT / "postel", "completion", "bash"], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    made.write_text(done.stdout)
    return made


def completed(bash: Path, line: str, where: Path = ROOT) -> list[str]:
    """What bash has to offer behind `line`, its last word cut where COMP_WORDBREAKS cuts it."""
    words = shlex.split(line) + [""] * line.endswith(" ")
    script = f"""
    source {shlex.quote(str(bash))}
    COMP_WORDS=({shlex.join(words)}) COMP_CWORD={len(words) - 1} COMP_TYPE=9
    COMP_LINE={shlex.quote(line)} COMP_POINT=${{#COMP_LINE}}
    function=$(complete -p postel | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
    $function {shlex.quote(words[0])} {shlex.quote(words[-1])} {shlex.quote(words[-2])}
    [ ${{#COMPREPLY[@]}} = 0 ] || printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], cwd=where, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return [line.rstrip(" ") for line in done.stdout.splitlines()]  # a space where nothing can follow


def of(bash: Path, words: str, where: Path = ROOT) -> list[str]:
    return completed(bash, f"{ROOT / 'postel'} {words}", where)


@pytest.mark.parametrize("command", LEAVES)
def test_bash_offers_every_option(bash: Path, command: str) -> None:
    assert set(of(bash, f"{command.removeprefix('postel ')} --")) == options_of(LEAVES[command])


def test_bash_offers_every_command(bash: Path) -> None:
    assert set(of(bash, "")) == set(tree.COMMANDS)
    assert of(bash, "expl") == ["explain"]
    assert set(of(bash, "iut ")) == {"list", "check", "new", "setup"}


CASES = [case.id for case in index.load().cases]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("run --profile m", ["modern"]),
        ("run --profile=m", ["modern"]),
        ("run --link ", ["fd", "iface", "sim", "tap"]),
        ("run --seed ", []),
        ("run rfc8", ["rfc815/", "rfc826/", "rfc894/"]),
        ("run rfc1122/3.2.1.1/", sorted(id_ for id_ in CASES if id_.startswith("rfc1122/3.2.1.1/"))),
        ("list version_not_4_", ["version_not_4_with_options"]),
        ("list --exclude rfc1122/3.2.1.1/version_not_4_", ["rfc1122/3.2.1.1/version_not_4_with_options"]),
        ("list RFC181", ["RFC1812"]),
        ("explain RFC1122-3.2.1.1-", ["RFC1122-3.2.1.1-a"]),
        ("explain ICMP_", sorted(name for name in drops.load() if name.startswith("ICMP_"))),
        ("run --iut ref", ["reference"]),
        ("run --iut reference:", ["fd", "sim", "tap"]),  # bash took `reference:` for a word of its own
        ("fuzz re", ["reass"]),
        ("fuzz --planted ip_header_vers", ["ip_header_version"]),
        ("iut setup ", ["gvisor", "lwip", "smoltcp"]),
        ("test suite-li", ["suite-linux"]),
        ("doctor build", ["build\\ directory"]),
        ("baseline check li", ["linux", "linux-defaults"]),
        ("completion f", ["fish"]),
        ("help expl", ["explain"]),
        ("report --format h", ["html"]),
    ],
)
def test_bash_offers_the_words_that_there_are(bash: Path, words: str, offered: list[str]) -> None:
    assert sorted(of(bash, words)) == offered


def test_bash_offers_files_for_paths(bash: Path, tmp_path: Path) -> None:
    (tmp_path / "my.toml").touch()
    (tmp_path / "my.script").touch()
    (tmp_path / "my-build").mkdir()
    assert of(bash, "run --iut my", tmp_path) == ["my-build/", "my.toml"]
    assert sorted(of(bash, "replay my", tmp_path)) == ["my-build/", "my.script", "my.toml"]
    assert of(bash, "run --build my", tmp_path) == ["my-build/"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_it(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    postel = shlex.quote(str(ROOT / "postel"))
    script = {"fish": f"{postel} completion fish | source; complete -C 'postel expl'",
              "zsh": f'autoload -U compinit; compinit -u; eval "$({postel} completion zsh)"; echo explain $_comps[postel]'}[shell]  # fmt: skip
    done = subprocess.run([shell, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and re.match(r"explain\s+\S", done.stdout) and not done.stderr, done.stderr


def test_without_argcomplete_it_says_what_to_install(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    assert cli.main(["completion", "bash"]) == 3
    assert "apt-get install python3-argcomplete" in capsys.readouterr().err


# The manual


def test_the_manual_has_all_that_the_tree_has() -> None:
    page = manual.page(tree.tree())
    sections = dict(re.findall(r'^\.SS "(.*?)"\n(.*?)(?=^\.S[SH])', page, re.MULTILINE | re.DOTALL))
    assert set(sections) == {prog.removeprefix("postel ") for prog in LEAVES}
    for prog, leaf in LEAVES.items():
        text = sections[prog.removeprefix("postel ")]
        shown = set(re.findall(r"\\fB(\\-\\-[a-z\\-]+)\\fR", text))
        assert {name.replace("\\-", "-") for name in shown} == options_of(leaf) - {"--help"}, prog
        for action in leaf._actions:
            assert action.dest == "help" or manual.plain(action.help or "?") in text, (prog, action.dest)


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_has_nothing_to_say_of_the_manual() -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", "-Tutf8"], input=manual.page(tree.tree()), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_man_shows_it() -> None:
    done = subprocess.run(
        ["man", "--warnings", "-l", "-"], input=manual.page(tree.tree()), env=os.environ | {"MANWIDTH": "100", "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and not done.stderr
    flat = " ".join(re.sub(r"-\n\s*|‐\n\s*", "-", done.stdout).split())
    for words in ("postel - Does an IPv4 stack do what the RFCs say?", "--exclude PATTERN", "EXIT STATUS", 'eval "$(~/postel/postel'):
        assert words in flat, words


def test_roff_prints_what_was_said() -> None:
    assert manual.plain(".a 'b' \\c -d") == r"\&.a \(aqb\(aq \ec \-d"
