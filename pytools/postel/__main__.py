# SPDX-License-Identifier: BSD-2-Clause
"""`python3 -m postel` is `./postel` without the launcher's check of what is installed."""

import sys

from postel.cli import main

sys.exit(main(sys.argv[1:]))
