# SPDX-License-Identifier: BSD-2-Clause
"""Shows the manual on a terminal; elsewhere prints its source, `./postel man > postel.1`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys

from postel.base.exits import Exit
from postel.cli import manual, tree


def run(args: argparse.Namespace) -> int:
    page = manual.page(tree.tree())
    if sys.stdout.isatty() and shutil.which("man"):
        subprocess.run(["man", "-l", "-"], input=page, text=True, check=False)
        return Exit.OK
    print(page, end="")
    return Exit.OK
