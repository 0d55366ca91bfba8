# SPDX-License-Identifier: BSD-2-Clause
"""RFC 919 section 7.1: ARP and broadcasts."""

from postel.kit import *


@case("RFC919-7.1-a", violator=answers("arp-reply"))
def nobody_answers_for_everybody(lt):
    """An ARP request for a broadcast address is not answered: else each host would be taken for all of them."""
    peer_is_known(lt)
    for tpa in lt.each({"all": "255.255.255.255", "the network": LEFT.broadcast}):
        lt.send(arp(tpa=tpa))
        lt.expect_silence(after=f"an ARP request for {tpa}", of="arp-reply")
