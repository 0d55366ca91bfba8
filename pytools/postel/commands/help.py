# SPDX-License-Identifier: BSD-2-Clause
"""Says what a command is for and what it takes; `postel COMMAND --help` does, too."""

from __future__ import annotations

import argparse

from postel.base.exits import Exit
from postel.cli import tree


def run(args: argparse.Namespace) -> int:
    print(tree.help_on(args.words), end="")
    return Exit.OK
