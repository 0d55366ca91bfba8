# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3927 section 7: what routers do with link-local addresses."""

from postel.kit import *

LINK_LOCAL = "169.254.7.9"


@case("RFC3927-7-a", role="router", needs="route", violator=passes())
def link_local_is_not_forwarded(lt):
    """A datagram from or to a link-local address is not forwarded, though a route leads there."""
    lt.add("route", net="169.254.0.0", len=16, gateway=RIGHT.lt)
    crosses(lt)
    for said in lt.each({"to": {"dst": LINK_LOCAL}, "from": {"src": LINK_LOCAL}, "from and to": {"src": LINK_LOCAL, "dst": "169.254.1.1"}}):
        lt.send(transit(**said))
        expect_kept(lt, after="a datagram with such an address")
        lt.answer()  # it may be reported
