# SPDX-License-Identifier: BSD-2-Clause
"""The file system as an IUT sees it: all of it, read only, without the sockets and devices of others; /tmp is its own.

The helper makes a mount namespace with most of it once (`make`); each IUT copies that and adds what is its own (`enter`).
The tree stands not at the root of its namespace, and whose root is not that may make no user namespace in which it
would hold capabilities again."""

import functools
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from postel.lab import system

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_HIDDEN = ("/tmp", "/run")  # but for what the IUT's command, directory and environment name in them
SCRATCH = "/dev/shm"
_MEMORY = "size=256m,nr_inodes=64k"  # what it may write


class View(NamedTuple):
    namespace: int
    root: int
    sockets: tuple[str, ...]


def sockets() -> tuple[str, ...]:
    """Where somebody listens: a file system that is read only keeps nobody from connecting."""
    try:
        table = Path("/proc/net/unix").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ()
    rows = (line.split(maxsplit=7) for line in table.split("\n")[1:])
    return tuple(sorted({row[7] for row in rows if len(row) == 8 and row[7].startswith("/")}))


@functools.cache
def named(texts: tuple[str, ...], cwd: str) -> list[str]:
    """The files and directories under those that are hidden which these texts name."""
    inside = re.compile(f"({'|'.join(_HIDDEN)})/[^/:;=,\\s'\"]+")
    found = {match[0] for text in (cwd, *texts) for match in inside.finditer(text)}
    for path in {os.path.join(cwd, word) for text in (cwd, *texts) for word in text.split(":")}:
        if os.path.lexists(path):
            found |= {os.path.abspath(path), os.path.realpath(path)}
    return sorted(path for path in found if under(path, map(os.path.realpath, _HIDDEN)))


def under(path: str, directories: Iterable[str]) -> bool:
    return path.startswith(tuple(f"{directory}/" for directory in directories))


def make(listening: Sequence[str]) -> View:
    """Leaves this process where it was; OSError when this system does not let us."""
    ours, home = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC), _here()
    system.unshare(system.CLONE_NEWNS)
    try:
        devices = {name: system.copy_of_mounts(f"/dev/{name}") for name in _DEVICES if os.path.exists(f"/dev/{name}")}
        tree = system.copy_of_mounts("/")
        system.restrict(tree, system.READ_ONLY | system.NO_SUID | system.NO_DEVICES)
        system.attach(tree, "/sys")
        _stand(tree)
        _fill_dev(devices)
        _hide_sockets(path for path in listening if not under(path, _HIDDEN))
        return View(os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC), _here(), tuple(listening))
    finally:
        system.join(ours, system.CLONE_NEWNS)
        _stand(home)
        for fd in (ours, home):
            os.close(fd)


def enter_own_processes() -> None:
    """Of the view only what goes with a process namespace: a /proc that knows its numbers, where that can be."""
    with suppress(OSError):
        system.unshare(system.CLONE_NEWNS)
        system.mount("proc", "/proc")


def enter(view: View, named: Iterable[str], cwd: str, writable: Iterable[str], processes: bool) -> str:
    """The view, for this process from now on; returns the directory for temporary files. What is `named` stays visible."""
    opened = [(path, system.copy_of_mounts(path)) for path in writable]  # here, where they can be written
    system.join(view.namespace, system.CLONE_NEWNS)
    _stand(view.root)
    system.unshare(system.CLONE_NEWNS)
    if processes:
        system.mount("proc", "/proc", system.READ_ONLY)
    system.mount("tmpfs", SCRATCH, options=f"mode=1777,{_MEMORY}")
    there = [real for path in _HIDDEN if os.path.isdir(real := os.path.realpath(path))]
    hidden = [directory for directory in there if directory != os.path.realpath(cwd)]
    for directory in hidden:
        _hide(directory, [path for path in named if under(path, [directory])], view.sockets)
    _hide_sockets(path for path in view.sockets if under(path, set(there) - set(hidden)))
    for path, tree in opened:
        system.restrict(tree, system.NO_SUID | system.NO_DEVICES)
        _put(tree, path)
    return "/tmp" if os.path.realpath("/tmp") in hidden else SCRATCH


def _hide(directory: str, named: Iterable[str], listening: Sequence[str]) -> None:
    """Behind an empty one, in which only the branches that are named are left."""
    depth = len(directory) + 1
    branches = {path[: depth + len(path[depth:].partition("/")[0])] for path in named}
    kept = [(path, system.copy_of_mounts(path)) for path in sorted(branches) if os.path.lexists(path)]
    if directory == os.path.realpath("/tmp"):
        system.attach(system.copy_of_mounts(SCRATCH), directory)
    else:
        system.mount("tmpfs", directory, options="mode=755,size=64k")
    for path, tree in kept:
        _put(tree, path)
    _hide_sockets(path for path in listening if under(path, [branch for branch, _ in kept]))
    if directory != os.path.realpath("/tmp"):
        _read_only(directory)


def _here() -> int:
    return os.open("/", os.O_PATH | os.O_CLOEXEC)


def _stand(root: int) -> None:
    """What is root is lost with every change of the namespace."""
    os.fchdir(root)
    os.chroot(".")


def _fill_dev(devices: Mapping[str, int]) -> None:
    system.mount("tmpfs", "/dev", options="mode=755,size=64k")
    for name in ("net", "shm"):
        os.mkdir(f"/dev/{name}")
    for name, target in _LINKS.items():
        os.symlink(target, f"/dev/{name}")
    for name, device in devices.items():
        _put(device, f"/dev/{name}")
    _read_only("/dev")


def _read_only(path: str) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    system.restrict(fd, system.READ_ONLY)
    os.close(fd)


def _put(tree: int, target: str) -> None:
    """Attaches a copy of a file or directory, and ends it."""
    if os.path.isdir(f"/proc/self/fd/{tree}"):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC, 0o600))
    system.attach(tree, target)
    os.close(tree)


def _hide_sockets(paths: Iterable[str]) -> None:
    for path in paths:
        with suppress(FileNotFoundError, PermissionError, NotADirectoryError):  # of another root, or closed to us
            if os.path.exists(path):
                _put(system.copy_of_mounts("/dev/null"), path)
