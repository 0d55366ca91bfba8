# SPDX-License-Identifier: BSD-2-Clause
"""Scripts and captures, played into an IUT."""
