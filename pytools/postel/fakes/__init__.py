# SPDX-License-Identifier: BSD-2-Clause
"""Fakes: stacks that are wrong for a whole run, or right in a way that nobody expected, made of any IUT by a layer before it."""
