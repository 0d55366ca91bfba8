# SPDX-License-Identifier: BSD-2-Clause
"""An implementation under test as the harness sees it: its definition, its links, its upper tester, and what this machine lacks."""
