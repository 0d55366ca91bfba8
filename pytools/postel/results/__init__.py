# SPDX-License-Identifier: BSD-2-Clause
"""What a run leaves: results, evidence, JUnit, baselines, differences, reports."""
