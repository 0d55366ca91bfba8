# SPDX-License-Identifier: BSD-2-Clause
"""Definitions of IUTs: what is wrong in one is named."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from postel import cli, iut
from postel.exits import IutFailed, UsageError
from postel.iut import INTERFACES
from postel.paths import ROOT

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
    (GOOD | {"interfaces": 3}, "`interfaces` must be 1 to 2"),
    (GOOD | {"command": ["run"]}, "`command` must be a table"),
    (GOOD | {"command": {"fd": "run"}}, "`command.fd` must be a list of words"),
    (GOOD | {"command": {"fb": ["run"]}}, "`command.fb`: there is no such link"),
    (GOOD | {"command": {"fd": ["run", "{if1}"]}}, "`command`: nothing stands for {if1}"),
    (GOOD | {"command": {"fd": ["run"], "tap": ["run"]}}, "`command.tap`: `links` does not have tap"),
    (without("command"), "`command.fd` is missing"),
    (without("object"), "`object.sim` is missing"),
    (GOOD | {"timers": {"mode": "quick"}}, "`timers.mode` must be one of virtual, real"),
    (GOOD | {"timers": {"reassembly": "long"}}, "`timers.reassembly` must be a number of seconds"),
    (GOOD | {"upper_tester": "kernel"}, '`links` must be ["tap"]'),
    (without("object") | {"links": ["fd", "iface"]}, "`iface` must name 1 interface(s)"),
    (without("object") | {"links": ["fd", "iface"], "iface": ["eth9"]}, '`isolate` must be "run"'),
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


def test_the_settings_that_an_object_gets():
    assert iut.settings(INTERFACES[:1], "modern", 7) == (
        "seed=7\nprofile=modern\ngateway=198.18.0.1\nif0=02:00:00:00:00:02,198.18.0.2,24\n"
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


SMALL = f"{sys.executable} {Path(__file__).with_name('small_iut.py')} fd {{if0}}"


def test_check_finds_nothing_wrong_with_a_good_adapter():
    code, said = postel("iut", "check", SMALL)
    assert code == 0, said
    assert said.count("\nok ") == 9
    assert "all is well" in said


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
    assert "cannot run no-such-program: No such file or directory" in said
