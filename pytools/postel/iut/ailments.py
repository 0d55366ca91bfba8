# SPDX-License-Identifier: BSD-2-Clause
"""What may be wrong with a system, found by trying, and what mends it."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from postel.base import paths
from postel.base.exits import EnvironmentUnusable, PostelError
from postel.base.paths import BUILD
from postel.base.system import Attempt, attempt, is_root
from postel.iut import iut
from postel.lab import client, drops

MESON = "project('probe', 'c')\nexecutable('probe', 'probe.c')\n"
MAIN = "#include <stdio.h>\nint main(void) { return puts(\"works\") < 0; }\n"
SECCOMP = "#include <seccomp.h>\nint main(void) { return seccomp_version() == 0; }\n"
CRITERION = "#include <criterion/criterion.h>\nTest(probe, works) { cr_assert(1); }\n"
FUZZER = "#include <stddef.h>\nint LLVMFuzzerTestOneInput(const unsigned char *d, size_t n) { return d && n == ~0ul; }\n"


@dataclass(frozen=True)
class Problem:
    what: str
    mend: str  # one command


Try = Callable[[], Problem | None]


@dataclass(frozen=True)
class Check:
    name: str
    needed_by: str  # `run`, `test` (of this project), or `` for what is only nice to have
    tries: Try
    after: frozenset[str] = frozenset()  # the checks without which this one need not be tried


def as_root(command: str) -> str:
    return command if is_root() else f"sudo {command}"


def install(*packages: str) -> str:
    """The command for packages by their names in Debian."""
    if not shutil.which("apt-get"):
        return f"install with this system's package manager (Debian's names): {' '.join(packages)}"
    return as_root(f"apt-get install --no-install-recommends {' '.join(packages)}")


# Python

DISTRIBUTIONS = {"xdist": "pytest-xdist", "pytest_timeout": "pytest-timeout"}  # that are called otherwise than their modules


def imports(*modules: str) -> Try:
    def tries() -> Problem | None:
        missing = [name for name in modules if not attempt([sys.executable, "-EP", "-c", f"import {name}"]).ok]
        if not missing:
            return None
        names = [DISTRIBUTIONS.get(name, name) for name in missing]
        mend = install(*(f"python3-{name}" for name in names))
        if sys.executable != "/usr/bin/python3":  # Debian's packages are for that one
            mend = f"{sys.executable} -m pip install {' '.join(names)}"
        return Problem(f"{sys.executable} cannot import {', '.join(missing)}", mend)

    return tries


# Building


def builds(source: str, compiler: Sequence[str], package: str, *arguments: str, library: str = "c") -> Try:
    """Compiles a program and runs it with these arguments."""

    def tries() -> Problem | None:
        with tempfile.TemporaryDirectory(prefix="postel-doctor-") as directory:
            file, program = Path(directory, "probe.c"), Path(directory, "probe")
            file.write_text(source)
            done = attempt([*compiler, file, "-o", program, f"-l{library}"])
            if done.code == 0:
                done = attempt([program, *arguments], ASAN_OPTIONS="detect_leaks=0")
        return None if done.ok else Problem(_why(done), install(package))

    return tries


def _why(done: Attempt) -> str:
    """The line that names the fault: a compiler's first error, else the last."""
    lines = [line for line in done.output.splitlines() if "error:" in line]
    return (lines[0].partition("error:")[2].strip() if lines else done.last_line)[:160]


def meson() -> Problem | None:
    tools = {"meson": "meson", "ninja": "ninja-build", "gcc": "gcc libc6-dev", "pkg-config": "pkg-config"}
    missing = [tool for tool in tools if not attempt([tool, "--version"]).ok]
    if missing:
        return Problem(f"{', '.join(missing)} cannot be run", install(*(tools[tool] for tool in missing)))
    with tempfile.TemporaryDirectory(prefix="postel-doctor-") as directory:
        here = Path(directory)
        (here / "meson.build").write_text(MESON)
        (here / "probe.c").write_text(MAIN)
        steps: list[list[str | Path]] = [
            ["meson", "setup", here / "build", here], ["ninja", "-C", here / "build"], [here / "build" / "probe"],
        ]  # fmt: skip
        for step in steps:
            done = attempt(step, seconds=120, CC="gcc")
            if not done.ok:
                mend = install("gcc", "libc6-dev", "meson", "ninja-build")
                return Problem(f"a small program cannot be built: {_why(done)}", mend)
    return None


def build_directory() -> Problem | None:
    try:
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=BUILD):
            return None
    except OSError as error:
        return Problem(f"{BUILD} cannot be written: {error.strerror}", "export POSTEL_BUILD=/tmp/postel-build")


# The lab


def namespaces() -> Problem | None:
    try:
        greeting = client.helper().greeting
    except PostelError as error:
        return Problem(str(error), as_root("./postel run"))
    if greeting["network"]:
        return None
    return Problem(f"no network namespace can be made: {'; '.join(greeting['reasons'])}", _allow_namespaces())


def _allow_namespaces() -> str:
    """Which of the switches is off."""
    switches = {
        "user/max_user_namespaces": ("0", "sysctl user.max_user_namespaces=15000"),
        "kernel/unprivileged_userns_clone": ("0", "sysctl kernel.unprivileged_userns_clone=1"),
        "kernel/apparmor_restrict_unprivileged_userns": ("1", "sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    }
    for name, (off, command) in switches.items():
        file = Path("/proc/sys", name)
        if file.exists() and file.read_text().strip() == off:
            return as_root(command)
    if not is_root():
        return "sudo ./postel run"
    return "docker run --cap-add NET_ADMIN --cap-add SYS_ADMIN --device /dev/net/tun ..."  # root is not so only in containers


def tap() -> Problem | None:
    """Makes one, and lets this kernel answer on it."""
    try:
        instance = iut.start(iut.load("linux"), "tap", profile="modern", seed=1, build=BUILD)
    except EnvironmentUnusable as error:
        return Problem(f"no TAP can be made: {error}", _allow_tap(str(error)))
    except PostelError as error:
        return Problem(str(error), "see CONTRIBUTING.md: this is a bug in Postel, please report it")
    instance.close()
    return None


def _allow_tap(why: str) -> str:
    if "No such" in why and "/dev/net/tun" in why:
        return as_root("modprobe tun")
    if "/dev/net/tun" in why:
        return as_root("chmod 666 /dev/net/tun")
    return _allow_namespaces()


# All of it


def judges(target: str) -> Try:
    """Runs one case the way that a user does."""

    def tries() -> Problem | None:
        words = ["run", CASE, "--no-install", "--iut", target]
        with tempfile.TemporaryDirectory(prefix="postel-doctor-") as directory:
            done = attempt(paths.python("postel", *words, "--out", str(Path(directory, "out"))), seconds=120)
        if done.ok:
            return None
        told = [line for line in done.output.splitlines() if line.startswith("postel: ") and "setting up" not in line]
        return Problem((told or [done.last_line])[0].removeprefix("postel: "), shlex.join(["./postel", *words]) + " shows all of it")

    return tries


# What is nice to have


def runs(*command: str, package: str) -> Try:
    def tries() -> Problem | None:
        done = attempt(command)
        return None if done.ok else Problem(done.last_line, install(package))

    return tries


def drop_reasons() -> Problem | None:
    try:
        drops.open_()
        return None
    except (drops.Unavailable, PostelError) as error:
        mend = "needs Linux 5.17 or newer" if is_root() else "sudo ./postel run"
        return Problem(f"not shown beside verdicts: {error}", mend)


SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
CLANG_RUNTIME = "libclang-rt-dev"
MODULES, BUILDING, PLACE, LAB, TAP = "python modules", "meson, ninja and gcc", "build directory", "network namespaces", "TAP"
REFERENCE, KERNEL = "a case of the reference stack", "a case of this kernel"
FOR_REFERENCE, FOR_KERNEL = frozenset({MODULES, BUILDING, PLACE}), frozenset({MODULES, LAB, TAP})
CASE = "rfc792/echo/data_returns"
EVERY: tuple[Check, ...] = (
    Check(MODULES, "run", imports("scapy", "pytest", "tomlkit", "jinja2", "jsonschema")),
    Check(BUILDING, "run", meson),
    Check(PLACE, "run", build_directory),
    Check(LAB, "run", namespaces),
    Check(TAP, "run", tap),
    Check(REFERENCE, "run", judges("reference:fd"), after=FOR_REFERENCE),
    Check(KERNEL, "run", judges("linux:tap"), after=FOR_KERNEL),
    Check("python modules for the tests", "test", imports("mypy", "hypothesis", "xdist", "pytest_timeout", "yaml", "argcomplete")),
    Check("criterion", "test", builds(CRITERION, ("gcc",), "libcriterion-dev", "--list", library="criterion")),
    Check("gcc's sanitizers", "test", builds(MAIN, ("gcc", *SANITIZE), "gcc")),
    Check("clang", "test", builds(MAIN, ("clang",), "clang")),
    Check("clang's sanitizers", "test", builds(MAIN, ("clang", *SANITIZE), CLANG_RUNTIME)),
    Check("clang's memory sanitizer", "test", builds(MAIN, ("clang", "-fsanitize=memory"), CLANG_RUNTIME)),
    Check("libFuzzer", "test", builds(FUZZER, ("clang", "-fsanitize=fuzzer,address"), CLANG_RUNTIME, "-runs=1")),
    Check("llvm-symbolizer", "test", runs("llvm-symbolizer", "--version", package="llvm")),
    Check("libseccomp", "", builds(SECCOMP, ("gcc",), "libseccomp-dev", library="seccomp")),
    Check("pyroute2", "", imports("pyroute2")),
    Check("ip", "", runs("ip", "-V", package="iproute2")),
    Check("tshark", "", runs("tshark", "--version", package="tshark")),
    Check("the kernel's reasons to discard", "", drop_reasons),
)
ABILITIES: dict[str, set[str]] = {
    "the reference stack": {*FOR_REFERENCE, REFERENCE},
    "this kernel": {*FOR_KERNEL, KERNEL},
}
