# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 2.2.5.2: prefixes of any length, and nothing but prefixes."""

from postel.kit import *

NO_PREFIXES = {  # networks that have bits beyond their length
    "a bit behind the prefix": ("192.0.2.128", 24), "the last bit": ("192.0.2.1", 31), "all of it": ("192.0.2.1", 0), "a bit in it": ("10.1.0.0", 15),
}  # fmt: skip


@case("RFC1812-2.2.5.2-a", role="router", needs="route", violator=accepts("add"))
def routes_are_prefixes(lt):
    """A route to what is no prefix is refused, and one to the prefix is taken."""
    for net, length in lt.each(NO_PREFIXES):
        lt.check("the route's refusal:", lt.tried("add", kind="route", net=net, len=length, gateway=RIGHT.lt).get("code", ""), saying("any", bool))
    lt.add("route", net="192.0.2.128", len=25, gateway=RIGHT.lt)
    crosses(lt, transit(dst="192.0.2.129"))
