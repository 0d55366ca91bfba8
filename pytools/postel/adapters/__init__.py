# SPDX-License-Identifier: BSD-2-Clause
"""Upper testers that come with Postel."""
