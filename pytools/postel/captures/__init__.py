# SPDX-License-Identifier: BSD-2-Clause
"""Packets from elsewhere: capture files of any kind, and their addresses and checksums made the lab's."""
