# SPDX-License-Identifier: BSD-2-Clause
"""The directory that results go to (`--out`). What is not of Postel's making in it is never overwritten or removed.

A run writes into OUT/unfinished; what the run before left stays until the new files are all there, and take its place. What
Postel wrote is listed with its digest in OUT/.postel/manifest.json: a file that is not listed, or was changed since, is
somebody's own. A symbolic link is nobody's file, and is not followed. Whoever writes holds the lock, so that of two runs
into one directory the second is refused.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from postel.base import strict_json
from postel.base.exits import EnvironmentUnusable, PostelError, UsageError
from postel.base.files import octets_of
from postel.results import results

OWN, STAGING, EVIDENCE = ".postel", "unfinished", "evidence"
MANIFEST, PLAN = "manifest.json", "plan.json"
FILES = ("events.jsonl", "junit.xml", "report.html", "results.json")
_DYING_S = 20.0  # for the workers of a run that was killed
_CHOICE = (  # of the directory: another one would do
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.ENAMETOOLONG, errno.EISDIR,
)  # fmt: skip


class OutDir:
    """A directory whose lock we hold. `staging` is where a run writes."""

    def __init__(self, path: Path) -> None:
        self.path, self.staging, self._own = path, path / STAGING, path / OWN

    def refuse_others(self, names: Iterable[str]) -> None:
        """UsageError when one of these is there and is not what Postel left; nothing is touched."""
        known = _digests(self._own / MANIFEST)
        for directory in (OWN, EVIDENCE, STAGING):
            if _kind(self.path / directory) not in (None, stat.S_IFDIR):
                raise UsageError(f"{self.path / directory} is not a directory of Postel's: move it away, or choose another --out")
        for name in names:
            path = self.path / name
            kind = _kind(path)
            if kind is not None and (kind != stat.S_IFREG or known.get(name) != _digest(path)):
                what = "was changed since Postel wrote it" if name in known else "was not written by Postel"
                raise UsageError(f"{path} {what}, and is not overwritten: move it away, or choose another --out")

    def begin(self, names: Iterable[str], *, go_on: bool = False) -> None:
        """A place for a run that will write files of these names (a capture's may end otherwise too). What a killed run had
        there is given up, unless this one is to go on with it."""
        planned = sorted(names)
        self.refuse_others(planned)
        if not go_on:
            self._clear()
        with told(self.path):
            _write(self._own / PLAN, sorted({*_names(self._own / PLAN), *(name.removesuffix(".pcapng") for name in planned)}))
            (self.staging / EVIDENCE).mkdir(parents=True, exist_ok=True)

    def finish(self) -> None:
        """What is in the staging place becomes the results; where that must not be, everything stays as it is."""
        names = _files_in(self.staging)
        self.refuse_others(names)
        with told(self.path):
            _write(self.staging / MANIFEST, {name: _digest(self.staging / name) for name in names})
            self._swap()

    def add(self, name: str, octets: bytes) -> Path:
        """One file more beside what the last run left, until the next one."""
        self.refuse_others([name])
        with told(self.path):
            partial = self._own / f"{name}.partial"
            partial.write_bytes(octets)
            _write(self._own / MANIFEST, _digests(self._own / MANIFEST) | {name: _digest(partial)})
            os.replace(partial, self.path / name)
        return self.path / name

    def recover(self) -> None:
        """Carries through what a run was killed in: its files are all there, and some have taken their places already."""
        if (self.staging / MANIFEST).is_file() and _kind(self.staging) == stat.S_IFDIR:
            with told(self.path):
                self._swap()

    def _swap(self) -> None:
        new, old = _digests(self.staging / MANIFEST), _digests(self._own / MANIFEST)
        (self.path / EVIDENCE).mkdir(exist_ok=True)
        for name in new:
            if (self.staging / name).exists():  # else it is in its place already
                os.replace(self.staging / name, self.path / name)
        for name in sorted(set(old) - set(new)):
            if _kind(self.path / name) == stat.S_IFREG and _digest(self.path / name) == old[name]:
                (self.path / name).unlink()
        _write(self._own / MANIFEST, new)
        self._clear()

    def _clear(self) -> None:
        """Takes away the staging place, and of what is in it only what a run of ours may have written."""
        if _kind(self.staging) is None:
            return
        with told(self.path):
            planned = {*_names(self._own / PLAN), MANIFEST}
            for name in _files_in(self.staging):
                whole = name.replace("/.", "/").removeprefix(".")  # of a file that was half written
                if planned & {whole, *(whole[:n] for n, letter in enumerate(whole) if letter == ".")}:
                    (self.staging / name).unlink()
            for directory in (self.staging / EVIDENCE, self.staging):
                left = list(directory.iterdir()) if directory.is_dir() else []
                if left:
                    raise UsageError(f"{left[0]} was not written by Postel, and is in the way of the next run: move it away")
                if directory.is_dir():
                    directory.rmdir()
            (self._own / PLAN).unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[OutDir]:
    """The directory, locked. One that was made for a run which then wrote nothing goes again."""
    with told(path):
        made = [each for each in (path, *path.parents) if not each.exists()]
        (path / OWN).mkdir(parents=True, exist_ok=True)
    if _kind(path / OWN) != stat.S_IFDIR:
        raise UsageError(f"{path / OWN} is not a directory of Postel's: move it away, or choose another --out")
    lock = _locked(path)
    try:
        directory = OutDir(path)
        directory.recover()
        yield directory
    finally:
        if not (path / OWN / MANIFEST).exists() and not (path / STAGING).exists():
            (path / OWN / "lock").unlink(missing_ok=True)
            _remove_empty([path / OWN, *made])
        os.close(lock)


def _locked(path: Path) -> int:
    """The lock's descriptor; it is held as long as we or a worker of ours lives."""
    place = path / OWN / "lock"
    give_up = time.monotonic() + _DYING_S
    while True:
        with told(path):
            (path / OWN).mkdir(parents=True, exist_ok=True)
            lock = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if place.exists() and os.path.samestat(os.fstat(lock), place.lstat()):
                os.truncate(lock, 0)
                os.write(lock, str(os.getpid()).encode())
                return lock
            os.close(lock)  # whoever had it has taken it away with the directory
        except BlockingIOError:
            who = os.pread(lock, 20, 0).decode("ascii", "replace")
            os.close(lock)
            if _lives(who) or time.monotonic() > give_up:
                raise UsageError(f"another run (process {who}) is writing into {path}: wait for it, or choose another --out") from None
            time.sleep(0.02)
        except OSError as error:
            os.close(lock)
            raise UsageError(f"{path} cannot be locked ({error.strerror}): choose another --out") from error


def _lives(process: str) -> bool:
    """A run that was killed holds its lock until its workers have ended too."""
    return Path("/proc", process).exists() if process.isdecimal() else True


def rewriting(directory: Path, name: str) -> None:
    """UsageError when that file must not be made anew: it is none, or a run was there and it is not what Postel left."""
    if _digests(directory / OWN / MANIFEST):
        OutDir(directory).refuse_others([name])
    elif _kind(directory / name) not in (None, stat.S_IFREG):
        raise UsageError(f"{directory / name} is no file of Postel's: move it away")


def rewritten(directory: Path, names: Iterable[str]) -> None:
    """These files were made anew where a run had left them: they are still Postel's."""
    known = _digests(directory / OWN / MANIFEST)
    if known:
        _write(directory / OWN / MANIFEST, known | {name: _digest(directory / name) for name in names})


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What the system has against writing there, in words and with the right exit code."""
    try:
        yield
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError) -> PostelError:
    words = f"--out {path}: {error.strerror}"
    if error.errno in _CHOICE:
        return UsageError(f"{words}: choose a directory that you may write")
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return EnvironmentUnusable(f"{words}: make room, or choose another" if full else words)


def _kind(path: Path) -> int | None:
    """Of what kind a file is, links not followed; None when there is none."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _files_in(directory: Path) -> list[str]:
    return [str(path.relative_to(directory)) for path in sorted(directory.rglob("*")) if _kind(path) == stat.S_IFREG]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digests(path: Path) -> dict[str, str]:
    """A manifest; an empty one where there is none, or what is none."""
    found = _read(path)
    return {name: str(digest) for name, digest in found.items() if _inside(name)} if isinstance(found, dict) else {}


def _names(path: Path) -> list[str]:
    found = _read(path)
    return [name for name in found if _inside(name)] if isinstance(found, list) else []


def _inside(name: object) -> bool:
    """Is that a name of a file that a run may write? A list that came with somebody's results may hold any."""
    return isinstance(name, str) and name not in ("", ".", "..") and "/" not in name.removeprefix(f"{EVIDENCE}/")


def _read(path: Path) -> object:
    try:
        return strict_json.parse(octets_of(path, results.MOST))
    except (UsageError, strict_json.NotStrict):
        return None


def _write(path: Path, facts: object) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(facts, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(partial, path)


def _remove_empty(directories: Iterable[Path]) -> None:
    for directory in directories:
        try:
            directory.rmdir()
        except OSError:
            return
