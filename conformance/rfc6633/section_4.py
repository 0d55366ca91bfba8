# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6633 section 4: Source Quench, as a router receives it."""

from postel.kit import *


@case("RFC6633-4-b", role="router", violator=answers("echo-reply"))
def source_quench_slows_no_router(lt):
    """A Source Quench about what the router has passed on is ignored: nothing is said, and what comes afterwards passes as before."""
    quenched = crosses(lt)
    lt.send(probe(icmp(4, data=quenched["packet"][:28]), src=RIGHT.lt, dst=RIGHT.iut), on=1)
    lt.expect_silence(after="a source quench")
    for seq in range(8):
        crosses(lt, transit(echo(seq=seq)))
