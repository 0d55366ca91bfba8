# SPDX-License-Identifier: BSD-2-Clause
"""Somebody else's IUT for the tests of the sandbox: says which capabilities it holds, then opens its TAP by itself.

  tap_iut.py NAME"""

import sys

import small_iut


def held() -> str:
    with open("/proc/self/status", encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file)
    sets = {status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    return f"capabilities {' '.join(sorted(sets))}, no new privileges {status['NoNewPrivs']}"


if __name__ == "__main__":
    print(held(), file=sys.stderr, flush=True)
    small_iut.main("tap", sys.argv[1])
