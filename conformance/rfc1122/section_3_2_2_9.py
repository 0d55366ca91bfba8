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


@case("RFC1122-3.2.2.9-n", violator=answers("mask-reply", nth=1))
def mask_reply_makes_no_agent(lt):
    """Who has heard of a mask by a reply does not answer requests for it."""
    lt.send(icmp(18, rest=bytes(4), data=bytes([255, 255, 240, 0])))
    lt.expect_silence(after="a mask reply")
    lt.send(one_fault(echo(data=bytes(4)), type=17))
    lt.expect_silence(after="a mask request behind a mask reply")


@case("RFC1122-3.2.2.9-b", violator=changes("arp-request", every=True, tpa=LEFT.lt))
def configured_mask_holds(lt):
    """The mask that the lab has configured tells what is near: the first host and the last that it leaves, on each link."""
    for lab in links(lt):
        for near in lab.host(3), str(lab.network.broadcast_address - 1):
            lt.check("destination", resolved(lt, near, on=lab.index)["dst"], near)
