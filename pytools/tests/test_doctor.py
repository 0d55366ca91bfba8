# SPDX-License-Identifier: BSD-2-Clause
"""postel doctor: each problem is made, and must be named with what mends it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from postel.base.paths import ROOT
from postel.base.system import Attempt
from postel.cli import cli
from postel.iut import ailments
from postel.iut.ailments import Check, Problem
from powers import MAY_MOUNT

TOOLS = ("sh", "env", "python3", "meson", "ninja", "gcc", "as", "ld", "ar", "pkg-config", "clang", "llvm-symbolizer", "ip",
         "tshark", "apt-get")  # fmt: skip
OWN_TUN = """
mount -t tmpfs -o mode=755 tmpfs /dev/net
[ "$1" = none ] || mknod -m "$1" /dev/net/tun c 10 200
shift
exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
"""
NO_NAMESPACES = """
echo 0 >/proc/sys/user/max_user_namespaces
exec setpriv --inh-caps=-all --bounding-set=-all "$@"
"""


def doctor(*before: str, only: tuple[str, ...] = (), **changed: str) -> tuple[int, str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools")} | changed
    done = subprocess.run(
        [*before, sys.executable, "-m", "postel", "doctor", *only], env=environment, cwd="/",
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def path_without(place: Path, *missing: str) -> str:
    """A PATH on which everything is that doctor could want, but not these."""
    for tool in (*TOOLS, *missing):
        real = shutil.which(tool)
        if real and tool not in missing:
            (place / tool).symlink_to(real)
    return str(place)


def found(said: str, label: str, name: str, what: str, mend: str) -> bool:
    """Whether it is one line of the problem and one of what mends it."""
    lines = said.splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith(f"{label:<10}{name}: ")), None)
    return at is not None and what in lines[at] and mend in lines[at + 1]


def test_nothing_is_invented(tmp_path: Path):
    """What the other tests look for is not said where it is not so."""
    code, said = doctor(POSTEL_BUILD=str(tmp_path))
    assert code == 0
    for name in ("python modules", "meson, ninja and gcc", "build directory"):
        assert f"ok        {name}\n" in said


@pytest.mark.parametrize("tool, label, name, package", [
    ("meson", "problem", "meson, ninja and gcc", "meson"),
    ("ninja", "problem", "meson, ninja and gcc", "ninja-build"),
    ("gcc", "problem", "meson, ninja and gcc", "gcc libc6-dev"),
    ("clang", "for test", "clang", "clang"),
    ("llvm-symbolizer", "for test", "llvm-symbolizer", "llvm"),
    ("tshark", "optional", "tshark", "tshark"),
    ("ip", "optional", "ip", "iproute2"),
])  # fmt: skip
def test_a_tool_that_is_not_there(tool: str, label: str, name: str, package: str, tmp_path: Path):
    code, said = doctor(only=(name,), PATH=path_without(tmp_path, tool))
    assert found(said, label, name, tool, f"apt-get install --no-install-recommends {package}"), said
    assert code == 3


def test_no_package_manager_that_we_know(tmp_path: Path):
    _, said = doctor(only=("tshark",), PATH=path_without(tmp_path, "tshark", "apt-get"))
    assert found(said, "optional", "tshark", "tshark", "with this system's package manager (Debian's names): tshark")


def failing_at(place: Path, tool: str, word: str) -> str:
    """A PATH on which `tool` cannot do what `word` asks for."""
    path = path_without(place, tool)
    real = shutil.which(tool)
    refuses = f'case "$*" in *{word}*) echo "ld: error: cannot find it" >&2; exit 1 ;; esac'
    (place / tool).write_text(f'#!/bin/sh\n{refuses}\nexec {real} "$@"\n')
    (place / tool).chmod(0o755)
    return path


@pytest.mark.parametrize("tool, word, name, package", [
    ("clang", "-fsanitize=address,undefined", "clang's sanitizers", "libclang-rt-"),
    ("clang", "-fsanitize=memory", "clang's memory sanitizer", "libclang-rt-"),
    ("clang", "-fsanitize=fuzzer", "libFuzzer", "libclang-rt-"),
    ("gcc", "-lcriterion", "criterion", "libcriterion-dev"),
    ("gcc", "-fsanitize=address,undefined", "gcc's sanitizers", "gcc"),
])  # fmt: skip
def test_a_compiler_without_what_the_tests_need(tool: str, word: str, name: str, package: str, tmp_path: Path):
    _, said = doctor(only=(name,), PATH=failing_at(tmp_path, tool, word))
    assert found(said, "for test", name, "cannot find it", package), said


def test_without_libseccomp_only_something_nice_is_missing(tmp_path: Path):
    _, said = doctor(only=("libseccomp",), PATH=failing_at(tmp_path, "gcc", "-lseccomp"))
    assert found(said, "optional", "libseccomp", "cannot find it", "libseccomp-dev"), said


def test_a_compiler_that_does_not_compile(tmp_path: Path):
    _, said = doctor(only=("meson, ninja and gcc",), PATH=failing_at(tmp_path, "gcc", "probe"))
    assert found(said, "problem", "meson, ninja and gcc", "a small program cannot be built", "install"), said


def test_a_module_that_cannot_be_imported():
    problem = ailments.imports("json", "nobody_has_this")()
    assert problem and "cannot import nobody_has_this" in problem.what and "nobody_has_this" in problem.mend


def test_a_module_is_called_as_the_launcher_calls_its_package(monkeypatch: pytest.MonkeyPatch):
    """Those that the tests need, if none were there."""
    listed = dict(re.findall("^module (\\S+) (python3-\\S+)$", (ROOT / "postel").read_text(), re.MULTILINE))
    assert len(listed) > 8
    monkeypatch.setattr(ailments, "attempt", lambda *words: Attempt(1, ""))
    monkeypatch.setattr(ailments, "install", lambda *packages: packages)
    monkeypatch.setattr(ailments.sys, "executable", "/usr/bin/python3")
    problem = ailments.imports(*listed)()
    assert problem and set(problem.mend) == set(listed.values())


@pytest.mark.parametrize("broken, code, said", [
    ((), 0, "can judge the reference stack and this kernel"),
    (("tshark", "clang", "criterion"), 0, "can judge the reference stack and this kernel"),
    (("meson, ninja and gcc",), 0, "can judge this kernel, but not the reference stack"),
    (("build directory",), 0, "can judge this kernel, but not the reference stack"),
    (("TAP",), 0, "can judge the reference stack, but not this kernel"),
    (("network namespaces", "TAP"), 0, "can judge the reference stack, but not this kernel"),
    (("meson, ninja and gcc", "TAP"), 3, "can judge nothing here"),
    (("python modules",), 3, "can judge nothing here"),
    (("a case of the reference stack",), 0, "can judge this kernel, but not the reference stack"),
    (("a case of the reference stack", "a case of this kernel"), 3, "can judge nothing here"),
])  # fmt: skip
def test_what_the_problems_leave(broken: tuple[str, ...], code: int, said: str,
                                 monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # fmt: skip
    assert set(broken) <= {check.name for check in ailments.EVERY}
    made = [Check(check.name, check.needed_by, lambda check=check: Problem("w", "m") if check.name in broken else None)
            for check in ailments.EVERY]  # fmt: skip
    monkeypatch.setattr(ailments, "EVERY", made)
    assert cli.main(["doctor"]) == code
    assert f"`./postel run` {said}" in capsys.readouterr().out


def test_what_run_itself_says_decides(monkeypatch: pytest.MonkeyPatch):
    """A system on which every part works, and `run` does not."""
    assert ailments.judges("reference:fd")() is None
    monkeypatch.setattr(ailments, "CASE", "no/such/case")
    problem = ailments.judges("reference:fd")()
    assert problem and "no/such/case" in problem.what
    assert problem.mend == "./postel run no/such/case --no-install --iut reference:fd shows all of it"


def test_a_case_is_not_tried_where_it_cannot_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def never() -> None:
        raise AssertionError

    monkeypatch.setattr(ailments, "EVERY", [Check("TAP", "run", lambda: Problem("none", "make one")),
                                            Check("a case", "run", never, after=frozenset({"TAP"}))])  # fmt: skip
    cli.main(["doctor"])
    assert "a case" not in capsys.readouterr().out


def test_a_build_directory_that_cannot_be_written():
    code, said = doctor(only=("build directory",), POSTEL_BUILD="/proc/no-such-directory")
    assert found(said, "problem", "build directory", "/proc/no-such-directory", "export POSTEL_BUILD="), said
    assert code == 3


def test_a_check_that_there_is_not():
    code, said = doctor(only=("wireshark",))
    assert code == 2
    assert "there is no check 'wireshark'; there are python modules, " in said


@MAY_MOUNT
@pytest.mark.parametrize("mode, what, mend", [
    ("600", "Permission denied (/dev/net/tun)", "sudo chmod 666 /dev/net/tun"),
    ("none", "No such file or directory (/dev/net/tun)", "sudo modprobe tun"),
])  # fmt: skip
def test_a_tun_device_that_cannot_be_opened(mode: str, what: str, mend: str):
    code, said = doctor("unshare", "-m", "sh", "-ec", OWN_TUN, "sh", mode, only=("network namespaces", "TAP"))
    if "no network namespace can be made" in said:
        pytest.skip("this system does not let ordinary users make namespaces")
    assert found(said, "problem", "TAP", what, mend), said
    assert code == 3


def test_no_namespaces():
    probe = subprocess.run(["unshare", "-Ur", "sh", "-ec", NO_NAMESPACES, "sh", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this system does not let us make a user namespace")
    code, said = doctor("unshare", "-Ur", "sh", "-ec", NO_NAMESPACES, "sh", only=("network namespaces", "TAP"))
    mend = "sysctl user.max_user_namespaces=15000"
    assert found(said, "problem", "network namespaces", "no network namespace can be made", mend), said
    assert found(said, "problem", "TAP", "no network namespace of our own", mend), said
    assert code == 3


@MAY_MOUNT
def test_drop_reasons_are_for_root():
    only = ("the kernel's reasons to discard",)
    code, said = doctor("unshare", "-m", "sh", "-ec", OWN_TUN, "sh", "666", only=only)
    assert found(said, "optional", only[0], "takes root", "sudo ./postel run"), said
    assert code == 3
