# SPDX-License-Identifier: BSD-2-Clause
"""./postel, the POSIX shell launcher: what it says and installs on systems that lack this or that.

Each test has a PATH of its own that holds a few tools, and an apt-get that only writes down how it was called."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from postel.base.paths import ROOT

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="root installs without being asked for a password")
TOOLS = ("sh", "dirname", "readlink", "sed", "tr", "id", "mktemp", "tail", "env", "rm")
BUILD_TOOLS = ("ip", "meson", "ninja", "gcc", "pkg-config")

# $APT_UNKNOWN is not in the lists until they are renewed, $APT_NOWHERE never; $APT_SAYS is what installing fails with.
APT = """#!/bin/sh
echo "$@" >> "$APT_LOG"
case " $* " in *" update "*) : > "$APT_LOG.renewed" ;; esac
case " $* " in *" ${APT_NOWHERE:-none} "*) echo "E: Unable to locate it" >&2; exit 100 ;; esac
[ -e "$APT_LOG.renewed" ] || case " $* " in *" ${APT_UNKNOWN:-none} "*) exit 100 ;; esac
case " $* " in *" -s "* | *" --print-uris "* | *" update "*) exit 0 ;; esac
[ -z "$APT_SAYS" ] || { echo "$APT_SAYS" >&2; exit 100; }
"""
# Sees every module, whatever this system has, and shows what it was started with.
PYTHON = """#!/bin/sh
case $* in
*find_spec*) echo "$UNSEEN" ;;
*version_info*) exit 0 ;;
-EP*/pytools/start.py*) shift 2; echo "started: $*" ;;
esac
"""


@dataclass
class System:
    path: Path
    log: Path

    def has(self, *names: str) -> None:
        for name in names:
            (self.path / name).unlink(missing_ok=True)
            (self.path / name).symlink_to(shutil.which(name) or "/bin/true")

    def script(self, name: str, text: str) -> Path:
        file = self.path / name
        file.unlink(missing_ok=True)  # it may be a link to the real tool
        file.write_text(text)
        file.chmod(0o755)
        return file

    def postel(self, *words: str, unseen: str = "", python: str | None = None, **apt: str) -> tuple[int, str]:
        environment = {"PATH": str(self.path), "UNSEEN": unseen, "APT_LOG": str(self.log), **apt,
                       "POSTEL_PYTHON": python or str(self.path / "python3")}  # fmt: skip
        done = subprocess.run([ROOT / "postel", *words], env=environment, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def apt_calls(self) -> Sequence[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def system(tmp_path: Path) -> System:
    made = System(tmp_path / "bin", tmp_path / "apt.log")
    made.path.mkdir()
    made.has(*TOOLS)
    made.script("python3", PYTHON)
    return made


def installs(call: str) -> bool:
    return " install " in f" {call} " and " -s " not in f" {call} " and "--print-uris" not in call


def test_a_complete_system_is_silent(system: System) -> None:
    system.has(*BUILD_TOOLS)
    assert system.postel("run", "--iut", "linux") == (0, "started: postel run --iut linux\n")


def test_no_install_says_what_is_missing_and_how_to_get_it(system: System) -> None:
    system.script("apt-get", APT)
    code, said = system.postel("run", "--no-install", unseen="scapy tomlkit")
    assert code == 3
    assert "as root: apt-get install --no-install-recommends python3-scapy python3-tomlkit iproute2 meson ninja-build gcc" in said
    assert "cannot start without: scapy tomlkit" in said
    assert not any(map(installs, system.apt_calls()))


def test_it_goes_on_without_what_only_some_iuts_need(system: System) -> None:
    system.script("apt-get", APT)
    code, said = system.postel("run", "--no-install")
    assert code == 0
    assert "missing: ip meson ninja gcc" in said and "started: postel run --no-install\n" in said


def test_it_goes_on_without_a_module_that_only_linux_is_configured_by(system: System) -> None:
    system.has(*BUILD_TOOLS)
    system.script("apt-get", APT)
    code, said = system.postel("run", "--no-install", unseen="pyroute2")
    assert code == 0 and "missing: pyroute2; as root: apt-get install --no-install-recommends python3-pyroute2\n" in said


def test_no_python_at_all(system: System) -> None:
    system.script("apt-get", APT)
    code, said = system.postel("run", "--no-install", python="/nonexistent/python3")
    assert code == 3
    assert "install --no-install-recommends python3 python3-scapy" in said
    assert "cannot start without: python3" in said
    code, said = system.postel("list", python="/nonexistent/python3")
    assert code == 3 and "apt-get install python3" in said


@ROOT_ONLY
def test_root_installs_and_says_so(system: System) -> None:
    system.script("apt-get", APT)
    code, said = system.postel("run", unseen="scapy")
    assert "installing: apt-get install --no-install-recommends python3-scapy iproute2" in said
    assert any(installs(call) and "python3-scapy" in call for call in system.apt_calls())
    assert "still missing: scapy" in said and code == 3  # this apt-get pretended


@ROOT_ONLY
def test_lists_that_lack_a_package_are_renewed(system: System) -> None:
    system.script("apt-get", APT)
    said = system.postel("run", unseen="scapy", APT_UNKNOWN="meson")[1]
    assert "installing: apt-get update && apt-get install" in said and "that failed" not in said
    calls = [call for call in system.apt_calls() if " -s " not in call]
    assert "update" in calls[0] and installs(calls[-1]) and "python3-scapy iproute2 meson" in calls[-1]


@ROOT_ONLY
def test_a_package_that_there_is_not_keeps_none_of_the_others_away(system: System) -> None:
    system.script("apt-get", APT)
    system.postel("run", unseen="scapy", APT_NOWHERE="meson")
    assert "python3-scapy iproute2 ninja-build gcc" in system.apt_calls()[-1]


@ROOT_ONLY
def test_a_package_that_has_moved_on_is_looked_up_again(system: System) -> None:
    system.script("apt-get", APT)
    said = system.postel("run", unseen="scapy", APT_SAYS="E: Failed to fetch it  404  Not Found")[1]
    done = [call for call in system.apt_calls() if " -s " not in call and "--print-uris" not in call]
    assert installs(done[0]) and "update" in done[1] and installs(done[2]) and len(done) == 3
    assert "that failed: Failed to fetch it  404  Not Found" in said


@ROOT_ONLY
def test_without_a_network_one_line_says_so(system: System) -> None:
    system.script("apt-get", APT)
    code, said = system.postel("run", unseen="scapy", APT_SAYS="E: Failed to fetch it\nE: Failed to fetch that\nE: nor a third")
    assert code == 3 and len([call for call in system.apt_calls() if installs(call)]) == 1
    missing, failed, end = said.splitlines()
    assert failed == "postel: that failed: Failed to fetch it" and "cannot start without: scapy" in end


@pytest.mark.parametrize("words", [("run", "--help"), ("test", "-h"), ("fuzz", "x", "--help"), ("fuzz", "--list"), ("help", "run"), ("list",), ("--help",)])
def test_help_installs_nothing(words: tuple[str, ...], system: System) -> None:
    system.script("apt-get", APT)
    assert system.postel(*words, unseen="scapy") == (0, f"started: postel {' '.join(words)}\n")
    assert not system.apt_calls()


def test_what_report_and_diff_need_comes_with_run(system: System) -> None:
    system.script("apt-get", APT)
    assert "python3-jsonschema" in system.postel("run", "--no-install", unseen="jsonschema")[1]


def test_an_interpreter_whose_name_has_a_space(system: System) -> None:
    system.has(*BUILD_TOOLS)
    python = system.script("my python", PYTHON)
    assert system.postel("run", python=str(python)) == (0, "started: postel run\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_ordinary_user_without_sudo_is_told_the_command(system: System) -> None:
    system.script("apt-get", APT)
    system.script("id", "#!/bin/sh\necho 1000\n")
    code, said = system.postel("run", unseen="scapy")
    assert code == 3 and "as root: apt-get install" in said
    assert not any(map(installs, system.apt_calls()))


def test_a_system_without_apt_hears_debians_names(system: System) -> None:
    code, said = system.postel("run", unseen="scapy")
    assert code == 3 and "this system's package manager may have them (Debian calls them python3-scapy" in said


def test_the_interpreter_that_was_named_is_named_in_the_error(system: System) -> None:
    code, said = system.postel("run", "--no-install", unseen="scapy")
    assert code == 3 and "POSTEL_PYTHON names the interpreter that must see them" in said


def test_help_needs_nothing_but_python() -> None:
    done = subprocess.run([ROOT / "postel", "--help"], env={"PATH": "/usr/bin:/bin", "POSTEL_PYTHON": sys.executable},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0 and "usage: postel " in done.stdout


def test_fuzzing_needs_clang_and_no_python_modules(system: System) -> None:
    system.script("apt-get", APT)
    code, said = system.postel("fuzz", "--no-install", unseen="scapy")
    assert "apt-get install --no-install-recommends meson ninja-build patch clang libclang-rt-dev llvm" in said
    assert code == 0 and "started: postel fuzz --no-install\n" in said  # which then says what fuzzing itself misses
