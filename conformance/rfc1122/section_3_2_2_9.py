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


def mask_of(lab):
    """The mask of a link as the IUT has it, in octets."""
    return lab.network.netmask.packed


def agent(lt):
    """The IUT is an authority for masks from here on; what it says of itself then is left out."""
    lt.set("mask-agent", 1)
    for lab in links(lt):
        while lt.answer("mask-reply"):
            pass


@case("RFC1122-3.2.2.9-j", needs="mask-agent", violator=answers("mask-reply"))
def agent_is_made_by_configuration(lt):
    """Requests are answered when the user has made the host an agent, and neither before nor after."""
    request = one_fault(echo(data=bytes(4)), type=17)
    lt.send(request)
    lt.expect_silence(after="a mask request")
    agent(lt)
    lt.send(message(17, data=bytes(4)))
    lt.expect(Expectation("mask-reply"))
    lt.set("mask-agent", 0)
    lt.send(request)
    lt.expect_silence(after="a mask request to who is an agent no more")


@case("RFC1122-3.2.2.9-k", demands="mask-agent", violator=changes("mask-reply", nth=2, data=bytes(4)))
def authoritative_mask(lt):
    """The host's own mask is what an agent answers with, on each link that of the link."""
    agent(lt)
    for lab in links(lt):
        lt.send(message(17, data=bytes(4)), on=lab.index)
        lt.check("mask", lt.expect(Expectation("mask-reply"), on=lab.index)["data"], mask_of(lab))


@case("RFC1122-3.2.2.9-l", needs="mask-agent", violator=drops("mask-reply"))
def agent_broadcasts_its_masks(lt):
    """Who becomes an agent broadcasts the mask of each link on that."""
    lt.set("mask-agent", 1)
    for lab in links(lt):
        said = {"src": lab.iut, "dst": one_of("255.255.255.255", lab.broadcast), "eth_dst": BROADCAST_MAC, "data": mask_of(lab)}
        lt.expect(Expectation("mask-reply", said), on=lab.index)


def question(lt):
    """An address mask request of an interface that comes up, if the IUT asks for one."""
    lt.set("up", 0, iface=0)
    lt.set("up", 1, iface=0)
    lt.send(icmp(18, rest=bytes(4), data=bytes([255, 255, 240, 0])))
    return lt.answer("mask-request")


@case("RFC1122-3.2.2.9-d", needs="up", kind=characteristic, violator=answers("mask-request"))
def whether_a_mask_is_asked_for(lt):
    """Whether a host whose interface comes up asks for its address mask."""
    return "it is asked for" if question(lt) else "it is not asked for"
