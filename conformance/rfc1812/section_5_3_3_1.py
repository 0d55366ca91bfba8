# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.3.1: whose turn it is, of what waits."""

from postel.kit import *


@case("RFC1812-5.3.3.1-a", kind=characteristic, role="router", stands_on="keeps-datagrams", violator=drops("echo-request"))
def order_of_what_waits(lt):
    """In which order what has several precedences leaves when its next hop is there at last."""
    left = waited(lt, *(transit(echo(seq=seq), dst=SLOW, tos=precedence << 5) for seq, precedence in enumerate((0, 5, 3))))
    return "precedence " + ", ".join(str(sent["tos"] >> 5) for sent in left)
