# SPDX-License-Identifier: BSD-2-Clause
"""The command line: `postel COMMAND ...` runs commands/COMMAND.py and turns every end into an exit code."""

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from itertools import takewhile

from postel import __version__
from postel.base import plain, signals, system
from postel.base.exits import Exit, PostelError, UsageError
from postel.cli import completion, tree

ISSUES = "CONTRIBUTING.md says where"
SHORT_OF = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)  # no fault of ours


def dispatch(arguments: Sequence[str]) -> int:
    if completion.ASKING in os.environ:
        completion.answer(tree.tree())
    words = list(arguments)
    if not words:
        print(tree.help_on([]), end="", file=sys.stderr)
        return Exit.USAGE
    before = list(takewhile(lambda word: word != "--", words))
    asked = [word for word in before if word not in ("-h", "--help")]
    if asked != before:  # wherever it stands, and whatever else is wrong
        print(tree.help_on(asked), end="")
        return Exit.OK
    named = [word for word in words if word in tree.COMMANDS]
    if named and words[0].startswith("-"):
        raise UsageError(f"options stand behind the command: postel {named[0]} {words[0]}")
    parser, rest = tree.leaf(words)
    args = parser.parsed(rest)
    if parser.prog != "postel":
        system.equip()
        return int(importlib.import_module(f"postel.commands.{words[0]}").run(args))
    if not args.version:
        raise UsageError("say which command; `postel help` shows them")
    print(f"postel {__version__}")
    return Exit.OK


def main(arguments: Sequence[str]) -> int:
    with plain.guarded(), signals.heeded():
        return ended(arguments)


def ended(arguments: Sequence[str]) -> int:
    """Runs the command; its exit code, whatever its end."""
    try:
        return dispatch(arguments)
    except PostelError as error:
        print(f"postel: {plain.lines(str(error))}", file=sys.stderr)
        return error.exit
    except KeyboardInterrupt as signal:
        print(f"postel: {signal or 'interrupted'}", file=sys.stderr)
        return getattr(signal, "exit", 130)
    except OSError as error:
        if error.errno in SHORT_OF or "temporary directory" in str(error):
            print(f"postel: {plain.plain(system.words_of(error))}", file=sys.stderr)
            return Exit.ENVIRONMENT
        return broken(error)
    except Exception as error:
        return broken(error)


def broken(error: Exception) -> int:
    """What nobody has foreseen."""
    if os.environ.get("POSTEL_DEBUG"):
        raise error
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
