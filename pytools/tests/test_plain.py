# SPDX-License-Identifier: BSD-2-Clause
"""Text of foreign origin steers no terminal and forges no line, whichever command tells it."""

import io
import json
import re
import shutil
import sys
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome
from postel.base import plain
from postel.base.exits import IutFailed, UsageError
from postel.cli import cli
from postel.kit import Recorded
from postel.results import evidence

assert make_world  # the fixture `world`
OUT = Path("postel-out")
# Title, clear screen, colour, C1, DEL, NUL, bidi, zero width, separators, a line of ours, a surrogate, no characters.
EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[32m\x9b1m\x7f\x00\u202egnp\u2066\u200b\ufeff\u2028\x85\u2029\n"
EVIL += "postel: 0 failed\r\t\udc80\ufffe\uffff\U000e0041\u3164<b>&]]>"
SMALL = """
name = "small"
about = "it says what it likes"
links = ["fd"]
upper_tester = "stdio"
[command]
fd = [{python}, {program}, "{fault}", "{{if0}}"]
"""
HOSTILE = f"""
import os, sys
os.write(2, {EVIL.encode("utf-8", "surrogatepass")!r})
if "says" in sys.argv:
    sys.stdin.readline()
    os.write(1, {EVIL.replace(chr(10), "").encode("utf-8", "surrogatepass")!r} + b" ok\\n")
    sys.stdin.read()
os._exit(1)
"""


def unseemly(text: str) -> list[str]:
    """What no terminal should get."""
    return [one for one in text if one != "\n" and (not one.isprintable() or one == "\u3164")]


def test_what_cannot_be_seen_is_spelled_and_the_rest_stays() -> None:
    assert plain.plain("\x1b[2J\u202e\ud800\n\x85\u3164") == "\\x1b[2J\\u202e\\ud800\\n\\x85\\u3164"
    for words in ("plain words", "größer ≥ 漢字 שלום 😀", "C:\\temp"):
        assert plain.plain(words) == words


def test_every_character_is_seen_or_spelled() -> None:
    said = plain.escaped("".join(map(chr, range(0x110000))))
    assert said.isprintable() and not plain.ALWAYS.search(said)
    assert all(one in said for one in "aé≥漢😀")


def test_a_long_text_is_cut_and_says_so() -> None:
    assert plain.plain("x" * 1234) == f"{'x' * 1000} ... (234 characters more)"


def test_no_line_passes_for_ours() -> None:
    assert plain.lines("first\nsecond\n") == "first\n  second"


def test_json_is_whole_and_harmless() -> None:
    said = plain.as_json({EVIL: [EVIL, 1, None]})
    assert not unseemly(said) and said.isascii()
    assert json.loads(said) == {EVIL: [EVIL, 1, None]}


def test_what_is_forgotten_is_caught_but_not_what_is_ours() -> None:
    before, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO(), "latin-1", newline="")
    try:
        with plain.guarded():
            print(EVIL, "≥")
            print("\x1b[31mred\x1b[0m\tand\r\x1b[Kprogress", flush=True)
        said = sys.stdout.buffer.getvalue().decode("latin-1")  # type: ignore[attr-defined]
    finally:
        sys.stdout = before
    first, _, rest = said.partition("\npostel: 0 failed")
    assert not unseemly(first.replace("\x1b[32m", ""))
    assert rest.endswith(" \\u2265\n\x1b[31mred\x1b[0m\tand\r\x1b[Kprogress\n")


@pytest.fixture(name="hostile")
def hostile_world(world: World) -> World:
    """An IUT whose every word is hostile, and the results of a run of it."""
    world.cases = [fakes.case(f"rfc1/1/{name}") for name in ("one", "two", "three", "four")]
    frames = [Recorded(0.0, 0, False, fakes.REPLY, EVIL)]
    worst: dict[str, Any] = {"expected": EVIL, "actual": EVIL, "counters": {EVIL: 1}, "drops": [EVIL], "frames": frames,
                             "frame": 1}  # fmt: skip
    for case, verdict in zip(world.cases, ("fail", "warn", "not-applicable", "info"), strict=True):
        world.verdicts["linux", case.id] = outcome(case, verdict, label=EVIL if verdict == "info" else None, **worst)
    start = world.start

    def started(definition: Any, link: str, **settings: Any) -> fakes.Instance:
        if definition.name == "reference":
            raise IutFailed(EVIL)
        instance = start(definition, link, **settings)
        instance.upper.release = EVIL
        return instance

    world.start = started  # type: ignore[method-assign]
    return world


def test_no_command_tells_a_terminal_what_an_iut_says(hostile: World, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run"]) == 4
    shutil.copytree(OUT, "before")
    (OUT / "results.json").rename("results.json")
    assert cli.main(["report", str(OUT), *"--format text --format html --format junit".split()]) == 0  # of the events
    Path("results.json").rename(OUT / "results.json")
    assert cli.main(["report", "--format", "text"]) == 0
    text = (OUT / "results.json").read_text(errors="surrogateescape")
    other = json.loads(text.replace('"fail"', '"warn"').replace('"info"', '"fail"').replace("postel: 0 failed", "otherwise"))
    (OUT / "results.json").write_text(json.dumps(other))
    for words in (["diff", "before", str(OUT)], ["diff", str(OUT), "before", "--json"], ["explain", "rfc1/1/one"]):
        assert cli.main(words) in (0, 1), words
    said = "".join(capfd.readouterr())
    assert said.count("owned") > 20, "it is told"
    assert unseemly(said) == []
    assert "\npostel: 0 failed" not in said


def test_nor_do_the_files_that_a_run_leaves(hostile: World) -> None:
    assert cli.main(["run"]) == 4
    page = (OUT / "report.html").read_text()
    assert "owned" in page and unseemly(page) == [] and "<b>&" not in page
    by_the_run = xml.parse(OUT / "junit.xml")
    assert cli.main(["report", "--format", "junit"]) == 0
    for tree in (by_the_run, xml.parse(OUT / "junit.xml")):
        said = [value for element in tree.iter() for value in element.attrib.values()]
        assert any("owned" in value for value in said) and unseemly("".join(said)) == []


def test_nor_what_stands_in_a_file_or_is_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    directory = Path(EVIL.replace("/", "").replace("\0", ""))
    directory.mkdir()
    (directory / "results.json").write_text('{"schema": "\\u001b[2J\\n"}')
    (directory / "iut.toml").write_text('name = "\\u001b[2J"\nabout = "x"\nlinks = ["fd"]\n')
    (directory / "about.toml").write_text('name = "x"\nabout = "\\u001b[2J\\npostel: 0 failed"\nlinks = ["fd"]\n')
    (directory / "frames.pcapng").write_bytes(EVIL.encode("utf-8", "surrogatepass"))
    name = str(directory)
    for words in (["report", name], ["diff", name, name], ["explain", "--from", name, "x"], ["run", "--iut", f"{name}/iut.toml"],
                  ["baseline", "write", EVIL, "--from", name], ["replay", f"{name}/frames.pcapng"], ["explain", EVIL],
                  ["list", EVIL], ["run", EVIL], ["doctor", EVIL], ["iut", "check", f"{name}/iut.toml"], [EVIL],
                  ["baseline", "check", EVIL.replace("\0", "")], ["report", name, name, "--out", "x"], ["run", "--baseline", name],
                  ["replay", "--print", f"{name}/frames.pcapng"], ["replay", f"{name}/none"], ["run", "--resume", "--out", name],
                  ["fuzz", "reass", "--input", f"{name}/frames.pcapng"], ["fuzz", EVIL], ["help", EVIL], ["iut", "setup", EVIL],
                  ["run", "--iut", EVIL], ["run", "--iut", f"{name}/about.toml"], ["run", "--exclude", EVIL],
                  ["run", "--out", f"{name}/iut.toml"], ["completion", EVIL]):  # fmt: skip
        try:
            assert cli.main(words) in (2, 3, 4, 5), words
        except SystemExit as error:  # argparse
            assert error.code == 2
    said = "".join(capfd.readouterr())
    assert said.count("owned") > 5 and unseemly(said) == [] and "\npostel: 0 failed" not in said


@pytest.mark.parametrize("fault", ["says", "dies"])
def test_nor_what_a_program_says(fault: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE)
    python, program = json.dumps(sys.executable), json.dumps(str(tmp_path / "hostile.py"))
    (tmp_path / "small.toml").write_text(SMALL.format(python=python, program=program, fault=fault))
    (tmp_path / "a.script").write_text("postel-script 1\nadvance 1\n")
    iut = str(tmp_path / "small.toml")
    for words in (["iut", "check", iut], ["replay", str(tmp_path / "a.script"), "--iut", iut],
                  ["run", "rfc792/echo", "--iut", iut, "--out", str(tmp_path / "out")]):  # fmt: skip
        assert cli.main(words) == 4, words
    said = "".join(capfd.readouterr())
    assert len(re.findall("owned|<b>", said)) >= 3, "it is told"
    assert unseemly(said) == [] and "\npostel: 0 failed" not in said


def test_a_comment_in_evidence_is_told_harmlessly(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case = fakes.case("rfc1/1/one")
    frames = [Recorded(0, 0, True, fakes.REQUEST, EVIL.replace("\udc80", ""))]
    evidence.write(tmp_path / "a.pcapng", outcome(case, "fail", frames=frames), iut="x", link="tap")
    assert cli.main(["replay", "--print", str(tmp_path / "a.pcapng")]) == 0
    assert unseemly("".join(capfd.readouterr())) == []


def test_an_error_of_ours_is_told_harmlessly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for error in (UsageError(EVIL), ZeroDivisionError(EVIL)):
        def raises(arguments: object, error: Exception = error) -> int:
            raise error

        monkeypatch.setattr(cli, "dispatch", raises)
        cli.main(["run"])
        said = capsys.readouterr().err
        assert unseemly(said) == [] and "\npostel: 0 failed" not in said
