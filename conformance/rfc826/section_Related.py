# SPDX-License-Identifier: BSD-2-Clause
"""RFC 826: Related issue."""

from postel.kit import *


@case("RFC826-Related-b", needs=["vtime"], violator=answers("arp-request", tpa="198.18.0.2"))
def mappings_are_not_broadcast_periodically(lt):
    """A host that nobody speaks to for ten minutes does not tell its mapping unasked."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))
    lt.send(one_fault(echo(), checksum=1))
    lt.advance(seconds=600)
    if asked := lt.answer("arp"):  # for whom it has forgotten, to answer the fence
        lt.check("after ten idle minutes ARP about", asked["tpa"], lt.me)
