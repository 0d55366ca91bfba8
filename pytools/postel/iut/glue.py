# SPDX-License-Identifier: BSD-2-Clause
"""Of which of our glue an optional IUT was built: who takes a newer Postel would else judge the stack through the old one."""

from hashlib import sha256
from pathlib import Path

from postel.base.paths import BUILD, CONFORMANCE

HEADER = CONFORMANCE / "iut" / "postel_iut.h"


def fingerprint(name: str) -> str:
    """Of all files of its glue, by their names."""
    files = [HEADER, *sorted(path for path in (CONFORMANCE / "iut" / name).rglob("*") if path.is_file())]
    return sha256(b"".join(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def _noted(name: str) -> Path:
    return BUILD / name / "glue"


def note(name: str) -> None:
    """It has been built of what is here now."""
    _noted(name).write_text(fingerprint(name) + "\n")


def is_another(name: str) -> bool:
    """Was it built of another glue than is here now?"""
    noted = _noted(name)
    return not noted.exists() or noted.read_text().strip() != fingerprint(name)
