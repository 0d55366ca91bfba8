# SPDX-License-Identifier: BSD-2-Clause
"""Postel: a conformance test harness for IPv4."""

__version__ = "0.2"
