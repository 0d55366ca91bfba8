# SPDX-License-Identifier: BSD-2-Clause
"""What can be asked for by name: requirements, case ids, drop reasons, and the patterns that select them."""
