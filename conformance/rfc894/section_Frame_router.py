# SPDX-License-Identifier: BSD-2-Clause
"""RFC 894: the longest frame, at a gateway."""

from postel.kit import *


@case("RFC894-Frame-d", role="router", needs="mtu", violator=drops("fragment", nth=1))
def longest_frame_is_taken_and_cut(lt):
    """A gateway takes a frame of full size, and cuts the packet in it where the next link carries less."""
    message = echo(data=counting(lt.room))
    crosses(lt, transit(message))
    lt.set("mtu", 576, iface=1)
    lt.send(transit(message))
    lt.settle()
    lt.check("what is passed on", joined(lt, lt.take("fragment", on=1)), bytes(message))
