# SPDX-License-Identifier: BSD-2-Clause
"""One module a command: configure(parser) and run(args) -> exit code; its docstring's first line is its help."""
