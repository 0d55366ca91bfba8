# SPDX-License-Identifier: BSD-2-Clause
"""What docs/embedding.md says: the stack, installed as a library, in a program of one's own."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from postel.base.build import build
from postel.base.paths import ROOT


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `meson install` has put the library, away from all sources and builds."""
    destination = tmp_path_factory.mktemp("installed")
    words = ["meson", "install", "--no-rebuild", "--quiet", "-C", str(build("release"))]
    subprocess.run(words, env=os.environ | {"DESTDIR": str(destination)}, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return destination / "usr/local"


@pytest.mark.parametrize("library", ["-lv4", "-l:libv4.a"])
def test_the_example_builds_against_what_is_installed(prefix: Path, tmp_path: Path, library: str) -> None:
    page = (ROOT / "docs/embedding.md").read_text()
    [example] = re.findall(r"^```c\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "ping.c").write_text(example)
    [found] = prefix.rglob("v4.pc")
    words = ["pkg-config", "--cflags", "--libs", "v4"]
    environment = os.environ | {"PKG_CONFIG_PATH": str(found.parent), "PKG_CONFIG_SYSROOT_DIR": str(prefix.parent.parent)}
    flags = subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout
    strict = ["-std=c17", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    subprocess.run(["gcc", *strict, "ping.c", *flags.replace("-lv4", library).split(), "-o", "ping"], cwd=tmp_path, check=True)
    where = os.environ | {"LD_LIBRARY_PATH": str(found.parent.parent)}
    said = subprocess.run(["./ping"], cwd=tmp_path, env=where, check=True, capture_output=True, text=True).stdout
    assert [said.strip()] == re.findall(r"&& \./a\.out +# (.*)", page)


def test_the_shared_library_exports_what_the_headers_declare_and_nothing_else(prefix: Path) -> None:
    declared: set[str] = set()
    for header in (prefix / "include/v4").rglob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)
        declared |= set(re.findall(r"^(?!static )[a-z][\w *]*?\b(v4_\w+)\([^;{]*\);", text, re.MULTILINE))
    listed = subprocess.run(["nm", "-D", "--defined-only", next(prefix.rglob("libv4.so.*"))], check=True, capture_output=True, text=True)
    assert {line.split()[-1] for line in listed.stdout.splitlines()} == declared
