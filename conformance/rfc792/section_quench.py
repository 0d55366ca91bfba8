# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Source Quench message, as a host sends it."""

from postel.kit import *


@case("RFC792-quench-a", "RFC792-quench-c", kind=characteristic, profiles=["rfc791", "rfc1122"], violator=adds("source-quench", to="echo-reply"))
def source_quench_under_load(lt):
    """Whether many long datagrams at once make a host send Source Quench, and of how many of them."""
    lt.send(*(ping(seq, data=counting(lt.room)) for seq in range(40)))
    answers = iter(lambda: lt.answer("echo-reply"), None)
    answered = len(list(answers))
    quenched = len(list(iter(lambda: lt.answer("source-quench"), None)))
    return f"{quenched} of 40" if quenched else "none" if answered else "none, and no answer"
