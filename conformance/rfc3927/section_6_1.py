# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3927 section 6.1: applications, and addresses that change."""

from postel.kit import *


@case("RFC3927-6.1-a", needs="address", violator=loses("address", nth=2))
def changes_of_addresses_can_be_seen(lt):
    """Whoever asks sees that an interface has another address than before, and that it has it no more."""
    before = [item["addr"] for item in lt.listed("address", iface=0)]
    lt.add("address", iface=0, addr=LEFT.host(99), len=LEFT.prefix)
    lt.check("addresses", sorted(item["addr"] for item in lt.listed("address", iface=0)), sorted([*before, LEFT.host(99)]))
    lt.remove("address", iface=0, addr=LEFT.host(99))
    lt.check("addresses", [item["addr"] for item in lt.listed("address", iface=0)], before)
