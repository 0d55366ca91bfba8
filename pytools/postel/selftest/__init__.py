# SPDX-License-Identifier: BSD-2-Clause
"""What `./postel test` does."""
