# SPDX-License-Identifier: BSD-2-Clause
"""Files that somebody else may have written: read whole, never without end."""

import stat
from pathlib import Path

from postel.exits import UsageError

KINDS = {
    stat.S_IFDIR: "a directory", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}  # fmt: skip


def octets_of(path: Path, limit: int, advice: str = "") -> bytes:
    """What is in a regular file of at most `limit` octets; UsageError for any other, without opening it."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind != stat.S_IFREG:
            raise UsageError(f"{path} is {KINDS.get(kind, 'no file')}: only regular files are read")
        with path.open("rb") as file:
            octets = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero octet in it
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if len(octets) > limit:
        raise UsageError(f"{path} is longer than {limit:,} octets, which is all that is read{advice}")
    return octets
