# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT is kept from: the last steps of a process before it becomes one, and the environment that it is given.

Its user stays the one who typed the command, so that a program under a home that is closed to others still starts.
All else goes: capabilities (also those that a set-user-ID program or user 0 would gain), and all of the environment that
is not named here. A definition may ask for some of it back (`privileges`, `environment`)."""

import errno
import os
import resource
from collections.abc import Iterable, Mapping, Sequence

from postel.lab import system

CAPABILITIES = {"net_admin": 12, "net_raw": 13}  # of Linux: what a definition may ask for, and their numbers
WRITE, UNCONFINED = "write:", "unconfined"
PRIVILEGES = (*CAPABILITIES, f"{WRITE}PATH", UNCONFINED)

_READ_ALL, _MAY_SET = 2, 8  # CAP_DAC_READ_SEARCH, CAP_SETPCAP
_FILTERED = "2"  # in /proc/PID/status: by seccomp
_SET_DUMPABLE, _CAPBSET_DROP, _SET_SECUREBITS, _SET_NO_NEW_PRIVS, _CAP_AMBIENT, _AMBIENT_RAISE = 4, 24, 28, 38, 47, 2
_NOTHING_FOR_ROOT = 0xEF  # user 0 gains nothing, capabilities are kept over no change of user, and so it stays
_FILES = 4096
_FILE_SIZE = 1 << 30

_PASSED = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")
_PASSED_BEGIN = ("LC_", "POSTEL_")
_PASSED_END = ("SAN_OPTIONS", "_SYMBOLIZER_PATH")  # ASAN_OPTIONS and its kin, and where their symbolizer is


def environment(given: Mapping[str, str], more: Iterable[str]) -> dict[str, str]:
    """Of the user's environment what an IUT gets to see: nothing that could hold a token, unless it is named."""
    named = {*_PASSED, *more}
    return {
        name: value for name, value in given.items()
        if name in named or name.startswith(_PASSED_BEGIN) or name.endswith(_PASSED_END)
    }  # fmt: skip


def drop(privileges: Sequence[str], needed: Iterable[str]) -> None:
    """Takes everything from this process that it was not given by name. `needed` are files and directories without
    which the IUT cannot start: user 0 without capabilities may not read those of others, and then may read any."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if UNCONFINED in privileges:
        return
    system.prctl(_SET_DUMPABLE, 0)  # until it is another program
    _limit(resource.RLIMIT_NOFILE, _FILES)
    _limit(resource.RLIMIT_FSIZE, _FILE_SIZE)
    system.prctl(_SET_NO_NEW_PRIVS, 1)
    held = system.capabilities()
    keep = asked(privileges)
    if held & 1 << _READ_ALL and not _readable(needed, held):
        keep |= 1 << _READ_ALL
    kept = [number for number in range(64) if keep & 1 << number]
    if may_set := held & 1 << _MAY_SET:
        _bound(kept)
    system.set_capabilities(held, held, keep)
    for number in kept:
        system.prctl(_CAP_AMBIENT, _AMBIENT_RAISE, number)
    if may_set:
        system.prctl(_SET_SECUREBITS, _NOTHING_FOR_ROOT)
    system.set_capabilities(keep, keep, keep)


def writable(privileges: Sequence[str]) -> list[str]:
    """The files and directories that it may change."""
    return [word.removeprefix(WRITE) for word in privileges if word.startswith(WRITE)]


def asked(privileges: Sequence[str]) -> int:
    """The capabilities among them, a bit each."""
    return sum(1 << CAPABILITIES[name] for name in privileges if name in CAPABILITIES)


def _limit(what: int, most: int) -> None:
    """For good, and never more than the user has."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _bound(kept: Sequence[int]) -> None:
    """No program that is executed from now on brings any other capability."""
    for number in range(64):
        try:
            if number not in kept:
                system.prctl(_CAPBSET_DROP, number)
        except OSError as error:
            if error.errno == errno.EINVAL:  # the kernel has no more
                return
            raise


def _readable(paths: Iterable[str], held: int) -> bool:
    """Whether all that are there can be read without any capability."""
    there = [path for path in paths if os.path.exists(path)]
    system.set_capabilities(0, held, 0)
    try:
        return all(os.access(path, os.R_OK, effective_ids=True) for path in there)
    finally:
        system.set_capabilities(held, held, 0)


def in_force(pid: int) -> tuple[list[str], list[str]]:
    """What the kernel says that confines a process, in words, and what it lacks."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    held = int(status["CapPrm"], 16)
    named = [name for name, number in CAPABILITIES.items() if held & 1 << number]
    words = ["no new privileges"] * (status["NoNewPrivs"] == "1")
    if not held & ~asked(named) & ~(1 << _READ_ALL):
        words.append(f"no capabilities but {', '.join(named)}" if named else "no capabilities")
    words += ["file system read-only"] * bool(os.statvfs(f"/proc/{pid}/root").f_flag & os.ST_RDONLY)
    words += ["few system calls"] * (status["Seccomp"] == _FILTERED)
    reads_all = held & ~asked(named) == 1 << _READ_ALL
    return words, ["it may read every file, for its own are closed to root without that"] * reads_all
