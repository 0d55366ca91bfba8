# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.2: fragmentation, as a gateway on the way meets it."""

from postel.kit import *


@case("RFC791-3.2_Fragmentation-d", role="router", needs="mtu", violator=drops("echo-request", nth=1))
def sixty_eight_octets_pass_whole(lt):
    """A datagram of 68 octets, be there 20 or 60 of header in it, is forwarded over a link that carries no more, and is not cut."""
    lt.set("mtu", LEAST, iface=1)
    for options in lt.each({"the shortest header": b"", "the longest": NOP * 40}):
        crosses(lt, transit(echo(data=counting(LEAST - 28 - len(options))), options=options))
