# SPDX-License-Identifier: BSD-2-Clause
"""The command line: `postel COMMAND ...` runs commands/COMMAND.py and turns every end into an exit code."""

import argparse
import ast
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from postel import __version__, plain
from postel.exits import Exit, PostelError

COMMANDS = (
    "run",
    "doctor",
    "list",
    "explain",
    "report",
    "diff",
    "baseline",
    "replay",
    "fuzz",
    "iut",
    "test",
)
ISSUES = "CONTRIBUTING.md says where"


def purpose(command: str) -> str:
    """The first line of a command's docstring, read without importing it: help need not wait for Scapy."""
    source = Path(__file__).parent / "commands" / f"{command}.py"
    if not source.exists():
        return "(not in this checkout)"
    docstring = ast.get_docstring(ast.parse(source.read_text())) or ""
    return docstring.partition("\n")[0]


def usage() -> str:
    lines = [f"  {command:<9} {purpose(command)}" for command in COMMANDS]
    return "\n".join(
        [
            "usage: postel COMMAND [OPTION ...]",
            "",
            "Does an IPv4 stack do what the RFCs say? `postel run` judges this kernel and a reference stack.",
            "",
            "commands:",
            *lines,
            "",
            "`postel COMMAND --help` says more; `postel --version` which Postel this is.",
        ]
    )


def dispatch(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return Exit.OK if arguments else Exit.USAGE
    if arguments[0] == "--version":
        print(f"postel {__version__}")
        return Exit.OK
    command = arguments[0]
    if command not in COMMANDS:
        print(f"postel: there is no command {command!r}\n\n{usage()}", file=sys.stderr)
        return Exit.USAGE
    module = importlib.import_module(f"postel.commands.{command}")
    parser = argparse.ArgumentParser(
        prog=f"postel {command}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.configure(parser)
    return int(module.run(parser.parse_args(arguments[1:])))


def main(arguments: Sequence[str]) -> int:
    with plain.guarded():
        return ended(arguments)


def ended(arguments: Sequence[str]) -> int:
    """Runs the command; its exit code, whatever its end."""
    try:
        return dispatch(arguments)
    except PostelError as error:
        print(f"postel: {plain.lines(str(error))}", file=sys.stderr)
        return error.exit
    except KeyboardInterrupt:
        print("postel: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `postel list | head`: the reader has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as error:
        if os.environ.get("POSTEL_DEBUG"):
            raise
        missing = isinstance(error, ModuleNotFoundError) and error.name
        if missing and not missing.startswith("postel"):
            print(
                f"postel: {sys.executable} cannot import {missing}; `./postel doctor` says what to install",
                file=sys.stderr,
            )
            return Exit.ENVIRONMENT
        print(
            f"postel: internal error: {type(error).__name__}: {plain.plain(str(error))}\n"
            f"This is a bug in Postel; please report it ({ISSUES}).\n"
            "POSTEL_DEBUG=1 in the environment shows the trace.",
            file=sys.stderr,
        )
        return Exit.INTERNAL
