# SPDX-License-Identifier: BSD-2-Clause
"""An IUT runs without privileges: it holds no capability, sees little of the environment, and can do its work all the same."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from postel import iut
from postel.exits import IutFailed
from postel.lab import client, confine
from test_lab import ROOT_ONLY, as_nobody, echoed, ended, small, started

TESTS = Path(__file__).parent
NOTHING = "capabilities 0000000000000000, no new privileges 1"


@pytest.fixture(autouse=True)
def _lab():
    yield
    client.end()


def program(link: str, *words: str, **changed: Any) -> iut.Definition:
    return small(link, command={link: [sys.executable, *words]}, **changed)


def said(code: str, link: str = "fd", **changed: Any) -> str:
    """What an IUT at level 0 says that does this and ends."""
    instance = started(program(link, "-c", textwrap.dedent(code), upper_tester="none", **changed), link)
    if link == "fd":
        ended(instance)
    instance.close()
    text = instance.stderr()
    return text.strip() if isinstance(text, str) else text.decode().strip()


def opens_its_tap() -> None:
    instance = started(program("tap", str(TESTS / "tap_iut.py"), "{if0}"), "tap")
    assert echoed(instance)
    instance.close()
    print(instance.stderr())


@ROOT_ONLY
def test_a_foreign_iut_opens_its_tap_without_any_capability_as_root(capsys: pytest.CaptureFixture[str]):
    opens_its_tap()
    assert NOTHING in capsys.readouterr().out


@ROOT_ONLY
def test_a_foreign_iut_opens_its_tap_without_any_capability_as_an_ordinary_user(tmp_path: Path):
    done = as_nobody("666", tmp_path, "-c", f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
                     "import test_confine; test_confine.opens_its_tap()")  # fmt: skip
    if "user namespaces: " in done.stderr:
        pytest.skip("this system does not let ordinary users make namespaces")
    assert NOTHING in done.stdout, done


ITS_CHILDS = """
    import re, subprocess, sys
    status = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
    print(*re.findall(r"^Cap(?:Prm|Eff|Bnd):\\t(.*)$", status, re.MULTILINE), file=sys.stderr)
"""


@ROOT_ONLY
def test_a_program_that_user_0_executes_gains_nothing():
    assert set(said(ITS_CHILDS).split()) == {"0" * 16}


@ROOT_ONLY
def test_what_a_definition_asks_for_it_gets_in_a_network_of_its_own():
    code = """
        import os, socket, sys
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        print(os.readlink("/proc/self/ns/net"), socket.if_nameindex(), file=sys.stderr)
    """
    assert "PermissionError" in said(code)
    first, second = (said(code, privileges=["net_raw"]) for _ in range(2))
    assert "[(1, 'lo')]" in first
    assert "[(1, 'lo')]" in second
    wanted = f"{1 << confine.CAPABILITIES['net_raw']:016x}"
    assert set(said(ITS_CHILDS, privileges=["net_raw"]).split()) == {wanted}  # it passes them on


def test_no_capability_is_given_over_a_network_that_is_not_the_iuts_own():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_confine as t; t.iut.start(" \
           "t.program('fd', '-c', 'pass', privileges=['net_admin']), 'fd', profile='modern', seed=1, build=t.Path())"  # fmt: skip
    done = without_namespaces(code)
    assert "EnvironmentUnusable: no network namespace of our own" in done.stderr


def without_namespaces(code: str) -> subprocess.CompletedProcess[str]:
    """Python where the system allows no namespaces, and this user is nobody in particular."""
    way = "echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --inh-caps=-all --bounding-set=-all \"$@\""
    command = ["unshare", "-Ur", "sh", "-ec", way, "sh", sys.executable, "-c", code]
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us make a user namespace")
    environment = os.environ | {"PYTHONPATH": str(TESTS.parent)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_where_there_are_no_namespaces_it_holds_no_capability_either():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_confine as t; print(t.said(t.STATUS))"
    assert without_namespaces(code).stdout.strip() == "0000000000000000 1"


STATUS = """
    import re, sys
    status = open("/proc/self/status").read()
    print(*re.findall(r"^(?:CapEff|NoNewPrivs):\\t(.*)$", status, re.MULTILINE), file=sys.stderr)
"""


# The environment


def seen(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> set[str]:
    given = {"GITHUB_TOKEN": "hush", "AWS_SECRET_ACCESS_KEY": "hush", "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "verbosity=0",
             "LLVM_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer", "MY_STACK_CONFIG": "here", "TZ": "UTC"}  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return set(said("import os, sys; print(*os.environ, file=sys.stderr)", **changed).split())


def test_no_token_reaches_an_iut(monkeypatch: pytest.MonkeyPatch):
    names = seen(monkeypatch)
    assert {"PATH", "LC_ALL", "TZ", "ASAN_OPTIONS", "LLVM_SYMBOLIZER_PATH", "POSTEL_IF0", "POSTEL_SEED"} <= names
    assert not {name for name in names if os.environ.get(name) == "hush"}
    assert "MY_STACK_CONFIG" not in names


def test_a_definition_may_ask_for_a_variable_or_for_all(monkeypatch: pytest.MonkeyPatch):
    assert "MY_STACK_CONFIG" in seen(monkeypatch, environment=["MY_STACK_CONFIG"])
    assert {"MY_STACK_CONFIG", "GITHUB_TOKEN"} <= seen(monkeypatch, privileges=["unconfined"])


# Homes that are closed to others


@ROOT_ONLY
@pytest.mark.parametrize("of", [0, 65534])
def test_a_program_under_a_home_that_is_closed_to_others_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: int):
    """That of the user who runs it, and that of another (sudo): who is only root may not read it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "iut.py").write_text("import os, sys; print(len(os.listdir('.')), file=sys.stderr)")
    for path in (home, home / "iut.py"):
        os.chown(path, of, of)
        path.chmod(0o700)
    monkeypatch.chdir(home)
    instance = started(small("fd", upper_tester="none", command={"fd": [sys.executable, "iut.py"]}), "fd")
    ended(instance)
    assert instance.obituary() == "exit code 0: 1"


def test_a_command_that_cannot_be_run_is_named():
    with pytest.raises(IutFailed, match="cannot run /dev/null: Permission denied"):
        iut.start(small("fd", command={"fd": ["/dev/null"]}), "fd", profile="modern", seed=1, build=Path())
