# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.9: Address mask request and reply."""

from postel.kit import *


@case("RFC1122-3.2.2.9-i", violator=answers("mask-reply"))
def mask_request(lt):
    """A host that was not made an agent for address masks does not answer a request for one."""
    lt.send(one_fault(echo(data=bytes(4)), type=17))
    lt.expect_silence(after="an address mask request")


@case("RFC1122-3.2.2.9-m", violator=changes("arp-request", every=True, tpa=LEFT.lt))
def mask_reply_is_ignored(lt):
    """A host with a mask of its own takes none from the network: what was near stays near."""
    lt.send(icmp(18, rest=bytes(4), data=bytes([255, 255, 255, 252])))
    lt.check("Ethernet destination", resolved(lt)["eth_dst"], PEER_MAC)
