# SPDX-License-Identifier: BSD-2-Clause
"""The command line: one tree of commands and options, and what is made from it (help, completion, the man page)."""
