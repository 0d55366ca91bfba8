# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1042: the longest packet of 802.3, at a gateway."""

from postel.kit import *

LONGEST = 1492


@case("RFC1042-MTU-a", role="router", needs="mtu", violator=drops("fragment", nth=1))
def longest_packet_is_taken_and_cut(lt):
    """A gateway takes packets of 1492 octets behind RFC 1042's header, and cuts them where the next link carries less."""
    reads_802(lt)
    message = echo(data=counting(LONGEST - 28))
    lt.set("mtu", 576, iface=1)
    lt.send(transit(message, llc=SNAP_IP))
    lt.settle()
    lt.check("what is passed on", joined(lt, lt.take("fragment", on=1)), bytes(message))
