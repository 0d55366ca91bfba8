# SPDX-License-Identifier: BSD-2-Clause
"""`python3 -m postel` is `./postel` without the launcher's check of what is installed."""

import sys

from postel.base import streams
from postel.cli.cli import main

streams.open_all()
sys.exit(streams.close_all(main(sys.argv[1:])))
