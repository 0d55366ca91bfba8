# SPDX-License-Identifier: BSD-2-Clause
"""Fuzz targets, their seeds, their findings, and the planted bugs that they are judged by."""
