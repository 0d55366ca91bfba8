# SPDX-License-Identifier: BSD-2-Clause
"""Running cases: who is judged, in which processes, against which earlier run."""
