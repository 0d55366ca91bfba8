# SPDX-License-Identifier: BSD-2-Clause
"""`python3 -EP start.py MODULE ...` is `python3 -m MODULE ...` that finds Postel wherever it lies, and imports nothing from
where one stands, nor by Python's environment variables, nor from beside this file."""

import os
import runpy
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
