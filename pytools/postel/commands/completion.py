# SPDX-License-Identifier: BSD-2-Clause
"""Prints what makes a shell complete commands, options, cases and IUTs.

  # in ~/.bashrc; zsh in ~/.zshrc
  eval "$(~/postel/postel completion bash)"
  # in ~/.config/fish/config.fish
  ~/postel/postel completion fish | source

It needs Debian's python3-argcomplete.
"""

from __future__ import annotations

import argparse
import shlex

from postel.base.exits import EnvironmentUnusable, Exit
from postel.base.paths import ROOT

BASHCOMPINIT = "autoload -U +X bashcompinit && bashcompinit"


def run(args: argparse.Namespace) -> int:
    try:
        import argcomplete
    except ModuleNotFoundError as error:
        raise EnvironmentUnusable("completion needs argcomplete; as root: apt-get install python3-argcomplete") from error
    if args.shell == "fish":
        print(argcomplete.shellcode(["postel"], shell="fish", argcomplete_script=shlex.quote(str(ROOT / "postel"))))
        return Exit.OK
    code = argcomplete.shellcode(["postel"], shell=args.shell)
    if not code.strip():  # argcomplete 2 leaves zsh to its emulation of bash
        code = f"{BASHCOMPINIT}\n{argcomplete.shellcode(['postel'], shell='bash')}"
    print(code)
    return Exit.OK
