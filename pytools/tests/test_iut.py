# SPDX-License-Identifier: BSD-2-Clause
"""Definitions of IUTs: what is wrong in one is named."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from postel.base.exits import IutFailed, UsageError
from postel.base.paths import ROOT
from postel.cli import cli
from postel.iut import iut
from postel.iut.iut import INTERFACES
from postel.results import evidence

GOOD: dict[str, Any] = {
    "name": "mine", "about": "a stack", "links": ["fd", "sim"],
    "command": {"fd": ["run", "{if0}", "{if0.addr}/{if0.prefix}"]}, "object": {"sim": "{build}/mine.so"},
    "timers": {"reassembly": 30, "mode": "real"},
}  # fmt: skip


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


def test_a_good_definition():
    definition = iut.parse(GOOD)
    assert (definition.links, definition.isolate, definition.upper_tester) == (("fd", "sim"), "case", "none")


@pytest.mark.parametrize("name", ["reference", "linux"])
def test_those_that_come_with_postel(name: str):
    definition = iut.load(name)
    assert definition.name == name
    assert name in iut.names()


@pytest.mark.parametrize("table, said", [
    (without("name"), "the key `name` is missing"),
    (without("about"), "the key `about` is missing"),
    (without("links"), "the key `links` is missing"),
    (GOOD | {"colour": "red"}, "unknown key `colour`"),
    (GOOD | {"name": "my stack"}, "`name` must be a word"),
    (GOOD | {"links": []}, "`links` must be a list of words"),
    (GOOD | {"links": ["fd", "wifi"]}, "`links`: there is no link 'wifi'"),
    (GOOD | {"isolate": "never"}, "`isolate` must be one of case, run"),
    (GOOD | {"upper_tester": "telepathy"}, "`upper_tester` must be one of"),
    (GOOD | {"synchronous": 1}, "`synchronous` must be true or false"),
    (GOOD | {"settle_ms": -1}, "`settle_ms` must be a number of milliseconds"),
    (GOOD | {"settle_ms": True}, "`settle_ms` must be a number of milliseconds"),
    (GOOD | {"settle_ms": 60_001}, "`settle_ms` must be a number of milliseconds, at most 60,000"),
    (GOOD | {"interfaces": 4}, "`interfaces` must be 1 to 3"),
    (GOOD | {"interfaces": True}, "`interfaces` must be 1 to 3"),
    (GOOD | {"interfaces": 1.0}, "`interfaces` must be 1 to 3"),
    (GOOD | {"name": "x" * 65}, "`name` must be a word"),
    (GOOD | {"about": "x" * 301}, "`about` must be a text of at most 300 characters, it has 301"),
    (GOOD | {"object": {"sim": "/" * 5000}}, "`object.sim` must be a text of at most 4,095 characters"),
    (GOOD | {"object": {"sim": "{nope}.so"}}, "`object.sim`: nothing stands for {nope}; there are {build}"),
    (GOOD | {"links": ["fd", "fd"]}, "`links` names a link twice"),
    (GOOD | {"command": {"fd": ["run", "a\0b"]}}, "`command.fd` must be a list of at most 1000 words, without NUL"),
    (GOOD | {"command": {"fd": ["run"] * 1001}}, "`command.fd` must be a list of at most 1000 words"),
    (GOOD | {"command": {"fd": ["run", "x" * 100_000]}}, "`command.fd` must be a list of at most 1000 words"),
    (GOOD | {"command": ["run"]}, "`command` must be a table"),
    (GOOD | {"command": {"fd": "run"}}, "`command.fd` must be a list of words"),
    (GOOD | {"command": {"fb": ["run"]}}, "`command.fb`: there is no such link"),
    (GOOD | {"command": {"fd": ["run", "{if1}"]}}, "`command.fd`: {if1} takes `interfaces = 2`, which is not said"),
    (GOOD | {"command": {"fd": ["run", "{if1.addr}"]}}, "`command.fd`: {if1.addr} takes `interfaces = 2`, which is not said"),
    (GOOD | {"command": {"fd": ["run", "{if3}"]}}, "`command.fd`: nothing stands for {if3}"),
    (GOOD | {"role": ["host", "switch"]}, "`role`: there is no role 'switch'; there are host and router"),
    (GOOD | {"role": ["router"], "interfaces": 2}, "`role` must name host too"),
    (GOOD | {"role": ["host", "router"]}, "`role` names router: that takes `interfaces = 2`"),
    (GOOD | {"command": {"fd": ["run", "{iff}"]}}, "`command.fd`: nothing stands for {iff}; there are {build}"),
    (GOOD | {"command": {"fd": ["run"], "tap": ["run"]}}, "`command.tap`: `links` does not have tap"),
    (without("command"), "`command.fd` is missing"),
    (without("object"), "`object.sim` is missing"),
    (GOOD | {"timers": {"mode": "quick"}}, "`timers.mode` must be one of virtual, real"),
    *[(GOOD | {"timers": {"reassembly": value}}, "`timers.reassembly` must be a number of seconds above 0, at most 86,400")
      for value in ("long", math.nan, math.inf, -math.inf, -1, 0, 86_401, 1e300, 10**400, True)],
    (GOOD | {"timers": {"reasembly": 30}}, "`timers.reasembly`: there is no such timer"),
    (GOOD | {"privileges": ["root"]}, "`privileges`: there is no privilege 'root'"),
    (GOOD | {"privileges": ["write:"]}, "`privileges`: there is no privilege 'write:'"),
    (GOOD | {"privileges": ["write:{nowhere}"]}, "`privileges`: nothing stands for {nowhere}"),
    (GOOD | {"environment": ["A=B"]}, "`environment`: 'A=B' is no name of a variable"),
    (GOOD | {"memory_mb": 0}, "`memory_mb` must be a number of megabytes, 1 to 1048576"),
    (GOOD | {"memory_mb": True}, "`memory_mb` must be a number of megabytes"),
    (GOOD | {"upper_tester": "kernel"}, '`links` must be ["tap"]'),
    (without("object") | {"links": ["fd", "iface"]}, "`iface` must name 1 interface(s)"),
    *[(without("object") | {"links": ["fd", "iface"], "iface": [name]}, f"`iface`: {name!r} is no name of an interface")
      for name in ("../lo", "..", "a b", "x" * 16)],
    (without("object") | {"links": ["fd", "iface"], "iface": ["eth9", "eth9"], "interfaces": 2}, "`iface` names eth9 twice"),
    (without("object") | {"links": ["fd", "iface"], "iface": ["eth9"], "upper_tester": "stdio"}, "`command.iface` is missing"),
    (GOOD | {"isolate": "run"}, '`isolate` = "run" takes an upper tester'),
])  # fmt: skip
def test_what_is_wrong_is_named(table: dict[str, Any], said: str):
    with pytest.raises(UsageError, match=f"^definition: {re.escape(said)}"):
        iut.parse(table)


def test_files(tmp_path: Path):
    with pytest.raises(UsageError, match="there is no IUT 'refrence'; did you mean reference"):
        iut.load("refrence")
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ")
    with pytest.raises(UsageError, match=r"broken\.toml: Invalid value"):
        iut.load(str(broken))
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF\xd0")
    with pytest.raises(UsageError, match=r"program is not the definition of an IUT; docs/iut\.md shows one"):
        iut.load(str(program))


@pytest.mark.parametrize("octets, said", [
    (b"\xff\xfen\0a\0", "is not the definition of an IUT"),
    (b'name = "a"\nname = "b"\n', "Cannot overwrite a value"),
    (b"name = " + b"[" * 5000 + b"]" * 5000, "it is nested too deeply"),
    (b"settle_ms = " + b"9" * 5000, "limit"),
    (b"#" * 100_001, "is longer than 100,000 octets"),
    (b"", "the key `name` is missing"),
])  # fmt: skip
def test_what_is_wrong_in_a_file(octets: bytes, said: str, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_bytes(octets)
    with pytest.raises(UsageError, match=said):
        iut.load(str(path))


def test_a_file_of_another_system_is_read(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_bytes('\ufeffname = "mine"\r\nabout = "ü"\r\nlinks = ["fd"]\r\n[command]\r\nfd = ["./x"]\r\n'.encode())
    assert iut.load(str(path)).about == "ü"


@pytest.mark.parametrize("kind", ["a FIFO", "a device", "a directory", "a large file"])
def test_only_a_short_regular_file_is_read(kind: str, tmp_path: Path):
    path = tmp_path / "mine.toml"
    if kind == "a FIFO":
        os.mkfifo(path)
    if kind == "a device":
        path.symlink_to("/dev/zero")
    if kind == "a directory":
        path.mkdir()
    if kind == "a large file":
        with path.open("wb") as file:
            file.truncate(1 << 30)
    code, said = postel("iut", "check", str(path))
    assert (code, kind in said or "longer than 100,000 octets" in said) == (2, True), said


def test_the_settings_that_an_object_gets():
    assert iut.settings(INTERFACES[:1], "modern", 7) == (
        "seed=7\nprofile=modern\ngateway=198.18.0.1\nut=43200000000000\nif0=02:00:00:00:00:02,198.18.0.2,20\n"
    )


def postel(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "postel", *words], env=os.environ | {"PYTHONPATH": str(ROOT / "pytools")},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_iut_list_names_each_with_its_links():
    code, said = postel("iut", "list")
    assert code == 0
    assert re.search(r"^linux +tap +yes +this machine's kernel$", said, re.MULTILINE)
    assert re.search(r"^reference +tap fd sim ", said, re.MULTILINE)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check leaves, it leaves there."""
    monkeypatch.chdir(tmp_path)


SMALL = f"{sys.executable} {Path(__file__).with_name('small_iut.py')} fd {{if0}}"


def test_check_finds_nothing_wrong_with_a_good_adapter():
    code, said = postel("iut", "check", SMALL)
    assert code == 0, said
    assert said.count("\nok ") == 9
    assert said.endswith("all is well\n")
    assert len(evidence.read(Path("postel-out/check.pcapng"))) > 2000


@pytest.mark.parametrize("fault, found", [
    ("forgetful", r"FAIL  answers a thousand echoes .*\n      of 50 echoes \d had no answer when a later one had"),
    ("mute", r"FAIL  answers ARP and echo\n      it does not answer the control probe"),
    ("sloppy", r"FAIL  says EINVAL .*\n      the error for `sync florp=1`: expected EINVAL, it is ok"),
    ("guesses", r"FAIL  says EPROTO .*\n      the answer to `sync`: expected 0 err code=EPROTO, it is 1 ok"),
    ("endless", r"FAIL  takes lines .*\n      the answer to a line of 140,001 octets: expected 0 err code=EPROTO"),
    ("late", r"FAIL  tells of all .*\n      the datagrams told of before sync"),
    ("remembers", r"FAIL  forgets its sockets at reset\n      the error for a socket of before .* EBADF, it is ok"),
    ("leaks", r"FAIL  ends by itself.*\n      exit code 3 at the end of input"),
    ("stays", r"FAIL  ends by itself.*\n      it did not end"),
])  # fmt: skip
def test_check_names_the_rule_that_is_broken(fault: str, found: str):
    code, said = postel("iut", "check", f"{SMALL} {fault}")
    assert code == 4, said
    assert re.search(found, said), said
    assert re.search(r"\n\d broken; postel-out/check\.pcapng has the frames\n$", said), said


def test_a_check_keeps_its_frames_beside_what_a_run_left(tmp_path: Path):
    """Kind 8: a control probe that nobody answers is in a capture."""
    out = tmp_path / "out"
    assert postel("run", "rfc792/echo", "--iut", "reference:sim", "--out", str(out))[0] == 0
    left = {path: path.read_bytes() for path in out.rglob("*") if path.is_file() and ".postel" not in path.parts}
    for _ in range(2):  # the second takes the place of the first
        code, said = postel("iut", "check", f"{SMALL} mute", "--out", str(out))
        assert code == 4 and f"1 broken; {out / 'check.pcapng'} has the frames" in said
        assert "-     answers a thousand echoes" in said, "who answers no control probe is not asked for more"
    frames = evidence.read(out / "check.pcapng")
    assert {frame.comment for frame in frames if frame.sent} == {"control probe", "address resolution"}
    assert all(path.read_bytes() == octets for path, octets in left.items())
    assert postel("run", "rfc792/echo", "--iut", "reference:sim", "--out", str(out))[0] == 0
    (out / "check.pcapng").write_text("mine")
    code, said = postel("iut", "check", SMALL, "--out", str(out))
    assert (code, (out / "check.pcapng").read_text()) == (2, "mine"), said


def test_check_meets_who_drops_while_it_resolves():
    wrong = f"{sys.executable} {Path(__file__).with_name('wrong_iut.py')} {{if0}}"
    for kind in ("dropping", "learning", "starting"):
        code, said = postel("iut", "check", "--no-upper-tester", f"{wrong} {kind}")
        assert code == 0, said


def test_check_of_an_iut_that_is_dead_finds_nothing_good():
    code, said = postel("iut", "check", "--no-upper-tester", "false {if0}")
    assert code == 4
    assert not re.search("^ok", said, re.MULTILINE), said
    assert re.search(r"FAIL  ends by itself.*\n      it had ended before: exit code 1", said)


def test_an_adapter_that_says_ok_to_anything_is_not_started():
    code, said = postel("iut", "check", f"{SMALL} believes")
    assert code == 4
    assert "its upper tester: it says ok to an operation that does not exist" in said


@pytest.mark.parametrize("words, said", [
    (["sleep 60 {if0}"], "its upper tester: no answer to `1 hello` in time; if there is none, --no-upper-tester says so"),
    (["mine.toml"], 'its upper tester: no answer to `1 hello` in time; if there is none, upper_tester = "none" says so'),
])  # fmt: skip
def test_of_an_upper_tester_that_says_nothing_there_may_be_none(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def silent(*args: object, **keys: object) -> None:
        raise IutFailed("its upper tester: no answer to `1 hello` in time")

    (tmp_path / "mine.toml").write_text('name = "mine"\nabout = "-"\nlinks = ["fd"]\ncommand.fd = ["sleep", "60"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(iut, "start", silent)
    assert cli.main(["iut", "check", *words]) == 4
    assert capsys.readouterr().err == f"postel: {said}\n"


def test_a_command_that_is_not_there():
    code, said = postel("iut", "check", "no-such-program {if0}")
    assert code == 4
    assert "cannot run no-such-program: it is not on PATH; a program beside its definition is named ./no-such-program" in said


# Where a command runs


STAND_IN = """
name = "mine"
about = "-"
links = ["fd"]
[command]
fd = [{words}]
"""


@pytest.fixture(name="beside")
def made_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with an IUT in it, and we stand in another."""
    there = tmp_path / "there"
    (there / "bin").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    small = Path(__file__).with_name("small_iut.py").read_text()
    for name in ("run", "bin/run"):
        (there / name).write_text(f"#!{sys.executable}\n{small}")
        (there / name).chmod(0o755)
    (there / "small.py").write_text(small)
    return there


def checked(directory: Path, *words: str) -> tuple[int, str]:
    """`iut check` of a definition in that directory with this command."""
    path = directory / "mine.toml"
    path.write_text(STAND_IN.replace("{words}", ", ".join(f"'{word}'" for word in words)))
    return postel("iut", "check", str(path))


@pytest.mark.parametrize("words", [
    ("./run",), ("bin/run",), ("{there}/run",), ("python3", "small.py"), ("python3", "./small.py"), (sys.executable, "small.py"),
], ids=" ".join)  # fmt: skip
def test_a_command_is_looked_for_beside_its_definition(words: tuple[str, ...], beside: Path):
    code, said = checked(beside, *(word.replace("{there}", str(beside)) for word in words), "fd", "{if0}")
    assert code == 0, said


def test_a_command_that_is_typed_is_looked_for_where_one_stands(beside: Path, monkeypatch: pytest.MonkeyPatch):
    assert "there is no such file" in postel("iut", "check", "./run fd {if0}")[1]
    monkeypatch.chdir(beside)
    assert postel("iut", "check", "--no-upper-tester", "./run fd {if0}")[0] == 0


FOREIGN_ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0\xf2\xff" + bytes(40)


@pytest.mark.parametrize("octets, mode, said", [
    (None, 0, "there is no such file (looked for from"),
    (b"#!/bin/sh\n", 0o644, "it is not executable: chmod +x"),
    (b"#!/no/such/python\n", 0o755, "its first line wants the interpreter '/no/such/python', which cannot be run here"),
    (b"#!/bin/sh\r\n", 0o755, "its lines end with CR, which belongs to the name: save it with LF"),
    (b"print('hello')\n", 0o755, "it is no program: a script begins with a line such as"),
    (b"", 0o755, "it is no program"),
    (FOREIGN_ELF, 0o755, "it was built for the machine 65522, not for this one: build it here"),
    ("directory", 0, "it is a directory"),
])  # fmt: skip
def test_a_program_that_cannot_be_run_is_told_with_the_reason(octets: bytes | str | None, mode: int, said: str, tmp_path: Path):
    program = tmp_path / "program"
    if isinstance(octets, bytes):
        program.write_bytes(octets)
        program.chmod(mode)
    if octets == "directory":
        program.mkdir()
    code, found = checked(tmp_path, "./program", "{if0}")
    assert (code, f"cannot run ./program: {said}" in found or ("CR" in said and said in found)) == (4, True), found


def test_a_program_that_is_beside_and_not_on_path(tmp_path: Path):
    code, said = checked(tmp_path, "my-stack", "{if0}")
    assert code == 4 and "cannot run my-stack: it is not on PATH; a program beside its definition is named ./my-stack" in said
