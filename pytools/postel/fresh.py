# SPDX-License-Identifier: BSD-2-Clause
"""A Debian system with nothing in it, and commands run inside it.

Its mounts and processes live in namespaces of their own, so they end with the command; only a directory is left, and
it is removed. It shares the network of this system (it installs packages), and has a /dev/net/tun of its own.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from postel.exits import EnvironmentUnusable
from postel.paths import ROOT
from postel.system import attempt, is_root

LEFT_OUT = shutil.ignore_patterns("build", "postel-out", "__pycache__", ".mypy_cache", ".pytest_cache")

# $1 is the new root, the rest the command. pivot_root and not chroot: inside a chroot nobody may make a user namespace.
ENTER = """
mount --bind "$1" "$1"
cd "$1"
shift
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tracefs tracefs sys/kernel/tracing
mount -t tmpfs -o mode=1777 tmpfs dev/shm
pivot_root . mnt
umount -l /mnt
cd /postel
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CI=true "$@"
"""


@contextmanager
def system(suite: str = "bookworm") -> Iterator[Path]:
    """A minimal system with a copy of the checkout in /postel."""
    if not is_root():
        raise EnvironmentUnusable("--fresh makes a system of its own, which takes root: sudo ./postel test --fresh")
    directory = Path(tempfile.mkdtemp(prefix="postel-fresh-"))
    try:
        made = attempt(["debootstrap", "--variant=minbase", suite, directory, *mirror()], seconds=900)
        if not made.ok:
            raise EnvironmentUnusable(f"debootstrap failed: {made.last_line}")
        equip(directory)
        yield directory
    finally:
        shutil.rmtree(directory)


def equip(directory: Path) -> None:
    """What a system has that was installed on a machine: a name server, a TAP device; and the checkout."""
    directory.chmod(0o755)
    shutil.copy("/etc/resolv.conf", directory / "etc/resolv.conf")
    (directory / "dev/net").mkdir(exist_ok=True)
    tun = directory / "dev/net/tun"
    os.mknod(tun, 0o020600, os.makedev(10, 200))
    shutil.copytree(ROOT, directory / "postel", symlinks=True, ignore=LEFT_OUT)


def mirror() -> list[str]:
    """Where this system's own packages come from, if it is a Debian; else debootstrap's own choice."""
    asked = attempt(["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages"])
    origins = [line.split() for line in asked.output.splitlines()]
    return [uri for origin, uri in (o for o in origins if len(o) == 2) if origin == "Debian"][:1]


def enter(directory: Path, command: Sequence[str]) -> int:
    """Runs a command inside, with its output on ours; returns its exit code."""
    namespaces = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
    inside = [*namespaces, "sh", "-euc", ENTER, "sh", str(directory), *command]
    return subprocess.run(inside, stdin=subprocess.DEVNULL, check=False).returncode
