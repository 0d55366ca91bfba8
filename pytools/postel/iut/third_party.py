# SPDX-License-Identifier: BSD-2-Clause
"""Sets up smoltcp and gVisor as IUTs: our glue and their sources, which cargo and go fetch (docs/third-party.md).

What is fetched is pinned: Cargo.lock and go.sum beside the glue hold the hash of every package."""

import os
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from postel.base.build import BuildFailed, locked, say
from postel.base.exits import EnvironmentUnusable
from postel.base.paths import BUILD, CONFORMANCE
from postel.base.system import Attempt, attempt
from postel.iut import glue

SMOLTCP, GVISOR = CONFORMANCE / "iut" / "smoltcp", CONFORMANCE / "iut" / "gvisor"
SECONDS = 900  # the most that fetching, or compiling, may take


@dataclass(frozen=True)
class Compiler:
    """What builds an IUT: its command, the first version that can, and where one is to be had."""

    command: str
    language: str
    least: str
    asking: tuple[str, ...]
    source: str


RUST = Compiler(
    "cargo", "Rust", "1.91", ("--version",),
    "rustup has one for every user (rustup toolchain install stable); Debian 12 and 13 have older ones",
)  # fmt: skip
GO = Compiler(
    "go", "Go", "1.26.3", ("env", "GOVERSION"),
    "go.dev/dl has one that unpacks anywhere; Debian 12 and 13 have older ones",
)  # fmt: skip
COMPILERS = {"smoltcp": RUST, "gvisor": GO}


def smoltcp() -> Path:
    """Builds smoltcp with our glue as a shared object, and returns it."""
    directory = BUILD / "smoltcp"
    with locked(directory):
        need(RUST, "smoltcp")
        release = smoltcp_release()
        manifest = ["--locked", "--manifest-path", str(SMOLTCP / "Cargo.toml")]
        fetched("smoltcp", attempt(["cargo", "fetch", *manifest], seconds=SECONDS))
        say(f"smoltcp: compiling {release}")
        target = directory / "target"
        done = attempt(
            ["cargo", "build", "--release", "--offline", "--target-dir", target, *manifest],
            seconds=SECONDS, POSTEL_RELEASE=release,
        )  # fmt: skip
        return ready("smoltcp", done, target / "release" / "libsmoltcp_iut.so", directory / "libsmoltcp_iut.so")


def gvisor() -> Path:
    """Builds gVisor's netstack with our glue as a program, and returns it."""
    directory = BUILD / "gvisor"
    with locked(directory):
        need(GO, "gvisor")
        fetched("gvisor", attempt(["go", "-C", GVISOR, "mod", "download"], seconds=SECONDS, GOTOOLCHAIN="local"))
        say("gvisor: compiling")
        fresh = directory / "gvisor-iut.new"
        done = attempt(
            ["go", "-C", GVISOR, "build", "-trimpath", "-mod=readonly", "-o", fresh, "."],
            seconds=SECONDS, GOTOOLCHAIN="local", GOPROXY="off", CGO_ENABLED="0",
        )  # fmt: skip
        return ready("gvisor", done, fresh, directory / "gvisor-iut")


def need(compiler: Compiler, iut: str) -> None:
    """Says what is missing where the compiler is absent or too old."""
    wanted = f"{iut} is built with {compiler.language} {compiler.least} or later"
    if not shutil.which(compiler.command):
        raise EnvironmentUnusable(f"{wanted}, and there is no {compiler.command} on PATH: {compiler.source}")
    asked = attempt([compiler.command, *compiler.asking], GOTOOLCHAIN="local")
    found = re.search(r"\d+(?:\.\d+)+", asked.output) if asked.ok else None
    if not found:
        raise EnvironmentUnusable(f"{wanted}, and this {compiler.command} does not say what it is: {asked.last_line}")
    if numbers(found[0]) < numbers(compiler.least):
        raise EnvironmentUnusable(f"{wanted}, and {shutil.which(compiler.command)} is {found[0]}: {compiler.source}")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def smoltcp_release() -> str:
    lock = tomllib.loads((SMOLTCP / "Cargo.lock").read_text())
    return next(str(package["version"]) for package in lock["package"] if package["name"] == "smoltcp")


def fetched(iut: str, done: Attempt) -> None:
    if not done.ok:
        raise EnvironmentUnusable(
            f"fetching {iut} failed: {done.last_line}\nit takes a connection to the package registry; try again: ./postel iut setup {iut}"
        )


def ready(iut: str, done: Attempt, made: Path, built: Path) -> Path:
    """What was compiled, in its place. Whoever has the old one open keeps it."""
    if not done.ok:
        raise BuildFailed(f"{iut} does not compile with our glue:\n{done.output.rstrip()}")
    fresh = built.with_suffix(".copy")
    shutil.copy2(made, fresh)
    os.replace(fresh, built)
    glue.note(iut)
    say(f"{iut}: {built} is ready; judge it with: ./postel run --iut {iut}")
    return built
