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
    for lab in all_links(lt):
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


BEYOND = LEFT.host(3000)  # on the link as the lab has it, and on another network than the IUT by the mask of its class
LEARNS = {"needs": ["mask-learn", "vtime"]}


def learns(lt):
    """The IUT learns its mask from here on: the requests for it in a minute."""
    lt.neighbours[BEYOND] = OTHER_MAC
    lt.set("mask-learn", 1, iface=0)
    lt.advance(60)
    return list(iter(lambda: lt.answer("mask-request"), None))


def told(lt, mask):
    """An agent tells a mask."""
    lt.send(icmp(18, rest=bytes(4), data=address_octets(mask)))


@case("RFC1122-3.2.2.9-e", **LEARNS, violator=drops("mask-request", nth=1, every=True))
def mask_is_asked_for_a_few_times(lt):
    """Who learns its mask broadcasts a request when it begins, and a few more where nobody answers; none where the answer is there."""
    asked = learns(lt)
    lt.check("requests of a minute:", len(asked), one_of(*range(2, 11)))
    for request in asked:
        lt.check("Ethernet destination", request["eth_dst"], BROADCAST_MAC)
        lt.check("source and destination", (request["src"], request["dst"]), saying("its own, to all", lambda said: said[0] == lt.iut and said[1].endswith("255")))
    for value in (0, 1):
        lt.set("mask-learn", value, iface=0)
    lt.expect(Expectation("mask-request"))
    told(lt, "255.255.255.0")
    lt.advance(60)
    lt.expect_silence(after="an answer", of="mask-request")


@case("RFC1122-3.2.2.9-f", **LEARNS, violator=ignores("set"))
def mask_of_the_class_at_first(lt):
    """Until it is told the mask is that of the address's class: who is beyond that is sent to by the gateway, who is within it not."""
    lt.neighbours[BEYOND] = OTHER_MAC
    lt.check("Ethernet destination with the mask of the lab", first_hop(lt, BEYOND), OTHER_MAC)
    learns(lt)
    lt.check("Ethernet destination of who is beyond the class's network", first_hop(lt, BEYOND), lt.mac)
    lt.check("Ethernet destination of who is within it", first_hop(lt, PEER), PEER_MAC)


@case("RFC1122-3.2.2.9-g", **LEARNS, violator=changes("echo-reply", nth=1, eth_dst=LEFT.lt_mac))
def first_reply_sets_the_mask(lt):
    """The first mask that it is told holds, asked for or not, and no later one does."""
    learns(lt)
    told(lt, str(LEFT.network.netmask))
    lt.check("Ethernet destination after the first reply", first_hop(lt, BEYOND), OTHER_MAC)
    told(lt, "255.255.255.0")
    lt.check("Ethernet destination after the second", first_hop(lt, BEYOND), OTHER_MAC)


@case("RFC1122-3.2.2.9-g", kind=characteristic, **LEARNS, violator=changes("echo-reply", nth=2, eth_dst=OTHER_MAC))
def masks_that_are_believed(lt):
    """Which masks are taken that no network can have, or hardly one: RFC 1122 would have a host look at them first."""
    learns(lt)
    believed = []
    for mask in ("255.255.255.255", "0.0.0.0", "255.0.255.0", "224.0.0.0"):
        before = first_hop(lt, BEYOND), first_hop(lt, PEER)
        told(lt, mask)
        believed += [mask] if (first_hop(lt, BEYOND), first_hop(lt, PEER)) != before else []
    return " and ".join(believed) or "none of them"
