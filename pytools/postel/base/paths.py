# SPDX-License-Identifier: BSD-2-Clause
"""Where things are.

The one rule for builds: $POSTEL_BUILD if it is set, else build/ in the checkout if we may write there, else a
directory of this user for this checkout under $XDG_CACHE_HOME (~/.cache). So a checkout of another user, or a
read-only one, works like one's own. Nothing is created here.
"""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONFORMANCE = ROOT / "conformance"


def build_root(root: Path = ROOT) -> Path:
    """The directory that holds one build directory a kind."""
    chosen = os.environ.get("POSTEL_BUILD")
    if chosen:
        return Path(chosen).resolve()
    ours = root / "build"
    if os.access(ours if ours.exists() else root, os.W_OK | os.X_OK):
        return ours
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "postel" / hashlib.sha256(str(root).encode()).hexdigest()[:12]


BUILD = build_root()


def build_dir(kind: str) -> Path:
    return BUILD / kind


def relative(path: Path) -> Path:
    """A file of the checkout as seen from its root."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def python(module: str, *words: str) -> list[str]:
    """The command for a module of ours in a process of its own (pytools/start.py)."""
    return [sys.executable, "-E", "-P", str(ROOT / "pytools" / "start.py"), module, *words]
