# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 2.4: Interface between link and Internet layer."""

from postel.kit import *


@case("RFC1122-2.4-c", violator=answers("unreachable"))
def missing_arp_entry_is_not_an_error(lt):
    """A neighbour whose address is yet to be resolved is not reported as unreachable."""
    with lt.mute_arp():
        lt.send(IP(src=PEER) / echo(seq=1))
        lt.expect(arp_request(tpa=PEER))
        lt.send(IP(src=PEER) / echo(seq=2))
        lt.expect_silence(after="a datagram for an unresolved neighbour")
