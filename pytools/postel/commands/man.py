# SPDX-License-Identifier: BSD-2-Clause
"""Shows the manual on a terminal; elsewhere prints its source, `./postel man > postel.1`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys

from postel import manual, tree
from postel.exits import Exit


def run(args: argparse.Namespace) -> int:
    page = manual.page(tree.tree())
    if sys.stdout.isatty() and shutil.which("man"):
        subprocess.run(["man", "-l", "-"], input=page, text=True, check=False)
        return Exit.OK
    print(page, end="")
    return Exit.OK
