# SPDX-License-Identifier: BSD-2-Clause
"""Files that somebody else may have written, in directories that somebody else may have filled: read whole, never without end,
and none outside; written whole or not at all, and never where a link of theirs leads."""

import os
import stat
from pathlib import Path

from postel.base.exits import UsageError

KINDS = {
    stat.S_IFDIR: "a directory", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}  # fmt: skip


def octets_of(path: Path, limit: int, advice: str = "") -> bytes:
    """What is in a regular file of at most `limit` octets; UsageError for any other, without opening it."""
    try:
        refuse_irregular(path)
        with path.open("rb") as file:
            octets = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero octet in it
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if len(octets) > limit:
        raise UsageError(f"{path} is longer than {limit:,} octets, which is all that is read{advice}")
    return octets


def refuse_irregular(path: Path) -> None:
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind != stat.S_IFREG:
        raise UsageError(f"{path} is {KINDS.get(kind, 'no file')}: only regular files are read")


def inside(directory: Path, name: str) -> Path | None:
    """The regular file of that name in a directory, None when there is none; UsageError when the name leads out of it."""
    path = directory / name
    try:
        if not path.resolve().is_relative_to(directory.resolve()):
            raise UsageError(f"{path} leads out of {directory}: only files in it are read")
        refuse_irregular(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: no name at all; RuntimeError: links in a circle
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    return path


def write(path: Path, octets: bytes) -> None:
    """Writes the whole file or nothing; a link that stands there is replaced, not followed."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "xb") as file:
            file.write(octets)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
