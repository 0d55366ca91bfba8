# SPDX-License-Identifier: BSD-2-Clause
"""The command line: every end is an exit code, and the words say what to do."""

import sys

import pytest
from postel import cli
from postel.exits import PRECEDENCE, EnvironmentUnusable, Exit, IutFailed, NothingSelected, PostelError, UsageError, worst


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    for command in cli.COMMANDS:
        assert f"\n  {command} " in said
    assert cli.main([]) == 2


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("postel 0.")


def test_an_unknown_command_is_2_and_the_known_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["runn"]) == 2
    said = capsys.readouterr().err
    assert "there is no command 'runn'" in said and "  run " in said


@pytest.mark.parametrize(
    "words", [["run", "--sed", "1"], ["run", "--seed", "x"], ["diff"], ["baseline"], ["report", "--format", "pdf"]]
)
def test_options_that_are_not_there_are_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert f"usage: postel {words[0]}" in capsys.readouterr().err


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


def test_help_does_not_import_scapy() -> None:
    import subprocess

    code = "import sys; from postel import cli; cli.main(['--help']); sys.exit('scapy' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=cli.__file__.rpartition("/postel/")[0], capture_output=True, check=False
        ).returncode
        == 0
    )
