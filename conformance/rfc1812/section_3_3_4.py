# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 3.3.4: Maximum transmission unit."""

from postel.kit import *


@case("RFC1812-3.3.4-b", role="router", needs="mtu", violator=accepts("set"))
def mtu_is_no_longer_than_the_link_s(lt):
    """No MTU can be set by which frames would be sent that no link carries."""
    for lab in lt.left, lt.right:
        refused = lt.tried("set", name="mtu", value=65535, iface=lab.index).get("code", "")
        lt.check("the refusal of an MTU of 65,535 octets:", refused, saying("any", bool))


@case("RFC1812-3.3.4-c", role="router", needs="mtu", violator=drops("fragment"))
def what_is_longer_than_the_mtu_is_received(lt):
    """What is longer than the interface's MTU, and no longer than the link's frames are, is received all the same."""
    longest = lt.room
    lt.set("mtu", 576, iface=0)
    lt.check("octets", len(joined(lt, large_reply(lt, [ping(data=counting(longest))]))), longest + 8)
