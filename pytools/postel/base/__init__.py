# SPDX-License-Identifier: BSD-2-Clause
"""What everything else stands on: exit codes, files, processes, the terminal, builds, the script format. Knows no IUT and no packet."""
