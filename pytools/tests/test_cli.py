# SPDX-License-Identifier: BSD-2-Clause
"""The command line: every end is an exit code, and the words say what to do."""

import argparse
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies
from postel.base.exits import PRECEDENCE, EnvironmentUnusable, Exit, IutFailed, NothingSelected, PostelError, UsageError, worst
from postel.cli import cli, options, tree
from postel.cli.tree import COMMANDS


def heard(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """What these words come to: the exit code, what is said, and what is said of an error."""
    code = cli.main(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = heard(capsys, "help")
    assert code == 0
    for command in COMMANDS:
        assert re.search(rf"^ +{command}\s+[A-Z]", said, re.MULTILINE), command
    for asked in ("--help", "-h", "-h --seed"):
        assert heard(capsys, *asked.split()) == (0, said, ""), asked
    assert heard(capsys) == (2, "", said)


@pytest.mark.parametrize("command", [*COMMANDS, "iut check", "baseline write"])
def test_help_of_a_command_whichever_way_one_asks(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.split()
    found = heard(capsys, "help", *words)
    assert found[0] == 0 and found[1].startswith(f"usage: postel {command} [-h]")
    for asked in ([*words, "--help"], [*words, "-h"], ["-h", *words], [*words, "--seed", "x", "-h"]):
        assert heard(capsys, *asked) == found, asked


def test_help_fits_a_narrow_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for command in (*COMMANDS, "--help"):
        said = heard(capsys, "help", command)[1]
        assert [line for line in said.splitlines() if len(line) > 60 and not line.startswith("  postel")] == []


def test_no_command_needs_what_it_runs_on_for_its_help() -> None:
    heavy = ("scapy", "pytest", "jinja2", "tomlkit", "jsonschema")
    code = f"import sys; from postel.cli import tree; tree.tree(); print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(cli.__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert heard(capsys, "--version") == (0, "postel 0.2\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("runn", "there is no command 'runn'; did you mean run?"),
        ("zzz", "there is no command 'zzz'; there are run, doctor, list, "),
        ("help lisst", "there is no command 'lisst'; did you mean list?"),
        ("iut", "iut: say which: list, check, new, setup"),
        ("iut lst", "iut: there is no command 'lst'; did you mean list?"),
        ("iut setup lwop", "iut setup: argument IUT: there is no 'lwop'; did you mean lwip?"),
        ("--verson", "there is no option --verson; did you mean --version?"),
        ("--", "say which command; `postel help` shows them"),
        ("--json list", "options stand behind the command: postel list --json"),
        ("run --sed 1", "run: there is no option --sed; did you mean --seed?"),
        ("run --see=1", "run: there is no option --see; did you mean --seed?"),  # nothing is abbreviated
        ("diff --", "diff: the following arguments are required: BEFORE, AFTER"),
        ("explain --jsno", "explain: there is no option --jsno; did you mean --json?"),
        ("run -y", "run: there is no option -y; `postel run --help` shows all"),
        ("list rfc791 --jsno rfc792", "list: there is no option --jsno; did you mean --json?"),
        ("run --profile modrn", "run: argument --profile: there is no 'modrn'; did you mean modern?"),
        ("run --link udp", "run: argument --link: there is no 'udp'; there are tap, fd, sim, iface"),
        ("run --seed x", "run: argument --seed: 'x' is no number from 0 to 18446744073709551615"),
        ("run --seed -1", "run: argument --seed: '-1' is no number from 0 to 18446744073709551615"),
        ("run --seed=-1", "run: argument --seed: '-1' is no number from 0 to 18446744073709551615"),
        ("replay a --seed 18446744073709551616", "replay: argument --seed: '18446744073709551616' is no number from 0 to"),
        (f"iut check reference --seed {'9' * 5000}", "iut check: argument --seed: '999"),
        ("run --seed", "run: argument --seed: expected one argument"),
        ("run --build /nonexistent", "run: argument --build: there is no directory '/nonexistent'"),
        ("run --iut refrence", "there is no IUT 'refrence'; did you mean reference?; a file that defines one will do, too"),
        ("run --shard 3/2", "--shard 3/2: K/N is meant"),
        ("fuzz -j 0", "fuzz: argument -j/--jobs: '0' is no number from 1 to 1024"),
        ("fuzz --seed 0", "fuzz: argument --seed: '0' is no number from 1 to 2147483648"),
        ("fuzz -t 9999h", "fuzz: argument -t/--time: '9999h' is no time up to 1000h"),
        ("fuzz reas", "there is no target 'reas'; did you mean reass?"),
        ("diff a", "diff: the following arguments are required: AFTER"),
        ("diff a b c", "diff: 'c' is one word too many"),
        ("report --format pdf", "report: argument --format: there is no 'pdf'; there are html, junit, text"),
        ("test pyton", "there is no stage 'pyton'; did you mean python?"),
        ("doctor scpy", "there is no check 'scpy'; "),
    ],
)
def test_a_wrong_command_line_is_2_and_says_what_would_do(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, error = heard(capsys, *words.split())
    assert (code, out) == (2, "") and error.startswith(f"postel: {said}"), error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(("text", "wanted"), [("90", 90), ("60s", 60), ("1.5m", 90), ("2h", 7200), ("1000h", 3_600_000)])
def test_a_time_is_read(text: str, wanted: float) -> None:
    assert options.seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "soon", "0s", "-1", "1e3", "inf", "nan", "1000.1h", "9" * 400, "1d", " 5", "٣"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no time up to 1000h"):
        options.seconds(text)


KNOWN = [*COMMANDS, *(name for leaf in tree.leaves() for action in leaf._actions for name in action.option_strings
                       if action.dest != "help")]  # which is seen to first
WORDS = strategies.one_of(
    strategies.sampled_from(KNOWN),
    strategies.sampled_from(KNOWN).map(lambda name: f"{name}=x"),
    strategies.sampled_from(["--", "-", "", "list", "check", "7", "linux", "a=b"]),
    strategies.lists(strategies.sampled_from("-=a0é\n "), max_size=6).map("".join),
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(strategies.lists(WORDS, min_size=1, max_size=6))
def test_whatever_is_typed_is_understood_or_a_usage_error(words: list[str]) -> None:
    with suppress(UsageError):
        parser, rest = tree.leaf(words)
        parser.parsed(rest)
    with suppress(UsageError):
        assert tree.help_on(words).startswith("usage: postel")


def test_an_option_that_several_commands_have_is_the_same_in_each() -> None:
    shapes: dict[str, dict[object, str]] = {}
    for leaf in tree.leaves():
        for action in leaf._actions:
            of_type = getattr(action.type, "__qualname__", "")
            shape = (action.metavar, of_type, tuple(action.choices or ()), action.nargs, bool(action.help))
            for name in action.option_strings:
                shapes.setdefault(name, {})[shape] = leaf.prog
    assert {name: each for name, each in shapes.items() if len(each) > 1} == {}
    assert {"--iut", "--link", "--profile", "--seed", "--json", "--build", "--exclude", "--out"} <= set(shapes)


def test_options_stand_before_between_and_behind_words() -> None:
    for words in ("a b --seed 7", "--seed 7 a b", "a --seed 7 b", "a --seed=7 -- b"):
        parser, rest = tree.leaf(["run", *words.split()])
        args = parser.parsed(rest)
        assert (args.patterns, args.seed) == (["a", "b"], 7), words
    parser, rest = tree.leaf(["explain", "--", "-h"])
    assert parser.parsed(rest).id == "-h"


@pytest.mark.parametrize(
    ("error", "code"),
    [(UsageError("so"), 2), (EnvironmentUnusable("so"), 3), (IutFailed("so"), 4), (NothingSelected("so"), 5),
     (PostelError("so"), 1), (KeyboardInterrupt(), 130), (ZeroDivisionError("so"), 70),
     (ModuleNotFoundError("so", name="scapy"), 3)],
)  # fmt: skip
def test_every_error_has_its_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def raises(arguments: object) -> int:
        raise error

    monkeypatch.setattr(cli, "dispatch", raises)
    monkeypatch.delenv("POSTEL_DEBUG", raising=False)
    assert cli.main(["run"]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said and said.startswith("postel: ")
    assert ("please report it" in said) == (code == 70) and ("postel doctor" in said) == isinstance(
        error, ModuleNotFoundError
    )


def test_when_several_codes_apply_the_first_of_the_order_does() -> None:
    assert [int(code) for code in PRECEDENCE] == [70, 2, 3, 4, 5, 1, 0]
    assert worst([]) == Exit.OK and worst([1, 4]) == Exit.IUT and worst([Exit.OK, Exit.FAILED]) == Exit.FAILED
