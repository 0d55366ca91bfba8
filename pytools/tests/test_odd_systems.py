# SPDX-License-Identifier: BSD-2-Clause
"""./postel where things are not as usual: each works all the same, or is told in a line with its exit code, never with 70."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import today
from postel.base import build
from postel.base.exits import EnvironmentUnusable
from postel.base.paths import BUILD, ROOT
from postel.selftest.fresh import LEFT_OUT
from powers import MAY_MOUNT

IMPORTED = "import os\nos.write(2, b'IMPORTED %s\\n')\n"
RUN = ("run", "--no-install", "--iut", "reference:fd", "rfc826/Format")


def shell(script: str, *words: str, cwd: Path | None = None, root: Path = ROOT, **changed: str) -> tuple[int, str]:
    """`sh -c script`, in which $0 is ./postel and "$@" are the words; BUILD is shared, as building takes time."""
    environment: Mapping[str, str] = os.environ | {"POSTEL_BUILD": str(BUILD), "POSTEL_PYTHON": sys.executable} | changed
    done = subprocess.run(["sh", "-c", script, root / "postel", *words], cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.sampled
@pytest.mark.parametrize("words", today.part([RUN, ("run", "--no-install", "rfc826/Format"), ("list", "rfc826"), ("doctor", "python modules")], 2))
def test_nothing_is_imported_from_where_one_stands(words: tuple[str, ...], tmp_path: Path) -> None:
    for name in ("argparse", "socket", "json", "scapy", "postel", "sitecustomize", "runpy", "importlib"):
        (tmp_path / f"{name}.py").write_text(IMPORTED % name)
    for path in (":", ".", f"nowhere:{tmp_path}"):
        code, said = shell('"$0" "$@"', *words, cwd=tmp_path, PYTHONPATH=path)
        assert "IMPORTED" not in said and code == 0, said


@pytest.mark.sampled
@pytest.mark.parametrize("changed", today.part([
    {"PYTHONOPTIMIZE": "2"}, {"PYTHONHOME": "/nonexistent"}, {"PYTHONSAFEPATH": "1"}, {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    {"PYTHONSTARTUP": "/nonexistent", "PYTHONUTF8": "0"}, {"PYTHONPLATLIBDIR": "nowhere"}, {"HOME": "/nonexistent"},
], 3))  # fmt: skip
def test_variables_of_python_change_nothing(changed: dict[str, str], tmp_path: Path) -> None:
    code, said = shell('"$0" "$@"', *RUN, cwd=tmp_path, **changed)
    assert code == 0 and "none failed" in said, said


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    code, said = shell('mkdir gone && cd gone && rmdir ../gone && "$0" "$@"', *RUN, cwd=tmp_path)
    assert code == 3 and "the working directory cannot be used" in said, said


@pytest.mark.sampled
@pytest.mark.parametrize("closed", today.part(["<&-", ">&-", "2>&-", "<&- >&- 2>&-"], 2))
def test_closed_descriptors_are_no_files_of_ours(closed: str, tmp_path: Path) -> None:
    code, _ = shell(f'"$0" "$@" {closed}', *RUN, cwd=tmp_path)
    assert code == 0
    (results,) = (tmp_path / "postel-out").glob("results.json")
    assert results.read_text().startswith("{")
    assert shell(f'"$0" list nonsense {closed}')[0] == 5


def test_few_open_files(tmp_path: Path) -> None:
    code, said = shell('ulimit -n 20 && "$0" "$@"', *RUN, cwd=tmp_path)
    assert code == 3 and "ulimit -n 256" in said, said
    code, said = shell('ulimit -S -n 20 && "$0" "$@"', *RUN, cwd=tmp_path)  # a limit that may be raised
    assert code == 0, said


def test_a_path_with_letters_that_mean_something_to_somebody(tmp_path: Path) -> None:
    place = tmp_path / "a b$c:d'e\"f%g{root}#h&;*"
    shutil.copytree(ROOT, place, symlinks=True, ignore=LEFT_OUT)
    code, said = shell('"$0" "$@"', *RUN, "--iut", "reference:sim", cwd=place, root=place, POSTEL_BUILD="")
    assert code == 0 and "none failed" in said and (place / "build" / "release").is_dir(), said


def test_a_path_that_cannot_be_built_in(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnusable, match="no paths with a backslash or a newline"):
        build.build(into=tmp_path / "two\nlines")


DISK = """
mount -t tmpfs -o size=$DISK_SIZE,mode=1777 disk "$DISK_AT"
"$0" "$@"
"""


@MAY_MOUNT
@pytest.mark.parametrize("size", ["4k", "12k", "24k"])
def test_a_full_disk_under_the_results(size: str, tmp_path: Path) -> None:
    code, said = shell(f"unshare -m sh -c '{DISK}' \"$0\" \"$@\"", *RUN, "--out", str(tmp_path / "out"), cwd=tmp_path,
                       DISK_SIZE=size, DISK_AT=str(tmp_path))  # fmt: skip
    assert code == 3 and ": No space left on device: make room" in said and "Traceback" not in said, said


@MAY_MOUNT
@pytest.mark.sampled
@pytest.mark.parametrize("size", today.part(["4k", "32k", "500k"], 3))
def test_a_full_disk_under_the_build(size: str, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    code, said = shell(f"unshare -m sh -c '{DISK}' \"$0\" \"$@\"", *RUN, "--out", str(tmp_path / "out"), cwd=tmp_path,
                       DISK_SIZE=size, DISK_AT=str(disk), POSTEL_BUILD=str(disk / "build"))  # fmt: skip
    assert code == 3 and "the disk is full" in said, said


@MAY_MOUNT
def test_a_read_only_checkout(tmp_path: Path) -> None:
    """Also for root, who may write everywhere else."""
    place = tmp_path / "checkout"
    shutil.copytree(ROOT, place, symlinks=True, ignore=LEFT_OUT)
    frozen = f'mount --bind "{place}" "{place}" && mount -o remount,bind,ro "{place}" && "$0" "$@"'
    code, said = shell(f"unshare -m sh -c '{frozen}' \"$0\" \"$@\"", *RUN, cwd=tmp_path, root=place, POSTEL_BUILD="",
                       XDG_CACHE_HOME=str(tmp_path / "cache"))  # fmt: skip
    assert code == 0 and list((tmp_path / "cache").rglob("v4host")), said
